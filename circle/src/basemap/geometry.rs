//! Lines and rings: joined, cut at the extent, thinned, turned the right way round.
//!
//! Everything here works in metres east and north of the extent's south-west corner.

/// Metres east and north.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub x: f64,
    pub y: f64,
}

impl Spot {
    pub fn distance(self, other: Self) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }

    fn towards(self, other: Self, part: f64) -> Self {
        Self {
            x: self.x + (other.x - self.x) * part,
            y: self.y + (other.y - self.y) * part,
        }
    }

    /// From this spot to the nearest of the straight line between two others.
    fn distance_to_line(self, a: Self, b: Self) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let square = dx * dx + dy * dy;
        if square == 0.0 {
            return self.distance(a);
        }
        let part = ((self.x - a.x) * dx + (self.y - a.y) * dy) / square;
        self.distance(a.towards(b, part.clamp(0.0, 1.0)))
    }
}

/// The rectangle from the origin to its far corner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent(pub Spot);

/// One side of the extent: which spots lie within, and where a line crosses it.
#[derive(Clone, Copy)]
enum Side {
    West,
    East,
    South,
    North,
}

impl Extent {
    /// Metres by which `spot` is within a side; negative outside.
    fn depth(self, side: Side, spot: Spot) -> f64 {
        match side {
            Side::West => spot.x,
            Side::East => self.0.x - spot.x,
            Side::South => spot.y,
            Side::North => self.0.y - spot.y,
        }
    }

    /// The part of a ring that lies within (Sutherland and Hodgman, 1974).
    pub fn clip_ring(self, ring: &[Spot]) -> Vec<Spot> {
        let mut ring = ring.to_vec();
        for side in [Side::West, Side::East, Side::South, Side::North] {
            let mut kept = Vec::with_capacity(ring.len());
            for (index, &to) in ring.iter().enumerate() {
                let from = ring[(index + ring.len() - 1) % ring.len()];
                let (before, after) = (self.depth(side, from), self.depth(side, to));
                if (before < 0.0) != (after < 0.0) {
                    kept.push(from.towards(to, before / (before - after)));
                }
                if after >= 0.0 {
                    kept.push(to);
                }
            }
            ring = kept;
        }
        ring
    }

    /// The parts of a line that lie within.
    pub fn clip_line(self, line: &[Spot]) -> Vec<Vec<Spot>> {
        let mut parts: Vec<Vec<Spot>> = Vec::new();
        let mut last_end = None;
        for pair in line.windows(2) {
            let [from, to] = *pair else { continue };
            let Some((enter, leave)) = self.clip_segment(from, to) else {
                last_end = None;
                continue;
            };
            match parts.last_mut() {
                Some(part) if last_end == Some(from) => part.push(leave),
                _ => parts.push(vec![enter, leave]),
            }
            last_end = (leave == to).then_some(to);
        }
        parts
    }

    /// The part of a segment that lies within (Liang and Barsky, 1984).
    fn clip_segment(self, from: Spot, to: Spot) -> Option<(Spot, Spot)> {
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for side in [Side::West, Side::East, Side::South, Side::North] {
            let (before, after) = (self.depth(side, from), self.depth(side, to));
            if before < 0.0 && after < 0.0 {
                return None;
            }
            let part = before / (before - after);
            if before < 0.0 {
                enter = enter.max(part);
            } else if after < 0.0 {
                leave = leave.min(part);
            }
        }
        let end = if leave < 1.0 {
            from.towards(to, leave)
        } else {
            to
        };
        (enter < leave).then(|| (from.towards(to, enter), end))
    }

    /// How far along the rim, clockwise from the south-west corner, a spot on it lies.
    fn along_rim(self, spot: Spot) -> f64 {
        let Spot {
            x: width,
            y: height,
        } = self.0;
        let sides = [
            (self.depth(Side::West, spot), spot.y),
            (self.depth(Side::North, spot), height + spot.x),
            (
                self.depth(Side::East, spot),
                height + width + (height - spot.y),
            ),
            (
                self.depth(Side::South, spot),
                2.0 * height + width + (width - spot.x),
            ),
        ];
        let nearest = sides
            .into_iter()
            .min_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
        nearest.map_or(0.0, |(_, along)| along)
    }

    /// The corners, clockwise from the south-west, with how far along the rim they lie.
    fn corners(self) -> [(f64, Spot); 4] {
        let Spot { x, y } = self.0;
        let corners = [(0.0, 0.0), (0.0, y), (x, y), (x, 0.0)];
        corners.map(|(x, y)| Spot { x, y }).map(|spot| {
            let along = if spot.x > 0.0 && spot.y == 0.0 {
                2.0 * self.0.y + self.0.x
            } else {
                spot.x + spot.y
            };
            (along, spot)
        })
    }

