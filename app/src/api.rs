//! Speaking to the server. Nothing else imports the HTTP crate or makes an XMLHttpRequest.
//!
//! Every call gives `Result<T, Error>`; [`crate::words::error`] has the words for an error.

pub mod assist;
pub mod family;
mod live;
mod upload;

pub use live::{Live, listen};
pub use upload::put_photo;

use crate::assist::Help;
use gloo::timers::callback::Timeout;
use model::api::assist::SERVING;
use model::api::report::{
    Categories, Followed, Following, Nearby, PublicReport, ReportSort, Reports, ReportsQuery,
};
use model::api::{
    Act, CASE_SECRET, CSRF_TOKEN, CaseView, Facilities, IDEMPOTENCY_KEY, MapSource, Matters,
    NewCase, Slots, Submitted, Ticket, Track, Tracked, VisitCode, path,
};
use model::id::{CaseId, EstateId, PhotoId};
use model::place::Wgs84;
use model::problem::Problem;
use model::street::Street;
use reqwasm::http::{Method, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A call unanswered for so long, in milliseconds, counts as one without signal.
const PATIENCE_MS: u32 = 30_000;

/// Why a call gave nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server was not reached: no signal, or it is down.
    #[error("the server was not reached")]
    Offline,
    /// The server said what is wrong.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// Something answered that is not our server, or another version of it.
    #[error("the answer could not be read")]
    Garbled,
}

impl Error {
    /// Whether the same call may well succeed later, unchanged.
    pub fn passes(&self) -> bool {
        match self {
            Error::Offline | Error::Garbled => true,
            Error::Problem(problem) => problem.status >= 500 || problem.status == 429,
        }
    }

    /// The problem's code, where the server named one.
    pub fn code(&self) -> Option<model::problem::Code> {
        match self {
            Error::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }
}

/// What a call gives.
pub type Result<T> = std::result::Result<T, Error>;

/// One call in the making: `Call::get(path).secret(&secret).send::<CaseView>().await`.
pub struct Call {
    request: Request,
    body: Option<String>,
}

impl Call {
    /// A GET.
    pub fn get(path: &str) -> Call {
        Call::new(Method::GET, path)
    }

    /// A POST with a JSON body.
    pub fn post(path: &str, body: &impl Serialize) -> Call {
        Call::new(Method::POST, path).carrying(body)
    }

    /// A PUT with a JSON body.
    pub fn put(path: &str, body: &impl Serialize) -> Call {
        Call::new(Method::PUT, path).carrying(body)
    }

    /// A DELETE.
    pub fn delete(path: &str) -> Call {
        Call::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &str) -> Call {
        Call {
            request: Request::new(path).method(method),
            body: None,
        }
    }

    fn carrying(mut self, body: &impl Serialize) -> Call {
        self.body = serde_json::to_string(body).ok();
        self
    }

    /// With one more header.
    pub fn header(mut self, name: &str, value: &str) -> Call {
        self.request = self.request.header(name, value);
        self
    }

    /// As the holder of a case's link.
    pub fn secret(self, secret: &str) -> Call {
        self.header(CASE_SECRET, secret)
    }

    /// As one intended act, done once however often it is sent.
    pub fn key(self, key: Uuid) -> Call {
        self.header(IDEMPOTENCY_KEY, &key.to_string())
    }

    /// As signed-in staff; the token is [`model::api::Me::csrf`].
    pub fn csrf(self, token: &str) -> Call {
        self.header(CSRF_TOKEN, token)
    }

    /// Sends it and reads the JSON answer.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {
        let text = self.send_text().await?;
        serde_json::from_str(&text).map_err(|_| Error::Garbled)
    }

    /// Sends it and looks at nothing but success.
    pub async fn send_only(self) -> Result<()> {
        self.send_text().await.map(drop)
    }

    /// Sends it; the answer is a picture.
    pub async fn send_blob(self) -> Result<web_sys::Blob> {
        let bytes = self.send_bytes().await?;
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes.as_slice()));
        web_sys::Blob::new_with_u8_array_sequence(&parts).map_err(|_| Error::Garbled)
    }

    /// Sends it; the answer is bytes.
    async fn send_bytes(self) -> Result<Vec<u8>> {
        let response = self.answer().await?;
        if response.ok() {
            return response.binary().await.map_err(|_| Error::Offline);
        }
        let text = response.text().await.map_err(|_| Error::Offline)?;
        Err(refusal(&text))
    }

    async fn send_text(self) -> Result<String> {
        let response = self.answer().await?;
        let text = response.text().await.map_err(|_| Error::Offline)?;
        if response.ok() {
            Ok(text)
        } else {
            Err(refusal(&text))
        }
    }

    async fn answer(self) -> Result<Response> {
        let Call { mut request, body } = self;
        request = request.header("accept", "application/json");
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body);
        }
        let abort = web_sys::AbortController::new().ok();
        let signal = abort.as_ref().map(web_sys::AbortController::signal);
        let patience = Timeout::new(PATIENCE_MS, move || {
            if let Some(abort) = abort {
                abort.abort();
            }
        });
        let answer = request.abort_signal(signal.as_ref()).send().await;
        drop(patience);
        answer.map_err(|_| Error::Offline)
    }
}

/// The problem in a refusing answer; a gateway's own page is no problem of ours.
fn refusal(text: &str) -> Error {
    serde_json::from_str(text).map_or(Error::Garbled, |problem| Error::Problem(Box::new(problem)))
}

