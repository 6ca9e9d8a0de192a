//! Telling people of what happens where no page of theirs is open: by SMS, in a work chat.
//!
//! Who is told of what, and in which words, is data (`messages.toml`). A message is written in the
//! transaction of the event it tells of ([`crate::store::Message`]) and delivered afterwards
//! ([`deliver`]), at least once and under an id that tells repeats apart. It names nobody but the
//! one it is for: whoever carries an SMS reads it too.

pub mod deliver;

use crate::routing::Directory;
use crate::state::App;
use crate::store::{self, Message};
use model::area::{Role, Staff};
use model::id::{AreaId, CaseId, StaffId};
use model::time::TimeMs;
use model::workflow::{Actor, Fact, Progress, Verb};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Overdue cases looked at in one go.
const BATCH: u32 = 500;

/// What may stand in a message: receipt number, what the case is about, who handles it, the day it
/// is due, and the address of its page.
pub const PLACEHOLDERS: [&str; 6] = ["receipt", "about", "staff", "month", "day", "link"];

/// What somebody may be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Occasion {
    /// A case was handed in.
    HandedIn,
    /// The day came by which somebody was to act, and nobody has.
    Overdue,
    /// Something was done to it.
    Done(Verb),
}

/// There is no occasion of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither `handed_in`, `overdue` nor the name of an action")]
pub struct NoOccasion(String);

impl TryFrom<String> for Occasion {
    type Error = NoOccasion;

    fn try_from(name: String) -> Result<Occasion, NoOccasion> {
        match name.as_str() {
            "handed_in" => Ok(Occasion::HandedIn),
            "overdue" => Ok(Occasion::Overdue),
            _ => serde_json::from_value(name.clone().into())
                .map(Occasion::Done)
                .map_err(|_| NoOccasion(name)),
        }
    }
}

impl From<Occasion> for String {
    fn from(occasion: Occasion) -> String {
        match occasion {
            Occasion::HandedIn => "handed_in".to_owned(),
            Occasion::Overdue => "overdue".to_owned(),
            Occasion::Done(verb) => crate::cases::verb_name(verb),
        }
    }
}

/// As what somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The case's resident, if they left a telephone number.
    Resident,
    /// Whoever handles it; before somebody does, the desk that accepts it.
    Handler,
    /// The grid worker of the place.
    Grid,
    /// The department that was called, or is let go.
    Department,
    /// Every supervisor above it.
    Supervisor,
}

/// What happened to a case, as far as it decides who is told.
#[derive(Clone, Copy, Debug)]
pub struct News<'a> {
    /// The case.
    pub case: CaseId,
    /// Its area.
    pub area: &'a AreaId,
    /// Where it stands now.
    pub progress: &'a Progress,
    /// What happened.
    pub occasion: Occasion,
    /// The event itself; none where the clock alone says so.
    pub fact: Option<&'a Fact>,
    /// Whether its resident can be reached by telephone.
    pub reachable: bool,
}

/// The messages that tell of it: nobody twice, and nobody of what they did themselves.
pub fn messages(street: &Directory, news: &News<'_>) -> Vec<Message> {
    let rules = street.seed.messages.rules.iter();
    let mut messages: Vec<Message> = Vec::new();
    for rule in rules.filter(|rule| rule.on == news.occasion) {
        for staff in recipients(street, news, rule.to) {
            let id = id(news, staff.as_ref());
            if messages.iter().all(|earlier| earlier.id != id) {
                messages.push(Message {
                    id,
                    case: news.case,
                    occasion: news.occasion,
                    audience: rule.to,
                    staff,
                });
            }
        }
    }
    messages
}

/// Says what is told, and to whom: the event's number, or the day that passed.
fn id(news: &News<'_>, staff: Option<&StaffId>) -> String {
    let mark = match news.occasion {
        Occasion::Overdue => news.progress.due.map_or(0, |due| due.at.0),
        Occasion::HandedIn | Occasion::Done(_) => i64::from(news.progress.seq) - 1,
    };
    let who = staff.map_or("resident", |staff| staff.as_str());
    let occasion = String::from(news.occasion);
    format!("{}.{occasion}.{mark}.{who}", news.case)
}

/// Who is meant; none among them is the resident.
fn recipients(street: &Directory, news: &News<'_>, to: Audience) -> Vec<Option<StaffId>> {
    let handler = || {
        let assignee = news.progress.assignee.as_ref();
        let staff = assignee.and_then(|id| street.staff(id));
        staff.or_else(|| street.desk_of(news.area))
    };
    let staff: Vec<&Staff> = match to {
        Audience::Resident => {
            let own = news.fact.is_some_and(|fact| fact.actor == Actor::Resident);
            return Vec::from_iter((news.reachable && !own).then_some(None));
        }
        Audience::Handler => Vec::from_iter(handler()),
        Audience::Grid => Vec::from_iter(street.worker_of(news.area)),
        Audience::Department => Vec::from_iter(named(news).and_then(|id| street.staff(id))),
        Audience::Supervisor => supervisors(street, news.area),
    };
    let by_themselves = |staff: &Staff| match news.fact.map(|fact| &fact.actor) {
        Some(Actor::Staff { id, .. }) => *id == staff.id,
        _ => false,
    };
    let others = staff.into_iter().filter(|staff| !by_themselves(staff));
    others.map(|staff| Some(staff.id.clone())).collect()
}

/// The department an event names.
fn named<'a>(news: &News<'a>) -> Option<&'a StaffId> {
    let fact = news.fact?;
    let called = fact.call.as_ref().map(|call| &call.staff);
    called.or(fact.staff.as_ref())
}

fn supervisors<'a>(street: &'a Directory, area: &AreaId) -> Vec<&'a Staff> {
    let staff = street.staff.iter();
    staff
        .filter(|staff| staff.role == Role::Supervisor && street.holds(&staff.area, area))
        .collect()
}

/// Says how long the message has waited that has waited longest, to whoever watches the figures: a
/// gateway that takes nothing is seen before anybody misses anything.
pub async fn figure(app: &App) -> Result<(), store::Error> {
    let oldest = app.store.oldest_message().await?;
    let waited = oldest.map_or(0, |at| app.now().0.saturating_sub(at.0) / 1000);
    metrics::gauge!("messages_oldest_seconds").set(waited as f64);
    // Counted from none: the first would else be a figure that was never smaller.
    metrics::counter!("messages_sent_total").increment(0);
    metrics::counter!("messages_given_up_total").increment(0);
    Ok(())
}

/// Writes messages about cases whose day came after `from` and by `to`. Two nodes that look at the
/// same time write the same messages, which is once.
pub async fn overdue(app: &App, from: TimeMs, to: TimeMs) -> Result<(), store::Error> {
    if app.settings.notify.is_none() {
        return Ok(());
    }
    let street = app.street();
    let mut after = (from, CaseId(Uuid::max()));
    loop {
        let late = app.store.overdue(after, to, BATCH).await?;
        for (due, id) in &late {
            let record = app.store.case(*id).await?.record;
            // Somebody may have acted since it was listed.
            if record.progress.due.is_none_or(|now| now.at != *due) {
                continue;
            }
            let told = messages(
                &street,
                &News {
                    case: *id,
                    area: &record.area,
                    progress: &record.progress,
                    occasion: Occasion::Overdue,
                    fact: None,
                    reachable: !record.kind.envelope(&record.answers).phone.is_empty(),
                },
            );
            app.store.post(told, app.now()).await?;
        }
        match late.last() {
            Some(last) if late.len() == BATCH as usize => after = *last,
            _ => return Ok(()),
        }
    }
}
