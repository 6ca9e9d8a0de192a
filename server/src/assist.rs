//! 助办 on a shared tablet. The extractors are the permission: [`OnTablet`] is a request from a
//! device that staff made a shared one, [`OnShift`] one of a volunteer at work on it.

use crate::auth::{self, carries_token, cookie, helps, same_site, set_cookie_of};
use crate::http::error::{Error, Result};
use crate::state::App;
use crate::store::{self, Helped, HoursRow, Shift, ShiftDone, StaffRow, TabletRow};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use jiff::ToSpan;
use jiff::civil::Date;
use model::api::assist::{self, CODE_DIGITS, Helper, PARKED_S, ParkedForm, SERVING, SHIFT_S};
use model::api::assist::{Parked, ShiftRecord, VolunteerRow, VolunteerShift, Volunteers};
use model::area::Staff;
use model::id::StaffId;
use model::problem::Code;
use model::time::TimeMs;
use uuid::Uuid;

const TABLET_COOKIE: &str = "yikezhong-tablet";
const SHIFT_COOKIE: &str = "yikezhong-shift";
/// Browsers keep no cookie for longer than 400 days (RFC 6265bis).
const TABLET_COOKIE_S: i64 = 400 * 24 * 3600;
/// Codes drawn before something else must be wrong: a volunteer has a few forms parked at most.
const DRAWS: u32 = 16;

/// The header that makes a browser a shared tablet.
pub fn tablet_cookie(app: &App, token: &str) -> String {
    set_cookie_of(app, TABLET_COOKIE, token, TABLET_COOKIE_S)
}

/// The header that begins a shift in a browser, or ends it with an empty `token`.
pub fn shift_cookie(app: &App, token: &str) -> String {
    set_cookie_of(app, SHIFT_COOKIE, token, SHIFT_S)
}

/// A request from a shared tablet. One that changes something came from our own pages.
#[derive(Clone, Debug)]
pub struct OnTablet {
    /// The tablet.
    pub tablet: TabletRow,
}

impl FromRequestParts<App> for OnTablet {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let token = cookie(&parts.headers, app, TABLET_COOKIE).ok_or(Code::NoTablet)?;
        let found = app.store.tablet(&token).await;
        let tablet = found.map_err(|error| not_there(error, Code::NoTablet))?;
        if !parts.method.is_safe() {
            same_site(&parts.headers, app)?;
        }
        Ok(OnTablet { tablet })
    }
}

/// A request of a volunteer whose shift runs on the tablet it comes from. One that changes
/// something carried the shift's token.
#[derive(Clone, Debug)]
pub struct OnShift {
    /// The tablet.
    pub tablet: TabletRow,
    /// The shift.
    pub shift: Shift,
    /// The volunteer.
    pub volunteer: Staff,
}

impl FromRequestParts<App> for OnShift {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let OnTablet { tablet } = OnTablet::from_request_parts(parts, app).await?;
        let (shift, volunteer) = running(app, &parts.headers, &tablet).await?;
        if !parts.method.is_safe() {
            carries_token(&parts.headers, &shift.csrf)?;
        }
        Ok(OnShift {
            tablet,
            shift,
            volunteer,
        })
    }
}

/// The shift that runs on a tablet, as its browser says.
pub async fn running(app: &App, headers: &HeaderMap, tablet: &TabletRow) -> Result<(Shift, Staff)> {
    let token = cookie(headers, app, SHIFT_COOKIE).ok_or(Code::ShiftOver)?;
    let found = app.store.shift(&token).await;
    let shift = found.map_err(|error| not_there(error, Code::ShiftOver))?;
    if shift.tablet != tablet.id || !shift.runs(app.now()) {
        return Err(Code::ShiftOver.into());
    }
    let found = app.store.staff(&shift.volunteer).await;
    let row = found.map_err(|error| not_there(error, Code::ShiftOver))?;
    match helps(&row) {
        true => Ok((shift, row.staff)),
        false => Err(Code::ShiftOver.into()),
    }
}

fn not_there(error: store::Error, code: Code) -> Error {
    match error {
        store::Error::NotFound => code.into(),
        other => other.into(),
    }
}

/// With whose help a case is handed in: nobody's, where the request does not say that it is
/// handed in while a resident is served.
#[derive(Clone, Debug)]
pub struct WithHelp(pub Option<Helped>);

