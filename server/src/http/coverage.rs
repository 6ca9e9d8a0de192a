//! Which homes have which service: the table, its exports, and what one more would change.

use super::error::Result;
use super::extract::{Json, Query};
use super::reports::position;
use crate::auth::{Planners, Signed};
use crate::coverage;
use crate::state::App;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use circle::Profile;
use model::api::coverage::{Coverage, CoverageQuery, WhatIf, WhatIfQuery};
use model::area::Staff;
use model::problem::Code;
use serde_json::{Value, json};

pub async fn table(
    State(app): State<App>,
    signed: Signed<Planners>,
    Query(asked): Query<CoverageQuery>,
) -> Result<Json<Coverage>> {
    measured(&app, signed.staff, &asked).await.map(Json)
}

pub async fn csv(
    State(app): State<App>,
    signed: Signed<Planners>,
    Query(asked): Query<CoverageQuery>,
) -> Result<Response> {
    let table = measured(&app, signed.staff, &asked).await?;
    Ok(file(
        "text/csv; charset=utf-8",
        "coverage.csv",
        as_csv(&table),
    ))
}

pub async fn geojson(
    State(app): State<App>,
    signed: Signed<Planners>,
    Query(asked): Query<CoverageQuery>,
) -> Result<Response> {
    let table = measured(&app, signed.staff, &asked).await?;
    let text = as_geojson(&table).to_string();
    Ok(file("application/geo+json", "coverage.geojson", text))
}

pub async fn what_if(
    State(app): State<App>,
    signed: Signed<Planners>,
    Query(asked): Query<WhatIfQuery>,
) -> Result<Json<WhatIf>> {
    let profile = profile(&asked.profile)?;
    let at = position(&asked.at)?;
    let street = app.street();
    let mut standards = street.seed.standards.iter();
    let standard =
        standards.find(|it| it.category.name() == asked.category && it.kind == asked.kind);
    let standard = standard.ok_or(Code::Malformed)?.clone();
    let work = move || coverage::what_if(&street, &signed.staff, &profile, &standard, at);
    let found = tokio::task::spawn_blocking(work).await;
    let found = found.map_err(|_| Code::Internal)?;
    Ok(Json(found.ok_or(Code::NotFound)?))
}

async fn measured(app: &App, staff: Staff, asked: &CoverageQuery) -> Result<Coverage> {
    let profile = profile(&asked.profile)?;
    let street = app.street();
    let work = move || coverage::table(&street, &staff, &profile);
    let table = tokio::task::spawn_blocking(work).await;
    Ok(table.map_err(|_| Code::Internal)?)
}

/// An older person where nobody else is named: what they can walk to, everybody can.
fn profile(name: &str) -> Result<Profile> {
    match name {
        "" => Ok(Profile::OLDER),
        name => Ok(Profile::named(name).ok_or(Code::Malformed)?),
    }
}

fn file(media_type: &'static str, name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}

/// A row for each service and estate. It begins with a byte order mark, or Excel takes Chinese
/// for another code.
fn as_csv(table: &Coverage) -> String {
    let mut text =
        "\u{feff}category,kind,within_minutes,estate,homes,walk_minutes,covered\r\n".to_owned();
    for row in &table.rows {
        for (number, estate) in table.estates.iter().enumerate() {
            let walk = row.walks.get(number).copied().flatten();
            let covered = match (estate.on_map, row.covers(number)) {
                (false, _) => "off the map",
                (true, true) => "yes",
                (true, false) => "no",
            };
            text.push_str(&format!(
                "{},{},{},{},{},{},{covered}\r\n",
                row.category.name(),
                cell(&row.kind),
                row.minutes,
                cell(&estate.name),
                estate.homes,
                walk.map_or_else(String::new, |walk| walk.to_string()),
            ));
        }
    }
    text
}

/// A cell that no spreadsheet takes for a formula: one that could be gets an apostrophe first
/// (OWASP, CSV injection).
pub fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let sign = if formula { "'" } else { "" };
    format!("\"{sign}{}\"", text.replace('"', "\"\""))
}

fn as_geojson(table: &Coverage) -> Value {
    let feature = |(number, estate): (usize, &model::api::coverage::CoveredEstate)| {
        let lacking = table.rows.iter().filter(|row| !row.covers(number));
        let lacking: Vec<&str> = match estate.on_map {
            true => lacking.map(|row| row.kind.as_str()).collect(),
            false => Vec::new(),
        };
        json!({
            "type": "Feature",
            "id": estate.id,
            "geometry": { "type": "Point", "coordinates": [estate.at.lon(), estate.at.lat()] },
            "properties": {
                "name": estate.name,
                "homes": estate.homes,
                "on_map": estate.on_map,
                "profile": table.profile,
                "lacking": lacking,
            },
        })
    };
    let features: Vec<Value> = table.estates.iter().enumerate().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in [
            ("药店", "\"药店\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("a\"b,c\n", "\"a\"\"b,c\n\""),
            ("－5", "\"'－5\""),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
