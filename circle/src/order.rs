//! In which order to visit some places: the shortest of all, found exactly.
//!
//! Held and Karp's algorithm (1962): for every set of stops and every one of them to end
//! at, the shortest walk through the set; each is one step longer than one through a
//! smaller set. Twelve stops are 4096 sets.

use crate::network::{Network, Place};
use crate::profile::Profile;
use crate::reach::Reach;
use crate::seconds::Seconds;

/// The most stops an order is made for: sets double with each.
pub const MOST_STOPS: usize = 12;

/// Where a tour ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// At whichever stop is best visited last.
    Anywhere,
    /// Where it began.
    AtStart,
}

/// Why there is no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// More stops than [`MOST_STOPS`].
    #[error("{0} stops are more than {MOST_STOPS}")]
    TooMany(usize),
}

/// The stops in the order in which the whole walk is shortest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// The numbers of the stops, in the order to visit them.
    pub order: Vec<usize>,
    /// The walk to each of them from the one before; with [`Finish::AtStart`] the walk
    /// home as well.
    pub walks: Vec<Seconds>,
    /// The numbers of stops that cannot be visited: no way there, or none on.
    pub left_out: Vec<usize>,
}

impl Tour {
    /// Walking time of the whole.
    pub fn seconds(&self) -> Seconds {
        let millis = self.walks.iter().map(|walk| walk.millis());
        Seconds::from_millis(millis.fold(0, u32::saturating_add))
    }
}

/// Orders `stops` for someone who sets out at `start`.
///
/// Stops that cannot be reached, or from which there is no way on to any other stop or
/// home, are left out. Ties go to the order of the list.
///
/// # Errors
/// More than [`MOST_STOPS`] stops.
pub fn visit_order(
    reach: &mut Reach,
    network: &Network,
    start: Place,
    stops: &[Place],
    profile: &Profile,
    finish: Finish,
) -> Result<Tour, OrderError> {
    if stops.len() > MOST_STOPS {
        return Err(OrderError::TooMany(stops.len()));
    }
    let times = Times::between(reach, network, start, stops, profile, finish);
    let table = Table::of(&times);
    Ok(times.tour(&table))
}

/// Milliseconds from each place to each; the start is the last. [`NO_WAY`] where there
/// is none.
#[derive(Debug)]
struct Times {
    rows: Vec<Vec<u64>>,
    finish: Finish,
}

/// More than any sum of walks.
const NO_WAY: u64 = u64::MAX >> 8;

impl Times {
    fn between(
        reach: &mut Reach,
        network: &Network,
        start: Place,
        stops: &[Place],
        profile: &Profile,
        finish: Finish,
    ) -> Self {
        let places: Vec<Place> = stops.iter().copied().chain([start]).collect();
        let mut row = |from: &Place| {
            let reached = reach.run(network, &[*from], profile, Seconds::MAX);
            let millis = |to: &Place| {
                let seconds = reached.seconds_to(*to);
                seconds.map_or(NO_WAY, |seconds| u64::from(seconds.millis()))
            };
            places.iter().map(millis).collect()
        };
        Self {
            rows: places.iter().map(&mut row).collect(),
            finish,
        }
    }

    fn stops(&self) -> usize {
        self.rows.len() - 1
    }

    fn out_to(&self, to: usize) -> u64 {
        self.rows[self.stops()][to]
    }

    fn home(&self, from: usize) -> u64 {
        match self.finish {
            Finish::Anywhere => 0,
            Finish::AtStart => self.rows[from][self.stops()],
        }
    }

    /// The tour through as many stops as any, and the shortest of those.
    fn tour(&self, table: &Table) -> Tour {
        let whole = |set: usize, last: usize| table.best(set, last).saturating_add(self.home(last));
        let ends =
            (1..1 << self.stops()).flat_map(|set: usize| members(set).map(move |last| (set, last)));
        let best = ends
            .filter(|&(set, last)| whole(set, last) < NO_WAY)
            .min_by_key(|&(set, last)| (u32::MAX - set.count_ones(), whole(set, last)));
        let (set, last) = best.unwrap_or((0, 0));
        let mut order = table.order(self, set, last);
        order.reverse();
        let seconds = |millis: u64| Seconds::from_millis(millis.min(u64::from(u32::MAX)) as u32);
        let mut walks: Vec<Seconds> = Vec::with_capacity(order.len() + 1);
        walks.extend(order.first().map(|&first| seconds(self.out_to(first))));
        walks.extend(
            order
                .windows(2)
                .map(|pair| seconds(self.rows[pair[0]][pair[1]])),
        );
        if self.finish == Finish::AtStart {
            walks.extend(order.last().map(|&last| seconds(self.home(last))));
        }
        Tour {
            order,
            walks,
            left_out: (0..self.stops())
                .filter(|stop| set >> stop & 1 == 0)
                .collect(),
        }
    }
}