impl FromRequestParts<App> for WithHelp {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Some(serving) = parts.headers.get(SERVING).cloned() else {
            return Ok(WithHelp(None));
        };
        let on = OnShift::from_request_parts(parts, app).await?;
        let serving = serving.to_str().ok();
        let serving = serving.and_then(|text| Uuid::try_parse(text).ok());
        let serving = serving.ok_or(Code::Malformed)?;
        // One that has ended is another resident's.
        if !app.store.is_serving(on.shift.id, serving).await? {
            return Err(Code::ShiftOver.into());
        }
        Ok(WithHelp(Some(Helped {
            serving,
            volunteer: on.volunteer.id,
        })))
    }
}

/// Makes a shared tablet of the device a window or a supervisor signs in on; gives what its cookie
/// is to hold.
pub async fn enrol(app: &App, sent: assist::Enrol) -> Result<(TabletRow, String)> {
    let name = tablet_name(&sent.tablet)?;
    let staff = auth::proven(app, &sent.name, sent.password).await?;
    if !auth::KEEPERS.contains(&staff.role) {
        return Err(Code::Forbidden.into());
    }
    let token = crate::keys::token();
    let new = store::NewTablet {
        id: Uuid::now_v7(),
        name,
        area: staff.area.clone(),
        by: staff.id,
        at: app.now(),
    };
    app.store.add_tablet(&new, &token).await?;
    tracing::info!(tablet = %new.id, staff = %new.by, "a tablet is shared from now on");
    Ok((app.store.tablet(&token).await?, token))
}

fn tablet_name(sent: &str) -> Result<String> {
    const LONGEST: usize = 30;
    let name = sent.trim();
    let fault = match name.chars().count() {
        0 => model::text::Fault::Missing,
        1..=LONGEST if !name.chars().any(char::is_control) => return Ok(name.to_owned()),
        _ => model::text::Fault::TooLong,
    };
    Err(crate::cases::malformed("tablet", fault))
}

/// Who may begin a shift on a tablet: volunteers with a PIN whose area it stands in, or who serve
/// a part of its own.
pub async fn volunteers(app: &App, tablet: &TabletRow) -> Result<Vec<Helper>> {
    let street = app.street();
    let near = |staff: &Staff| {
        street.holds(&staff.area, &tablet.area) || street.holds(&tablet.area, &staff.area)
    };
    let rows = app.store.all_staff().await?.into_iter();
    let rows = rows.filter(|row| helps(row) && row.pin_hash.is_some() && near(&row.staff));
    Ok(rows.map(|row| helper(&row.staff)).collect())
}

fn helper(staff: &Staff) -> Helper {
    Helper {
        id: staff.id.clone(),
        name: staff.name.clone(),
    }
}

/// Begins a shift; gives it and what its cookie is to hold.
pub async fn begin(
    app: &App,
    tablet: &TabletRow,
    volunteer: &StaffId,
    pin: String,
) -> Result<(assist::Shift, String)> {
    let listed = volunteers(app, tablet).await?;
    let staff = auth::proven_pin(app, volunteer, pin).await?;
    // Right, but of another part of town.
    if !listed.iter().any(|helper| helper.id == staff.id) {
        return Err(Code::Forbidden.into());
    }
    let now = app.now();
    let token = crate::keys::token();
    let shift = Shift {
        id: Uuid::now_v7(),
        tablet: tablet.id,
        volunteer: staff.id.clone(),
        csrf: crate::keys::token(),
        began: now,
        expires: now.plus_seconds(SHIFT_S),
        ended: None,
    };
    app.store.begin_shift(&shift, &token).await?;
    tracing::info!(shift = %shift.id, staff = %staff.id, "a shift began");
    Ok((told(app, &staff, shift).await?, token))
}

/// A shift that runs, as its volunteer sees it.
pub async fn told(app: &App, volunteer: &Staff, shift: Shift) -> Result<assist::Shift> {
    let since = app.store.shifts_of(&volunteer.id, shift.began).await?;
    let own = since.into_iter().find(|done| done.shift.id == shift.id);
    let done = own.ok_or(Code::ShiftOver)?;
    Ok(assist::Shift {
        volunteer: helper(volunteer),
        csrf: shift.csrf,
        expires: shift.expires,
        done: record(done, app.now()),
    })
}

