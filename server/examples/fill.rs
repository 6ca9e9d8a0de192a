//! Fills a data folder with the sample street and COUNT cases, through the store as the server does
//! it: a photo's row, the case, and a step each, under the chain and the seals.
//! `cargo run --release -p server --example fill DATA COUNT` — password of the staff: `fill`.
//!
//! The photos are rows alone: nothing that is measured on it reads their bytes. Of twenty cases one
//! is open; they lie in all grids, a minute apart.

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use model::calendar::Due;
use model::event::Words;
use model::field::Answers;
use model::id::{AreaId, CaseId, PhotoId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::{Actor, Fact, Progress, State, Verb};
use serde_json::json;
use server::boot;
use server::clock::Clock;
use server::config::Keep;
use server::store::{Copies, CopyDigests, NewCase, NewPhoto, NewStep, Store, hash};
use std::path::PathBuf;
use uuid::Uuid;

/// Writes under way together: what the group commit needs to be busy.
const TOGETHER: usize = 256;
/// One in so many is open.
const OPEN_EVERY: u32 = 20;
const MINUTE_S: i64 = 60;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: fill DATA COUNT";
    let data = PathBuf::from(arguments.next().context(usage)?);
    let count: u32 = arguments.next().context(usage)?.parse()?;
    let keep = Keep {
        data,
        database_url: std::env::var("DATABASE_URL").ok(),
        photo_store_url: None,
    };
    let store = boot::open_store(&keep).await?;
    let clock = Clock::Machine;
    boot::fill_sample(&store, Some("fill"), None, &clock).await?;
    let loaded = boot::load(&store, clock.now()).await?;
    let areas: Vec<AreaId> = loaded
        .street()
        .estates
        .iter()
        .map(|estate| estate.grid.clone())
        .collect();
    let now = clock.now();
    stream::iter(0..count)
        .map(|number| add(&store, &areas, number, count, now))
        .buffer_unordered(TOGETHER)
        .try_collect::<Vec<()>>()
        .await?;
    store.close().await;
    println!("{count} cases");
    Ok(())
}

/// One case with its photo and one step. Its receipt number is its own, so that none is drawn twice.
async fn add(store: &Store, areas: &[AreaId], number: u32, count: u32, now: TimeMs) -> Result<()> {
    let at = now.plus_seconds(-i64::from(count - number) * MINUTE_S);
    let photo = PhotoId(Uuid::now_v7());
    let row = NewPhoto {
        id: photo,
        sha256: hash(photo.0.as_bytes()),
        bytes: 100_000,
        media_type: "image/jpeg",
        at,
    };
    store.insert_photo(&row).await?;
    store.finish_photo(photo, Some(&copies(&row))).await?;
    let open = number.is_multiple_of(OPEN_EVERY);
    let area = &areas[number as usize % areas.len()];
    let case = case(area.clone(), photo, number, at, open.then_some(now));
    let id = case.id;
    store.create_case(store.draft_case(case)?, None).await?;
    let record = store.case(id).await?.record;
    let (verb, state) = match open {
        true => (Verb::Accept, State::Accepted),
        false => (Verb::Reject, State::Rejected),
    };
    let actor = Actor::Staff {
        id: StaffId::parse("window")?,
        role: model::area::Role::Window,
    };
    let fact = Fact {
        verb: Some(verb),
        due: record.progress.due,
        ..Fact::new(at.plus_seconds(MINUTE_S), actor, state)
    };
    let mut progress = record.progress.clone();
    progress.apply(&fact);
    let step = NewStep {
        progress,
        fact,
        words: Words {
            to_resident: Some("收到了，最晚后天给您答复。".to_owned()),
            ..Words::default()
        },
        photos: Vec::new(),
    };
    store
        .append_step(store.draft_step(&record, step)?, None)
        .await?;
    Ok(())
}

/// As if they had been made.
fn copies(row: &NewPhoto) -> Copies {
    Copies {
        width: 1024,
        height: 768,
        digests: CopyDigests {
            thumb: row.sha256,
            full: row.sha256,
        },
    }
}

fn case(area: AreaId, photo: PhotoId, number: u32, at: TimeMs, open_at: Option<TimeMs>) -> NewCase {
    // Open ones are due within the ten days around now.
    let spread = i64::from(number / OPEN_EVERY % 14_400) - 7_200;
    let due = open_at.unwrap_or(at).plus_seconds(spread * MINUTE_S);
    let fact = Fact {
        due: Some(Due {
            at: due,
            provisional: false,
        }),
        photos: vec![photo],
        ..Fact::new(at, Actor::Resident, State::Submitted)
    };
    let mut answers = Answers::default();
    answers.set("applicant_name", &json!("张秀兰"));
    answers.set("applicant_phone", &json!("13800138000"));
    NewCase {
        id: CaseId(Uuid::now_v7()),
        receipt: Receipt::of(number),
        kind: KindName::ALL[0],
        matter: "elder-card".to_owned().try_into().ok(),
        matter_name: Some("老年优待证".to_owned()),
        area,
        estate: None,
        station: None,
        secret: server::keys::token(),
        phone: "13800138000".to_owned(),
        answers,
        photos: vec![(photo, "materials".to_owned())],
        report: None,
        progress: Progress::submitted(&fact),
        fact,
        helped: None,
    }
}
