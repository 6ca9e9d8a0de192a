//! The description of the API (OpenAPI 3.1), made from the route table, and a page to read it.

use crate::http::{Body, Route, Who};
use axum::http::Method;
use model::api::{CASE_SECRET, CSRF_TOKEN, IDEMPOTENCY_KEY};
use model::problem::{PROBLEM_JSON, Problem};
use serde_json::Value;
use std::fmt::Write;
use utoipa::ToSchema;
use utoipa::openapi::path::{
    Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, Content, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    PathsBuilder, Ref, RefOr, Required, ResponseBuilder, SecurityRequirement,
};

/// A schema and those it refers to, under their names.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// `T` and everything in it.
pub fn schemas_of<T: ToSchema>(into: &mut Schemas) {
    into.push((T::name().into_owned(), T::schema()));
    T::schemas(into);
}

/// The description of `routes`.
pub fn describe(routes: &[Route]) -> OpenApi {
    let mut schemas = Schemas::new();
    schemas_of::<Problem>(&mut schemas);
    let mut paths = PathsBuilder::new();
    for route in routes {
        for body in [&route.takes, &route.gives] {
            body.schemas(&mut schemas);
        }
        if let Some(of_query) = route.query_schemas {
            of_query(&mut schemas);
        }
        let item = utoipa::openapi::PathItem::new(method_of(&route.method), operation(route));
        paths = paths.path(route.path, item);
    }
    let components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .security_scheme(
            "case",
            header_scheme(CASE_SECRET, "The secret of one case."),
        )
        .security_scheme("session", cookie_scheme("yikezhong", "Set by signing in"))
        .security_scheme(
            "tablet",
            cookie_scheme("yikezhong-tablet", "Set by making a shared tablet"),
        )
        .security_scheme(
            "shift",
            cookie_scheme("yikezhong-shift", "Set by beginning a shift"),
        )
        .build();
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("一刻钟")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "What the pages of 一刻钟 ask of its server. Failures are problems of RFC 9457 \
                     with a `code`. Times are milliseconds since 1970, UTC.",
                ))
                .license(Some(
                    LicenseBuilder::new()
                        .name("AGPL-3.0-or-later")
                        .identifier(Some("AGPL-3.0-or-later"))
                        .build(),
                ))
                .build(),
        )
        .paths(paths.build())
        .components(Some(components))
        .build()
}

fn operation(route: &Route) -> Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(operation_id(route)))
        .summary(Some(route.says))
        .tag(tag_of(route.path))
        .response(route.status.to_string(), answer(&route.gives))
        .response("default", failure());
    if let Some(about) = permission(&route.who) {
        operation = operation.description(Some(about));
    }
    if let Some(name) = security(&route.who) {
        let none: [&str; 0] = [];
        operation = operation.security(SecurityRequirement::new(name, none));
    }
    for parameter in parameters(route) {
        operation = operation.parameter(parameter);
    }
    if let Some(content) = route.takes.content() {
        let body = RequestBodyBuilder::new()
            .content(route.takes.media_type(), content)
            .required(Some(Required::True));
        operation = operation.request_body(Some(body.build()));
    }
    operation.build()
}

fn operation_id(route: &Route) -> String {
    let words = route.path.trim_start_matches("/api/v1").split('/');
    let words = words.map(|word| word.trim_matches(['{', '}']).replace('-', "_"));
    let joined: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    format!(
        "{}_{}",
        route.method.as_str().to_lowercase(),
        joined.join("_")
    )
}

fn tag_of(path: &str) -> &'static str {
    match path {
        path if path.starts_with("/api/v1/staff") => "staff",
        path if path.starts_with("/api/v1/cases") || path.contains("/track") => "case",
        path if path.starts_with("/api/v1/assist") => "assist",
        path if path.starts_with("/api/v1/photos") || path.contains("/live") => "case",
        path if path.starts_with("/api/v1") => "street",
        _ => "operation",
    }
}

