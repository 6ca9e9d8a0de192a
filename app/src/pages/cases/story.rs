//! A case told in plain sentences: where it stands, what comes next, what happened. Pure: no
//! browser, no clock but the case's own.

use crate::{when, words};
use model::api::{CaseView, Entry, Party};
use model::calendar::{Due, Light};
use model::id::PhotoId;
use model::kinds::KindName;
use model::time::TimeMs;
use model::workflow::{State, Verb};

/// Where a case stands, in two sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is.
    pub now: String,
    /// What comes next, and when.
    pub next: String,
}

/// Where a case stands and what comes next.
pub fn standing(view: &CaseView) -> Standing {
    let (now, next) = match view.progress.state {
        State::Submitted => (tr!(cases.now.submitted).to_owned(), submitted_next(view)),
        State::Accepted => (
            tr!(cases.now.accepted).to_owned(),
            tr!(cases.next.accepted).to_owned(),
        ),
        State::Assigned => (
            tr!(cases.now.assigned, name = handler(view)),
            work_next(view),
        ),
        State::InProgress => (
            tr!(cases.now.in_progress, name = handler(view)),
            work_next(view),
        ),
        State::AwaitingResident => (tr!(cases.now.awaiting).to_owned(), awaiting_next(view)),
        State::Done => (done_now(view), done_next(view)),
        State::Confirmed => (
            said_to(view, tr!(cases.now.confirmed), tr!(cases.family.confirmed)),
            tr!(cases.next.confirmed).to_owned(),
        ),
        State::Lapsed => (
            said_to(view, tr!(cases.now.lapsed), tr!(cases.family.lapsed_now)),
            lapsed_next(view),
        ),
        State::Rejected => (
            tr!(cases.now.rejected).to_owned(),
            tr!(cases.next.rejected).to_owned(),
        ),
        State::Withdrawn => withdrawn(view),
        State::Merged => (
            tr!(cases.now.merged).to_owned(),
            tr!(cases.next.merged).to_owned(),
        ),
    };
    Standing { now, next }
}

fn handler(view: &CaseView) -> String {
    view.responsible.name.clone()
}

fn day(due: Due) -> String {
    let day = when::date(due.at.china_date());
    if due.provisional {
        tr!(cases.provisional_day, day = day)
    } else {
        day
    }
}

fn due(view: &CaseView) -> Option<String> {
    view.progress.due.map(day)
}

fn submitted_next(view: &CaseView) -> String {
    match due(view) {
        Some(day) if view.kind == KindName::CallBack => tr!(cases.next.call_back, day = day),
        Some(day) => tr!(cases.next.submitted, day = day),
        None => tr!(cases.next.submitted_open).to_owned(),
    }
}

fn work_next(view: &CaseView) -> String {
    let visit = view.progress.visit.as_ref();
    match (visit, due(view)) {
        (Some(visit), _) => tr!(cases.next.visit, when = when::slot(visit.slot)),
        (None, Some(day)) => tr!(cases.next.work, day = day),
        (None, None) => tr!(cases.next.work_open).to_owned(),
    }
}

fn awaiting_next(view: &CaseView) -> String {
    match due(view) {
        Some(day) => tr!(cases.next.awaiting, day = day),
        None => tr!(cases.next.awaiting_open).to_owned(),
    }
}

/// What is said to the resident is put otherwise to their family: what is the resident's to do is
/// not asked of them.
fn said_to(view: &CaseView, resident: &str, family: &str) -> String {
    match view.family {
        Some(_) => family.to_owned(),
        None => resident.to_owned(),
    }
}

fn done_now(view: &CaseView) -> String {
    let name = handler(view);
    match view.family {
        Some(_) => tr!(cases.family.done_now, name = name),
        None => tr!(cases.now.done, name = name),
    }
}

fn done_next(view: &CaseView) -> String {
    match due(view) {
        _ if view.family.is_some() => tr!(cases.family.done).to_owned(),
        Some(day) => tr!(cases.next.done, day = day),
        None => tr!(cases.next.done_open).to_owned(),
    }
}

fn lapsed_next(view: &CaseView) -> String {
    let open = view.allowed.contains(&Verb::Reopen);
    let words = if open {
        tr!(cases.next.lapsed)
    } else {
        tr!(cases.next.over)
    };
    said_to(view, words, tr!(cases.family.lapsed))
}

fn withdrawn(view: &CaseView) -> (String, String) {
    let silent = view.progress.silent;
    let now = if silent {
        tr!(cases.now.silent)
    } else {
        tr!(cases.now.withdrawn)
    };
    let next = if view.allowed.contains(&Verb::Resume) {
        tr!(cases.next.resume)
    } else {
        tr!(cases.next.over)
    };
    let own = tr!(cases.family.withdrawn);
    let now = if silent {
        now.to_owned()
    } else {
        said_to(view, now, own)
    };
    let next = match silent {
        true => said_to(view, next, tr!(cases.family.silent)),
        false => next.to_owned(),
    };
    (now, next)
}

