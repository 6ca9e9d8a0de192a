//! The one place that reads the clock.

mod watch;

pub use watch::Watch;

use model::time::TimeMs;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where `now` comes from: the machine, or a test that moves it.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    Machine,
    /// Stands still until it is set.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start`.
    pub fn standing_at(start: TimeMs) -> Clock {
        Clock::Set(Arc::new(AtomicI64::new(start.0)))
    }

    /// The moment.
    pub fn now(&self) -> TimeMs {
        match self {
            Clock::Machine => TimeMs(machine_ms()),
            Clock::Set(ms) => TimeMs(ms.load(Ordering::SeqCst)),
        }
    }

    /// Moves a standing clock; the machine's is left alone.
    pub fn set(&self, to: TimeMs) {
        if let Clock::Set(ms) = self {
            ms.store(to.0, Ordering::SeqCst);
        }
    }
}

fn machine_ms() -> i64 {
    // A clock before 1970 reads as 1970: nothing here can mean a moment before that.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}