fn permission(who: &Who) -> Option<String> {
    match who {
        Who::Anybody => None,
        Who::CaseHolder => {
            Some("For whoever holds the case's secret, or that of a family link.".to_owned())
        }
        Who::Resident => Some("For whoever holds the case's own secret.".to_owned()),
        Who::Follower => Some("For whoever holds the secret of a link to follow it by.".to_owned()),
        Who::TicketHolder => Some("For whoever holds a ticket; it is used up by this.".to_owned()),
        Who::Tablet => Some("For a shared tablet, told by its cookie.".to_owned()),
        Who::Shift => Some("For a volunteer whose shift runs on a shared tablet.".to_owned()),
        Who::Staff(roles) => {
            let names = roles.iter().map(|role| format!("{role:?}").to_lowercase());
            let names: Vec<String> = names.collect();
            Some(format!("For signed-in staff: {}.", names.join(", ")))
        }
    }
}

fn security(who: &Who) -> Option<&'static str> {
    match who {
        Who::Anybody | Who::TicketHolder => None,
        Who::Tablet => Some("tablet"),
        Who::Shift => Some("shift"),
        Who::CaseHolder | Who::Resident | Who::Follower => Some("case"),
        Who::Staff(_) => Some("session"),
    }
}

fn parameters(route: &Route) -> Vec<Parameter> {
    let in_path = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(parameter(name, ParameterIn::Path, path_schema(name)))
    });
    let mut all: Vec<Parameter> = in_path.collect();
    all.extend(route.query.iter().cloned());
    if route.keyed {
        all.push(parameter(IDEMPOTENCY_KEY, ParameterIn::Header, uuid()));
    }
    if matches!(route.who, Who::Staff(_) | Who::Shift) && route.method != Method::GET {
        all.push(parameter(CSRF_TOKEN, ParameterIn::Header, text()));
    }
    all
}

/// A required parameter.
pub fn parameter(name: &str, place: ParameterIn, schema: Schema) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::True)
        .schema(Some(schema))
        .build()
}

fn path_schema(name: &str) -> Schema {
    match name {
        "size" => ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["thumb", "full"]))
            .into(),
        _ => uuid(),
    }
}

fn uuid() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        .into()
}

/// Any text.
pub fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).into()
}

/// Any object: a file in a format of JSON that others have described.
pub fn object() -> Schema {
    ObjectBuilder::new().schema_type(Type::Object).into()
}

fn answer(gives: &Body) -> ResponseBuilder {
    let response = ResponseBuilder::new().description("As asked.");
    match gives.content() {
        Some(content) => response.content(gives.media_type(), content),
        None => response,
    }
}

fn failure() -> ResponseBuilder {
    let content = Content::new(Some(Ref::from_schema_name(Problem::name())));
    ResponseBuilder::new()
        .description("A problem; `code` says which.")
        .content(PROBLEM_JSON, content)
}

fn header_scheme(name: &str, about: &str) -> SecurityScheme {
    let value = ApiKeyValue::with_description(name, about);
    SecurityScheme::ApiKey(ApiKey::Header(value))
}

fn cookie_scheme(name: &str, set_by: &str) -> SecurityScheme {
    let about = format!("{set_by}; its name is `__Host-{name}` over https.");
    SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(name, &about)))
}

