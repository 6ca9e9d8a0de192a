//! Walking time.

use std::fmt;

/// A walking time, kept in whole milliseconds so that sums are exact everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(u32);

impl Seconds {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest time a search can be given: twelve days.
    pub const MAX: Self = Self(u32::MAX >> 2);

    /// `seconds` whole seconds; longer than [`Seconds::MAX`] becomes that.
    pub const fn new(seconds: u32) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// `minutes` whole minutes.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self::new(minutes.saturating_mul(60))
    }

    /// `millis` thousandths of a second.
    pub const fn from_millis(millis: u32) -> Self {
        if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Thousandths of a second.
    pub const fn millis(self) -> u32 {
        self.0
    }

    /// Seconds as a number.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Whole minutes, rounded up: nobody is told less time than it takes. At least 1.
    pub fn minutes(self) -> u32 {
        self.0.div_ceil(60_000).max(1)
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} s", self.as_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_never_too_few() {
        for (millis, minutes) in [(0, 1), (1, 1), (60_000, 1), (60_001, 2), (900_000, 15)] {
            assert_eq!(
                Seconds::from_millis(millis).minutes(),
                minutes,
                "{millis} ms"
            );
        }
    }

    #[test]
    fn too_long_is_the_longest() {
        assert_eq!(Seconds::new(u32::MAX), Seconds::MAX);
        assert_eq!(Seconds::from_minutes(u32::MAX), Seconds::MAX);
    }
}
