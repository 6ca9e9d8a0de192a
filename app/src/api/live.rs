//! Live changes by server-sent events.

use gloo::events::EventListener;
use model::api::Change;
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

/// An open stream; dropping it closes it.
pub struct Live {
    source: EventSource,
    _message: EventListener,
    _error: EventListener,
}

impl Live {
    /// Whether changes are heard just now.
    pub fn is_open(&self) -> bool {
        self.source.ready_state() == EventSource::OPEN
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// Listens at `url` and calls `changed` for each [`Change`]. `lost` is called when the stream ends
/// for good (a ticket holds once: fetch a new one and listen again). None where the browser
/// cannot open it.
pub fn listen(
    url: &str,
    changed: impl Fn(Change) + 'static,
    lost: impl Fn() + 'static,
) -> Option<Live> {
    let source = EventSource::new(url).ok()?;
    let message = EventListener::new(&source, "change", move |event| {
        let text = event
            .dyn_ref::<MessageEvent>()
            .and_then(|event| event.data().as_string());
        let change = text.and_then(|text| serde_json::from_str(&text).ok());
        if let Some(change) = change {
            changed(change);
        }
    });
    let ended = source.clone();
    let error = EventListener::new(&source, "error", move |_| {
        if ended.ready_state() == EventSource::CLOSED {
            lost();
        }
    });
    Some(Live {
        source,
        _message: message,
        _error: error,
    })
}
