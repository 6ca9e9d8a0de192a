//! Handing messages to the street's own gateway, as the Standard Webhooks specification (1.0.0)
//! signs them: `webhook-id`, `webhook-timestamp` and `webhook-signature` over both and the body.

use super::{Audience, Message};
use crate::http::error::chain;
use crate::state::App;
use crate::store::{self, CaseRecord, Claimed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::{StreamExt, stream};
use hmac::{Hmac, KeyInit, Mac};
use model::id::{CaseId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::State;
use serde::Serialize;
use sha2::Sha256;
use std::fmt;
use std::time::Duration;
use url::Url;

/// Between two looks at what is to go out.
const EVERY: Duration = Duration::from_secs(2);
/// The gateway answers within this, or it is tried again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Messages taken at once, and how many of them are under way together.
const BATCH: u32 = 20;
const TOGETHER: usize = 4;
/// Longer than a whole batch can take: only a node that died leaves its messages to others.
const CLAIMED_S: i64 = 300;
/// The waiting times add up to about a day.
const TRIES_MAX: u32 = 10;
const WAIT_MAX_S: i64 = 6 * 3600;
/// What a secret begins with whose rest is base64.
const SECRET_PREFIX: &str = "whsec_";

/// The gateway of the street: whatever turns a message into an SMS or a line in a work chat.
#[derive(Clone)]
pub struct Gateway {
    url: Url,
    secret: Vec<u8>,
    client: reqwest::Client,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The secret, and perhaps a key in the address, are nobody's to read.
        f.debug_struct("Gateway")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

/// A gateway that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadGateway {
    /// Its secret.
    #[error("the secret after {SECRET_PREFIX} is not base64")]
    Secret,
    /// Calling out.
    #[error("cannot call out")]
    Client(#[source] reqwest::Error),
}

/// Why a message did not arrive.
#[derive(Debug, thiserror::Error)]
enum Undelivered {
    #[error("the gateway answered {0}")]
    Refused(reqwest::StatusCode),
    #[error("the gateway did not answer")]
    Silent(#[source] reqwest::Error),
}

/// What the gateway receives.
#[derive(Debug, Serialize)]
struct Event<'a> {
    r#type: String,
    /// ISO 8601, UTC.
    timestamp: String,
    data: Letter<'a>,
}

/// A message as it is read.
#[derive(Debug, Serialize)]
struct Letter<'a> {
    to: Addressee<'a>,
    text: String,
    case: CaseId,
    receipt: Receipt,
    kind: KindName,
    state: State,
}

/// Who reads it.
#[derive(Debug, Serialize)]
struct Addressee<'a> {
    /// The sign-in name of somebody of the staff; none for a resident.
    staff: Option<&'a StaffId>,
    /// Their telephone number; a resident always has one.
    phone: Option<String>,
}

impl Gateway {
    /// A gateway at `url`. A secret that begins with `whsec_` is base64, as the specification
    /// writes it; another is taken as it is.
    pub fn new(url: Url, secret: &str) -> Result<Gateway, BadGateway> {
        let secret = match secret.strip_prefix(SECRET_PREFIX) {
            Some(encoded) => STANDARD.decode(encoded).map_err(|_| BadGateway::Secret)?,
            None => secret.as_bytes().to_vec(),
        };
        // One that sends elsewhere would have others given what was meant for the gateway alone.
        let client = reqwest::Client::builder()
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(BadGateway::Client)?;
        Ok(Gateway {
            url,
            secret,
            client,
        })
    }

    async fn hand_over(&self, id: &str, now: TimeMs, body: Vec<u8>) -> Result<(), Undelivered> {
        let at = (now.0 / 1000).to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-signature", signature(&self.secret, id, &at, &body))
            .header("webhook-timestamp", at)
            .body(body);
        // Without the address: it may hold a key.
        let silent = |error: reqwest::Error| Undelivered::Silent(error.without_url());
        let answer = request.send().await.map_err(silent)?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(Undelivered::Refused(status)),
        }
    }
}

/// `v1,` and the signature of a message, base64. `at` is in seconds since 1970.
pub fn signature(secret: &[u8], id: &str, at: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// Delivers what is to go out until the server stops; without a gateway there is nothing.
pub async fn run(app: App) {
    let Some(gateway) = app.settings.notify.clone() else {
        return;
    };
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = drain(&app, &gateway).await {
            tracing::error!(error = %chain(&error), "messages could not be looked at");
        }
    }
}

/// Delivers all that is due; how many arrived. Stops early while the gateway takes nothing.
pub async fn drain(app: &App, gateway: &Gateway) -> Result<usize, store::Error> {
    let mut delivered = 0;
    while !app.stopping.is_cancelled() {
        let now = app.now();
        let until = now.plus_seconds(CLAIMED_S);
        let claimed = app.store.claim_messages(now, until, BATCH).await?;
        let taken = claimed.len();
        let settled: Vec<_> = stream::iter(claimed)
            .map(|claimed| settle(app, gateway, claimed))
            .buffer_unordered(TOGETHER)
            .collect()
            .await;
        let arrived = settled.into_iter().collect::<Result<Vec<bool>, _>>()?;
        let arrived = arrived.into_iter().filter(|arrived| *arrived).count();
        delivered += arrived;
        if taken < BATCH as usize || arrived == 0 {
            break;
        }
    }
    Ok(delivered)
}