/// The clock that runs for staff or for an answer of the resident's, with its colour. The days in
/// which a finished case can be rated are no deadline: [`standing`] names them.
pub fn deadline(view: &CaseView) -> Option<(Due, Light)> {
    Some((view.progress.due?, view.light?))
}

/// What was asked of the resident, or why it was not taken: the latest words of staff to them.
pub fn latest_words(view: &CaseView) -> Option<String> {
    let wanted = match view.progress.state {
        State::AwaitingResident => Verb::AskMaterial,
        State::Rejected => Verb::Reject,
        State::Done => Verb::Finish,
        _ => return None,
    };
    let entry = view
        .timeline
        .iter()
        .rev()
        .find(|entry| entry.fact.verb == Some(wanted))?;
    entry.to_resident.clone()
}

/// One line of what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the case.
    pub seq: u32,
    /// `now`, `done`, `wait` or `bad`, as the style sheet names them.
    pub tone: &'static str,
    /// Its icon.
    pub sign: &'static str,
    /// What happened.
    pub title: String,
    /// When.
    pub at: TimeMs,
    /// What was said and which papers it was about, paragraph by paragraph.
    pub words: Vec<String>,
    /// Pictures that came with it.
    pub photos: Vec<PhotoId>,
}

/// What happened, newest first. What staff settle among themselves is left out.
pub fn lines(view: &CaseView) -> Vec<Line> {
    let told = view
        .timeline
        .iter()
        .rev()
        .filter(|entry| concerns_resident(entry));
    told.enumerate()
        .map(|(at, entry)| line(entry, view, at == 0))
        .collect()
}

/// What happened from event `seq` on, in a few words: for whoever acted on an older state.
pub fn news(view: &CaseView, seq: u32) -> Option<String> {
    let new = view
        .timeline
        .iter()
        .filter(|entry| entry.seq >= seq && concerns_resident(entry));
    let titles: Vec<String> = new.map(|entry| title(entry, view)).collect();
    (!titles.is_empty()).then(|| titles.join(tr!(cases.and)))
}

fn concerns_resident(entry: &Entry) -> bool {
    !matches!(entry.fact.verb, Some(Verb::AskReturn | Verb::RefuseReturn))
}

fn line(entry: &Entry, view: &CaseView, newest: bool) -> Line {
    let (tone, sign) = look(entry.fact.verb);
    Line {
        seq: entry.seq,
        tone: if newest && tone == "done" {
            "now"
        } else {
            tone
        },
        sign,
        title: title(entry, view),
        at: entry.fact.at,
        words: said(entry, view),
        // Those handed in at first stand with the answers, under their names.
        photos: entry
            .fact
            .verb
            .map(|_| entry.fact.photos.clone())
            .unwrap_or_default(),
    }
}

fn look(verb: Option<Verb>) -> (&'static str, &'static str) {
    match verb {
        None => ("done", "send"),
        Some(Verb::AskMaterial) => ("wait", "hand"),
        Some(Verb::Reject) => ("bad", "cross"),
        Some(Verb::Withdraw | Verb::WithdrawSilent | Verb::Lapse) => ("wait", "lock"),
        Some(Verb::BookVisit) => ("done", "visit"),
        Some(Verb::Supply | Verb::Supplement | Verb::Resume) => ("done", "plus"),
        Some(Verb::Urge) => ("done", "volume"),
        Some(Verb::TakeOriginals | Verb::ReturnOriginals) => ("done", "document"),
        Some(Verb::Assign | Verb::Reassign | Verb::AllowReturn) => ("done", "person"),
        Some(Verb::Start) => ("done", "clock"),
        Some(Verb::AskExtension | Verb::AllowExtension | Verb::RefuseExtension) => {
            ("done", "calendar")
        }
        Some(Verb::Confirm) => ("done", "star"),
        Some(Verb::Reopen) => ("wait", "undo"),
        Some(_) => ("done", "check"),
    }
}

/// Of whom the timeline speaks by name where its reader did not do it: a family member to everybody,
/// and the resident to their family.
fn third_person(entry: &Entry, view: &CaseView) -> Option<String> {
    let for_resident = entry.fact.actor == Party::Resident || entry.fact.on_word;
    match entry.fact.actor {
        Party::Family => {
            let name = entry.by.clone();
            Some(name.unwrap_or_else(|| tr!(cases.family.somebody).to_owned()))
        }
        _ if for_resident && view.family.is_some() => Some(tr!(cases.family.resident).to_owned()),
        _ => None,
    }
}

/// What happened in one sentence, with names, days and stars where they are known.
fn title(entry: &Entry, view: &CaseView) -> String {
    let of_other = third_person(entry, view).and_then(|who| done_by(entry, who));
    let told = of_other
        .or_else(|| named(entry))
        .unwrap_or_else(|| plainly(entry, view.kind).to_owned());
    match (entry.fact.on_word, &view.family) {
        (false, _) => told,
        (true, None) => tr!(cases.event.on_word, what = told),
        (true, Some(_)) => tr!(cases.family.on_word, what = told),
    }
}

