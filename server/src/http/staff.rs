//! What staff do: the queue, a case, acting on it.

use super::cases::{answer, once_key, picture};
use super::error::{Error, Result};
use super::extract::{Json, Keyed, Path, Query};
use crate::auth::{Handlers, Signed};
use crate::cases::view::{Reader, is_visitor, queue_item, staff_case};
use crate::cases::{self, verb_name, view};
use crate::routing::Directory;
use crate::state::App;
use crate::store::{AuditEntry, Case, QueueFilter, QueueScope, was_called};
use axum::extract::State;
use axum::response::Response;
use model::api::report::{Alike, AlikeCases};
use model::api::{
    Act, Audit, OpenCase, Opening, PhotoSize, Queue, QueueQuery, Scope, Slots, StaffCase, Why,
};
use model::area::{Role, Staff};
use model::id::{CaseId, CategoryId, MatterId, PhotoId, StaffId};
use model::kinds::KindName;
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::{Publication, State as CaseState};

/// Cases a page of the queue shows.
const PAGE: u32 = 50;
/// What one person sees of a case within this time is one opening.
const OPENING_S: i64 = 30 * 60;
/// Openings the audit shows.
const OPENINGS: u32 = 200;

pub async fn queue(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Query(asked): Query<QueueQuery>,
) -> Result<Json<Queue>> {
    let street = app.street();
    let now = app.now();
    let soon = soon(&street, now);
    let filter = filter(&street, &signed.staff, &asked, now, soon)?;
    let page = app.store.queue(&filter).await?;
    let counts = app.store.queue_counts(&filter.scope, now, soon).await?;
    let items = page.items.into_iter();
    Ok(Json(Queue {
        items: items
            .map(|case| queue_item(&street, case, now, &signed.staff))
            .collect(),
        next: page.next.map(|cursor| cursor.to_string()),
        counts,
    }))
}

/// The last moment that is still amber.
fn soon(street: &Directory, now: TimeMs) -> TimeMs {
    let calendar = &street.street().calendar;
    calendar.add_working_days(now.china_date(), 1).at
}

fn filter(
    street: &Directory,
    staff: &Staff,
    asked: &QueueQuery,
    now: TimeMs,
    soon: TimeMs,
) -> Result<QueueFilter> {
    let malformed = |_| Error::Plain(Code::Malformed);
    let after_soon = TimeMs(soon.0 + 1);
    let (due_from, due_until) = match asked.light.as_str() {
        "" => (None, None),
        "red" => (None, Some(now)),
        "amber" => (Some(now), Some(after_soon)),
        "green" => (Some(after_soon), None),
        _ => return Err(Code::Malformed.into()),
    };
    Ok(QueueFilter {
        scope: scope(street, staff, asked.scope),
        states: states(&asked.state).map_err(malformed)?,
        open_only: asked.state.is_empty(),
        kind: narrowed(&asked.kind, KindName::of)?,
        matter: narrowed(&asked.matter, |id| MatterId::parse(id).ok())?,
        category: narrowed(&asked.category, |id| CategoryId::parse(id).ok())?,
        publication: narrowed(&asked.publication, publication)?,
        due_from,
        due_until,
        receipt_part: digits(&asked.q),
        after: narrowed(&asked.cursor, |text| text.parse().ok())?,
        limit: PAGE,
    })
}

/// A filter that may be left empty.
fn narrowed<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        text => read(text).map(Some).ok_or(Code::Malformed.into()),
    }
}

fn publication(name: &str) -> Option<Publication> {
    serde_json::from_value(name.into()).ok()
}

fn scope(street: &Directory, staff: &Staff, asked: Scope) -> QueueScope {
    let root = street
        .area(&staff.area)
        .is_some_and(|area| area.parent.is_none());
    match asked {
        _ if staff.role == Role::Department => QueueScope::Called(staff.id.clone()),
        Scope::Mine => QueueScope::Mine(staff.id.clone()),
        Scope::Area => QueueScope::Area(staff.area.clone()),
        Scope::All if root => QueueScope::Everywhere,
        Scope::All => QueueScope::Within(staff.area.clone()),
    }
}