    fn rim(self) -> f64 {
        2.0 * (self.0.x + self.0.y)
    }

    fn contains(self, spot: Spot) -> bool {
        [Side::West, Side::East, Side::South, Side::North]
            .into_iter()
            .all(|side| self.depth(side, spot) >= 0.0)
    }

    /// The sea within the extent, from shores that have it on their right. Where a shore
    /// leaves the extent, the sea's rim follows the extent's, clockwise, to where the next
    /// shore enters. Shores that end within are left out: what the extract does not close
    /// is not guessed.
    pub fn sea(self, shores: &[Vec<Spot>]) -> Vec<Vec<Spot>> {
        let (closed, open): (Vec<&Vec<Spot>>, Vec<&Vec<Spot>>) = shores.iter().partition(|shore| {
            shore.first() == shore.last() && shore.iter().all(|&s| self.contains(s))
        });
        let mut crossing: Vec<Vec<Spot>> = open
            .iter()
            .flat_map(|shore| self.clip_line(shore))
            .filter(|part| self.ends_on_rim(part))
            .collect();
        let islands = closed.iter().filter(|ring| area(ring) > 0.0).count();
        let mut rings: Vec<Vec<Spot>> = closed.iter().map(|ring| ring[1..].to_vec()).collect();
        if crossing.is_empty() && islands > 0 {
            rings.push(self.corners().map(|(_, spot)| spot).to_vec());
        }
        while let Some(first) = crossing.pop() {
            rings.push(self.close(first, &mut crossing));
        }
        rings
    }

    fn ends_on_rim(self, part: &[Spot]) -> bool {
        let on_rim = |spot: &Spot| {
            [Side::West, Side::East, Side::South, Side::North]
                .into_iter()
                .any(|side| self.depth(side, *spot).abs() < 0.01)
        };
        part.first().is_some_and(on_rim) && part.last().is_some_and(on_rim)
    }

    /// One ring of sea, using up the shores it runs along.
    fn close(self, first: Vec<Spot>, others: &mut Vec<Vec<Spot>>) -> Vec<Spot> {
        let start = first.first().map_or(0.0, |&spot| self.along_rim(spot));
        let mut ring = first;
        loop {
            let from = ring.last().map_or(0.0, |&spot| self.along_rim(spot));
            let ahead = |along: f64| (along - from).rem_euclid(self.rim());
            let next = (0..others.len())
                .min_by(|&a, &b| {
                    let entry = |index: usize| ahead(self.along_rim(others[index][0]));
                    entry(a).total_cmp(&entry(b))
                })
                .filter(|&next| ahead(self.along_rim(others[next][0])) < ahead(start));
            let until = next.map_or(start, |next| self.along_rim(others[next][0]));
            let mut corners: Vec<(f64, Spot)> = self
                .corners()
                .into_iter()
                .map(|(along, spot)| (ahead(along), spot))
                .filter(|(along, _)| *along < ahead(until))
                .collect();
            corners.sort_by(|a, b| a.0.total_cmp(&b.0));
            ring.extend(corners.into_iter().map(|(_, spot)| spot));
            match next {
                Some(next) => ring.extend(others.swap_remove(next)),
                None => return ring,
            }
        }
    }
}

/// Ways joined end to end into lines as long as they get, by the numbers of their points;
/// a ring has the same first and last. `keep_direction` never turns a way round.
pub(super) fn join(ways: Vec<Vec<i64>>, keep_direction: bool) -> Vec<Vec<i64>> {
    let mut joined: Vec<Vec<i64>> = Vec::new();
    let mut waiting: Vec<Vec<i64>> = ways.into_iter().filter(|way| way.len() > 1).collect();
    while let Some(mut line) = waiting.pop() {
        while line.first() != line.last() {
            if !grow(&mut line, &mut waiting, keep_direction) {
                break;
            }
        }
        joined.push(line);
    }
    joined
}

/// Adds one of `waiting` to either end of `line`; false where none fits.
fn grow(line: &mut Vec<i64>, waiting: &mut Vec<Vec<i64>>, keep_direction: bool) -> bool {
    let (first, last) = (line.first().copied(), line.last().copied());
    let turns = |end: Option<i64>, of: Option<i64>| !keep_direction && end == of;
    let fits = |way: &Vec<i64>| {
        let (begin, end) = (way.first().copied(), way.last().copied());
        begin == last || end == first || turns(end, last) || turns(begin, first)
    };
    let Some(found) = waiting.iter().position(fits) else {
        return false;
    };
    let mut way = waiting.swap_remove(found);
    if way.first().copied() != last && way.last().copied() != first {
        way.reverse();
    }
    if way.first().copied() == last {
        line.extend(way.into_iter().skip(1));
    } else {
        way.pop();
        line.splice(0..0, way);
    }
    true
}

