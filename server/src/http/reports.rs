//! 随手拍 for everybody: what may be reported, what was, voices and followers. Nothing here opens
//! what is sealed: see [`crate::store::Report`].

use super::cases::picture;
use super::error::{Error, Result};
use super::extract::{CaseSecret, Json, KeyOnly, Origin, Path, Query};
use crate::cases::malformed;
use crate::cases::public::{item, public_report};
use crate::here::only_here;
use crate::limits::{Counted, take};
use crate::state::App;
use crate::store::{self, Report, ReportFilter, ReportOrder};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::api::PhotoSize;
use model::api::report::{
    Followed, Following, NearQuery, Nearby, PublicReport, ReportSort, Reports, ReportsQuery,
};
use model::id::{CaseId, CategoryId, PhotoId};
use model::issue::NEAR_M;
use model::place::Wgs84;
use model::problem::Code;
use model::text::Fault;
use model::workflow::Refused;

/// Cases a page shows.
const PAGE: u32 = 20;
/// Cases shown as perhaps the same.
const NEARBY: usize = 10;
/// Cases looked at for them: some lie near and are far on foot.
const AROUND: u32 = 30;

pub async fn categories(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    app.street().public.categories.answer(&headers).await
}

pub async fn list(
    State(app): State<App>,
    Query(asked): Query<ReportsQuery>,
) -> Result<Json<Reports>> {
    let filter = ReportFilter {
        category: optional(&asked.category, "category", CategoryId::parse)?,
        open: match asked.status.as_str() {
            "" => None,
            "open" => Some(true),
            "closed" => Some(false),
            _ => return Err(malformed("status", Fault::BadChoice)),
        },
        after: optional(&asked.cursor, "cursor", str::parse)?,
        limit: PAGE,
    };
    let page = match asked.sort {
        ReportSort::Newest => app.store.reports(ReportOrder::Newest, &filter).await?,
        ReportSort::Voices => app.store.reports(ReportOrder::Voices, &filter).await?,
        ReportSort::Nearest => {
            app.store
                .nearest(position(&asked.at)?, f64::INFINITY, &filter)
                .await?
        }
    };
    let street = app.street();
    let items = page.items.into_iter();
    Ok(Json(Reports {
        items: items
            .map(|(report, away)| item(&street, &report, away))
            .collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }))
}

/// Open public cases of the category within 50 m that are also near on foot: asked before one is
/// handed in.
pub async fn near(State(app): State<App>, Query(asked): Query<NearQuery>) -> Result<Json<Nearby>> {
    let at = position(&asked.at)?;
    let filter = ReportFilter {
        category: optional(&asked.category, "category", CategoryId::parse)?,
        open: Some(true),
        after: None,
        limit: AROUND,
    };
    let around = app.store.nearest(at, NEAR_M, &filter).await?.items;
    let street = app.street();
    let here = only_here(street.footways.as_deref(), at, around, |(report, away)| {
        (report.at, away.unwrap_or(NEAR_M))
    });
    let items = here.iter().take(NEARBY);
    Ok(Json(Nearby {
        items: items
            .map(|(report, away)| item(&street, report, *away))
            .collect(),
    }))
}

/// A text that may be empty; a fault of its field where it is anything else than it should be.
fn optional<T, E>(
    text: &str,
    field: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>> {
    match text {
        "" => Ok(None),
        text => parse(text)
            .map(Some)
            .map_err(|_| malformed(field, Fault::Malformed)),
    }
}

pub(super) fn position(text: &str) -> Result<Wgs84> {
    let numbers = text.split_once(',').and_then(|(lat, lon)| {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        Wgs84::new(number(lat)?, number(lon)?).ok()
    });
    numbers.ok_or_else(|| malformed("at", Fault::Malformed))
}

pub async fn view(State(app): State<App>, Path(id): Path<CaseId>) -> Result<Json<PublicReport>> {
    let report = seen(&app, id).await?;
    public_report(&app, report).await.map(Json)
}

/// A case everybody sees, or one that was public and for which a public one stands.
async fn seen(app: &App, id: CaseId) -> Result<Report> {
    let report = app.store.report(id).await?;
    if report.shown {
        return Ok(report);
    }
    let parent = report.merged_into.filter(|_| report.is_public());
    match parent {
        Some(parent) if app.store.report(parent).await?.shown => Ok(report),
        _ => Err(Code::NotFound.into()),
    }
}

/// A reviewed picture of a case everybody sees, or of one for which that case stands.
pub async fn photo(
    State(app): State<App>,
    Path((id, photo, size)): Path<(CaseId, PhotoId, PhotoSize)>,
) -> Result<Response> {
    let report = app.store.report(id).await?;
    if !report.shown {
        return Err(Code::NotFound.into());
    }
    let others = app.store.merged_into(id).await?;
    let mut public =
        std::iter::once(&report).chain(others.iter().filter(|other| other.is_public()));
    if !public.any(|report| report.photos.iter().any(|shown| shown.photo == photo)) {
        return Err(Code::NotFound.into());
    }
    app.photos
        .get(photo, size)
        .await
        .map(picture)
        .map_err(Error::from)
}

pub async fn add_voice(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    origin: Origin,
    KeyOnly(key): KeyOnly,
) -> Result<Json<Following>> {
    take(&app, Counted::Voice(&origin.0)).await?;
    take(&app, Counted::VoiceOf(&id.to_string(), &origin.0)).await?;
    let voiced = app.store.add_voice(id, key, app.now()).await?;
    // What is finished is handed in anew, not agreed with.
    let voiced = voiced.ok_or(Refused::WrongState)?;
    Ok(Json(following(id, voiced)))
}

pub async fn follow(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    origin: Origin,
    KeyOnly(key): KeyOnly,
) -> Result<Json<Following>> {
    take(&app, Counted::Voice(&origin.0)).await?;
    let voiced = app.store.follow(id, key, app.now()).await?;
    Ok(Json(following(id, voiced)))
}

fn following(case: CaseId, voiced: store::Voiced) -> Following {
    Following {
        case,
        secret: voiced.secret,
        voices: voiced.voices,
    }
}

/// What a follower sees: where it stands, also while it is hidden; the rest while everybody does.
pub async fn followed(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    secret: CaseSecret,
) -> Result<Json<Followed>> {
    if !app.store.follows(id, &secret.0).await? {
        return Err(Code::NotFound.into());
    }
    let own = app.store.report(id).await?;
    let merged_into = own.merged_into;
    let report = match merged_into {
        Some(parent) => app.store.report(parent).await?,
        None => own,
    };
    Ok(Json(Followed {
        case: id,
        merged_into,
        state: report.state,
        updated: report.updated,
        report: match report.shown {
            true => Some(public_report(&app, report).await?),
            false => None,
        },
    }))
}

pub async fn unfollow(
    State(app): State<App>,
    Path(id): Path<CaseId>,
    secret: CaseSecret,
) -> Result<StatusCode> {
    match app.store.unfollow(id, &secret.0).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Code::NotFound.into()),
    }
}
