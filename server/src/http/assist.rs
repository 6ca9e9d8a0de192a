//! 助办: the shared tablet, the volunteer's shift, the residents served in it.

use super::error::Result;
use super::extract::{Json, Origin, Path, Query};
use crate::assist::{self, OnShift, OnTablet, shift_cookie, tablet_cookie};
use crate::auth::{self, Keepers, Signed, same_site};
use crate::cases::malformed;
use crate::limits::{Counted, take};
use crate::state::App;
use crate::store::{TabletRow, TabletUse};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use jiff::civil::Date;
use model::api::assist::{
    BeginShift, Enrol, MyHours, NewPin, Parked, ParkedForm, Serving, Shift, ShiftRecord, Tablet,
    Tablets, TakeUp, TakenUp, Volunteers, VolunteersQuery, check_pin,
};
use model::area::Staff;
use model::id::StaffId;
use model::problem::Code;
use model::text::Fault;
use model::time::TimeMs;
use uuid::Uuid;

/// A volunteer sees their own hours so many days back.
const HOURS_DAYS: i64 = 92;

pub async fn enrol(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(sent): Json<Enrol>,
) -> Result<impl IntoResponse> {
    same_site(&headers, &app)?;
    take(&app, Counted::SignIn(&origin.0)).await?;
    let (tablet, token) = assist::enrol(&app, sent).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, tablet_cookie(&app, &token))]);
    let told = told(&app, &tablet, None).await?;
    Ok((cookie, Json(told)))
}

pub async fn tablet(
    State(app): State<App>,
    on: OnTablet,
    headers: HeaderMap,
) -> Result<Json<Tablet>> {
    let shift = match assist::running(&app, &headers, &on.tablet).await {
        Ok((shift, volunteer)) => Some(assist::told(&app, &volunteer, shift).await?),
        Err(crate::http::error::Error::Plain(Code::ShiftOver)) => None,
        Err(error) => return Err(error),
    };
    told(&app, &on.tablet, shift).await.map(Json)
}

async fn told(app: &App, tablet: &TabletRow, shift: Option<Shift>) -> Result<Tablet> {
    Ok(Tablet {
        name: tablet.name.clone(),
        area_name: app.street().area_name(&tablet.area),
        volunteers: assist::volunteers(app, tablet).await?,
        shift,
    })
}

pub async fn begin(
    State(app): State<App>,
    on: OnTablet,
    origin: Origin,
    Json(sent): Json<BeginShift>,
) -> Result<impl IntoResponse> {
    take(&app, Counted::SignIn(&origin.0)).await?;
    let (shift, token) = assist::begin(&app, &on.tablet, &sent.volunteer, sent.pin).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, shift_cookie(&app, &token))]);
    Ok((cookie, Json(shift)))
}

pub async fn hours(State(app): State<App>, on: OnShift) -> Result<Json<MyHours>> {
    let now = app.now();
    let since = now.plus_days(-HOURS_DAYS);
    let shifts = app.store.shifts_of(&on.volunteer.id, since).await?;
    let shifts = shifts.into_iter();
    let before: Vec<ShiftRecord> = shifts
        .filter(|done| done.shift.id != on.shift.id)
        .map(|done| assist::record(done, now))
        .collect();
    let shift = assist::told(&app, &on.volunteer, on.shift).await?;
    let month = now.china_date().first_of_month();
    let of_month = |shift: &&ShiftRecord| shift.began >= TimeMs::start_of(month);
    let month_minutes = before
        .iter()
        .chain([&shift.done])
        .filter(of_month)
        .map(|shift| shift.minutes)
        .sum();
    Ok(Json(MyHours {
        shift,
        before,
        month_minutes,
    }))
}

pub async fn end(State(app): State<App>, on: OnShift) -> Result<impl IntoResponse> {
    app.store.end_shift(on.shift.id, app.now()).await?;
    let cookie = AppendHeaders([(header::SET_COOKIE, shift_cookie(&app, ""))]);
    Ok((StatusCode::NO_CONTENT, cookie))
}

pub async fn serve(State(app): State<App>, on: OnShift) -> Result<Json<Serving>> {
    let id = app.store.begin_serving(on.shift.id, app.now()).await?;
    Ok(Json(Serving { id }))
}

