//! Who walks: speeds and delays.
//!
//! | profile | m/s | a flight of steps | signals | large road, no signals | lift |
//! |---|---|---|---|---|---|
//! | adult 成人 | 1.2 | 30 s | 15 s | 10 s | 90 s |
//! | older 长者 | 0.9 | 60 s | 15 s | 10 s | 90 s |
//! | slow 缓行 | 0.6 | 120 s | 15 s | 10 s | 90 s |
//! | wheelchair 轮椅 | 1.0 | never | 15 s | 10 s | 90 s |
//! | plain | 1.2 | 0 | 0 | 0 | 0 |
//!
//! A flight's seconds come on top of its length at the profile's speed. A flight is one
//! `highway=steps` way of the map.
//!
//! Sources. 1.2 m/s is the walking speed signals are timed for by default. 0.9 m/s for
//! the old: K. Fitzpatrick et al., *Improving Pedestrian Safety at Unsignalized
//! Crossings*, TCRP 112 / NCHRP 562, 2006, and T. Gates et al., *Recommended Walking
//! Speeds for Timing of Pedestrian Clearance Intervals*, TRR 1982, 2006, where the 15th
//! percentile of those over 65 is 0.92 m/s. 0.6 m/s is for a cane or a walker. The
//! delays are this project's choice, the same for everybody but `plain`, which has none
//! so that it can be compared with other engines.

use crate::seconds::Seconds;
use crate::traits::{Ends, Traits, WayKind, Wheelchair};

/// The ground a walker can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Everything walkable.
    Any,
    /// No steps and nothing known to stop a wheelchair. Ground nobody has described is
    /// used, and every result that needs it says so (`Arrival::unknown`).
    StepFree,
    /// Only ground known to let a wheelchair pass.
    KnownStepFree,
}

/// A kind of walker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name in addresses and on the command line.
    pub name: &'static str,
    /// Walking speed, millimetres a second; more than 0.
    pub speed_mm_s: u32,
    /// Extra time for a flight of steps.
    pub flight: Seconds,
    /// Wait at a crossing with signals.
    pub signal: Seconds,
    /// Wait at a crossing of a secondary or larger road without signals.
    pub crossing: Seconds,
    /// Wait for and ride in a lift.
    pub lift: Seconds,
    /// Wait for a ferry.
    pub ferry: Seconds,
    /// Ground it can use.
    pub ground: Ground,
    /// Whether the straight way between a door and the network takes time.
    pub walks_to_the_network: bool,
}

/// A ferry's speed for everybody, where the map gives no better: 9 km/h.
const FERRY_MM_S: u32 = 2500;

impl Profile {
    /// An adult in good health.
    pub const ADULT: Self = Self {
        name: "adult",
        speed_mm_s: 1200,
        flight: Seconds::new(30),
        signal: Seconds::new(15),
        crossing: Seconds::new(10),
        lift: Seconds::new(90),
        ferry: Seconds::new(300),
        ground: Ground::Any,
        walks_to_the_network: true,
    };

    /// An older person.
    pub const OLDER: Self = Self {
        name: "older",
        speed_mm_s: 900,
        flight: Seconds::new(60),
        ..Self::ADULT
    };

    /// With a cane or a walker.
    pub const SLOW: Self = Self {
        name: "slow",
        speed_mm_s: 600,
        flight: Seconds::new(120),
        ..Self::ADULT
    };

    /// In a wheelchair. Unknown ground is used and reported; see
    /// [`Profile::known_ground_only`].
    pub const WHEELCHAIR: Self = Self {
        name: "wheelchair",
        speed_mm_s: 1000,
        flight: Seconds::MAX,
        ground: Ground::StepFree,
        ..Self::ADULT
    };

    /// 1.2 m/s and no delay of any kind: distance under another name.
    pub const PLAIN: Self = Self {
        name: "plain",
        flight: Seconds::ZERO,
        signal: Seconds::ZERO,
        crossing: Seconds::ZERO,
        lift: Seconds::ZERO,
        ferry: Seconds::ZERO,
        walks_to_the_network: false,
        ..Self::ADULT
    };

    /// Every profile.
    pub const ALL: [Self; 5] = [
        Self::ADULT,
        Self::OLDER,
        Self::SLOW,
        Self::WHEELCHAIR,
        Self::PLAIN,
    ];

