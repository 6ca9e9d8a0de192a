//! Cases that everybody sees, as Open311 writes them.

use super::answer::{Format, Node};
use super::ask::Asked;
use super::describe::{discovered, origin, services};
use super::{Failed, Fault, ok};
use crate::cases::public::{category_name, entry, responsible};
use crate::http::error::Error;
use crate::state::App;
use crate::store::{Report, SentFilter};
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::api::{PhotoSize, path};
use model::id::{CaseId, CategoryId};
use model::time::TimeMs;

/// Cases one answer holds at most.
const PAGE_MAX: u32 = 1000;
/// The longest time that may be asked about, in days; also what is shown without being asked.
const SPAN_DAYS: i64 = 90;

/// `services.F` and `requests.F`.
pub async fn list(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    match Format::split(&file) {
        Some(("services", format)) => Ok(services(&app, format)),
        // Clients that are given this address alone look for it here.
        Some(("discovery", format)) => Ok(discovered(&app, format, &headers)),
        Some(("requests", format)) => {
            let asked = Asked::of(query.unwrap_or_default().as_bytes());
            let origin = origin(&app, &headers);
            let body = requests(&app, &asked, &origin).await;
            let body = body.map_err(|fault| Failed::of(format, fault))?;
            Ok(ok(format, "service_requests", &body))
        }
        Some((_, format)) => Err(Failed::of(
            format,
            Fault::not_found("there is no such resource"),
        )),
        None => Err(Failed::of(
            Format::Xml,
            Fault::not_found("an address ends in .xml or .json"),
        )),
    }
}

async fn requests(app: &App, asked: &Asked, origin: &str) -> Result<Node, Fault> {
    let ids: Vec<&str> = asked
        .list("service_request_id")
        .take(PAGE_MAX as usize)
        .collect();
    let reports = if ids.is_empty() {
        app.store.sent_reports(&filter(app, asked)?).await?
    } else {
        by_ids(app, &ids).await?
    };
    let notes = asked.get("extensions") == Some("true");
    let mut requests = Vec::new();
    for report in reports {
        requests.push(request(app, &report, origin, notes).await?);
    }
    Ok(Node::List("request", requests))
}

