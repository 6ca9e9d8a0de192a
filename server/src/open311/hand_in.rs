//! A case from another system.

use super::answer::{Format, Node};
use super::ask::Asked;
use super::{Failed, Fault, REPORT_SCOPE, answered};
use crate::cases;
use crate::http::error::Error;
use crate::limits::{Counted, take};
use crate::routing::Directory;
use crate::state::App;
use crate::store;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Path, RawQuery, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use model::api::{NewCase, PHOTO_MAX_BYTES};
use model::area::Estate;
use model::field::{Answers, Context, FieldFault, SPOT_WORDS_MAX, normalised};
use model::id::PhotoId;
use model::issue::{ExtraAnswer, ExtraAnswers, ExtraKind, IssueCategory, PHOTOS_MAX, emergency};
use model::kinds::KindName;
use model::place::{Found, Spot, Wgs84};
use model::text::{check_name, parse_phone};
use model::time::TimeMs;
use tokio::sync::Semaphore;
use url::Url;
use uuid::Uuid;

/// As the specification says.
const DESCRIPTION_MAX: usize = 4000;
/// So many requests with pictures are in memory together.
static WITH_PICTURES: Semaphore = Semaphore::const_new(4);

/// POST `requests.F`.
pub async fn request(
    State(app): State<App>,
    Path(file): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Result<Response, Failed> {
    let Some(("requests", format)) = Format::split(&file) else {
        let fault = Fault::not_found("POST goes to requests.xml or requests.json");
        return Err(Failed::of(Format::Xml, fault));
    };
    let handed = hand_in(&app, query.unwrap_or_default(), request).await;
    let request = handed.map_err(|faults| Failed { format, faults })?;
    let body = Node::List("request", vec![request]);
    Ok(answered(
        format,
        StatusCode::CREATED,
        "service_requests",
        &body,
    ))
}

async fn hand_in(app: &App, query: String, request: Request) -> Result<Node, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let (asked, media) = read(query, request).await.map_err(one)?;
    allowed(app, &asked).await.map_err(one)?;
    let street = app.street();
    let category = category_of(&street, &asked).map_err(one)?;
    let mut answers = answers(&street, category, &asked)?;
    let photos = keep(app, media).await.map_err(one)?;
    if !photos.is_empty() {
        answers.set("photos", &photos);
    }
    let notice = notice(&street, category, &asked);
    let token = crate::keys::token();
    let new = NewCase {
        kind: KindName::IssueReport,
        answers,
    };
    let handed_in = cases::submit_vouched(app, new, token.clone()).await;
    handed_in.map_err(faults_of)?;
    Ok(Node::Fields(vec![
        ("token", Node::text(token)),
        ("service_notice", Node::Text(notice)),
        ("account_id", Node::NONE),
    ]))
}

/// What a request hands in, checked as far as that takes no database.
///
/// # Errors
/// Every fault of it.
pub async fn understood(
    street: &Directory,
    now: TimeMs,
    request: Request,
) -> Result<Answers, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    let (asked, _media) = read(String::new(), request).await.map_err(one)?;
    let category = category_of(street, &asked).map_err(one)?;
    let answers = answers(street, category, &asked)?;
    let context = Context {
        vouched: true,
        ..street.context(now)
    };
    let fields = KindName::IssueReport.fields();
    normalised(fields, &answers, &context).map_err(|faults| faults_of(Error::Invalid(faults)))
}

/// The parameters, and the pictures that came with them.
async fn read(query: String, request: Request) -> Result<(Asked, Vec<Bytes>), Fault> {
    let media_type = request.headers().get(header::CONTENT_TYPE);
    let media_type = media_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let mut asked = Asked::of(query.as_bytes());
    match essence.as_str() {
        "multipart/form-data" => {
            let _place = WITH_PICTURES
                .acquire()
                .await
                .map_err(|_| Fault::bad("stopping"))?;
            let media = read_parts(request, &mut asked).await?;
            Ok((asked, media))
        }
        "application/x-www-form-urlencoded" | "" => {
            let bytes = Bytes::from_request(request, &()).await;
            let bytes = bytes.map_err(|_| Fault::bad("the request is too large or broke off"))?;
            let form = Asked::of(&bytes);
            Ok((asked.and(form), Vec::new()))
        }
        _ => Err(Fault::bad(
            "the body is application/x-www-form-urlencoded or multipart/form-data",
        )),
    }
}