/// What was done in a shift.
pub fn record(done: ShiftDone, now: TimeMs) -> ShiftRecord {
    let ended = done.shift.over(now);
    ShiftRecord {
        began: done.shift.began,
        ended,
        minutes: minutes(done.shift.began, ended.unwrap_or(now)),
        residents: done.residents,
        receipts: done.receipts,
    }
}

/// Minutes between two moments, begun ones counted.
pub fn minutes(from: TimeMs, to: TimeMs) -> u32 {
    let ms = u64::try_from(to.0 - from.0).unwrap_or_default();
    u32::try_from(ms.div_ceil(60_000)).unwrap_or(u32::MAX)
}

/// Keeps a form for half an hour under a code nobody has yet.
pub async fn park(app: &App, volunteer: &StaffId, form: &ParkedForm) -> Result<Parked> {
    let until = app.now().plus_seconds(PARKED_S);
    for _ in 0..DRAWS {
        let code = code();
        if app.store.park(volunteer, &code, form, until).await? {
            return Ok(Parked { code, until });
        }
    }
    Err(Error::broken("no free code was drawn"))
}

/// A code to be said aloud; its first digit is not a zero, which people leave out.
fn code() -> String {
    let whole = 10_u32.pow(CODE_DIGITS as u32);
    let first = whole / 10;
    let drawn = first + rand::random::<u32>() % (whole - first);
    drawn.to_string()
}

/// Whether staff may see and end a tablet: it stands in their area, or in one that is no more.
pub fn keeps(app: &App, staff: &Staff, tablet: &TabletRow) -> bool {
    let street = app.street();
    street.area(&tablet.area).is_none() || street.holds(&staff.area, &tablet.area)
}

/// The volunteers staff look after: those who serve their area or a part of it, by name.
pub async fn looked_after(app: &App, staff: &Staff) -> Result<Vec<StaffRow>> {
    let street = app.street();
    let rows = app.store.all_staff().await?.into_iter();
    let mut theirs: Vec<StaffRow> = rows
        .filter(|row| helps(row) && street.holds(&staff.area, &row.staff.area))
        .collect();
    theirs.sort_by(|a, b| (&a.staff.name, &a.staff.id).cmp(&(&b.staff.name, &b.staff.id)));
    Ok(theirs)
}

/// Their volunteers with the hours of the month that begins on `first`.
pub async fn hours_of_month(app: &App, staff: &Staff, first: Date) -> Result<Volunteers> {
    let now = app.now();
    let next = first.last_of_month().saturating_add(1.day());
    let (from, to) = (TimeMs::start_of(first), TimeMs::start_of(next));
    let done = app.store.hours(from, to).await?;
    let mut volunteers = Vec::new();
    for row in looked_after(app, staff).await? {
        let own = done
            .iter()
            .filter(|done| done.done.shift.volunteer == row.staff.id);
        let shifts: Vec<VolunteerShift> = own.cloned().map(|done| shift_of(done, now)).collect();
        volunteers.push(VolunteerRow {
            area_name: app.street().area_name(&row.staff.area),
            pin: row.pin_hash.is_some(),
            locked_until: app.store.pin_locked(&row.staff.id, now).await?,
            minutes: shifts.iter().map(|shift| shift.minutes).sum(),
            shifts,
            id: row.staff.id,
            name: row.staff.name,
        });
    }
    Ok(Volunteers {
        month: first.strftime("%Y-%m").to_string(),
        volunteers,
    })
}

fn shift_of(row: HoursRow, now: TimeMs) -> VolunteerShift {
    let done = record(row.done, now);
    VolunteerShift {
        tablet: row.tablet,
        began: done.began,
        ended: done.ended,
        minutes: done.minutes,
        residents: done.residents,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_easy_to_say() {
        for _ in 0..1000 {
            let code = code();
            assert_eq!(code.len(), CODE_DIGITS);
            assert!(!code.starts_with('0'), "{code}");
        }
    }

    #[test]
    fn begun_minutes_count() {
        for (ms, expected) in [(0, 0), (1, 1), (60_000, 1), (60_001, 2), (-5, 0)] {
            assert_eq!(minutes(TimeMs(7), TimeMs(7 + ms)), expected, "{ms}");
        }
    }
}
