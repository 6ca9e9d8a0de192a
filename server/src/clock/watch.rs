//! Whether the machine's clock may be believed.
//!
//! A clock that jumps – an empty battery, a mistyped year, a virtual machine woken up – would end
//! cases, erase people's words and tell everybody that all is overdue, and none of that can be taken
//! back. What happens by the clock alone therefore waits for a day after a jump, while somebody reads
//! the log. What people do themselves goes on: it is theirs, whatever the clock says.

use model::time::TimeMs;
use std::time::{Duration, Instant};

/// Less is a correction, such as a time server makes.
const JUMP: Duration = Duration::from_secs(5 * 60);
/// So long nothing is done by a clock that has jumped.
const DOUBTED_FOR: Duration = Duration::from_secs(24 * 3600);
/// A street that hands nothing in for so long has been closed, or its clock is wrong.
const SILENT_DAYS: i64 = 30;

/// Compares the clock with one that only counts ([`Instant`]).
#[derive(Debug)]
pub struct Watch {
    clock: TimeMs,
    counted: Instant,
    doubted_until: Option<Instant>,
}

impl Watch {
    /// Begins at this moment. `latest` is when the latest case was handed in: the clock must be
    /// after it, and not by months.
    pub fn begin(now: TimeMs, counted: Instant, latest: Option<TimeMs>) -> Watch {
        let mut watch = Watch {
            clock: now,
            counted,
            doubted_until: None,
        };
        if latest.is_some_and(|latest| !follows(latest, now)) {
            watch.doubt(counted, "it does not follow the latest case");
        }
        watch
    }

    /// Whether the clock may be believed at this moment.
    pub fn believes(&mut self, now: TimeMs, counted: Instant) -> bool {
        let passed = counted.saturating_duration_since(self.counted);
        let shown = now.0.saturating_sub(self.clock.0);
        let off = shown.saturating_sub(millis(passed));
        (self.clock, self.counted) = (now, counted);
        if off.unsigned_abs() > JUMP.as_millis() as u64 {
            self.doubt(counted, &format!("it jumped by {} s", off / 1000));
        }
        if self.doubted_until.is_some_and(|until| until <= counted) {
            tracing::info!("the clock is believed again");
            self.doubted_until = None;
        }
        let believed = self.doubted_until.is_none();
        metrics::gauge!("clock_doubted").set(if believed { 0.0 } else { 1.0 });
        believed
    }

    fn doubt(&mut self, counted: Instant, why: &str) {
        let hours = DOUBTED_FOR.as_secs() / 3600;
        tracing::error!(
            "the clock is doubted, {why}: nothing is closed, erased or told by it for {hours} h"
        );
        self.doubted_until = Some(counted + DOUBTED_FOR);
    }
}

/// A little before the latest case is a correction that came in between.
fn follows(latest: TimeMs, now: TimeMs) -> bool {
    let earliest = latest.0.saturating_sub(millis(JUMP));
    (earliest..=latest.plus_days(SILENT_DAYS).0).contains(&now.0)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: TimeMs = TimeMs(1_793_581_200_000);
    const LOOK: Duration = Duration::from_secs(30);

    /// The answers of a watch at looks half a minute apart, at which the clock shows `clocks`,
    /// in seconds after [`NOW`].
    fn answers(clocks: &[i64]) -> Vec<bool> {
        let begun = Instant::now();
        let mut watch = Watch::begin(NOW, begun, None);
        let looks = (1u32..).zip(clocks);
        let mut at = |(look, seconds): (u32, &i64)| {
            watch.believes(NOW.plus_seconds(*seconds), begun + LOOK * look)
        };
        looks.map(&mut at).collect()
    }

    #[test]
    fn a_clock_that_goes_is_believed_and_one_that_jumps_is_not() {
        assert_eq!(answers(&[30, 60, 90]), [true, true, true]);
        // Two minutes put right.
        assert_eq!(answers(&[30, 180, 90]), [true, true, true]);
        assert_eq!(answers(&[30, 3660, 3690]), [true, false, false]);
        assert_eq!(answers(&[30, -3540, -3510]), [true, false, false]);
        // Put right again at once, it is still looked at by somebody first.
        assert_eq!(answers(&[30, 3660, 90, 120]), [true, false, false, false]);
    }

    #[test]
    fn a_day_without_a_jump_is_enough() {
        let begun = Instant::now();
        let mut watch = Watch::begin(NOW, begun, None);
        assert!(!watch.believes(NOW.plus_days(400), begun + LOOK));
        let day = begun + LOOK + DOUBTED_FOR;
        let almost = NOW.plus_days(401).plus_seconds(-1);
        assert!(!watch.believes(almost, day - Duration::from_secs(1)));
        assert!(watch.believes(NOW.plus_days(401), day));
    }

    #[test]
    fn a_clock_far_from_the_latest_case_is_doubted_from_the_start() {
        let begun = Instant::now();
        let believed = |days: i64| {
            let mut watch = Watch::begin(NOW.plus_days(days), begun, Some(NOW));
            watch.believes(NOW.plus_days(days), begun)
        };
        assert_eq!(
            [-1, 0, 29, 31, 4000].map(believed),
            [false, true, true, false, false]
        );
        let mut first = Watch::begin(NOW, begun, None);
        assert!(first.believes(NOW, begun));
    }
}