/// Those of `ids` that everybody sees, in the order asked for.
async fn by_ids(app: &App, ids: &[&str]) -> Result<Vec<Report>, Fault> {
    let mut reports = Vec::new();
    for id in ids {
        match shown(app, id).await {
            Ok(report) => reports.push(report),
            Err(Error::Plain(model::problem::Code::NotFound)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(reports)
}

async fn shown(app: &App, id: &str) -> Result<Report, Error> {
    let not_found = || Error::Plain(model::problem::Code::NotFound);
    let id: CaseId = id.parse().map_err(|_| not_found())?;
    let report = app.store.report(id).await?;
    if report.shown {
        Ok(report)
    } else {
        Err(not_found())
    }
}

fn filter(app: &App, asked: &Asked) -> Result<SentFilter, Fault> {
    let (from, until) = span(asked, app.now())?;
    let page_size = asked.count("page_size", PAGE_MAX)?.min(PAGE_MAX);
    let page = asked.count("page", 1)?;
    Ok(SentFilter {
        categories: categories(app, asked)?,
        open: status(asked)?,
        from,
        until,
        updated_after: asked.moment("updated_after")?,
        limit: page_size,
        offset: page_size.saturating_mul(page - 1),
    })
}

fn span(asked: &Asked, now: TimeMs) -> Result<(TimeMs, TimeMs), Fault> {
    let span = match (asked.moment("start_date")?, asked.moment("end_date")?) {
        (Some(from), Some(until)) => (from, until),
        (Some(from), None) => (from, now.min(from.plus_days(SPAN_DAYS))),
        (None, Some(until)) => (until.plus_days(-SPAN_DAYS), until),
        (None, None) => (now.plus_days(-SPAN_DAYS), now),
    };
    if span.1 > span.0.plus_days(SPAN_DAYS) {
        return Err(Fault::bad(
            "start_date and end_date are at most 90 days apart",
        ));
    }
    Ok(span)
}

fn status(asked: &Asked) -> Result<Option<bool>, Fault> {
    let (mut open, mut closed) = (false, false);
    for name in asked.list("status") {
        match name {
            "open" => open = true,
            "closed" => closed = true,
            _ => return Err(Fault::bad("status is open, closed, or both")),
        }
    }
    Ok((open != closed).then_some(open))
}

fn categories(app: &App, asked: &Asked) -> Result<Vec<CategoryId>, Fault> {
    let street = app.street();
    let known = |code: &str| {
        let id = CategoryId::parse(code).ok()?;
        street.category(&id).map(|category| category.id.clone())
    };
    asked
        .list("service_code")
        .map(|code| known(code).ok_or_else(|| Fault::not_found("there is no such service_code")))
        .collect()
}

/// `requests/{id}.F`.
pub async fn one(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let (id, format) = Format::split(&file).unwrap_or((&file, Format::Xml));
    let asked = Asked::of(query.unwrap_or_default().as_bytes());
    let notes = asked.get("extensions") == Some("true");
    let read = async {
        let report = shown(&app, id).await.map_err(|error| match error {
            Error::Plain(_) => Fault::not_found("there is no such service_request_id"),
            error => error.into(),
        })?;
        request(&app, &report, &origin(&app, &headers), notes).await
    };
    let read = read.await.map_err(|fault| Failed::of(format, fault))?;
    Ok(ok(
        format,
        "service_requests",
        &Node::List("request", vec![read]),
    ))
}

/// `tokens/{token}.F`: the id, once everybody sees the case or the one that stands for it.
pub async fn token(State(app): State<App>, Path(file): Path<String>) -> Result<Response, Failed> {
    let (token, format) = Format::split(&file).unwrap_or((&file, Format::Xml));
    let id = resolved(&app, token).await;
    let id = id.map_err(|fault| Failed::of(format, fault))?;
    let request = Node::Fields(vec![
        (
            "service_request_id",
            Node::Text(id.map(|id| id.to_string())),
        ),
        ("token", Node::text(token)),
    ]);
    Ok(ok(
        format,
        "service_requests",
        &Node::List("request", vec![request]),
    ))
}

async fn resolved(app: &App, token: &str) -> Result<Option<CaseId>, Fault> {
    let report = app
        .store
        .report_of_token(token)
        .await
        .map_err(|error| match error {
            crate::store::Error::NotFound => Fault::not_found("there is no such token"),
            error => error.into(),
        })?;
    let report = match report.merged_into {
        Some(parent) => app.store.report(parent).await?,
        None => report,
    };
    Ok(report.shown.then_some(report.case))
}

async fn request(app: &App, report: &Report, origin: &str, notes: bool) -> Result<Node, Fault> {
    let street = app.street();
    let (area, due) = app.store.area_and_due(report.case).await?;
    let open = report.state.is_open();
    let due = due.filter(|_| open).map(datetime);
    let photo = report.photos.first().map(|shown| {
        let full = path::of_photo(
            path::REPORT_PHOTO,
            report.case,
            shown.photo,
            PhotoSize::Full,
        );
        format!("{origin}{full}")
    });
    let mut fields = vec![
        ("service_request_id", Node::text(report.case.to_string())),
        ("status", Node::text(if open { "open" } else { "closed" })),
        ("status_notes", Node::text(report.state.name())),
        ("service_name", Node::text(category_name(&street, report))),
        ("service_code", Node::text(report.category.as_str())),
        ("description", Node::text(&report.words)),
        (
            "agency_responsible",
            Node::text(responsible(&street, report, &area)),
        ),
        ("service_notice", Node::NONE),
        ("requested_datetime", Node::text(datetime(report.handed_in))),
        ("updated_datetime", Node::text(datetime(report.updated))),
        ("expected_datetime", Node::Text(due)),
        // What somebody said of the place is not reviewed; the point is.
        ("address", Node::NONE),
        ("address_id", Node::NONE),
        ("zipcode", Node::NONE),
        ("lat", Node::Degrees(report.at.lat())),
        ("long", Node::Degrees(report.at.lon())),
        ("media_url", Node::Text(photo)),
    ];
    if notes {
        let history = app.store.history(report.case).await?;
        let entries = history.facts.iter().filter_map(entry);
        let note = |told: model::api::report::PublicEntry| {
            let open = told.state.is_open();
            Node::Fields(vec![
                ("datetime", Node::text(datetime(told.at))),
                ("status", Node::text(if open { "open" } else { "closed" })),
                ("description", Node::text(told.state.name())),
            ])
        };
        fields.push(("notes", Node::List("note", entries.map(note).collect())));
    }
    Ok(Node::Fields(fields))
}

/// A moment as ISO 8601 in China.
pub fn datetime(at: TimeMs) -> String {
    at.china().strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}
