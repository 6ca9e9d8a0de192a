//! Photos go up by XMLHttpRequest: fetch cannot say how far an upload is.

use super::{Error, Result, refusal};
use gloo::events::EventListener;
use js_sys::Promise;
use model::api::path;
use model::id::PhotoId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// Puts a photo under its id and calls `progress(sent, whole)`, in bytes, on the way. Putting the
/// same photo again is harmless. Cut off with [`Error::Offline`] after two minutes.
pub async fn put_photo(
    photo: PhotoId,
    blob: &Blob,
    progress: impl Fn(f64, f64) + 'static,
) -> Result<()> {
    const PATIENCE_MS: u32 = 120_000;
    let request = XmlHttpRequest::new().map_err(|_| Error::Garbled)?;
    request
        .open_with_async("PUT", &path::photo(photo), true)
        .map_err(|_| Error::Garbled)?;
    request.set_timeout(PATIENCE_MS);
    let whole = blob.size();
    let upload = request.upload().map_err(|_| Error::Garbled)?;
    let _progress = EventListener::new(&upload, "progress", move |event| {
        if let Some(event) = event.dyn_ref::<ProgressEvent>() {
            progress(event.loaded().min(whole), whole);
        }
    });
    let ended = ended(&request);
    request
        .send_with_opt_blob(Some(blob))
        .map_err(|_| Error::Garbled)?;
    JsFuture::from(ended).await.map_err(|_| Error::Garbled)?;
    verdict(&request)
}

/// Settles when the request is over, well or badly.
fn ended(request: &XmlHttpRequest) -> Promise {
    Promise::new(&mut |resolve, _| {
        // `loadend` comes after load, error, abort and timeout alike.
        EventListener::once(request, "loadend", move |_| {
            // A promise that nobody awaits any more may refuse; there is nothing to do about it.
            let _ = resolve.call0(&JsValue::NULL);
        })
        .forget();
    })
}

fn verdict(request: &XmlHttpRequest) -> Result<()> {
    match request.status() {
        Ok(200..=299) => Ok(()),
        Ok(0) | Err(_) => Err(Error::Offline),
        Ok(_) => {
            let text = request.response_text().ok().flatten().unwrap_or_default();
            Err(refusal(&text))
        }
    }
}
