//! One person's data: handed out, or forgotten.

use crate::boot;
use crate::clock::Clock;
use crate::config::{Erase, Export, Keep, Whose};
use crate::photos::Photos;
use crate::store::{Case, Error, FamilyRow, PhotoRow, Store};
use anyhow::{Context, Result, bail};
use model::id::{CaseId, StaffId};
use model::receipt::Receipt;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Writes all that is kept about a person into a new folder: `cases.json`, and every photo beside
/// it as it was received. Returns how many cases there are.
pub async fn export(options: &Export) -> Result<usize> {
    let (store, photos) = open(&options.keep).await?;
    let ids = cases_of(&store, &options.whose).await?;
    fs::create_dir(&options.to)
        .with_context(|| format!("{} must be a new folder", options.to.display()))?;
    let mut cases = Vec::new();
    for id in &ids {
        let case = store.case(*id).await?;
        for photo in &case.photos {
            save(&photos, photo, &options.to).await?;
        }
        let family = store.family(&case.record).await?;
        cases.push(told(&case, &family));
    }
    let text = serde_json::to_vec_pretty(&cases)?;
    fs::write(options.to.join("cases.json"), text)?;
    store.close().await;
    Ok(ids.len())
}

/// Destroys what is personal in every closed case of a person. Nothing is touched while one of
/// them is open. Returns how many cases there were.
pub async fn forget(options: &Erase) -> Result<usize> {
    let (store, photos) = open(&options.keep).await?;
    let by = StaffId::parse(&options.by).context("--by")?;
    let ids = cases_of(&store, &options.whose).await?;
    for id in &ids {
        let record = store.case(*id).await?.record;
        if record.progress.state.is_open() {
            let receipt = record.receipt;
            bail!(
                "{receipt} is still being worked on: withdraw or finish it first; nothing was erased"
            );
        }
    }
    let now = Clock::Machine.now();
    for id in &ids {
        store.erase_case(*id, &by, now).await?;
        photos.destroy_of(*id).await?;
    }
    store.close().await;
    Ok(ids.len())
}

async fn open(keep: &Keep) -> Result<(Store, Photos)> {
    let store = boot::open_store(keep).await?;
    let photos = boot::open_photos(keep, &store)?;
    Ok((store, photos))
}

async fn cases_of(store: &Store, whose: &Whose) -> Result<Vec<CaseId>> {
    if let Some(phone) = &whose.phone {
        let found = store.cases_of_phone(phone.trim()).await?;
        if found.is_empty() {
            bail!("no case was left with this telephone number");
        }
        return Ok(found);
    }
    let text = whose.receipt.as_deref().unwrap_or_default();
    let receipt = Receipt::parse(text).context("--receipt")?;
    match store.case_by_receipt(receipt).await {
        Ok(record) => Ok(vec![record.id]),
        Err(Error::NotFound) => bail!("there is no case {receipt}"),
        Err(error) => Err(error.into()),
    }
}

async fn save(photos: &Photos, row: &PhotoRow, folder: &Path) -> Result<()> {
    let Some(bytes) = photos.whole(row).await? else {
        bail!("the bytes of photo {} are missing or others", row.id);
    };
    Ok(fs::write(folder.join(photo_name(row)), bytes)?)
}

/// `…id….jpeg`, by the kind it was found to be.
fn photo_name(row: &PhotoRow) -> String {
    let kind = row.media_type.rsplit('/').next().unwrap_or_default();
    format!("{}.{kind}", row.id)
}

fn told(case: &Case, family: &[FamilyRow]) -> Value {
    let record = &case.record;
    let events = case
        .events
        .iter()
        .map(|event| json!({ "seq": event.seq, "fact": event.fact, "words": event.words }));
    let photos = case.photos.iter().map(
        |photo| json!({ "file": photo_name(photo), "field": photo.field, "received": photo.at }),
    );
    let family = family
        .iter()
        .map(|row| json!({ "name": row.name, "made": row.at, "used": row.used }));
    json!({
        "receipt": record.receipt,
        "kind": record.kind,
        "matter": record.matter_name,
        "area": record.area,
        "handed_in": record.at,
        "state": record.progress.state,
        "answers": record.answers,
        "events": events.collect::<Vec<_>>(),
        "photos": photos.collect::<Vec<_>>(),
        "family_links": family.collect::<Vec<_>>(),
    })
}