/// The stops in a set.
fn members(set: usize) -> impl Iterator<Item = usize> {
    (0..MOST_STOPS).filter(move |stop| set >> stop & 1 == 1)
}

/// The shortest walk from the start through each set of stops to each of its stops.
struct Table {
    best: Vec<[u64; MOST_STOPS]>,
}

impl Table {
    fn of(times: &Times) -> Self {
        let sets = 1 << times.stops();
        let mut table = Self {
            best: vec![[NO_WAY; MOST_STOPS]; sets],
        };
        for set in 1..sets {
            for last in members(set) {
                table.best[set][last] = table.step(times, set, last).1;
            }
        }
        table
    }

    fn best(&self, set: usize, last: usize) -> u64 {
        self.best[set][last]
    }

    /// The stop before the last one of a set, if it has one, and the length so far.
    fn step(&self, times: &Times, set: usize, last: usize) -> (Option<usize>, u64) {
        let before = set & !(1 << last);
        if before == 0 {
            return (None, times.out_to(last));
        }
        let through = |stop: usize| (self.best[before][stop] + times.rows[stop][last]).min(NO_WAY);
        let shortest = members(before).min_by_key(|&stop| through(stop));
        (shortest, shortest.map_or(NO_WAY, through))
    }

    /// The stops of a walk, the last one first.
    fn order(&self, times: &Times, mut set: usize, mut last: usize) -> Vec<usize> {
        let mut order = Vec::with_capacity(times.stops());
        while set != 0 {
            order.push(last);
            let before = self.step(times, set, last).0;
            set &= !(1 << last);
            let Some(before) = before else { break };
            last = before;
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The best of all orders, tried one by one: as many stops as any, then the shortest.
    fn by_trying(times: &Times) -> (usize, u64) {
        fn walk(times: &Times, at: Option<usize>, left: &[usize], so_far: u64) -> (usize, u64) {
            let end = at.map_or(0, |at| times.home(at));
            let mut best = (left.len(), so_far.saturating_add(end));
            if best.1 >= NO_WAY {
                best = (usize::MAX, NO_WAY);
            }
            for &next in left {
                let step = at.map_or_else(|| times.out_to(next), |at| times.rows[at][next]);
                if so_far + step < NO_WAY {
                    let rest: Vec<usize> = left.iter().copied().filter(|s| *s != next).collect();
                    best = best.min(walk(times, Some(next), &rest, so_far + step));
                }
            }
            best
        }
        walk(times, None, &(0..times.stops()).collect::<Vec<_>>(), 0)
    }

    fn times() -> impl Strategy<Value = Times> {
        let walk = prop_oneof![6 => 0_u64..1_000_000, 1 => Just(NO_WAY)];
        let finish = prop_oneof![Just(Finish::Anywhere), Just(Finish::AtStart)];
        (0_usize..7).prop_flat_map(move |stops| {
            let row = proptest::collection::vec(walk.clone(), stops + 1);
            let rows = proptest::collection::vec(row, stops + 1);
            (rows, finish.clone()).prop_map(|(rows, finish)| Times { rows, finish })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Matrices with one-way streets and without a way at all.
        #[test]
        fn no_order_is_better(times in times()) {
            let tour = times.tour(&Table::of(&times));
            let (left_out, millis) = by_trying(&times);
            prop_assert_eq!(tour.left_out.len(), left_out);
            prop_assert_eq!(u64::from(tour.seconds().millis()), millis);
            let mut all: Vec<usize> = tour.order.iter().chain(&tour.left_out).copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..times.stops()).collect::<Vec<_>>());
        }
    }
}
