//! The built app: two pages, their hashed files, and which of them an address means.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use model::problem::Code;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::http::error::Error;

const RESIDENT: &str = "index.html";
const STAFF: &str = "staff.html";
const WORKER: &str = "sw.js";

/// A service worker obeys the policy that came with its script, not the page's: without leave to
/// fetch from here it cannot be installed.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";

/// The same holds of the walking engine's worker, which runs wasm.
const ENGINE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     connect-src 'self'; frame-ancestors 'none'";

/// The folder of the built app, ready to be served.
#[derive(Clone, Debug)]
pub struct Pages {
    folder: Option<Folder>,
}

#[derive(Clone, Debug)]
struct Folder {
    files: ServeDir,
    policies: BTreeMap<String, HeaderValue>,
    /// Of a page that the build named no hashes for.
    plain: HeaderValue,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BadDist {
    /// `csp.json` is there and not readable.
    #[error("{0}: {1}")]
    Policy(PathBuf, String),
}

/// The hashes of the inline scripts and styles of one page, as the build wrote them.
#[derive(Debug, Default, Deserialize)]
struct Hashes {
    #[serde(default)]
    scripts: Vec<String>,
    #[serde(default)]
    styles: Vec<String>,
}

/// What an address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// A file of that name, or nothing.
    File,
    /// A page; the app in it reads the address.
    Page(&'static str),
    /// An address of the API that is not there.
    Nothing,
}

impl Pages {
    /// Reads what must be known of `dist`; without a folder every page is a 404. Pages may load
    /// pictures from themselves and from the origins in `pictures`.
    pub fn open(dist: Option<&Path>, pictures: &[String]) -> Result<Pages, BadDist> {
        let folder = dist.map(|dist| Folder::open(dist, pictures)).transpose()?;
        Ok(Pages { folder })
    }

    /// Answers a request that no route of the API took.
    pub async fn serve(&self, mut request: Request) -> Response {
        let target = target_of(request.uri().path());
        let Some(folder) = &self.folder else {
            return Error::Plain(Code::NotFound).into_response();
        };
        match target {
            Target::Nothing => return Error::Plain(Code::NotFound).into_response(),
            Target::Page(page) => *request.uri_mut() = uri_of(page),
            Target::File => {}
        }
        let path = request.uri().path().to_owned();
        folder.file(request, path.trim_start_matches('/')).await
    }
}

impl Folder {
    fn open(dist: &Path, pictures: &[String]) -> Result<Folder, BadDist> {
        let files = ServeDir::new(dist)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        let policies = policies_of(&dist.join("csp.json"), pictures)?;
        let plain = policy_of(&Hashes::default(), pictures);
        Ok(Folder {
            files,
            policies,
            plain,
        })
    }

