//! Who has what near: doors, facilities, and what one more facility would change.
//!
//! One search backwards from all facilities of a category tells every door its nearest
//! ([`Reach::run_to`]), so a district costs one pass a category. One more facility costs
//! one bounded search: a door gains when the new one is nearer than what it had.

use crate::network::{Network, Place};
use crate::profile::Profile;
use crate::reach::{Arrival, Reach};
use crate::seconds::Seconds;

/// What is asked about every category: who walks, how far counts as near, and how far
/// beyond that the nearest is still looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// Who walks.
    pub profile: Profile,
    /// A door is covered when a facility is within this.
    pub within: Seconds,
    /// The nearest is named when it is within this; at least `within`.
    pub farthest: Seconds,
}

/// How far each of a list of doors is from the nearest facility of one category.
///
/// Keeps its memory when it is measured again.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    nearest: Vec<Option<Arrival>>,
    within: Seconds,
}

/// Doors of one group and how many of them are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many doors the group has.
    pub doors: usize,
    /// How many of them have a facility within the time.
    pub covered: usize,
}

impl Share {
    /// Doors without a facility within the time.
    pub fn without(self) -> usize {
        self.doors - self.covered
    }

    /// Covered doors of all, 0 to 1; `None` when there are no doors.
    pub fn part(self) -> Option<f64> {
        (self.doors > 0).then(|| self.covered as f64 / self.doors as f64)
    }
}

/// A door that one more facility would be nearer to than what it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// The door's number in the list.
    pub door: usize,
    /// Its walk now; `None` when there was nothing within reach.
    pub before: Option<Seconds>,
    /// Its walk to the new one.
    pub after: Seconds,
    /// Whether it was not covered and would be.
    pub newly_covered: bool,
}

impl Coverage {
    /// Measures the walk from each of `doors` to the nearest of `facilities`.
    pub fn measure(
        &mut self,
        reach: &mut Reach,
        network: &Network,
        doors: &[Place],
        facilities: &[Place],
        standard: &Standard,
    ) {
        let farthest = standard.farthest.max(standard.within);
        let reached = reach.run_to(network, facilities, &standard.profile, farthest);
        self.within = standard.within;
        reached.arrivals(doors, &mut self.nearest);
    }

    /// The walk from each door to its nearest facility, in the order of the doors; the
    /// arrival's source is the facility's number.
    pub fn nearest(&self) -> &[Option<Arrival>] {
        &self.nearest
    }

    /// Whether a door has a facility within the time. False for a door that is not in the
    /// list.
    pub fn covers(&self, door: usize) -> bool {
        let nearest = self.nearest.get(door).copied().flatten();
        nearest.is_some_and(|arrival| arrival.seconds <= self.within)
    }

