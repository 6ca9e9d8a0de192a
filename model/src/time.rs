//! Moments and days. Callers pass `now`; nothing here reads a clock.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// China Standard Time, UTC+8 all year: mainland China has kept no summer time since 1991.
const CHINA_OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct TimeMs(pub i64);

impl TimeMs {
    /// The civil date in China at this moment.
    pub fn china_date(self) -> Date {
        self.china().date()
    }

    /// The civil date and time in China at this moment; moments outside the years
    /// jiff can hold are moved to its nearest end.
    pub fn china(self) -> DateTime {
        let local = jiff::Timestamp::from_millisecond(self.0.saturating_add(CHINA_OFFSET_MS));
        match local {
            Ok(timestamp) => jiff::tz::Offset::UTC.to_datetime(timestamp),
            Err(_) if self.0 > 0 => DateTime::MAX,
            Err(_) => DateTime::MIN,
        }
    }

    /// The moment at which it is `local` in China.
    pub fn from_china(local: DateTime) -> TimeMs {
        let midnight = Self::start_of(local.date());
        let time = local.time();
        let since = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60_000
            + i64::from(time.second()) * 1000
            + i64::from(time.millisecond());
        TimeMs(midnight.0 + since)
    }

    /// 00:00 in China on `date`.
    pub fn start_of(date: Date) -> TimeMs {
        let epoch = jiff::civil::date(1970, 1, 1);
        let days = (date - epoch).get_days();
        TimeMs(i64::from(days) * DAY_MS - CHINA_OFFSET_MS)
    }

    /// The last millisecond of `date` in China: a promise "by the 3rd" holds until then.
    pub fn end_of(date: Date) -> TimeMs {
        TimeMs(Self::start_of(date).0 + DAY_MS - 1)
    }

    /// This moment moved by whole days of 24 hours.
    pub fn plus_days(self, days: i64) -> TimeMs {
        TimeMs(self.0.saturating_add(days.saturating_mul(DAY_MS)))
    }

    /// This moment moved by seconds.
    pub fn plus_seconds(self, seconds: i64) -> TimeMs {
        TimeMs(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};
    use proptest::prelude::*;

    #[test]
    fn china_is_eight_hours_ahead() {
        // 2026-11-21T16:00:00Z is midnight of the 22nd in China.
        let midnight = TimeMs(1_795_276_800_000);
        assert_eq!(midnight.china(), datetime(2026, 11, 22, 0, 0, 0, 0));
        assert_eq!(TimeMs::start_of(date(2026, 11, 22)), midnight);
        assert_eq!(TimeMs(midnight.0 - 1).china_date(), date(2026, 11, 21));
    }

    proptest! {
        #[test]
        fn china_round_trips(ms in -2_000_000_000_000i64..4_000_000_000_000) {
            prop_assert_eq!(TimeMs::from_china(TimeMs(ms).china()), TimeMs(ms));
        }

        #[test]
        fn a_day_holds_its_moments(ms in 0i64..4_000_000_000_000) {
            let day = TimeMs(ms).china_date();
            prop_assert!(TimeMs::start_of(day) <= TimeMs(ms));
            prop_assert!(TimeMs(ms) <= TimeMs::end_of(day));
        }
    }
}
