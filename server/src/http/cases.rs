//! What residents do: upload, hand in, look up, act.

use super::error::{Error, Result, chain};
use super::extract::{Held, Json, Keyed, Origin, Own, Path};
use crate::assist::WithHelp;
use crate::cases::view::{Reader, case_view, shown_photos};
use crate::cases::{self, malformed};
use crate::limits::{Counted, give_back, take};
use crate::photos::{self, Put};
use crate::state::App;
use crate::store::{Answer, FamilyRow, OnceKey, VisitAnswer};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::api::family::{FamilyLink, FamilyLinks, NewFamilyLink, check_name};
use model::api::{Act, CaseView, NewCase, PhotoSize, Track, Tracked, VisitCheck, VisitCode};
use model::id::{CaseId, PhotoId};
use model::problem::Code;
use model::receipt::Receipt;
use model::text::Fault;
use uuid::Uuid;

/// Whoever finds no place for an upload comes again after so many seconds.
const UPLOAD_AGAIN_S: u64 = 15;

/// Keeps a picture until a case claims it.
pub async fn put_photo(
    State(app): State<App>,
    Path(id): Path<PhotoId>,
    origin: Origin,
    body: Body,
) -> Result<StatusCode> {
    take(&app, Counted::Photo(&origin.0)).await?;
    let arrived = app.photos.receive(body).await?;
    match app.photos.put(id, arrived.bytes.clone(), app.now()).await? {
        Put::Created => Ok(StatusCode::CREATED),
        Put::Same => Ok(StatusCode::OK),
    }
}

pub async fn submit(
    State(app): State<App>,
    origin: Origin,
    help: WithHelp,
    sent: Keyed<NewCase>,
) -> Result<Response> {
    let key = once_key("case".to_owned(), &sent);
    if let Some(first) = cases::answered(&app, &key).await? {
        return Ok(answer(first));
    }
    take_submit(&app, &origin).await?;
    cases::submit(&app, sent.body, help.0, key)
        .await
        .map(answer)
}

/// One more case from there. Whoever is refused for others' sake has used up nothing of their own.
async fn take_submit(app: &App, origin: &Origin) -> Result<()> {
    let own = Counted::Submit(&origin.0);
    take(app, own).await?;
    if let Err(refused) = take(app, Counted::SubmitAll).await {
        give_back(app, own).await?;
        return Err(refused);
    }
    Ok(())
}

/// The key of one intended act. Keys of different people never meet.
pub fn once_key<T>(scope: String, sent: &Keyed<T>) -> OnceKey {
    OnceKey {
        scope,
        key: sent.key,
        body_hash: sent.hash,
    }
}

/// An answer as it was stored, byte for byte.
pub fn answer(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, answer.body).into_response()
}

pub async fn track(
    State(app): State<App>,
    origin: Origin,
    Json(sent): Json<Track>,
) -> Result<Json<Tracked>> {
    let receipt =
        Receipt::parse(&sent.receipt).map_err(|_| malformed("receipt", Fault::Malformed))?;
    take(&app, Counted::TrackAddress(&origin.0)).await?;
    let digits = receipt.digits();
    take(&app, Counted::TrackReceipt(&digits, &origin.0)).await?;
    // Counted before it is known to be wrong: of many sent at once none slips past.
    take(&app, Counted::TrackWrong(&digits)).await?;
    let tracked = cases::track(&app, receipt, &sent).await?;
    give_back(&app, Counted::TrackWrong(&digits)).await?;
    Ok(Json(tracked))
}

pub async fn view(State(app): State<App>, held: Held) -> Result<Json<CaseView>> {
    let reader = Reader::from(&held.holder);
    let view = case_view(&app.street(), &held.case, app.now(), reader);
    Ok(Json(view))
}

pub async fn act(State(app): State<App>, held: Held, sent: Keyed<Act>) -> Result<Response> {
    let Held { case, holder } = held;
    let reader = Reader::from(&holder);
    let key = once_key(format!("{} {}", reader.scope(), case.record.id), &sent);
    if let Some(first) = cases::answered(&app, &key).await? {
        return Ok(answer(first));
    }
    let now = app.now();
    let done = cases::act(&app, case, &sent.body, reader, key, |street, after, _| {
        cases::ok(&case_view(street, after, now, reader))
    });
    done.await.map(answer)
}

