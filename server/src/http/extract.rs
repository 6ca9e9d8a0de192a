//! What handlers take out of a request. A rejection is always an [`Error`], hence a problem.

use super::error::Error;
use crate::state::App;
use crate::store::{Case, Holder};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use model::api::{CASE_SECRET, IDEMPOTENCY_KEY};
use model::id::CaseId;
use model::problem::Code;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use uuid::Uuid;

/// A body of JSON.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Parts of the address.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub struct Path<T>(pub T);

/// The query.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Error))]
pub struct Query<T>(pub T);

/// A body of JSON under an `Idempotency-Key`.
#[derive(Debug)]
pub struct Keyed<T> {
    /// The key.
    pub key: Uuid,
    /// SHA-256 of the bytes of the body: the same key must come with the same body.
    pub hash: [u8; 32],
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<App> for Keyed<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let key = key_of(request.headers())?;
        if !is_json(request.headers()) {
            return Err(Code::MediaType.into());
        }
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|_| Error::Plain(Code::TooLarge))?;
        let body = serde_json::from_slice(&bytes).map_err(|_| Error::Plain(Code::Malformed))?;
        let hash = Sha256::digest(&bytes).into();
        Ok(Keyed { key, hash, body })
    }
}

/// An `Idempotency-Key` alone: what is asked for stands in the address.
pub struct KeyOnly(pub Uuid);

impl FromRequestParts<App> for KeyOnly {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        key_of(&parts.headers).map(KeyOnly)
    }
}

fn key_of(headers: &HeaderMap) -> Result<Uuid, Error> {
    let value = headers.get(IDEMPOTENCY_KEY);
    let key = value
        .and_then(|value| value.to_str().ok())
        .and_then(|text| Uuid::try_parse(text).ok());
    key.ok_or(Error::Plain(Code::KeyNeeded))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let essence = value
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}

/// The secret of a case, as its resident sends it. Without one there is nothing to be found.
pub struct CaseSecret(pub String);

impl FromRequestParts<App> for CaseSecret {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        let value = parts.headers.get(CASE_SECRET);
        let secret = value.and_then(|value| value.to_str().ok());
        secret
            .map(|secret| CaseSecret(secret.to_owned()))
            .ok_or(Error::Plain(Code::NotFound))
    }
}

/// A case, opened by its resident's secret or by that of a family member's link. What they may
/// do to it, the workflow decides by whom they are.
pub struct Held {
    /// The case.
    pub case: Case,
    /// Who asks.
    pub holder: Holder,
}

/// The case in an address, whatever else stands there.
#[derive(Deserialize)]
struct OfCase {
    case: CaseId,
}

impl FromRequestParts<App> for Held {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Path(OfCase { case: id }) = Path::from_request_parts(parts, app).await?;
        let CaseSecret(secret) = CaseSecret::from_request_parts(parts, app).await?;
        let (case, holder) = app.store.held_case(id, &secret).await?;
        if let Holder::Family(row) = &holder {
            app.store.touch_family(id, row, app.now()).await?;
        }
        Ok(Held { case, holder })
    }
}

/// A case, opened by its resident's own secret. To a family member it is not there.
pub struct Own(pub Case);

impl FromRequestParts<App> for Own {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Held { case, holder } = Held::from_request_parts(parts, app).await?;
        match holder {
            Holder::Resident => Ok(Own(case)),
            Holder::Family(_) => Err(Code::NotFound.into()),
        }
    }
}

/// Where a request comes from, as far as limits tell callers apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(pub String);

impl FromRequestParts<App> for Origin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip());
        let forwarded = app.settings.behind_proxy.then(|| forwarded(&parts.headers));
        Ok(Origin(name_of(forwarded.flatten().or(peer))))
    }
}

/// The last entry is the one that our own proxy wrote; those before it anybody can make up.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

/// One household has a whole IPv6 /64: it counts as one caller.
fn name_of(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => {
            let net = u128::from(v6) & (u128::MAX << 64);
            Ipv6Addr::from(net).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn callers_are_told_apart_by_network() {
        for (address, name) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ] {
            assert_eq!(name_of(address.parse().ok()), name);
        }
        assert_eq!(name_of(None), "unknown");
    }

    #[test]
    fn only_what_the_own_proxy_wrote_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(forwarded(&headers), None);
        headers.append("x-forwarded-for", HeaderValue::from_static("1.1.1.1"));
        headers.append(
            "x-forwarded-for",
            HeaderValue::from_static("2.2.2.2, 3.3.3.3"),
        );
        assert_eq!(forwarded(&headers), "3.3.3.3".parse().ok());
    }
}