    async fn file(&self, request: Request, name: &str) -> Response {
        let Ok(response) = self.files.clone().oneshot(request).await;
        let mut response = response.map(Body::new);
        if !matches!(
            response.status(),
            StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT
        ) {
            return response;
        }
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, caching(name));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(policy) = self.policy(name) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// What a file may do in a browser where that is more than nothing.
    fn policy(&self, name: &str) -> Option<HeaderValue> {
        if name == WORKER {
            return Some(HeaderValue::from_static(WORKER_POLICY));
        }
        if name.starts_with("circle-") && name.ends_with(".js") {
            return Some(HeaderValue::from_static(ENGINE_POLICY));
        }
        let page = || self.policies.get(name).cloned();
        let is_page = name.ends_with(".html");
        is_page.then(|| page().unwrap_or_else(|| self.plain.clone()))
    }
}

fn uri_of(page: &'static str) -> Uri {
    match page {
        STAFF => Uri::from_static("/staff.html"),
        _ => Uri::from_static("/index.html"),
    }
}

fn target_of(path: &str) -> Target {
    let under = |prefix: &str| {
        let rest = path.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    match path {
        _ if under("/api") || under("/open311") => Target::Nothing,
        // Longer than a file's name can be, its compressed twin's ending included.
        _ if last.len() > 200 => Target::Nothing,
        _ if last.contains('.') => Target::File,
        _ if under("/staff") => Target::Page(STAFF),
        _ => Target::Page(RESIDENT),
    }
}

/// A name with a hash of its bytes never means other bytes; anything else is asked after each time.
fn caching(name: &str) -> HeaderValue {
    let file = name.rsplit('/').next().unwrap_or_default();
    if is_hashed(file) {
        HeaderValue::from_static("public, max-age=31536000, immutable")
    } else {
        HeaderValue::from_static("no-cache")
    }
}

/// `resident-0123456789abcdef.js`, `resident-0123456789abcdef_bg.wasm`.
fn is_hashed(file: &str) -> bool {
    let stem = file.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit('-').next().unwrap_or_default();
    hash.len() >= 16 && hash.len() < stem.len() && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

fn policies_of(path: &Path, pictures: &[String]) -> Result<BTreeMap<String, HeaderValue>, BadDist> {
    let Ok(text) = std::fs::read_to_string(path) else {
        return Ok(BTreeMap::new());
    };
    let pages: BTreeMap<String, Hashes> = serde_json::from_str(&text)
        .map_err(|error| BadDist::Policy(path.to_owned(), error.to_string()))?;
    let policies = pages
        .into_iter()
        .map(|(page, hashes)| (page, policy_of(&hashes, pictures)));
    Ok(policies.collect())
}

fn policy_of(hashes: &Hashes, pictures: &[String]) -> HeaderValue {
    let quoted = |hashes: &[String]| {
        let good = hashes.iter().filter(|hash| is_source_hash(hash));
        good.map(|hash| format!(" '{hash}'")).collect::<String>()
    };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'{}; \
         img-src 'self' data: blob:{}; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         object-src 'none'",
        quoted(&hashes.scripts),
        quoted(&hashes.styles),
        pictures
            .iter()
            .map(|origin| format!(" {origin}"))
            .collect::<String>(),
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// A hash and nothing else may be added to a policy.
fn is_source_hash(text: &str) -> bool {
    let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    text.strip_prefix("sha256-")
        .is_some_and(|hash| !hash.is_empty() && hash.bytes().all(base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_what_they_mean() {
        for (path, target) in [
            ("/", Target::Page(RESIDENT)),
            ("/proxy", Target::Page(RESIDENT)),
            ("/cases/abc", Target::Page(RESIDENT)),
            ("/staffing", Target::Page(RESIDENT)),
            ("/staff", Target::Page(STAFF)),
            ("/staff/", Target::Page(STAFF)),
            ("/staff/cases/1", Target::Page(STAFF)),
            ("/resident-1.js", Target::File),
            ("/sw.js", Target::File),
            ("/api", Target::Nothing),
            ("/api/v1/nowhere", Target::Nothing),
            ("/api/v1/nowhere.json", Target::Nothing),
        ] {
            assert_eq!(target_of(path), target, "{path}");
        }
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for (name, kept) in [
            ("resident-0123456789abcdef.js", true),
            ("resident-0123456789abcdef_bg.wasm", true),
            ("snippets/app-0123456789abcdef/inline0.js", false),
            ("index.html", false),
            ("sw.js", false),
            ("icon-192.png", false),
            ("0123456789abcdef.js", false),
        ] {
            assert_eq!(
                is_hashed(name.rsplit('/').next().unwrap_or_default()),
                kept,
                "{name}"
            );
        }
    }

    #[test]
    fn nothing_but_hashes_enters_a_policy() {
        let hashes = Hashes {
            scripts: vec![
                "sha256-abc=".into(),
                "unsafe-inline".into(),
                "sha256-x'; a".into(),
            ],
            styles: vec![],
        };
        let policy = policy_of(&hashes, &["https://*.tiles.example".to_owned()]);
        let policy = policy.to_str().expect("text");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';"));
        assert!(policy.contains("img-src 'self' data: blob: https://*.tiles.example;"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("; a"));
    }
}
