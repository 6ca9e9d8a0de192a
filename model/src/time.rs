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

/// Days and times of day as text in JSON: `2026-11-24`, `08:30` or `08:30:00`. jiff reads and
/// writes the same, but brings 40 KB of error texts into what every resident downloads.
pub mod iso {
    use jiff::civil::{Date, Time};
    use serde::de::{Error, Unexpected, Visitor};
    use serde::{Deserializer, Serialize, Serializer};
    use std::{fmt, marker::PhantomData};

    /// What stands in JSON as such a text.
    pub trait Iso: Sized {
        /// What a reader is told that should have been there.
        const EXPECTED: &'static str;
        /// Reads it; exactly this shape, and a day or time that exists.
        fn read(text: &str) -> Option<Self>;
        /// Writes it.
        fn write(&self) -> String;
    }

    impl Iso for Date {
        const EXPECTED: &'static str = "a day as YYYY-MM-DD";

        fn read(text: &str) -> Option<Date> {
            let (year, rest) = text.split_once('-')?;
            let (month, day) = rest.split_once('-')?;
            let year = i16::try_from(digits(year, 4)?).ok()?;
            Date::new(year, digits(month, 2)? as i8, digits(day, 2)? as i8).ok()
        }

        fn write(&self) -> String {
            format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
        }
    }

    impl Iso for Time {
        const EXPECTED: &'static str = "a time as HH:MM or HH:MM:SS";

        fn read(text: &str) -> Option<Time> {
            let mut parts = text.splitn(3, ':').map(|part| digits(part, 2));
            let (hour, minute) = (parts.next()??, parts.next()??);
            let second = parts.next().unwrap_or(Some(0))?;
            Time::new(hour as i8, minute as i8, second as i8, 0).ok()
        }

        fn write(&self) -> String {
            let (hour, minute, second) = (self.hour(), self.minute(), self.second());
            format!("{hour:02}:{minute:02}:{second:02}")
        }
    }

    /// Exactly `count` digits, at most four.
    fn digits(text: &str, count: usize) -> Option<u16> {
        let good = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
        good.then(|| text.parse().ok())?
    }

    /// Writes one, for `#[serde(with = "iso")]`.
    pub fn serialize<T: Iso, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.write().serialize(serializer)
    }

    /// Reads one, for `#[serde(with = "iso")]`.
    pub fn deserialize<'de, T: Iso, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        from.deserialize_str(Reader(PhantomData))
    }

    /// A visitor, so that a reader of files knows the place of the text and not of what it is in.
    struct Reader<T>(PhantomData<T>);

    impl<T: Iso> Visitor<'_> for Reader<T> {
        type Value = T;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str(T::EXPECTED)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            T::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    /// A list of them, for `#[serde(with = "iso::list")]`.
    pub mod list {
        use super::Iso;
        use serde::{Deserialize, Deserializer, Serializer};

        /// An item that reads itself.
        struct Item<T>(T);

        impl<'de, T: Iso> Deserialize<'de> for Item<T> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                super::deserialize(from).map(Item)
            }
        }

        /// Writes a list.
        pub fn serialize<T: Iso, S: Serializer>(list: &[T], to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq(list.iter().map(Iso::write))
        }

        /// Reads a list.
        pub fn deserialize<'de, T: Iso, D: Deserializer<'de>>(from: D) -> Result<Vec<T>, D::Error> {
            let items = Vec::<Item<T>>::deserialize(from)?;
            Ok(items.into_iter().map(|Item(item)| item).collect())
        }
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

    #[test]
    fn days_and_times_in_json() {
        use super::iso::Iso;
        use jiff::civil::{Date, Time};
        for text in ["2026-11-24", "0001-01-01", "2024-02-29"] {
            assert_eq!(
                Date::read(text).map(|day| day.write()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "",
            "2026-2-1",
            "2026-02-30",
            "2026-13-01",
            "+026-01-01",
            "2026-11-24T00:00",
        ] {
            assert_eq!(Date::read(text), None, "{text}");
        }
        for (text, written) in [("08:30", "08:30:00"), ("23:59:59", "23:59:59")] {
            assert_eq!(
                Time::read(text).map(|time| time.write()).as_deref(),
                Some(written)
            );
        }
        for text in ["", "8:30", "24:00", "08:60", "08:30:61", "08:30:00.5", "08"] {
            assert_eq!(Time::read(text), None, "{text}");
        }
    }
}