async fn read_parts(request: Request, asked: &mut Asked) -> Result<Vec<Bytes>, Fault> {
    let broken =
        |_| Fault::bad("the request is not multipart/form-data, is too large, or broke off");
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Fault::bad("the boundary of the parts is missing"))?;
    let mut media = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if matches!(name.as_str(), "media" | "media[]") {
            let bytes = part.bytes().await.map_err(broken)?;
            if media.len() == PHOTOS_MAX || bytes.len() > PHOTO_MAX_BYTES {
                return Err(Fault::bad(format!("at most {PHOTOS_MAX} pictures of 8 MB")));
            }
            if !bytes.is_empty() {
                media.push(bytes);
            }
            continue;
        }
        let bytes = part.bytes().await.map_err(broken)?;
        let text = String::from_utf8(bytes.into()).map_err(|_| Fault::bad("texts are UTF-8"))?;
        asked.push(name, text);
    }
    Ok(media)
}

/// Whoever hands in has a key that allows it.
async fn allowed(app: &App, asked: &Asked) -> Result<(), Fault> {
    let sent = asked
        .get("api_key")
        .ok_or_else(|| Fault::forbidden("api_key is missing"))?;
    let key = app.store.api_key(sent).await.map_err(|error| match error {
        store::Error::NotFound => Fault::forbidden("this api_key is not known"),
        error => error.into(),
    })?;
    if !key.scope.split(' ').any(|scope| scope == REPORT_SCOPE) {
        return Err(Fault::forbidden("this api_key may not hand in requests"));
    }
    Ok(take(app, Counted::ApiKey(&key.name, key.per_hour)).await?)
}

fn category_of<'d>(street: &'d Directory, asked: &Asked) -> Result<&'d IssueCategory, Fault> {
    let code = asked.get("service_code");
    let code = code.ok_or_else(|| Fault::bad("service_code is missing"))?;
    let mut categories = street.seed.categories.iter();
    categories
        .find(|category| category.id.as_str() == code)
        .ok_or_else(|| Fault::not_found("there is no such service_code"))
}

/// What was sent as answers of the form; every fault there is.
fn answers(
    street: &Directory,
    category: &IssueCategory,
    asked: &Asked,
) -> Result<Answers, Vec<Fault>> {
    let mut answers = Answers::default();
    let mut faults = Vec::new();
    answers.set("category", &category.id);
    match spot(street, asked) {
        Ok(spot) => answers.set("place", &spot),
        Err(fault) => faults.push(fault),
    }
    match extra(category, asked) {
        Ok(extra) if extra.is_empty() => {}
        Ok(extra) => answers.set("extra", &extra),
        Err(fault) => faults.push(fault),
    }
    match words(asked) {
        Ok(words) => answers.set("words", &words),
        Err(fault) => faults.push(fault),
    }
    if let Some(name) = name(asked).filter(|name| check_name(name).is_ok()) {
        answers.set("contact_name", &name);
    }
    if let Some(phone) = asked
        .get("phone")
        .filter(|phone| parse_phone(phone).is_ok())
    {
        answers.set("contact_phone", &phone);
    }
    if faults.is_empty() {
        Ok(answers)
    } else {
        Err(faults)
    }
}

/// `lat` and `long`, an estate's id, or an address with an estate's name in it.
fn spot(street: &Directory, asked: &Asked) -> Result<Spot, Fault> {
    let address = asked.get("address_string");
    let near = address.map(|address| address.chars().take(SPOT_WORDS_MAX).collect());
    let estate = estate_of(street, asked);
    let at = match (asked.degrees("lat")?, asked.degrees("long")?, estate) {
        (Some(lat), Some(lon), _) => Wgs84::new(lat, lon)
            .map_err(|_| Fault::bad("lat is within 90, long within 180 degrees"))?,
        (None, None, Some(estate)) => estate.entrance,
        (None, None, None) if address.is_some() || asked.get("address_id").is_some() => {
            return Err(Fault::bad(
                "this address is not known here: send lat and long",
            ));
        }
        _ => {
            return Err(Fault::bad(
                "lat and long, address_string or address_id is missing",
            ));
        }
    };
    Ok(Spot {
        at,
        found: Found::Sent,
        estate: estate.map(|estate| estate.id.clone()),
        words: near,
    })
}

fn estate_of<'d>(street: &'d Directory, asked: &Asked) -> Option<&'d Estate> {
    let estates = || street.street().estates.iter();
    if let Some(id) = asked.get("address_id") {
        return estates().find(|estate| estate.id.as_str() == id);
    }
    let address = asked.get("address_string")?;
    let named = |estate: &&Estate| {
        let mut names = std::iter::once(&estate.name).chain(&estate.aliases);
        names.any(|name| address.contains(name.as_str()))
    };
    estates().find(named)
}

