//! What happens by the clock: cases that lapse, and the housekeeping beside them.

use crate::boot;
use crate::cases::{act_by_clock, free_orphans};
use crate::clock::Watch;
use crate::http::error::{Error, chain};
use crate::state::App;
use crate::store;
use crate::{notify, photos};
use model::id::{CaseId, StaffId};
use model::problem::Code;
use model::time::TimeMs;
use model::workflow::{Refused, State, Verb};
use std::time::{Duration, Instant};

/// Between two looks at the clock.
const EVERY: Duration = Duration::from_secs(30);
/// Cases taken in hand at a look; the rest wait for the next batch of the same look.
const BATCH: u32 = 100;
/// Whom the audit names for what the clock has erased.
const KEEPER: &str = "retention";
/// After a stop so long, cases that became overdue meanwhile are still told of.
const LOOK_BACK_DAYS: i64 = 3;
/// Looks between two sweeps of what has expired.
const SWEEP_EVERY: u64 = 10;

/// Looks at the clock until the server stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut told_to = app.now().plus_days(-LOOK_BACK_DAYS);
    let latest = app.store.latest_hand_in().await.unwrap_or_default();
    let mut watch = Watch::begin(app.now(), Instant::now(), latest);
    for look in 0u64.. {
        tokio::select! {
            () = app.stopping.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if watch.believes(app.now(), Instant::now()) {
            told_to = by_the_clock(&app, told_to, look.is_multiple_of(SWEEP_EVERY)).await;
        }
        if let Err(error) = notify::figure(&app).await {
            tracing::error!(error = %chain(&error), "what waits to be sent could not be looked at");
        }
        // Without it every request's figure would be kept until somebody asks for them.
        if let Some(figures) = crate::http::recorder() {
            figures.run_upkeep();
        }
        boot::follow(&app).await;
    }
}

/// What cannot be taken back: endings, messages, erasures. Returns until when people were told.
async fn by_the_clock(app: &App, told_to: TimeMs, sweeps: bool) -> TimeMs {
    if let Err(error) = pass(app).await {
        tracing::error!(error = %chain(&error), "deadlines could not be looked at");
    }
    if sweeps {
        sweep(app).await;
    }
    let now = app.now();
    match notify::overdue(app, told_to, now).await {
        Ok(()) => now,
        Err(error) => {
            tracing::error!(error = %chain(&error), "nobody was told what is overdue");
            told_to
        }
    }
}

async fn sweep(app: &App) {
    if let Err(error) = app.store.sweep(app.now()).await {
        tracing::error!(error = %chain(&error), "what has expired could not be swept");
    }
    if let Err(error) = forget(app).await {
        tracing::error!(error = %chain(&error), "what is kept no longer could not be erased");
    }
}

/// One look: what was merged into an ended case is let go, and every case whose clock has run out
/// takes its step. Returns how many did.
pub async fn pass(app: &App) -> Result<usize, store::Error> {
    let mut stepped = match free_orphans(app).await {
        Ok(freed) => freed,
        Err(error) => {
            tracing::error!(error = %chain(&error), "merged cases could not be taken apart");
            0
        }
    };
    let mut stuck = 0;
    loop {
        // Those that cannot move, for papers still held, must not keep the others waiting.
        let limit = BATCH + stuck;
        let due = app.store.due_before(app.now(), limit).await?;
        let mut moved = 0;
        for id in &due {
            moved += usize::from(step(app, *id).await);
        }
        stepped += moved;
        if due.len() < limit as usize {
            return Ok(stepped);
        }
        stuck = u32::try_from(due.len() - moved).unwrap_or(u32::MAX - BATCH);
    }
}

/// Erases what is personal in closed cases that have lain longer than the street keeps their kind.
/// Returns how many there were. Two nodes at once do it twice, which is fine.
pub async fn forget(app: &App) -> Result<usize, photos::Error> {
    let Ok(by) = StaffId::parse(KEEPER) else {
        return Ok(0);
    };
    let (street, now) = (app.street(), app.now());
    let mut erased = 0;
    for rule in &street.seed.street.retention {
        let before = now.plus_days(-i64::from(rule.days));
        let ids = app.store.erasable(rule.kind.name(), before, BATCH).await?;
        for id in &ids {
            app.store.erase_case(*id, &by, now).await?;
            app.photos.destroy_of(*id).await?;
            tracing::info!(case = %id, "a case was erased: it was kept long enough");
        }
        erased += ids.len();
        metrics::counter!("cases_erased_total").increment(ids.len() as u64);
    }
    Ok(erased)
}

/// Whether the case took its step. Somebody acting at the same moment wins over the clock.
async fn step(app: &App, id: CaseId) -> bool {
    match try_step(app, id).await {
        Ok(stepped) => stepped,
        Err(Error::Plain(Code::CaseChanged)) => false,
        Err(Error::Refused(Refused::TooEarly | Refused::OriginalsHeld)) => false,
        Err(error) => {
            tracing::error!(case = %id, error = %chain(&error), "a case could not take its step");
            false
        }
    }
}

async fn try_step(app: &App, id: CaseId) -> Result<bool, Error> {
    let case = app.store.case(id).await?;
    let verb = match case.record.progress.state {
        State::Done => Verb::Lapse,
        State::AwaitingResident => Verb::WithdrawSilent,
        _ => return Ok(false),
    };
    act_by_clock(app, case, verb).await?;
    Ok(true)
}