    /// The numbers of the doors that have none within the time.
    pub fn without(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nearest.len()).filter(|&door| !self.covers(door))
    }

    /// All doors together.
    pub fn total(&self) -> Share {
        let doors = self.nearest.len();
        Share {
            doors,
            covered: doors - self.without().count(),
        }
    }

    /// A row of the table of categories and estates: the share of each group. `groups`
    /// has the group of each door, in the order of the doors; doors beyond its end belong
    /// to none. `row` gets as many shares as the highest group asks for.
    pub fn by_group(&self, groups: &[usize], row: &mut Vec<Share>) {
        row.clear();
        let highest = groups.iter().take(self.nearest.len()).max();
        row.resize(highest.map_or(0, |group| group + 1), Share::default());
        for (door, &group) in groups.iter().take(self.nearest.len()).enumerate() {
            row[group].doors += 1;
            row[group].covered += usize::from(self.covers(door));
        }
    }

    /// Which of the same `doors` would be nearer to one more facility, in their order.
    pub fn gains(
        &self,
        reach: &mut Reach,
        network: &Network,
        doors: &[Place],
        facility: Place,
        standard: &Standard,
        gains: &mut Vec<Gain>,
    ) {
        gains.clear();
        let farthest = standard.farthest.max(standard.within);
        let reached = reach.run_to(network, &[facility], &standard.profile, farthest);
        for (door, (place, before)) in doors.iter().zip(&self.nearest).enumerate() {
            let before = before.map(|arrival| arrival.seconds);
            let Some(after) = reached.seconds_to(*place) else {
                continue;
            };
            if before.is_none_or(|before| after < before) {
                gains.push(Gain {
                    door,
                    before,
                    after,
                    newly_covered: after <= self.within && !self.covers(door),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builder::NetworkBuilder;
    use crate::geo::Wgs84;
    use crate::traits::{Direction, Traits, WayKind};

    /// 1.2 km of street from west to east, and an escalator up from its middle.
    fn street() -> (Network, impl Fn(f64) -> Place) {
        let mut builder = NetworkBuilder::new();
        let points: Vec<_> = [(0.0, 0.0), (600.0, 0.0), (1200.0, 0.0), (600.0, 40.0)]
            .map(|(x, y)| Wgs84::new(40.0 + y / 111_035.0, 116.3 + x / 85_394.0))
            .map(|at| builder.point(at).unwrap())
            .to_vec();
        let street = Traits::new(WayKind::Street);
        builder.way(&points[..2], street).unwrap();
        builder.way(&points[1..3], street).unwrap();
        let up = Traits {
            direction: Direction::Forward,
            ..Traits::new(WayKind::Footway)
        };
        builder.way(&[points[1], points[3]], up).unwrap();
        // A way down again, far longer, or the top would be a place nobody can leave.
        builder.way(&[points[3], points[2]], street).unwrap();
        let network = builder.build().unwrap().0;
        let copy = network.clone();
        let at = move |x: f64| {
            let here = Wgs84::new(40.0, 116.3 + x / 85_394.0);
            copy.snap(here, &Profile::PLAIN, 5.0).unwrap()
        };
        (network, at)
    }

    const STANDARD: Standard = Standard {
        profile: Profile::PLAIN,
        within: Seconds::new(300),
        farthest: Seconds::new(900),
    };

    fn seconds(arrival: Option<Arrival>) -> Option<u32> {
        arrival.map(|arrival| (arrival.seconds.as_f64()).round() as u32)
    }

    #[test]
    fn doors_find_their_nearest_and_estates_their_share() {
        let (network, at) = street();
        let doors = [0.0, 240.0, 468.0, 1080.0, 1194.0].map(&at);
        let mut coverage = Coverage::default();
        let mut reach = Reach::new(&network);
        let facilities = [at(0.0), at(120.0)];
        coverage.measure(&mut reach, &network, &doors, &facilities, &STANDARD);
        let times: Vec<_> = coverage.nearest().iter().map(|a| seconds(*a)).collect();
        assert_eq!(times, [Some(0), Some(100), Some(290), Some(800), Some(895)]);
        assert_eq!(coverage.without().collect::<Vec<_>>(), [3, 4]);
        let mut row = Vec::new();
        coverage.by_group(&[0, 0, 2, 2, 2], &mut row);
        let shares: Vec<_> = row
            .iter()
            .map(|share| (share.doors, share.covered))
            .collect();
        assert_eq!(shares, [(2, 2), (0, 0), (3, 1)]);
        assert_eq!((row[1].part(), row[2].without()), (None, 2));
        assert_eq!(
            coverage.total(),
            Share {
                doors: 5,
                covered: 3
            }
        );
    }

    #[test]
    fn one_more_facility_is_worth_what_it_brings_nearer() {
        let (network, at) = street();
        let doors = [0.0, 470.0, 900.0, 1200.0].map(&at);
        let mut reach = Reach::new(&network);
        let mut coverage = Coverage::default();
        coverage.measure(&mut reach, &network, &doors, &[at(0.0)], &STANDARD);
        let mut gains = Vec::new();
        coverage.gains(
            &mut reach,
            &network,
            &doors,
            at(960.0),
            &STANDARD,
            &mut gains,
        );
        let found: Vec<_> = gains
            .iter()
            .map(|gain| (gain.door, gain.before.is_some(), gain.newly_covered))
            .collect();
        // The second door keeps what it has, the last had nothing within 900 s.
        assert_eq!(found, [(2, true, true), (3, false, true)], "{gains:?}");
    }

    /// A facility at the top of an escalator is near the foot, not the other way round.
    #[test]
    fn the_walk_is_from_the_door_to_the_facility() {
        let (network, at) = street();
        let top = Wgs84::new(40.0 + 40.0 / 111_035.0, 116.3 + 600.0 / 85_394.0);
        let top = network.snap(top, &Profile::PLAIN, 1.0).unwrap();
        let mut reach = Reach::new(&network);
        let mut coverage = Coverage::default();
        coverage.measure(&mut reach, &network, &[at(600.0)], &[top], &STANDARD);
        assert_eq!(seconds(coverage.nearest()[0]), Some(33));
        coverage.measure(&mut reach, &network, &[top], &[at(600.0)], &STANDARD);
        assert_eq!(seconds(coverage.nearest()[0]), None, "a kilometre round");
    }

    #[test]
    fn without_facilities_nobody_is_covered() {
        let (network, at) = street();
        let mut coverage = Coverage::default();
        coverage.measure(
            &mut Reach::new(&network),
            &network,
            &[at(5.0)],
            &[],
            &STANDARD,
        );
        assert_eq!((coverage.covers(0), coverage.covers(7)), (false, false));
        assert_eq!(coverage.total().part(), Some(0.0));
    }
}
