//! Where the phone is. Asked for only when somebody presses for it; it goes to nobody from here.

use js_sys::{Promise, Reflect};
use model::place::Wgs84;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::PositionOptions;

/// Where the phone is, and how far off that may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// The place.
    pub at: Wgs84,
    /// The phone believes to be within so many metres of it.
    pub within_m: f64,
}

/// How old a position may be, and how long the phone may look for it, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    age_ms: u32,
    wait_ms: u32,
}

impl Patience {
    /// To sort a list by: where one stood a minute ago will do.
    pub const ROUGH: Patience = Patience {
        age_ms: 60_000,
        wait_ms: 12_000,
    };
    /// To say where a thing is: the last position may be that of another corner.
    pub const EXACT: Patience = Patience {
        age_ms: 0,
        wait_ms: 12_000,
    };
}

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
pub async fn position(patience: Patience) -> Result<Position, NoPosition> {
    let geolocation = web_sys::window().map(|window| window.navigator().geolocation());
    let geolocation = geolocation
        .and_then(Result::ok)
        .ok_or(NoPosition::Unknown)?;
    let options = PositionOptions::new();
    options.set_enable_high_accuracy(true);
    options.set_timeout(patience.wait_ms);
    options.set_maximum_age(patience.age_ms);
    let mut ask = |found: js_sys::Function, failed: js_sys::Function| {
        let asked = geolocation.get_current_position_with_error_callback_and_options(
            &found,
            Some(&failed),
            &options,
        );
        if asked.is_err() {
            // The page may not ask at all; nobody else would tell the one who waits.
            let _ = failed.call0(&JsValue::NULL);
        }
    };
    let answer = JsFuture::from(Promise::new(&mut ask)).await;
    let answer = answer.map_err(|error| match number(&error, "code") {
        Some(1.0) => NoPosition::Denied,
        _ => NoPosition::Unknown,
    })?;
    let coords = Reflect::get(&answer, &"coords".into()).map_err(|_| NoPosition::Unknown)?;
    let at = number(&coords, "latitude").zip(number(&coords, "longitude"));
    let at = at.and_then(|(lat, lon)| Wgs84::new(lat, lon).ok());
    Ok(Position {
        at: at.ok_or(NoPosition::Unknown)?,
        within_m: number(&coords, "accuracy").unwrap_or(f64::INFINITY),
    })
}

/// None where it is no number, or not there: browsers name their classes differently.
fn number(of: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(of, &name.into()).ok()?.as_f64()
}
