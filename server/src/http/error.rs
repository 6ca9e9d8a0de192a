//! Every failure of a request, as one type that becomes an RFC 9457 problem.

use crate::store::{self, Taken};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::field::FieldFault;
use model::problem::{Code, PROBLEM_JSON, Problem};
use model::workflow::Refused;
use std::error::Error as StdError;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// All there is to say is the code.
    #[error("{0:?}")]
    Plain(Code),
    /// The code, and what a developer should know. Never personal data.
    #[error("{0:?}: {1}")]
    Because(Code, String),
    /// Some answers are wrong.
    #[error("{} answers are wrong", .0.len())]
    Invalid(Vec<FieldFault>),
    /// The workflow does not allow it.
    #[error("refused: {0}")]
    Refused(#[from] Refused),
    /// Too often; again after so many seconds.
    #[error("too often; again in {0} s")]
    TooOften(u64),
    /// Too much at once; again after so many seconds.
    #[error("busy; again in {0} s")]
    Busy(u64),
    /// Our fault; the source goes to the log, not to the caller.
    #[error("broken: {0}")]
    Broken(Box<dyn StdError + Send + Sync>),
}

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Wraps a source that is our fault.
    pub fn broken(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::Broken(source.into())
    }

    /// What the caller is told, but for the request's id.
    pub fn problem(&self) -> Problem {
        match self {
            Error::Plain(code) => Problem::new(*code),
            Error::Because(code, detail) => Problem {
                detail: Some(detail.clone()),
                ..Problem::new(*code)
            },
            Error::Invalid(faults) => Problem {
                faults: faults.clone(),
                ..Problem::new(Code::Invalid)
            },
            Error::Refused(refused) => Problem {
                refused: Some(*refused),
                ..Problem::new(Code::Refused)
            },
            Error::TooOften(seconds) => Problem {
                retry_after_s: Some(*seconds),
                ..Problem::new(Code::TooOften)
            },
            Error::Busy(seconds) => Problem {
                retry_after_s: Some(*seconds),
                ..Problem::new(Code::Busy)
            },
            Error::Broken(_) => Problem::new(Code::Internal),
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        match error {
            store::Error::NotFound => Code::NotFound.into(),
            store::Error::Conflict => Code::CaseChanged.into(),
            store::Error::Taken(Taken::Slot) => Code::SlotTaken.into(),
            store::Error::Taken(Taken::Family) => Code::FamilyFull.into(),
            store::Error::Taken(Taken::Photo(id)) => {
                Error::Because(Code::PhotoTaken, id.to_string())
            }
            busy if busy.is_busy() => {
                tracing::error!(error = %chain(&busy), "the store is busy");
                Code::Busy.into()
            }
            broken => Error::broken(broken),
        }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Error {
        Error::Plain(code)
    }
}

/// A problem travels as an extension of an empty response until [`super::layers::observe`], which
/// knows the request's id, writes it out.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Error::Broken(source) = &self {
            tracing::error!(error = %chain(source.as_ref()), "a request failed");
        }
        bare(self.problem())
    }
}

/// The empty response that carries a problem.
pub fn bare(problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if let Some(seconds) = problem.retry_after_s {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response.extensions_mut().insert(problem);
    response
}

/// An answer that says in its own way what went wrong: Open311's clients read no problems.
#[derive(Clone, Copy, Debug)]
pub struct OwnWords;

/// Writes out the problem that `response` carries. A failure without one (from a layer or
/// from axum itself) gets the problem of its status.
pub fn write_out(mut response: Response, request_id: &str) -> Response {
    if response.extensions().get::<OwnWords>().is_some() {
        return response;
    }
    let carried = response.extensions_mut().remove::<Problem>();
    let Some(mut problem) = carried.or_else(|| by_status(response.status())) else {
        return response;
    };
    problem.request_id = Some(request_id.to_owned());
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::CONTENT_ENCODING);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = body.into();
    response
}

fn by_status(status: StatusCode) -> Option<Problem> {
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::MediaType,
        // A range that does not fit is answered by ServeDir as the standard says.
        StatusCode::RANGE_NOT_SATISFIABLE => return None,
        StatusCode::REQUEST_TIMEOUT => Code::TimedOut,
        status if status.is_client_error() => Code::Malformed,
        status if status.is_server_error() => Code::Internal,
        _ => return None,
    };
    Some(Problem::new(code))
}

impl From<JsonRejection> for Error {
    fn from(rejection: JsonRejection) -> Error {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::Plain(Code::TooLarge),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Error::Plain(Code::MediaType),
            // serde's own words name positions and types; for strings they may quote the value,
            // which can be personal.
            _ => Error::Plain(Code::Malformed),
        }
    }
}

/// An id in an address that is not an id: nothing can be there.
impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Error {
        Error::Plain(Code::NotFound)
    }
}

impl From<QueryRejection> for Error {
    fn from(_: QueryRejection) -> Error {
        Error::Plain(Code::Malformed)
    }
}

/// An error and what caused it, on one line.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
