//! Open311 GeoReport v2 (<http://wiki.open311.org/GeoReport_v2>): the same cases for other systems,
//! in XML and JSON.
//!
//! Reading shows what everybody may see and nothing else: it is built from [`crate::store::Report`],
//! which never opens what is sealed. Handing in takes a key; who holds one answers for whoever
//! reported, so nothing is asked about the person.

mod answer;
mod ask;
mod describe;
mod hand_in;
mod read;

use crate::http::error::OwnWords;
use crate::state::App;
use answer::{Format, Node};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use model::problem::Code;

pub(crate) use hand_in::understood;

/// What every address begins with.
pub const BASE: &str = "/open311/v2";
/// What a key must be allowed to hand cases in.
pub const REPORT_SCOPE: &str = "report";
/// All parts of a request with pictures together.
const BODY_MAX_BYTES: usize = 16 * 1024 * 1024;

/// The addresses, which end in `.xml` or `.json`. Outside the table of the API: their errors are
/// Open311's own.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/open311/{file}", get(describe::discovery))
        .route(
            "/open311/v2/{file}",
            get(read::list).merge(post(hand_in::request)),
        )
        .route("/open311/v2/services/{file}", get(describe::definition))
        .route("/open311/v2/tokens/{file}", get(read::token))
        .route("/open311/v2/requests/{file}", get(read::one))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    status: u16,
    words: String,
}

impl Fault {
    /// Something in the request is wrong.
    pub fn bad(words: impl Into<String>) -> Fault {
        let words = words.into();
        Fault { status: 400, words }
    }

    /// No key, or not one for this.
    pub fn forbidden(words: &str) -> Fault {
        Fault {
            status: 403,
            words: words.to_owned(),
        }
    }

    /// No such resource, service or token.
    pub fn not_found(words: impl Into<String>) -> Fault {
        let words = words.into();
        Fault { status: 404, words }
    }
}

impl From<crate::http::error::Error> for Fault {
    fn from(error: crate::http::error::Error) -> Fault {
        use crate::http::error::Error;
        let status = error.problem().status;
        let words = match &error {
            Error::TooOften(seconds) => format!("too many requests; again in {seconds} seconds"),
            Error::Plain(Code::NotFound) => "there is no such thing".to_owned(),
            Error::Broken(source) => {
                tracing::error!(error = %crate::http::error::chain(source.as_ref()), "a request failed");
                "this is our fault; please try again later".to_owned()
            }
            error => error.problem().title,
        };
        Fault { status, words }
    }
}

impl From<crate::store::Error> for Fault {
    fn from(error: crate::store::Error) -> Fault {
        crate::http::error::Error::from(error).into()
    }
}

/// What is wrong, in the format that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    format: Format,
    faults: Vec<Fault>,
}

impl Failed {
    /// One fault.
    fn of(format: Format, fault: Fault) -> Failed {
        Failed {
            format,
            faults: vec![fault],
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let status = self.faults.first().map_or(400, |fault| fault.status);
        let error = |fault: &Fault| {
            Node::Fields(vec![
                ("code", Node::Whole(i64::from(fault.status))),
                ("description", Node::text(&fault.words)),
            ])
        };
        let errors = Node::List("error", self.faults.iter().map(error).collect());
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        answered(self.format, status, "errors", &errors)
    }
}

/// An answer whose words stand as they are.
fn answered(format: Format, status: StatusCode, root: &'static str, body: &Node) -> Response {
    let media_type = HeaderValue::from_static(format.media_type());
    let mut response = (status, format.write(root, body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response.extensions_mut().insert(OwnWords);
    response
}

fn ok(format: Format, root: &'static str, body: &Node) -> Response {
    answered(format, StatusCode::OK, root, body)
}
