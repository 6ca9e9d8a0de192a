//! The wire error: RFC 9457 problem details with a code the app has words for.

use crate::field::FieldFault;
use crate::workflow::Refused;
use serde::{Deserialize, Serialize};

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong. The app maps each to words in the locale; each has one HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// 400: not JSON, or of the wrong shape.
    Malformed,
    /// 400: the `Idempotency-Key` header is missing or not a UUID.
    KeyNeeded,
    /// 401: sign in first, or the session is over.
    SignInNeeded,
    /// 401: wrong name or password.
    SignInWrong,
    /// 401: this device is no shared tablet, or is one no more.
    NoTablet,
    /// 401: nobody's shift runs on this tablet, or it is over.
    ShiftOver,
    /// 403: signed in, but not for this.
    Forbidden,
    /// 403: whoever has nothing to do in a case says why they open it.
    ReasonNeeded,
    /// 403: the request did not carry the session's token.
    CsrfWrong,
    /// 404: nothing there, or not for whoever asks: the two look alike on purpose.
    NotFound,
    /// 405: not with this method.
    MethodNotAllowed,
    /// 409: somebody else acted meanwhile; the case as it is now is worth looking at.
    CaseChanged,
    /// 409: the time was taken meanwhile.
    SlotTaken,
    /// 409: a photo of that id is there and differs, or belongs to another case.
    PhotoTaken,
    /// 409: the case has as many family links as it may.
    FamilyFull,
    /// 409: the workflow does not allow it; `refused` says why.
    Refused,
    /// 413: larger than may be sent.
    TooLarge,
    /// 415: not a picture we can read.
    NotAPicture,
    /// 415: the body is not of the media type the address takes.
    MediaType,
    /// 422: some answers are wrong; `faults` says which.
    Invalid,
    /// 422: the same `Idempotency-Key` with another body.
    KeyReused,
    /// 429: too often; `retry_after_s` says how long to wait.
    TooOften,
    /// 500: our fault.
    Internal,
    /// 503: overloaded, stopping, or the disk is full; try again.
    Busy,
    /// 504: it took too long.
    TimedOut,
}

impl Code {
    /// Every code.
    pub const ALL: [Code; 25] = [
        Code::Malformed,
        Code::KeyNeeded,
        Code::SignInNeeded,
        Code::SignInWrong,
        Code::NoTablet,
        Code::ShiftOver,
        Code::Forbidden,
        Code::ReasonNeeded,
        Code::CsrfWrong,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::CaseChanged,
        Code::SlotTaken,
        Code::PhotoTaken,
        Code::FamilyFull,
        Code::Refused,
        Code::TooLarge,
        Code::NotAPicture,
        Code::MediaType,
        Code::Invalid,
        Code::KeyReused,
        Code::TooOften,
        Code::Internal,
        Code::Busy,
        Code::TimedOut,
    ];

    /// Its HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Code::Malformed | Code::KeyNeeded => 400,
            Code::SignInNeeded | Code::SignInWrong | Code::NoTablet | Code::ShiftOver => 401,
            Code::Forbidden | Code::ReasonNeeded | Code::CsrfWrong => 403,
            Code::NotFound => 404,
            Code::MethodNotAllowed => 405,
            Code::CaseChanged
            | Code::SlotTaken
            | Code::PhotoTaken
            | Code::FamilyFull
            | Code::Refused => 409,
            Code::TooLarge => 413,
            Code::NotAPicture | Code::MediaType => 415,
            Code::Invalid | Code::KeyReused => 422,
            Code::TooOften => 429,
            Code::Internal => 500,
            Code::Busy => 503,
            Code::TimedOut => 504,
        }
    }
}

/// RFC 9457 problem details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:yikezhong:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in English words, for a reader of logs.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What the app decides by.
    pub code: Code,
    /// What is wrong in this very case, for a developer; never personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Faults by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FieldFault>,
    /// Why the workflow refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// Seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    /// To name on the telephone; also in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// The bare problem of a code.
    pub fn new(code: Code) -> Problem {
        let name = serde_json::to_value(code).ok();
        let name = name
            .as_ref()
            .and_then(|v| v.as_str())
            .unwrap_or("internal")
            .to_owned();
        Problem {
            kind: format!("urn:yikezhong:problem:{name}"),
            title: name.replace('_', " "),
            status: code.status(),
            code,
            detail: None,
            faults: Vec::new(),
            refused: None,
            retry_after_s: None,
            request_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_round_trips_with_its_status() {
        let names: BTreeSet<String> = Code::ALL.iter().map(|c| Problem::new(*c).kind).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let text = serde_json::to_string(&Problem::new(code)).expect("JSON");
            let back: Problem = serde_json::from_str(&text).expect("a problem");
            assert_eq!((back.code, back.status), (code, code.status()));
        }
    }
}