fn method_of(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// The style of the reading page; its hash stands in the page's policy.
pub const PAGE_STYLE: &str = "body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2322;background:#fff}\
h2{margin-top:2.5rem;border-bottom:1px solid #ccc}code{font:0.95em ui-monospace,monospace;overflow-wrap:anywhere}\
article{margin:1.2rem 0}h3{font-size:1rem;margin:0}.m{display:inline-block;min-width:4.5em}dl{margin:.3rem 0 0 4.5rem}\
dt{font-weight:600}dd{margin:0 0 .4rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-top:1px solid #ddd}\
@media(prefers-color-scheme:dark){body{color:#e6eae9;background:#151a19}a{color:#8fd0c0}td,th,h2{border-color:#444}}";

/// The description as a page without scripts.
pub fn page(api: &Value) -> String {
    let mut html = String::new();
    let title = text_at(api, "/info/title");
    let _ = write!(
        html,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{title} API</title><style>{PAGE_STYLE}</style></head>\
         <body><main><h1>{title} API</h1><p>{}</p><p><a href=\"/api/openapi.json\">openapi.json</a></p>",
        escape(&text_at(api, "/info/description")),
    );
    html.push_str("<h2>Addresses</h2>");
    for (path, item) in entries(api.pointer("/paths")) {
        for (method, operation) in entries(Some(item)) {
            write_operation(&mut html, path, method, operation);
        }
    }
    html.push_str("<h2>Types</h2>");
    for (name, schema) in entries(api.pointer("/components/schemas")) {
        write_schema(&mut html, name, schema);
    }
    html.push_str("</main></body></html>");
    html
}

fn write_operation(html: &mut String, path: &str, method: &str, operation: &Value) {
    let _ = write!(
        html,
        "<article><h3><code><span class=\"m\">{}</span> {}</code></h3><dl><dd>{} {}</dd>",
        method.to_uppercase(),
        escape(path),
        escape(&text_at(operation, "/summary")),
        escape(&text_at(operation, "/description")),
    );
    let parameters = operation.pointer("/parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        let _ = write!(
            html,
            "<dt>{} <code>{}</code></dt><dd>{}</dd>",
            escape(&text_at(parameter, "/in")),
            escape(&text_at(parameter, "/name")),
            escape(&text_at(parameter, "/description")),
        );
    }
    for (_, content) in entries(operation.pointer("/requestBody/content")) {
        let _ = write!(
            html,
            "<dt>takes</dt><dd>{}</dd>",
            type_of(content.get("schema"))
        );
    }
    for (status, response) in entries(operation.pointer("/responses")) {
        for (_, content) in entries(response.get("content")) {
            let kind = type_of(content.get("schema"));
            let _ = write!(html, "<dt>{}</dt><dd>{kind}</dd>", escape(status));
        }
    }
    html.push_str("</dl></article>");
}

fn write_schema(html: &mut String, name: &str, schema: &Value) {
    let _ = write!(
        html,
        "<article id=\"{0}\"><h3><code>{0}</code></h3><p>{1}</p>",
        escape(name),
        escape(&text_at(schema, "/description")),
    );
    if schema.get("properties").is_none() {
        let _ = write!(html, "<p>{}</p></article>", type_of(Some(schema)));
        return;
    }
    html.push_str("<table>");
    for (field, property) in entries(schema.get("properties")) {
        let _ = write!(
            html,
            "<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>",
            escape(field),
            type_of(Some(property)),
            escape(&text_at(property, "/description")),
        );
    }
    html.push_str("</table></article>");
}

/// A type in words, linked where it has a name.
fn type_of(schema: Option<&Value>) -> String {
    let Some(schema) = schema else {
        return String::new();
    };
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let name = escape(target.rsplit('/').next().unwrap_or_default());
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(items) = schema.get("items") {
        return format!("list of {}", type_of(Some(items)));
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let names: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return format!("one of <code>{}</code>", escape(&names.join(" ")));
    }
    for several in ["oneOf", "allOf"] {
        if let Some(parts) = schema.get(several).and_then(Value::as_array) {
            let parts: Vec<String> = parts.iter().map(|part| type_of(Some(part))).collect();
            return parts.join(" or ");
        }
    }
    let fields: Vec<&str> = entries(schema.get("properties"))
        .map(|(name, _)| name)
        .collect();
    if !fields.is_empty() {
        return format!("{{ {} }}", escape(&fields.join(", ")));
    }
    match schema.get("type") {
        Some(Value::String(name)) => escape(name),
        Some(Value::Array(names)) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            escape(&names.join(" or "))
        }
        _ => "anything".to_owned(),
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    let map = value.and_then(Value::as_object);
    map.into_iter()
        .flatten()
        .map(|(key, value)| (key.as_str(), value))
}

fn text_at(value: &Value, pointer: &str) -> String {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