/// Answers to the category's own questions. What has several values is sent several times.
fn extra(category: &IssueCategory, asked: &Asked) -> Result<ExtraAnswers, Fault> {
    let mut extra = ExtraAnswers::new();
    for (code, value) in asked.attributes() {
        let mut questions = category.extra.iter();
        let question = questions
            .find(|question| question.code == code)
            .ok_or_else(|| Fault::bad("there is no such attribute: see services/CODE"))?;
        match (question.kind, extra.get_mut(code)) {
            (ExtraKind::Choices, Some(ExtraAnswer::Several(values))) => {
                values.push(value.to_owned());
            }
            (ExtraKind::Choices, _) => {
                let values = ExtraAnswer::Several(vec![value.to_owned()]);
                extra.insert(code.to_owned(), values);
            }
            (_, Some(_)) => return Err(Fault::bad("an attribute is sent twice")),
            (_, None) => {
                extra.insert(code.to_owned(), ExtraAnswer::One(value.to_owned()));
            }
        }
    }
    Ok(extra)
}

/// The description, and below it what has no question of ours: addresses of pictures (which are
/// looked at by people; the server fetches nothing), and ways to reach somebody abroad.
fn words(asked: &Asked) -> Result<String, Fault> {
    let description = asked.get("description").unwrap_or_default();
    if description.chars().count() > DESCRIPTION_MAX {
        return Err(Fault::bad("description has at most 4000 characters"));
    }
    let mut words = description.to_owned();
    let mut note = |label: &str, value: &str| {
        let value: String = value.chars().take(300).collect();
        words.push_str(&format!("\n{label}: {value}"));
    };
    for address in asked.all("media_url").take(PHOTOS_MAX) {
        let url = Url::parse(address)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| Fault::bad("media_url is an address of http or https"))?;
        note("media", url.as_str());
    }
    let name = name(asked).filter(|name| check_name(name).is_err());
    let phone = asked
        .get("phone")
        .filter(|phone| parse_phone(phone).is_err());
    for (label, value) in [
        ("name", name.as_deref()),
        ("phone", phone),
        ("email", asked.get("email")),
        ("account", asked.get("account_id")),
    ] {
        value.into_iter().for_each(|value| note(label, value));
    }
    Ok(words.trim_start().to_owned())
}

/// The whole name: the family's first in Chinese, last elsewhere.
fn name(asked: &Asked) -> Option<String> {
    let (first, last) = (asked.get("first_name"), asked.get("last_name"));
    let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
    let name = match last.is_ascii() {
        true => format!("{first} {last}"),
        false => format!("{last}{first}"),
    };
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Keeps the pictures as those of residents are kept: durable before the case is.
async fn keep(app: &App, media: Vec<Bytes>) -> Result<Vec<PhotoId>, Fault> {
    let mut photos = Vec::new();
    for bytes in media {
        let id = PhotoId(Uuid::now_v7());
        app.photos
            .put(id, bytes, app.now())
            .await
            .map_err(|error| match error {
                crate::photos::Error::NotAPicture | crate::photos::Error::TooLarge => {
                    Fault::bad("media is a JPEG, PNG or WebP picture")
                }
                error => Error::from(error).into(),
            })?;
        photos.push(id);
    }
    Ok(photos)
}

/// Whom to call at once, where the words or the category tell of an emergency.
fn notice(street: &Directory, category: &IssueCategory, asked: &Asked) -> Option<String> {
    let words = asked.get("description").unwrap_or_default();
    let found = emergency(&street.seed.emergencies, words, None);
    let named = |category| emergency(&street.seed.emergencies, "", Some(category));
    let emergency = found.or_else(|| named(category))?;
    Some(format!(
        "{} {}",
        emergency.advice,
        emergency.phones.join(" ")
    ))
}

/// Each fault of the form under the name its parameter has here.
fn faults_of(error: Error) -> Vec<Fault> {
    let Error::Invalid(faults) = error else {
        return vec![error.into()];
    };
    let told = |FieldFault { field, fault }: &FieldFault| {
        let name = match field.split('.').next().unwrap_or_default() {
            "place" => "lat, long".to_owned(),
            "words" => "description".to_owned(),
            "extra" => format!("attribute[{}]", field.strip_prefix("extra.").unwrap_or("")),
            other => other.to_owned(),
        };
        Fault::bad(format!("{name}: {fault}"))
    };
    faults.iter().map(told).collect()
}