/// The line without the points that bend it by less than `tolerance_m` (Douglas and
/// Peucker, 1973). Ends stay.
pub(super) fn thinned(line: &[Spot], tolerance_m: f64) -> Vec<Spot> {
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((from, to)) = open.pop() {
        let (Some(&a), Some(&b)) = (line.get(from), line.get(to)) else {
            continue;
        };
        keep[from] = true;
        keep[to] = true;
        let farthest = (from + 1..to)
            .map(|index| (index, line[index].distance_to_line(a, b)))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((index, distance)) = farthest
            && distance > tolerance_m
        {
            open.push((from, index));
            open.push((index, to));
        }
    }
    let kept = line.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|(spot, _)| *spot).collect()
}

/// A ring without the points that bend it by less than `tolerance_m`. The two points
/// farthest from each other, more or less, stay, and the halves between are thinned.
pub(super) fn thinned_ring(ring: &[Spot], tolerance_m: f64) -> Vec<Spot> {
    let Some(&first) = ring.first() else {
        return Vec::new();
    };
    let farthest = (1..ring.len())
        .max_by(|&a, &b| first.distance(ring[a]).total_cmp(&first.distance(ring[b])));
    let Some(middle) = farthest else {
        return ring.to_vec();
    };
    let mut there = thinned(&ring[..=middle], tolerance_m);
    let back: Vec<Spot> = ring[middle..].iter().copied().chain([first]).collect();
    let back = thinned(&back, tolerance_m);
    there.extend(back.into_iter().skip(1));
    there.pop();
    there
}

/// Square metres, positive counter-clockwise.
pub(super) fn area(ring: &[Spot]) -> f64 {
    let mut sum = 0.0;
    for (index, to) in ring.iter().enumerate() {
        let from = ring[(index + ring.len() - 1) % ring.len()];
        sum += from.x * to.y - to.x * from.y;
    }
    sum / 2.0
}

/// A spot inside the ring, near its middle: half-way along the widest stretch at half height.
pub(super) fn inside(ring: &[Spot]) -> Option<Spot> {
    let heights = || ring.iter().map(|spot| spot.y);
    let (low, high) = (
        heights().fold(f64::MAX, f64::min),
        heights().fold(f64::MIN, f64::max),
    );
    let y = (low + high) / 2.0;
    let mut crossings: Vec<f64> = Vec::new();
    for (index, to) in ring.iter().enumerate() {
        let from = ring[(index + ring.len() - 1) % ring.len()];
        if (from.y > y) != (to.y > y) {
            crossings.push(from.towards(*to, (y - from.y) / (to.y - from.y)).x);
        }
    }
    crossings.sort_by(f64::total_cmp);
    let widest = crossings
        .chunks_exact(2)
        .max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(Spot {
        x: (widest[0] + widest[1]) / 2.0,
        y,
    })
}