pub async fn next(State(app): State<App>, on: OnShift) -> Result<StatusCode> {
    app.store.end_serving(on.shift.id, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn park(
    State(app): State<App>,
    on: OnShift,
    Json(form): Json<ParkedForm>,
) -> Result<Json<Parked>> {
    assist::park(&app, &on.volunteer.id, &form).await.map(Json)
}

pub async fn take_up(
    State(app): State<App>,
    on: OnShift,
    Json(sent): Json<TakeUp>,
) -> Result<Json<TakenUp>> {
    take(&app, Counted::TakeUp(&on.shift.id.to_string())).await?;
    let code: String = sent.code.chars().map(model::search::half_width).collect();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let (serving, form) = app.store.take_up(&on.shift, &code, app.now()).await?;
    Ok(Json(TakenUp { serving, form }))
}

pub async fn tablets(State(app): State<App>, signed: Signed<Keepers>) -> Result<Json<Tablets>> {
    let street = app.street();
    let rows = app.store.tablets().await?.into_iter();
    let uses = app.store.tablet_uses(app.now()).await?;
    let at_work = |used: &TabletUse| used.at_work.as_ref().and_then(|id| street.staff_name(id));
    let kept = rows.filter(|tablet| assist::keeps(&app, &signed.staff, tablet));
    let tablets = kept.map(|tablet| model::api::assist::TabletRow {
        id: tablet.id,
        used: uses.get(&tablet.id).map(|used| used.last),
        at_work: uses.get(&tablet.id).and_then(at_work),
        name: tablet.name,
        area_name: street.area_name(&tablet.area),
        area: tablet.area,
        by: street.staff_name(&tablet.by),
        since: tablet.at,
        ended: tablet.ended,
    });
    Ok(Json(Tablets {
        tablets: tablets.collect(),
    }))
}

pub async fn end_tablet(
    State(app): State<App>,
    signed: Signed<Keepers>,
    Path(id): Path<Uuid>,
) -> Result<StatusCode> {
    let tablets = app.store.tablets().await?;
    let tablet = tablets.into_iter().find(|tablet| tablet.id == id);
    let theirs = tablet.filter(|tablet| assist::keeps(&app, &signed.staff, tablet));
    theirs.ok_or(Code::NotFound)?;
    app.store.end_tablet(id, app.now()).await?;
    tracing::info!(tablet = %id, staff = %signed.staff.id, "a tablet is shared no more");
    Ok(StatusCode::NO_CONTENT)
}

pub async fn staff_volunteers(
    State(app): State<App>,
    signed: Signed<Keepers>,
    Query(asked): Query<VolunteersQuery>,
) -> Result<Json<Volunteers>> {
    let first = match asked.month.as_str() {
        "" => app.now().china_date().first_of_month(),
        month => first_day(month).ok_or_else(|| malformed("month", Fault::BadDate))?,
    };
    assist::hours_of_month(&app, &signed.staff, first)
        .await
        .map(Json)
}

/// The first day of a month written `2026-11`.
fn first_day(month: &str) -> Option<Date> {
    let (year, number) = month.split_once('-')?;
    let digits =
        |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    let whole = digits(year, 4) && digits(number, 2);
    let day = whole.then(|| format!("{month}-01"))?;
    day.parse().ok()
}

pub async fn set_pin(
    State(app): State<App>,
    signed: Signed<Keepers>,
    Path(id): Path<StaffId>,
    Json(sent): Json<NewPin>,
) -> Result<StatusCode> {
    let volunteer = theirs(&app, &signed.staff, &id).await?;
    check_pin(&sent.pin).map_err(|_| malformed("pin", Fault::PlainPin))?;
    let hash = auth::hash(sent.pin).await?;
    app.store.set_pin_hash(&volunteer, &hash, app.now()).await?;
    tracing::info!(volunteer = %volunteer, staff = %signed.staff.id, "a PIN was set");
    Ok(StatusCode::NO_CONTENT)
}

pub async fn unlock(
    State(app): State<App>,
    signed: Signed<Keepers>,
    Path(id): Path<StaffId>,
) -> Result<StatusCode> {
    let volunteer = theirs(&app, &signed.staff, &id).await?;
    app.store.end_pin(&volunteer).await?;
    tracing::info!(volunteer = %volunteer, staff = %signed.staff.id, "a PIN may be tried again");
    Ok(StatusCode::NO_CONTENT)
}

/// A volunteer that one looks after.
async fn theirs(app: &App, staff: &Staff, id: &StaffId) -> Result<StaffId> {
    let theirs = assist::looked_after(app, staff).await?;
    let volunteer = theirs.into_iter().find(|row| row.staff.id == *id);
    Ok(volunteer.ok_or(Code::NotFound)?.staff.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_is_written_in_one_way() {
        assert_eq!(first_day("2026-02"), Some(date(2026, 2, 1)));
        for wrong in [
            "",
            "2026",
            "2026-2",
            "2026-13",
            "2026-00",
            "26-11",
            "2026-11-01",
            "２０２６-11",
        ] {
            assert_eq!(first_day(wrong), None, "{wrong}");
        }
    }
}
