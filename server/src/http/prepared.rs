//! Answers that are the same for everybody: written once, compressed once, when first asked for.
//!
//! Nothing else leaves the API compressed: the length of a compressed secret beside something a
//! stranger chose would give the secret away (BREACH).

use super::error::{Error, Result};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use tokio::sync::OnceCell;

/// An answer written once.
#[derive(Debug)]
pub struct Prepared {
    media_type: &'static str,
    plain: Bytes,
    digest: String,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
}

/// How a body is coded on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Brotli,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Coding::Identity => "identity",
            Coding::Gzip => "gzip",
            Coding::Brotli => "br",
        }
    }
}

impl Prepared {
    /// `value` as JSON.
    pub fn json(value: &impl Serialize) -> Result<Prepared, serde_json::Error> {
        let body = serde_json::to_vec(value)?;
        Ok(Prepared::of("application/json", body))
    }

    /// Bytes of a media type.
    pub fn of(media_type: &'static str, body: impl Into<Bytes>) -> Prepared {
        let plain = body.into();
        Prepared {
            media_type,
            digest: hex::encode(&Sha256::digest(&plain)[..16]),
            plain,
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
        }
    }

    /// The bytes, as they are before they are compressed.
    pub fn bytes(&self) -> &[u8] {
        &self.plain
    }

    /// The answer to a request with these headers: in the smallest coding that it accepts, or 304
    /// where it has that already.
    ///
    /// # Errors
    /// [`Error::Broken`] where compressing fails, which it does without memory alone.
    pub async fn answer(&self, headers: &HeaderMap) -> Result<Response> {
        let coding = accepted(headers);
        let tag = self.tag(coding);
        let mut response = if knows(headers, &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let body = self.coded(coding).await.map_err(Error::broken)?;
            ([(header::CONTENT_TYPE, self.media_type)], body).into_response()
        };
        let fixed: [(HeaderName, &str); 3] = [
            (header::CACHE_CONTROL, "no-cache"),
            (header::VARY, "accept-encoding"),
            (header::ETAG, &tag),
        ];
        for (name, value) in fixed {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
        if coding != Coding::Identity && response.status() == StatusCode::OK {
            let name = HeaderValue::from_static(coding.name());
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, name);
        }
        Ok(response)
    }

    /// A strong entity tag: another coding has other bytes, so another tag.
    fn tag(&self, coding: Coding) -> String {
        format!("\"{}-{}\"", self.digest, coding.name())
    }

    async fn coded(&self, coding: Coding) -> io::Result<Bytes> {
        let (cell, compress): (_, Compress) = match coding {
            Coding::Identity => return Ok(self.plain.clone()),
            Coding::Gzip => (&self.gzip, gzip),
            Coding::Brotli => (&self.brotli, brotli),
        };
        let make = async || {
            let plain = self.plain.clone();
            let made = tokio::task::spawn_blocking(move || compress(&plain)).await;
            made.map_err(io::Error::other)?.map(Bytes::from)
        };
        cell.get_or_try_init(make).await.cloned()
    }
}

type Compress = fn(&[u8]) -> io::Result<Vec<u8>>;

fn brotli(plain: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        size_hint: plain.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}

/// The smallest coding that the request accepts (RFC 9110 §12.5.3).
fn accepted(headers: &HeaderMap) -> Coding {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let offers: Vec<(&str, bool)> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(offer)
        .collect();
    let accepts = |coding: Coding| {
        let named = |name: &str| {
            offers
                .iter()
                .find(|(offer, _)| offer.eq_ignore_ascii_case(name))
        };
        named(coding.name())
            .or_else(|| named("*"))
            .is_some_and(|(_, wanted)| *wanted)
    };
    [Coding::Brotli, Coding::Gzip]
        .into_iter()
        .find(|coding| accepts(*coding))
        .unwrap_or(Coding::Identity)
}

/// A coding, and whether it is wanted: a weight of nought refuses it.
fn offer(text: &str) -> (&str, bool) {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let weight = parameters.trim().strip_prefix("q=");
    let weight = weight.and_then(|weight| weight.trim().parse::<f32>().ok());
    (name.trim(), weight.is_none_or(|weight| weight > 0.0))
}

/// Whether the client has the bytes of this tag. A proxy on the way may have weakened the tag.
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn asking(name: HeaderName, value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).expect("a header");
        HeaderMap::from_iter([(name, value)])
    }

    #[test]
    fn the_smallest_accepted_coding_is_taken() {
        for (header, coding) in [
            ("", Coding::Identity),
            ("gzip", Coding::Gzip),
            ("gzip, deflate, br, zstd", Coding::Brotli),
            ("gzip;q=1.0, br;q=0.1", Coding::Brotli),
            ("gzip, br;q=0", Coding::Gzip),
            ("br; q=0.000, gzip; q=0", Coding::Identity),
            ("*", Coding::Brotli),
            ("br;q=0, *", Coding::Gzip),
            ("identity, BR", Coding::Brotli),
            ("brotli;;q, gzip;q=x", Coding::Gzip),
        ] {
            let headers = asking(header::ACCEPT_ENCODING, header);
            assert_eq!(accepted(&headers), coding, "{header}");
        }
        assert_eq!(accepted(&HeaderMap::new()), Coding::Identity);
    }

    #[test]
    fn a_tag_is_known_also_where_it_was_weakened() {
        for (sent, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            let headers = asking(header::IF_NONE_MATCH, sent);
            assert_eq!(knows(&headers, "\"a\""), known, "{sent}");
        }
    }

    #[test]
    fn what_was_packed_is_what_comes_out() {
        let plain = "一刻钟 ".repeat(500);
        let mut unpacked = String::new();
        let packed = gzip(plain.as_bytes()).expect("packed");
        let mut decoder = flate2::read::GzDecoder::new(&*packed);
        decoder.read_to_string(&mut unpacked).expect("unpacked");
        assert_eq!(unpacked, plain);
        let packed = brotli(plain.as_bytes()).expect("packed");
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &*packed, &mut unpacked).expect("unpacked");
        assert_eq!(unpacked, plain.as_bytes());
        assert!(packed.len() * 10 < plain.len());
    }
}