/// The length of a line, metres.
pub(super) fn length(line: &[Spot]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The spot `metres` along a line; its end where the line is shorter.
pub(super) fn along(line: &[Spot], metres: f64) -> Option<Spot> {
    let mut left = metres.max(0.0);
    for pair in line.windows(2) {
        let step = pair[0].distance(pair[1]);
        if step > 0.0 && left <= step {
            return Some(pair[0].towards(pair[1], left / step));
        }
        left -= step;
    }
    line.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXTENT: Extent = Extent(Spot { x: 100.0, y: 60.0 });

    fn spots(points: &[(f64, f64)]) -> Vec<Spot> {
        points.iter().map(|&(x, y)| Spot { x, y }).collect()
    }

    #[test]
    fn a_ring_is_cut_at_the_extent() {
        let ring = spots(&[(-50.0, 10.0), (50.0, 10.0), (50.0, 20.0), (-50.0, 20.0)]);
        let cut = EXTENT.clip_ring(&ring);
        assert!((area(&cut) - 500.0).abs() < 1e-9, "{cut:?}");
        assert!(
            EXTENT
                .clip_ring(&spots(&[(200.0, 0.0), (210.0, 0.0), (210.0, 9.0)]))
                .is_empty()
        );
    }

    #[test]
    fn a_line_is_cut_into_its_parts_within() {
        let line = spots(&[
            (-10.0, 5.0),
            (10.0, 5.0),
            (10.0, 85.0),
            (20.0, 85.0),
            (20.0, 30.0),
        ]);
        let parts = EXTENT.clip_line(&line);
        assert_eq!(
            parts,
            [
                spots(&[(0.0, 5.0), (10.0, 5.0), (10.0, 60.0)]),
                spots(&[(20.0, 60.0), (20.0, 30.0)]),
            ]
        );
    }

    #[test]
    fn ways_are_joined_whichever_way_they_run() {
        let ring = join(vec![vec![1, 2, 3], vec![5, 4, 3], vec![5, 6, 1]], false);
        assert_eq!(ring.len(), 1);
        assert_eq!(ring[0].first(), ring[0].last());
        assert_eq!(ring[0].len(), 7);
        let shores = join(vec![vec![1, 2], vec![3, 2], vec![2, 4]], true);
        assert_eq!(shores.len(), 2, "a shore is never turned: {shores:?}");
    }

    #[test]
    fn the_sea_lies_right_of_its_shore() {
        // Northward through the middle: the sea is the eastern half.
        let sea = EXTENT.sea(&[spots(&[(40.0, -5.0), (40.0, 70.0)])]);
        assert_eq!(sea.len(), 1);
        assert!((area(&sea[0]).abs() - 60.0 * 60.0).abs() < 1e-6, "{sea:?}");
        assert!(area(&sea[0]) < 0.0, "clockwise");
        // And back: a strait between two shores.
        let strait = EXTENT.sea(&[
            spots(&[(40.0, -5.0), (40.0, 70.0)]),
            spots(&[(70.0, 70.0), (70.0, -5.0)]),
        ]);
        assert!(
            (area(&strait[0]).abs() - 30.0 * 60.0).abs() < 1e-6,
            "{strait:?}"
        );
        // An island alone: everything else is sea.
        let island = spots(&[
            (10.0, 10.0),
            (20.0, 10.0),
            (20.0, 20.0),
            (10.0, 20.0),
            (10.0, 10.0),
        ]);
        let around = EXTENT.sea(&[island]);
        let water: f64 = around.iter().map(|ring| area(ring)).sum();
        assert!((water + 100.0 * 60.0 - 100.0).abs() < 1e-6, "{around:?}");
        assert!(
            EXTENT
                .sea(&[spots(&[(10.0, 10.0), (20.0, 20.0)])])
                .is_empty()
        );
    }

    #[test]
    fn thinning_keeps_the_corners() {
        let line = spots(&[(0.0, 0.0), (5.0, 0.1), (10.0, 0.0), (10.0, 10.0)]);
        assert_eq!(
            thinned(&line, 0.5),
            spots(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)])
        );
        let ring = spots(&[
            (0.0, 0.0),
            (5.0, 0.1),
            (10.0, 0.0),
            (10.0, 10.0),
            (0.0, 10.0),
        ]);
        assert_eq!(thinned_ring(&ring, 0.5).len(), 4);
        assert!(thinned_ring(&[], 0.5).is_empty());
    }

    proptest! {
        #[test]
        fn what_is_cut_lies_within(points in prop::collection::vec((-200.0..300.0, -200.0..300.0), 3..12)) {
            let within = |spot: &Spot| {
                let slack = 1e-6;
                (-slack..=100.0 + slack).contains(&spot.x) && (-slack..=60.0 + slack).contains(&spot.y)
            };
            prop_assert!(EXTENT.clip_ring(&spots(&points)).iter().all(within));
            prop_assert!(EXTENT.clip_line(&spots(&points)).iter().flatten().all(within));
        }

        #[test]
        fn thinning_strays_no_further_than_it_may(
            points in prop::collection::vec((0.0..100.0, 0.0..100.0), 2..40),
        ) {
            let line = spots(&points);
            let thin = thinned(&line, 5.0);
            for spot in &line {
                let nearest = thin
                    .windows(2)
                    .map(|pair| spot.distance_to_line(pair[0], pair[1]))
                    .fold(f64::MAX, f64::min);
                prop_assert!(nearest <= 5.0 + 1e-9);
            }
        }

        #[test]
        fn the_inside_is_inside(points in prop::collection::vec((0.0..100.0, 0.0..100.0), 3..9)) {
            let ring = spots(&points);
            if let Some(spot) = inside(&ring) {
                let mut odd = false;
                for (index, to) in ring.iter().enumerate() {
                    let from = ring[(index + ring.len() - 1) % ring.len()];
                    if (from.y > spot.y) != (to.y > spot.y)
                        && from.towards(*to, (spot.y - from.y) / (to.y - from.y)).x < spot.x
                    {
                        odd = !odd;
                    }
                }
                prop_assert!(odd);
            }
        }
    }
}
