//! Where the phone is. Asked for only when somebody presses for it; it goes to nobody.

use js_sys::{Promise, Reflect};
use model::place::Wgs84;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// So long a satellite may take, milliseconds.
const PATIENCE_MS: u32 = 12_000;
/// A position of this age is still where one stands, milliseconds.
const FRESH_MS: u32 = 60_000;

/// Why there is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPosition {
    /// The person, or the phone's settings, said no.
    Denied,
    /// The phone does not know, or has no way to.
    Unknown,
}

/// Where the phone is now; asks the person for leave if the browser wants it.
///
/// # Errors
/// [`NoPosition`].
pub async fn position() -> Result<Wgs84, NoPosition> {
    let geolocation = web_sys::window().map(|window| window.navigator().geolocation());
    let geolocation = geolocation
        .and_then(Result::ok)
        .ok_or(NoPosition::Unknown)?;
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(PATIENCE_MS);
    options.set_maximum_age(FRESH_MS);
    let mut ask = |found: js_sys::Function, failed: js_sys::Function| {
        // Fails where the page may not ask at all: the promise then never comes true, but
        // browsers tell `failed` of it too.
        let _ = geolocation.get_current_position_with_error_callback_and_options(
            &found,
            Some(&failed),
            &options,
        );
    };
    let answer = JsFuture::from(Promise::new(&mut ask)).await;
    let answer = answer.map_err(|error| match number(&error, "code") {
        Some(1.0) => NoPosition::Denied,
        _ => NoPosition::Unknown,
    })?;
    let coords = Reflect::get(&answer, &"coords".into()).map_err(|_| NoPosition::Unknown)?;
    let at = number(&coords, "latitude").zip(number(&coords, "longitude"));
    at.and_then(|(lat, lon)| Wgs84::new(lat, lon).ok())
        .ok_or(NoPosition::Unknown)
}

fn number(of: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(of, &name.into()).ok()?.as_f64()
}