/// Delivers one message; whether it arrived.
async fn settle(app: &App, gateway: &Gateway, claimed: Claimed) -> Result<bool, store::Error> {
    let Claimed { message, tries } = claimed;
    let case = app.store.case(message.case).await?.record;
    let Some(body) = written(app, &message, &case) else {
        // Erased since, or the street says so no longer.
        app.store.settle_message(&message.id).await?;
        return Ok(false);
    };
    let error = match gateway.hand_over(&message.id, app.now(), body).await {
        Ok(()) => {
            app.store.settle_message(&message.id).await?;
            metrics::counter!("messages_sent_total").increment(1);
            return Ok(true);
        }
        Err(error) => error,
    };
    if tries >= TRIES_MAX {
        app.store.settle_message(&message.id).await?;
        metrics::counter!("messages_given_up_total").increment(1);
        tracing::error!(case = %case.id, error = %chain(&error), "a message was given up");
    } else {
        let next = app.now().plus_seconds(wait_s(tries));
        app.store.postpone_message(&message.id, next).await?;
        tracing::warn!(case = %case.id, tries, error = %chain(&error), "a message did not arrive");
    }
    Ok(false)
}

/// Ten seconds after the first try, four times as long after each further one.
fn wait_s(tries: u32) -> i64 {
    let wait = 4i64.saturating_pow(tries.saturating_sub(1));
    wait.saturating_mul(10).min(WAIT_MAX_S)
}

/// The message as it goes out; none where it is not to go out any more.
fn written(app: &App, message: &Message, case: &CaseRecord) -> Option<Vec<u8>> {
    let street = app.street();
    let mut rules = street.seed.messages.rules.iter();
    let rule = rules.find(|rule| (rule.on, rule.to) == (message.occasion, message.audience))?;
    let phone = match &message.staff {
        Some(id) => street.staff(id)?.phone.clone(),
        None => Some(case.kind.envelope(&case.answers).phone).filter(|phone| !phone.is_empty()),
    };
    if message.audience == Audience::Resident && phone.is_none() {
        return None;
    }
    let timestamp = jiff::Timestamp::from_millisecond(app.now().0).ok()?;
    let event = Event {
        r#type: format!("case.{}", String::from(message.occasion)),
        timestamp: timestamp.to_string(),
        data: Letter {
            to: Addressee {
                staff: message.staff.as_ref(),
                phone,
            },
            text: filled(app, message, case, &rule.text),
            case: case.id,
            receipt: case.receipt,
            kind: case.kind,
            state: case.progress.state,
        },
    };
    serde_json::to_vec(&event).ok()
}

/// A rule's text with its placeholders filled in.
fn filled(app: &App, message: &Message, case: &CaseRecord, text: &str) -> String {
    let street = app.street();
    let mut names = street.seed.messages.names.iter();
    let kind = names.find(|called| called.kind == case.kind);
    let about = case.matter_name.as_deref();
    let about = about.or(kind.map(|called| called.name.as_str()));
    let due = case.progress.due.map(|due| due.at.china_date());
    let number = |number: Option<i8>| number.map(|n| n.to_string()).unwrap_or_default();
    let page = match message.audience {
        Audience::Resident => "/cases".to_owned(),
        _ => format!("/staff/cases/{}", case.id),
    };
    let origin = app.settings.origin.as_deref().unwrap_or_default();
    let handler = street.responsible(&case.progress, &case.area).name;
    text.replace("{receipt}", &case.receipt.to_string())
        .replace("{about}", about.unwrap_or_default())
        .replace("{staff}", &handler)
        .replace("{month}", &number(due.map(|day| day.month())))
        .replace("{day}", &number(due.map(|day| day.day())))
        .replace("{link}", &format!("{origin}{page}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> Url {
        Url::parse("http://localhost/").expect("an address")
    }

    /// The example of the specification.
    #[test]
    fn signs_as_specified() {
        let gateway = Gateway::new(local(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let secret = gateway.expect("a gateway").secret;
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signed = signature(&secret, id, "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn waits_longer_each_time_and_about_a_day_in_all() {
        let waits: Vec<i64> = (1..TRIES_MAX).map(wait_s).collect();
        assert!(waits.is_sorted(), "{waits:?}");
        let all: i64 = waits.iter().sum();
        assert!((20 * 3600..30 * 3600).contains(&all), "{all}");
    }

    #[test]
    fn a_secret_that_is_not_base64_is_refused() {
        assert!(Gateway::new(local(), "whsec_???").is_err());
    }
}
