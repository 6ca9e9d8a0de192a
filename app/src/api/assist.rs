//! 助办: what a shared tablet asks of the server. Tablet and shift are told by cookies.

use super::{Call, Result};
use model::api::assist::{
    BeginShift, Enrol, MyHours, Parked, ParkedForm, Serving, Shift, Tablet, TakeUp, TakenUp,
};
use model::api::path;

/// Makes a shared tablet of this device.
pub async fn enrol(sent: &Enrol) -> Result<Tablet> {
    Call::post(path::TABLET, sent).send().await
}

/// The tablet, who may begin a shift on it, and the shift that runs.
pub async fn tablet() -> Result<Tablet> {
    Call::get(path::TABLET).send().await
}

/// A volunteer begins.
pub async fn begin(sent: &BeginShift) -> Result<Shift> {
    Call::post(path::SHIFT, sent).send().await
}

/// The volunteer's own hours.
pub async fn hours() -> Result<MyHours> {
    Call::get(path::SHIFT).send().await
}

/// Ends the shift.
pub async fn end(csrf: &str) -> Result<()> {
    Call::delete(path::SHIFT).csrf(csrf).send_only().await
}

/// Begins to serve the next resident.
pub async fn serve(csrf: &str) -> Result<Serving> {
    Call::post(path::SERVING, &()).csrf(csrf).send().await
}

/// The resident has gone.
pub async fn gone(csrf: &str) -> Result<()> {
    Call::delete(path::SERVING).csrf(csrf).send_only().await
}

/// Keeps a form for half an hour.
pub async fn park(form: &ParkedForm, csrf: &str) -> Result<Parked> {
    Call::post(path::PARKED, form).csrf(csrf).send().await
}

/// Hands a parked form out, once.
pub async fn take_up(code: &str, csrf: &str) -> Result<TakenUp> {
    let code = code.to_owned();
    let call = Call::post(path::TAKE_UP, &TakeUp { code });
    call.csrf(csrf).send().await
}