/// The street.
pub async fn street() -> Result<Street> {
    Call::get(path::STREET).send().await
}

/// All matters with their guides.
pub async fn matters() -> Result<Matters> {
    Call::get(path::MATTERS).send().await
}

/// All facilities.
pub async fn facilities() -> Result<Facilities> {
    Call::get(path::FACILITIES).send().await
}

/// What the map is drawn from.
pub async fn map() -> Result<MapSource> {
    Call::get(path::MAP).send().await
}

/// A file of the map, by the address that [`MapSource`] gives it.
pub async fn map_file(address: &str) -> Result<js_sys::ArrayBuffer> {
    let bytes = Call::get(address).send_bytes().await?;
    Ok(js_sys::Uint8Array::from(bytes.as_slice()).buffer())
}

/// What may be reported from the street.
pub async fn categories() -> Result<Categories> {
    Call::get(path::CATEGORIES).send().await
}

/// A page of public cases. Nothing in `asked` needs escaping: numbers, slugs and a cursor.
pub async fn reports(asked: &ReportsQuery) -> Result<Reports> {
    let sort = match asked.sort {
        ReportSort::Newest => "newest",
        ReportSort::Nearest => "nearest",
        ReportSort::Voices => "voices",
    };
    let ReportsQuery {
        at,
        category,
        status,
        cursor,
        ..
    } = asked;
    let list = path::REPORTS;
    let query = format!("sort={sort}&at={at}&category={category}&status={status}&cursor={cursor}");
    Call::get(&format!("{list}?{query}")).send().await
}

/// A case as everybody sees it.
pub async fn report(case: CaseId) -> Result<PublicReport> {
    Call::get(&path::of_case(path::REPORT, case)).send().await
}

/// Open public cases within 50 m; of all categories where `category` is empty.
pub async fn nearby(at: Wgs84, category: &str) -> Result<Nearby> {
    let (near, lat, lon) = (path::REPORTS_NEAR, at.lat(), at.lon());
    Call::get(&format!("{near}?at={lat},{lon}&category={category}"))
        .send()
        .await
}

/// 我也遇到了: the same `key` is the same voice.
pub async fn add_voice(case: CaseId, key: Uuid) -> Result<Following> {
    Call::post(&path::of_case(path::VOICES, case), &())
        .key(key)
        .send()
        .await
}

/// 关注: the same `key` is the same link.
pub async fn follow(case: CaseId, key: Uuid) -> Result<Following> {
    Call::post(&path::of_case(path::FOLLOWING, case), &())
        .key(key)
        .send()
        .await
}

/// A case as one who follows it sees it.
pub async fn followed(case: CaseId, secret: &str) -> Result<Followed> {
    Call::get(&path::of_case(path::FOLLOWING, case))
        .secret(secret)
        .send()
        .await
}

/// 取消关注.
pub async fn unfollow(case: CaseId, secret: &str) -> Result<()> {
    Call::delete(&path::of_case(path::FOLLOWING, case))
        .secret(secret)
        .send_only()
        .await
}

/// Times for a visit at an estate.
pub async fn slots(estate: &EstateId) -> Result<Slots> {
    // A slug needs no escaping.
    Call::get(&format!("{}?estate={estate}", path::SLOTS))
        .send()
        .await
}

/// Hands a case in, with the note of who helped where there is to be one.
pub async fn submit(case: &NewCase, key: Uuid, help: Option<Help>) -> Result<Submitted> {
    let call = Call::post(path::CASES, case).key(key);
    let call = match help {
        Some(help) => call
            .header(SERVING, &help.serving.to_string())
            .csrf(&help.csrf),
        None => call,
    };
    call.send().await
}

/// Looks a case up by its number.
pub async fn track(track: &Track) -> Result<Tracked> {
    Call::post(path::TRACK, track).send().await
}

/// A case as its resident sees it.
pub async fn case(case: CaseId, secret: &str) -> Result<CaseView> {
    Call::get(&path::of_case(path::CASE, case))
        .secret(secret)
        .send()
        .await
}

/// Acts on a case as its resident; keep `key` until it is answered.
pub async fn act(case: CaseId, secret: &str, act: &Act, key: Uuid) -> Result<CaseView> {
    let path = path::of_case(path::ACTIONS, case);
    Call::post(&path, act).secret(secret).key(key).send().await
}

/// Asks whether the person at the door is really staff.
pub async fn check_visitor(
    case: CaseId,
    secret: &str,
    code: &VisitCode,
) -> Result<model::api::VisitCheck> {
    let path = path::of_case(path::VISIT_CODE, case);
    Call::post(&path, code).secret(secret).send().await
}

/// A pass for [`listen`].
pub async fn ticket(case: CaseId, secret: &str) -> Result<Ticket> {
    let path = path::of_case(path::CASE_TICKET, case);
    Call::post(&path, &()).secret(secret).send().await
}

/// A picture of a case; the secret travels in a header, so it cannot be the `src` of an image.
pub async fn case_photo(
    case: CaseId,
    secret: &str,
    photo: PhotoId,
    size: model::api::PhotoSize,
) -> Result<web_sys::Blob> {
    let path = path::of_photo(path::CASE_PHOTO, case, photo, size);
    Call::get(&path).secret(secret).send_blob().await
}