/// A word that is no state.
struct NoState;

fn states(text: &str) -> Result<Vec<CaseState>, NoState> {
    if text.is_empty() || text == "all" {
        return Ok(Vec::new());
    }
    let named = |name: &str| {
        CaseState::ALL
            .into_iter()
            .find(|state| state.name() == name)
    };
    text.split(',')
        .map(|name| named(name.trim()).ok_or(NoState))
        .collect()
}

/// The digits of what was typed; everything else separates them for the eye.
fn digits(text: &str) -> String {
    let narrow = text.chars().map(model::search::half_width);
    narrow.filter(char::is_ascii_digit).take(9).collect()
}

pub async fn case(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path(id): Path<CaseId>,
    Query(asked): Query<OpenCase>,
) -> Result<Json<StaffCase>> {
    let case = seen(&app, &signed.staff, id).await?;
    let why = reason(&app, &signed, &case, asked.why).await?;
    record_opening(&app, &signed, id, "opened", why).await?;
    let code = match is_visitor(&case.record.progress, &signed.staff) {
        true => app.store.door_code(id).await?,
        false => None,
    };
    let same = app.store.same_words(id).await?;
    let street = app.street();
    Ok(Json(staff_case(
        &street,
        &case,
        app.now(),
        &signed.staff,
        code,
        same,
    )))
}

/// Why this person may open the case or act on it, which answers with all of it: what they have to
/// do with it, or what they say. Being of the same street is no reason to read what neighbours have
/// asked for.
async fn reason(
    app: &App,
    signed: &Signed<Handlers>,
    case: &Case,
    said: Option<Why>,
) -> Result<String> {
    if let Some(task) = task(app, &signed.staff, case) {
        return Ok(task.to_owned());
    }
    if let Some(said) = said {
        return Ok(said.name().to_owned());
    }
    let since = opening_since(app, signed);
    let before = app
        .store
        .opened_for(case.record.id, &signed.staff.id, since);
    before.await?.ok_or(Code::ReasonNeeded.into())
}

/// What somebody has to do with a case.
fn task(app: &App, staff: &Staff, case: &Case) -> Option<&'static str> {
    let progress = &case.record.progress;
    let acts = || view::may_act(&app.street(), &case.record, app.now(), staff);
    match () {
        () if progress.assignee.as_ref() == Some(&staff.id) => Some("handles"),
        () if is_visitor(progress, staff) => Some("visits"),
        () if was_called(progress, &staff.id) => Some("called"),
        () if acts() => Some("may_act"),
        () => None,
    }
}

/// The case, if this member of staff sees it; else it looks as if it were not there.
async fn seen(app: &App, staff: &Staff, id: CaseId) -> Result<Case> {
    let case = app.store.case(id).await?;
    let progress = &case.record.progress;
    let handles = progress.assignee.as_ref() == Some(&staff.id);
    // Who is sent to a door must see whose door it is, also where the case lies in another area.
    let called = was_called(progress, &staff.id);
    if handles
        || called
        || is_visitor(progress, staff)
        || app.street().sees(staff, &case.record.area)
    {
        Ok(case)
    } else {
        Err(Code::NotFound.into())
    }
}

/// Records that a case was opened: once in each session and half hour. A page that is open reads
/// the case again whenever something changes, which is no other opening.
pub(super) async fn record_opening(
    app: &App,
    signed: &Signed<Handlers>,
    case: CaseId,
    what: &str,
    why: String,
) -> Result<()> {
    let entry = AuditEntry {
        why: Some(why),
        ..entry(app, &signed.staff.id, case, what)
    };
    let since = opening_since(app, signed);
    Ok(app.store.record_opening_once(&entry, since).await?)
}

/// Since when what somebody saw of a case is one opening.
fn opening_since(app: &App, signed: &Signed<Handlers>) -> TimeMs {
    let since = app.now().plus_seconds(-OPENING_S);
    since.max(signed.session.created_at)
}