    /// The profile of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name == name)
    }

    /// The same walker, kept to ground that is known to be step-free, if it needs that.
    #[must_use]
    pub fn known_ground_only(self) -> Self {
        match self.ground {
            Ground::Any => self,
            Ground::StepFree | Ground::KnownStepFree => Self {
                ground: Ground::KnownStepFree,
                ..self
            },
        }
    }

    /// Whether it can walk a piece of way with these traits at all.
    pub fn can_walk(&self, traits: &Traits) -> bool {
        let allowed = match self.ground {
            Ground::Any => return true,
            Ground::StepFree => Wheelchair::Unknown,
            Ground::KnownStepFree => Wheelchair::Passable,
        };
        // Steps are checked by kind as well: no tag makes a wheelchair take them.
        traits.kind != WayKind::Steps && traits.wheelchair <= allowed
    }

    /// Whether a piece it walks is one of which it does not know that it can.
    pub(crate) fn meets_unknown(&self, traits: &Traits) -> bool {
        self.ground != Ground::Any && traits.wheelchair == Wheelchair::Unknown
    }

    /// Milliseconds for `cm` centimetres of ordinary ground.
    pub(crate) fn pace(&self) -> Pace {
        Pace::of(self.speed_mm_s)
    }

    pub(crate) fn pace_on(&self, kind: WayKind) -> Pace {
        match kind {
            WayKind::Ferry => Pace::of(FERRY_MM_S),
            _ => self.pace(),
        }
    }

    /// Milliseconds waited at one end of a piece of way.
    pub(crate) fn wait(&self, ends: Ends) -> u32 {
        [
            (Ends::CROSSING, self.crossing),
            (Ends::SIGNAL, self.signal),
            (Ends::LIFT, self.lift),
            (Ends::FLIGHT, self.flight),
            (Ends::FERRY, self.ferry),
        ]
        .into_iter()
        .filter(|(end, _)| ends.has(*end))
        .fold(0, |sum: u32, (_, wait)| {
            sum.saturating_add(wait.millis() / 2)
        })
    }
}

/// Milliseconds a centimetre, as a fixed-point number with 16 bits after the point:
/// a multiplication and a shift where a search would otherwise divide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pace(u32);

impl Pace {
    pub const fn of(speed_mm_s: u32) -> Self {
        let speed = if speed_mm_s == 0 { 1 } else { speed_mm_s };
        // 10 mm in a centimetre, 1000 ms in a second. At most 10,000 << 16, which fits.
        Self((10_000_u32 << 16) / speed)
    }

    /// Milliseconds for `cm` centimetres, at most [`Seconds::MAX`].
    pub fn millis(self, cm: u32) -> u32 {
        let scaled = (u64::from(cm) * u64::from(self.0) + (1 << 15)) >> 16;
        scaled.min(u64::from(Seconds::MAX.millis())) as u32
    }

    /// Milliseconds for one centimetre.
    pub fn millis_per_cm(self) -> f64 {
        f64::from(self.0) / f64::from(1_u32 << 16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 120 m, and the waits at both ends of a piece, for each profile in seconds.
    #[test]
    fn the_table_of_profiles_holds() {
        type Row = (&'static str, f64, Option<u32>, u32, u32, u32);
        let rows: [Row; 5] = [
            ("adult", 100.0, Some(30), 15, 10, 90),
            ("older", 133.333, Some(60), 15, 10, 90),
            ("slow", 200.0, Some(120), 15, 10, 90),
            ("wheelchair", 120.0, None, 15, 10, 90),
            ("plain", 100.0, Some(0), 0, 0, 0),
        ];
        assert_eq!(
            rows.map(|row| row.0),
            Profile::ALL.map(|profile| profile.name)
        );
        for (name, walk, flight, signal, crossing, lift) in rows {
            let profile = Profile::named(name).unwrap();
            let walked = f64::from(profile.pace().millis(12_000)) / 1000.0;
            assert!(
                (walked - walk).abs() < 0.01,
                "{name} walks 120 m in {walked} s"
            );
            let whole = |end| 2 * profile.wait(end) / 1000;
            let steps = Traits::new(WayKind::Steps);
            let measured = profile.can_walk(&steps).then(|| whole(Ends::FLIGHT));
            assert_eq!(measured, flight, "{name} on steps");
            assert_eq!(whole(Ends::SIGNAL), signal, "{name} at signals");
            assert_eq!(whole(Ends::CROSSING), crossing, "{name} at a crossing");
            assert_eq!(whole(Ends::LIFT), lift, "{name} in a lift");
        }
    }

    #[test]
    fn a_wheelchair_takes_no_steps_whatever_the_tags_say() {
        let ramped = Traits {
            wheelchair: Wheelchair::Passable,
            ..Traits::new(WayKind::Steps)
        };
        assert!(!Profile::WHEELCHAIR.can_walk(&ramped));
        assert!(!Profile::WHEELCHAIR.known_ground_only().can_walk(&ramped));
    }

    #[test]
    fn ground_a_walker_can_use() {
        use Wheelchair::{Impassable, Passable, Unknown};
        let strict = Profile::WHEELCHAIR.known_ground_only();
        for (ground, adult, wheelchair, known) in [
            (Passable, true, true, true),
            (Unknown, true, true, false),
            (Impassable, true, false, false),
        ] {
            let traits = Traits {
                wheelchair: ground,
                ..Traits::new(WayKind::Footway)
            };
            assert_eq!(Profile::ADULT.can_walk(&traits), adult, "{ground:?}");
            assert_eq!(
                Profile::WHEELCHAIR.can_walk(&traits),
                wheelchair,
                "{ground:?}"
            );
            assert_eq!(strict.can_walk(&traits), known, "{ground:?}");
        }
    }

    #[test]
    fn waits_of_one_end_add_up() {
        let both = Ends::SIGNAL.with(Ends::FLIGHT);
        assert_eq!(Profile::ADULT.wait(both), 7_500 + 15_000);
        assert_eq!(Profile::ADULT.wait(Ends::NONE), 0);
    }

    #[test]
    fn the_longest_edge_does_not_overflow() {
        assert_eq!(Pace::of(0).millis(u32::MAX), Seconds::MAX.millis());
    }
}
