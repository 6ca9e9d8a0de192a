//! What this server is, and what may be reported to it.

use super::answer::{Format, Node};
use super::{BASE, Failed, Fault, ok};
use crate::state::App;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use model::issue::{Extra, ExtraKind, IssueCategory};

const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// `discovery.xml`, `discovery.json`.
pub async fn discovery(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let Some(("discovery", format)) = Format::split(&file) else {
        return Err(Failed::of(
            Format::Xml,
            Fault::not_found("there is discovery.xml"),
        ));
    };
    Ok(discovered(&app, format, &headers))
}

/// What this server is.
pub fn discovered(app: &App, format: Format, headers: &HeaderMap) -> Response {
    let street = app.street();
    let changeset = super::read::datetime(street.at);
    let contact = street.street().hotlines.first();
    let contact = contact.map(|line| format!("{} {}", line.name, line.phone));
    let key_service = contact
        .as_ref()
        .map(|who| format!("ask for an api_key: {who}"));
    let formats = ["text/xml", "application/json"].map(Node::text);
    let production = match street.street().sample {
        true => "test",
        false => "production",
    };
    let endpoint = Node::Fields(vec![
        ("specification", Node::text(SPECIFICATION)),
        ("url", Node::text(format!("{}{BASE}", origin(app, headers)))),
        ("changeset", Node::text(&changeset)),
        ("type", Node::text(production)),
        ("formats", Node::List("format", formats.into())),
    ]);
    let body = Node::Fields(vec![
        ("changeset", Node::text(&changeset)),
        ("contact", Node::Text(contact)),
        ("key_service", Node::Text(key_service)),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    ok(format, "discovery", &body)
}

/// How this server is reached: as it was told, else as the caller says.
pub fn origin(app: &App, headers: &HeaderMap) -> String {
    let told = app.settings.origin.clone();
    told.unwrap_or_else(|| {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let scheme = if app.settings.https { "https" } else { "http" };
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    })
}

/// `services.xml`, `services.json`.
pub fn services(app: &App, format: Format) -> Response {
    let street = app.street();
    let services = street.seed.categories.iter().map(service).collect();
    ok(format, "services", &Node::List("service", services))
}

fn service(category: &IssueCategory) -> Node {
    let words: Vec<&str> = category
        .aliases
        .iter()
        .chain(&category.keywords)
        .map(String::as_str)
        .collect();
    Node::Fields(vec![
        ("service_code", Node::text(category.id.as_str())),
        ("service_name", Node::text(&category.name)),
        ("description", Node::text(&category.plain)),
        ("metadata", Node::Truth(!category.extra.is_empty())),
        // An id comes once somebody has looked: until then there is a token.
        ("type", Node::text("batch")),
        ("keywords", Node::text(words.join(","))),
        ("group", Node::text(&category.group)),
    ])
}

/// `services/{code}.xml`.
pub async fn definition(
    State(app): State<App>,
    Path(file): Path<String>,
) -> Result<Response, Failed> {
    let (code, format) = Format::split(&file).unwrap_or((&file, Format::Xml));
    let street = app.street();
    let mut categories = street.seed.categories.iter();
    let category = categories
        .find(|category| category.id.as_str() == code)
        .ok_or_else(|| Failed::of(format, Fault::not_found("there is no such service_code")))?;
    let attributes = category.extra.iter().zip(1..).map(attribute).collect();
    let body = Node::Fields(vec![
        ("service_code", Node::text(code)),
        ("attributes", Node::List("attribute", attributes)),
    ]);
    Ok(ok(format, "service_definition", &body))
}

fn attribute((extra, order): (&Extra, i64)) -> Node {
    let datatype = match extra.kind {
        ExtraKind::Choice => "singlevaluelist",
        ExtraKind::Choices => "multivaluelist",
        ExtraKind::Number => "number",
        ExtraKind::Text => "string",
    };
    let value = |value: &model::issue::ExtraValue| {
        Node::Fields(vec![
            ("key", Node::text(&value.key)),
            ("name", Node::text(&value.name)),
        ])
    };
    Node::Fields(vec![
        ("variable", Node::Truth(true)),
        ("code", Node::text(&extra.code)),
        ("datatype", Node::text(datatype)),
        ("required", Node::Truth(extra.required)),
        ("datatype_description", Node::NONE),
        ("order", Node::Whole(order)),
        ("description", Node::text(&extra.label)),
        (
            "values",
            Node::List("value", extra.values.iter().map(value).collect()),
        ),
    ])
}