pub async fn check_visit(
    State(app): State<App>,
    Own(case): Own,
    Json(sent): Json<VisitCode>,
) -> Result<Json<VisitCheck>> {
    let code: String = sent.code.chars().map(model::search::half_width).collect();
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(malformed("code", Fault::Malformed));
    }
    let answer = app
        .store
        .check_visit(case.record.id, &code, app.now())
        .await?;
    Ok(Json(match answer {
        VisitAnswer::Wrong { tries_left } => VisitCheck::Wrong { tries_left },
        VisitAnswer::Used { at } => VisitCheck::Used { at },
        VisitAnswer::Closed => VisitCheck::Closed,
        VisitAnswer::Genuine { staff } => {
            let street = app.street();
            // Somebody who has left since the visit was booked does not come.
            let staff = street.staff(&staff).ok_or(Code::NotFound)?;
            VisitCheck::Genuine {
                name: staff.name.clone(),
                role: staff.role,
            }
        }
    }))
}

pub async fn photo(
    State(app): State<App>,
    held: Held,
    Path((_, photo, size)): Path<(CaseId, PhotoId, PhotoSize)>,
) -> Result<Response> {
    let mut shown = shown_photos(&held.case, Reader::from(&held.holder));
    if !shown.any(|row| row.id == photo) {
        return Err(Code::NotFound.into());
    }
    app.photos
        .get(photo, size)
        .await
        .map(picture)
        .map_err(Error::from)
}

/// The links that a case's resident made for their family.
pub async fn family(State(app): State<App>, Own(case): Own) -> Result<Json<FamilyLinks>> {
    let rows = app.store.family(&case.record).await?;
    let links = rows.into_iter().map(family_link).collect();
    Ok(Json(FamilyLinks { links }))
}

fn family_link(row: FamilyRow) -> FamilyLink {
    FamilyLink {
        id: row.id,
        name: row.name,
        made: row.at,
        used: row.used,
    }
}

pub async fn add_family(
    State(app): State<App>,
    Own(case): Own,
    sent: Keyed<NewFamilyLink>,
) -> Result<Response> {
    let key = once_key(format!("family {}", case.record.id), &sent);
    if let Some(first) = cases::answered(&app, &key).await? {
        return Ok(answer(first));
    }
    let name = check_name(&sent.body.name).map_err(|fault| malformed("name", fault))?;
    cases::add_family(&app, &case, name, key).await.map(answer)
}

/// Takes a link back. Whoever has the case open by it is told that something changed, looks, and
/// finds nothing.
pub async fn end_family(
    State(app): State<App>,
    Own(case): Own,
    Path((id, link)): Path<(CaseId, Uuid)>,
) -> Result<StatusCode> {
    app.store.end_family(id, link).await?;
    cases::tell_again(&app, &case);
    Ok(StatusCode::NO_CONTENT)
}

/// A picture made by us: always JPEG, never kept by a browser that may be a shared tablet's.
pub fn picture(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "image/jpeg")], bytes).into_response()
}

/// A body that ends early is the client's line breaking, not a large picture.
impl From<photos::NotArrived> for Error {
    fn from(error: photos::NotArrived) -> Error {
        use photos::NotArrived;
        match error {
            NotArrived::Full => Error::Busy(UPLOAD_AGAIN_S),
            NotArrived::TooLarge => Code::TooLarge.into(),
            NotArrived::Broken => Code::Malformed.into(),
            NotArrived::Stalled => Code::TimedOut.into(),
            broken @ NotArrived::Disk(_) => Error::broken(broken),
        }
    }
}

impl From<photos::Error> for Error {
    fn from(error: photos::Error) -> Error {
        match error {
            photos::Error::TooLarge => Code::TooLarge.into(),
            photos::Error::NotAPicture => Code::NotAPicture.into(),
            photos::Error::Taken => Code::PhotoTaken.into(),
            photos::Error::Missing => Code::NotFound.into(),
            photos::Error::Incoming(error) => error.into(),
            photos::Error::Store(error) => error.into(),
            // The bucket is away, or the disk full: the app keeps the picture and tries again.
            away @ (photos::Error::Objects(_) | photos::Error::Disk(_)) => {
                tracing::error!(error = %chain(&away), "the photo store does not take or give");
                Code::Busy.into()
            }
            broken => Error::broken(broken),
        }
    }
}