/// What is the resident's to do, told of `who`.
fn done_by(entry: &Entry, who: String) -> Option<String> {
    let fact = &entry.fact;
    Some(match fact.verb? {
        Verb::Supply => tr!(cases.family.supplied, who = who),
        Verb::Supplement => tr!(cases.family.supplemented, who = who),
        Verb::Urge => tr!(cases.family.urged, who = who),
        Verb::Withdraw => tr!(cases.family.withdrew, who = who),
        Verb::Reopen => tr!(cases.family.reopened, who = who),
        Verb::Confirm => tr!(cases.family.rated, who = who, words = stars(fact.rating?)?),
        _ => return None,
    })
}

/// Without names; papers are spoken of only where government business is done.
fn plainly(entry: &Entry, kind: KindName) -> &'static str {
    match (kind, entry.fact.verb) {
        (KindName::ProxyRequest, _) => words::happened(&entry.fact),
        (_, Some(Verb::AskMaterial)) => tr!(cases.event.ask_more),
        (_, Some(Verb::Supply)) => tr!(cases.event.told_more),
        _ => words::happened(&entry.fact),
    }
}

fn named(entry: &Entry) -> Option<String> {
    let fact = &entry.fact;
    let (by, to) = (entry.by.clone(), entry.to.clone());
    Some(match fact.verb? {
        Verb::Assign => tr!(cases.event.assign, name = to?),
        Verb::Reassign => tr!(cases.event.reassign, name = to?),
        Verb::AllowReturn => tr!(cases.event.allow_return).to_owned(),
        Verb::Start => tr!(cases.event.start, name = by?),
        Verb::BookVisit => {
            let when = when::slot(fact.visit.as_ref()?.slot);
            tr!(cases.event.book_visit, name = to?, when = when)
        }
        Verb::TakeOriginals => tr!(cases.event.take_originals, name = by?),
        Verb::ReturnOriginals => tr!(cases.event.return_originals, name = by?),
        Verb::AskExtension => tr!(cases.event.ask_extension, name = by?, days = fact.days?),
        Verb::AllowExtension => tr!(cases.event.allow_extension, day = day(fact.due?)),
        Verb::CallDepartment => tr!(cases.event.call_department, name = to?),
        Verb::ReplyCall => tr!(cases.event.reply_call, name = to?),
        Verb::Finish => tr!(cases.event.finish, name = by?),
        Verb::Confirm => tr!(cases.event.confirm, words = stars(fact.rating?)?),
        _ => return None,
    })
}

fn said(entry: &Entry, view: &CaseView) -> Vec<String> {
    let by_resident = entry.fact.actor == Party::Resident;
    let who = third_person(entry, view);
    let papers = (!entry.papers.is_empty()).then(|| entry.papers.join(tr!(cases.comma)));
    let words = entry
        .to_resident
        .clone()
        .filter(|words| !words.trim().is_empty());
    let words = words.map(|words| match who {
        Some(who) => tr!(cases.family.wrote, who = who, words = words),
        None if by_resident => tr!(cases.event.you_wrote, words = words),
        None => words,
    });
    papers.into_iter().chain(words).collect()
}

/// One to five stars in words; none for another number.
pub fn stars(rating: u8) -> Option<&'static str> {
    Some(match rating {
        5 => tr!(cases.stars.five),
        4 => tr!(cases.stars.four),
        3 => tr!(cases.stars.three),
        2 => tr!(cases.stars.two),
        1 => tr!(cases.stars.one),
        _ => return None,
    })
}

/// Papers that staff took away together and still hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custody {
    /// Which.
    pub papers: Vec<String>,
    /// Since when.
    pub at: TimeMs,
    /// Who took them.
    pub by: String,
}

/// What is held now, in the order it was taken. Handing back is always of everything.
pub fn custody(view: &CaseView) -> Vec<Custody> {
    if view.progress.originals_held == 0 {
        return Vec::new();
    }
    let newest_first = view.timeline.iter().rev();
    let since_return =
        newest_first.take_while(|entry| entry.fact.verb != Some(Verb::ReturnOriginals));
    let taken = since_return.filter(|entry| entry.fact.verb == Some(Verb::TakeOriginals));
    let mut held: Vec<Custody> = taken.map(|entry| custody_of(entry, view)).collect();
    held.reverse();
    held
}

fn custody_of(entry: &Entry, view: &CaseView) -> Custody {
    let by = entry.by.clone().unwrap_or_else(|| handler(view));
    Custody {
        papers: entry.papers.clone(),
        at: entry.fact.at,
        by,
    }
}

/// Who comes to the door: the name in the latest appointment.
pub fn visitor(view: &CaseView) -> String {
    let booked = view
        .timeline
        .iter()
        .rev()
        .find(|entry| entry.fact.visit.is_some());
    booked
        .and_then(|entry| entry.to.clone())
        .unwrap_or_else(|| handler(view))
}

#[cfg(test)]
mod tests;