fn entry(app: &App, staff: &StaffId, case: CaseId, what: &str) -> AuditEntry {
    AuditEntry {
        case,
        staff: staff.clone(),
        at: app.now(),
        what: what.to_owned(),
        why: None,
    }
}

pub async fn act(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path(id): Path<CaseId>,
    sent: Keyed<Act>,
) -> Result<Response> {
    let staff = &signed.staff;
    let case = seen(&app, staff, id).await?;
    let reader = Reader::Staff(staff);
    let key = once_key(format!("{} {id}", reader.scope()), &sent);
    if let Some(first) = cases::answered(&app, &key).await? {
        return Ok(answer(first));
    }
    let why = reason(&app, &signed, &case, None).await?;
    let now = app.now();
    let same = app.store.same_words(id).await?;
    let done = cases::act(
        &app,
        case,
        &sent.body,
        reader,
        key,
        |street, after, code| cases::ok(&staff_case(street, after, now, staff, code, same)),
    );
    let done = done.await?;
    let what = verb_name(sent.body.action.verb);
    let acted = AuditEntry {
        why: Some(why),
        ..entry(&app, &staff.id, id, &what)
    };
    app.store.record_opening(&acted).await?;
    Ok(answer(done))
}

pub async fn photo(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path((id, photo, size)): Path<(CaseId, PhotoId, PhotoSize)>,
) -> Result<Response> {
    let case = seen(&app, &signed.staff, id).await?;
    if !case.photos.iter().any(|row| row.id == photo) {
        return Err(Code::NotFound.into());
    }
    let why = reason(&app, &signed, &case, None).await?;
    let bytes = app.photos.get(photo, size).await?;
    record_opening(&app, &signed, id, "photo", why).await?;
    Ok(picture(bytes))
}

/// Times at which whoever handles the case can come; before anybody does, whoever asks.
pub async fn slots(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path(id): Path<CaseId>,
) -> Result<Json<Slots>> {
    let case = seen(&app, &signed.staff, id).await?;
    let worker = case.record.progress.assignee.unwrap_or(signed.staff.id);
    let street = app.street();
    let now = app.now();
    let taken = cases::taken(&app, &worker, now).await?;
    let calendar = &street.street().calendar;
    let hours = street.hours_of(&worker);
    Ok(Json(crate::slots::offered(&hours, calendar, now, &taken)))
}

pub async fn audit(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path(id): Path<CaseId>,
) -> Result<Json<Audit>> {
    seen(&app, &signed.staff, id).await?;
    let street = app.street();
    let entries = app.store.audit(id, OPENINGS).await?;
    let openings = entries.into_iter().map(|entry| Opening {
        name: street
            .staff_name(&entry.staff)
            .unwrap_or_else(|| entry.staff.to_string()),
        staff: entry.staff,
        at: entry.at,
        what: entry.what,
        why: entry.why,
    });
    Ok(Json(Audit {
        openings: openings.collect(),
    }))
}

/// Cases that may be the same thing, the same category first. Only what this person may see.
pub async fn alike(
    State(app): State<App>,
    signed: Signed<Handlers>,
    Path(id): Path<CaseId>,
) -> Result<Json<AlikeCases>> {
    let case = seen(&app, &signed.staff, id).await?;
    let Some(own) = &case.beside.report else {
        return Ok(Json(AlikeCases { cases: Vec::new() }));
    };
    let street = app.street();
    let mut cases: Vec<(bool, Alike)> = Vec::new();
    for (report, metres) in app.store.alike(own.at).await? {
        let area = app.store.history(report.case).await?.area;
        if report.case == id || !street.sees(&signed.staff, &area) {
            continue;
        }
        let other_kind = report.category != own.category;
        let other = app.store.other(report).await?;
        cases.push((other_kind, view::alike(&street, &other, metres)));
    }
    // Stable: within a category they stay nearest first.
    cases.sort_by_key(|(other_kind, _)| *other_kind);
    let cases = cases.into_iter().map(|(_, alike)| alike).collect();
    Ok(Json(AlikeCases { cases }))
}
