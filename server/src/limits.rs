//! How often one may do what could be abused. The counts live in the store: they outlast a
//! restart and several nodes share them.

use crate::http::error::{Error, Result};
use crate::state::App;
use crate::store::{Rate, Take};

const HOUR_S: u32 = 3600;
const DAY_S: u32 = 24 * HOUR_S;
/// Codes of parked forms that may be tried in a shift, an hour: of a hundred thousand codes.
const TAKE_UPS: u32 = 20;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted<'a> {
    /// Looking up a receipt number from an address.
    TrackReceipt(&'a str, &'a str),
    /// Looking up anything from an address.
    TrackAddress(&'a str),
    /// Giving wrong digits for a receipt number, from anywhere: whoever has many addresses has no
    /// more tries than others.
    TrackWrong(&'a str),
    /// Handing in a case from an address.
    Submit(&'a str),
    /// Handing in a case from anywhere.
    SubmitAll,
    /// Uploading a picture from an address.
    Photo(&'a str),
    /// Signing in from an address.
    SignIn(&'a str),
    /// Asking for a parked form in a shift.
    TakeUp(&'a str),
    /// Adding a voice to anything, or following it, from an address.
    Voice(&'a str),
    /// Adding a voice to one case from an address.
    VoiceOf(&'a str, &'a str),
    /// Another system's requests, by the name of its key, with its own limit.
    ApiKey(&'a str, u32),
}

/// Counts one more, or says how long to wait.
pub async fn take(app: &App, counted: Counted<'_>) -> Result<()> {
    let (key, rate) = key_and_rate(app, counted);
    if rate.burst == 0 {
        return Ok(());
    }
    match app.store.take(&key, rate, app.now()).await? {
        Take::Ok => Ok(()),
        Take::RetryAfter { seconds } => Err(Error::TooOften(seconds)),
    }
}

/// Takes back what was counted: it turned out not to be what the limit is against.
pub async fn give_back(app: &App, counted: Counted<'_>) -> Result<()> {
    let (key, rate) = key_and_rate(app, counted);
    if rate.burst > 0 {
        app.store.give_back(&key, rate).await?;
    }
    Ok(())
}

fn key_and_rate(app: &App, counted: Counted<'_>) -> (String, Rate) {
    let limits = &app.settings.limits;
    let hourly = |key: String, burst: u32| {
        let per_s = HOUR_S;
        (key, Rate { burst, per_s })
    };
    match counted {
        Counted::TrackReceipt(receipt, address) => hourly(
            format!("track {receipt} {address}"),
            limits.track_receipt_per_hour,
        ),
        Counted::TrackAddress(address) => {
            hourly(format!("track {address}"), limits.track_address_per_hour)
        }
        Counted::TrackWrong(receipt) => {
            let (burst, per_s) = (limits.track_wrong_per_day, DAY_S);
            (format!("track wrong {receipt}"), Rate { burst, per_s })
        }
        Counted::Submit(address) => hourly(format!("submit {address}"), limits.submit_per_hour),
        Counted::SubmitAll => hourly("submit".to_owned(), limits.submit_all_per_hour),
        Counted::Photo(address) => hourly(format!("photo {address}"), limits.photos_per_hour),
        Counted::Voice(address) => hourly(format!("voice {address}"), limits.voices_per_hour),
        Counted::VoiceOf(case, address) => {
            let (burst, per_s) = (limits.voices_of_case_per_day, DAY_S);
            (format!("voice {case} {address}"), Rate { burst, per_s })
        }
        Counted::TakeUp(shift) => hourly(format!("take up {shift}"), TAKE_UPS),
        Counted::ApiKey(name, per_hour) => hourly(format!("api key {name}"), per_hour),
        Counted::SignIn(address) => hourly(format!("sign-in {address}"), limits.sign_in_per_hour),
    }
}
