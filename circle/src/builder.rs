//! From ways that share points to a network of junctions and edges.
//!
//! 1. Ways are cut where they meet, end, or begin to differ.
//! 2. Pieces that meet two and two, with the same traits and name and nothing to wait
//!    for, become one edge; the points between stay as its shape.
//! 3. Islands nobody can leave are dropped, and reported.
//! 4. Shapes lose the points that bend them by less than half a metre.
//! 5. Junctions are numbered along a walk through the network, so that neighbours are
//!    neighbours in memory and in the file.

use std::collections::HashMap;

use crate::geo::{Micro, Scale, Wgs84};
use crate::network::{Edge, MAX_EDGES, NO_NAME, Network};
use crate::traits::{Ends, Traits};

/// Coordinates are kept to multiples of this many micro-degrees: half a metre, well
/// below what a map is exact to, and a byte less per point than whole micro-degrees.
const QUANTUM: i32 = 5;
/// A shape point nearer than this to the straight line is left out, metres.
const STRAIGHT_M: f64 = 0.5;
/// An island with at least so many metres of ways is a place of its own (across a
/// river, say); one with less is a gap in the map. A quarter of an hour at 1.2 m/s is
/// 1080 m.
const ISLAND_M: f64 = 1500.0;

/// Why a way or the whole cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A point is not on the earth.
    #[error("a place is not on the earth")]
    OffEarth,
    /// A way names a point that was never added.
    #[error("a way uses an unknown point")]
    UnknownPoint,
    /// More edges, points or kinds of traits than the format can number.
    #[error("the network is too large")]
    TooLarge,
}

/// A point given to a [`NetworkBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PointId(u32);

/// What building did besides the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildReport {
    /// Points that became part of an edge because nothing changes there.
    pub contracted: usize,
    /// Shape points left out because the line is straight without them.
    pub straightened: usize,
    /// Islands dropped because nobody can leave them.
    pub islands: Vec<Island>,
}

/// A part of the map that nobody can leave, or reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Island {
    /// One of its points, for whoever wants to mend the map there.
    pub at: Wgs84,
    /// Its junctions and dead ends.
    pub nodes: usize,
    /// Length of its ways, metres.
    pub metres: f64,
}

/// Collects ways and builds the network.
#[derive(Clone, Debug, Default)]
pub struct NetworkBuilder {
    points: Vec<Micro>,
    ways: Vec<Way>,
    names: Names,
}

#[derive(Clone, Debug)]
struct Way {
    points: Vec<u32>,
    traits: Traits,
    name: u32,
}

/// Every street name once.
#[derive(Clone, Debug, Default)]
struct Names {
    numbers: HashMap<Box<str>, u32>,
    listed: Vec<Box<str>>,
}

impl Names {
    fn number(&mut self, name: &str) -> Result<u32, BuildError> {
        if name.is_empty() {
            return Ok(NO_NAME);
        }
        if let Some(&number) = self.numbers.get(name) {
            return Ok(number);
        }
        let number = u32::try_from(self.listed.len()).map_err(|_| BuildError::TooLarge)?;
        self.numbers.insert(name.into(), number);
        self.listed.push(name.into());
        Ok(number)
    }
}

impl NetworkBuilder {
    /// A builder without any ways.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a point. Ways meet where they name the same point, not where they are
    /// merely at the same place: a bridge over a street does not join it.
    ///
    /// # Errors
    /// [`BuildError::OffEarth`] or [`BuildError::TooLarge`].
    pub fn point(&mut self, at: Wgs84) -> Result<PointId, BuildError> {
        let id = u32::try_from(self.points.len()).map_err(|_| BuildError::TooLarge)?;
        self.points
            .push(Micro::rounded(at, QUANTUM).ok_or(BuildError::OffEarth)?);
        Ok(PointId(id))
    }

    /// Adds a way through `points`. Waits of its traits are at its first and last point
    /// only. A way of fewer than two different points is nothing.
    ///
    /// # Errors
    /// [`BuildError::UnknownPoint`].
    pub fn way(&mut self, points: &[PointId], traits: Traits) -> Result<(), BuildError> {
        self.named_way(points, traits, "")
    }

    /// Adds a way that has a street's name; the empty name is none. Otherwise as
    /// [`NetworkBuilder::way`].
    ///
    /// # Errors
    /// [`BuildError::UnknownPoint`], or [`BuildError::TooLarge`] for too many names.
    pub fn named_way(
        &mut self,
        points: &[PointId],
        traits: Traits,
        name: &str,
    ) -> Result<(), BuildError> {
        if points
            .iter()
            .any(|point| point.0 as usize >= self.points.len())
        {
            return Err(BuildError::UnknownPoint);
        }
        let mut points: Vec<u32> = points.iter().map(|point| point.0).collect();
        points.dedup();
        if points.len() > 1 {
            let name = self.names.number(name)?;
            self.ways.push(Way {
                points,
                traits,
                name,
            });
        }
        Ok(())
    }

    /// The network, and what was done to make it. The result does not depend on
    /// anything but the points and ways and their order.
    ///
    /// # Errors
    /// [`BuildError::TooLarge`].
    pub fn build(self) -> Result<(Network, BuildReport), BuildError> {
        let mut report = BuildReport::default();
        let pieces = cut(&self.points, &self.ways);
        let mut pieces = join(&self.points, pieces, &mut report);
        drop_islands(&self.points, &mut pieces, &mut report);
        for piece in &mut pieces {
            let before = piece.points.len();
            straighten(&self.points, &mut piece.points);
            report.straightened += before - piece.points.len();
        }
        Ok((number(&self.points, pieces, &self.names.listed)?, report))
    }
}

/// A piece of way between two nodes; at least two points.
#[derive(Clone, Debug)]
struct Piece {
    points: Vec<u32>,
    traits: Traits,
    name: u32,
}

impl Piece {
    fn first(&self) -> u32 {
        self.points[0]
    }

    fn last(&self) -> u32 {
        self.points[self.points.len() - 1]
    }

    fn reversed(mut self) -> Self {
        self.points.reverse();
        self.traits = self.traits.reversed();
        self
    }

    fn metres(&self, points: &[Micro]) -> f64 {
        let at = |point: u32| points[point as usize];
        self.points
            .windows(2)
            .map(|pair| at(pair[0]).metres_to(at(pair[1])))
            .sum()
    }
}

/// Cuts ways at their ends and wherever more than one passes.
fn cut(points: &[Micro], ways: &[Way]) -> Vec<Piece> {
    let mut uses = vec![0_u32; points.len()];
    for way in ways {
        for &point in &way.points {
            uses[point as usize] += 1;
        }
        // The ends count twice, so that they are always nodes.
        for end in [way.points[0], way.points[way.points.len() - 1]] {
            uses[end as usize] += 1;
        }
    }
    let mut pieces = Vec::new();
    for way in ways {
        let last = way.points.len() - 1;
        let mut start = 0;
        for index in 1..=last {
            if uses[way.points[index] as usize] < 2 {
                continue;
            }
            pieces.push(Piece {
                points: way.points[start..=index].to_vec(),
                traits: Traits {
                    first: if start == 0 {
                        way.traits.first
                    } else {
                        Ends::NONE
                    },
                    last: if index == last {
                        way.traits.last
                    } else {
                        Ends::NONE
                    },
                    ..way.traits
                },
                name: way.name,
            });
            start = index;
        }
    }
    pieces
}

/// Joins pieces at points where exactly two alike ones meet and nobody waits.
fn join(points: &[Micro], pieces: Vec<Piece>, report: &mut BuildReport) -> Vec<Piece> {
    let meets = Meets::of(points.len(), &pieces);
    let passable: Vec<bool> = (0..points.len() as u32)
        .map(|point| meets.can_join(point, &pieces))
        .collect();
    let mut slots: Vec<Option<Piece>> = pieces.into_iter().map(Some).collect();
    let mut joined = Vec::new();
    // Chains first: from a piece that begins or ends at a real node. What is left after
    // that are rings without any node, which keep the point where they happen to begin.
    for rings in [false, true] {
        for index in 0..slots.len() {
            let Some(piece) = &slots[index] else { continue };
            let from_first = !passable[piece.first() as usize];
            let from_last = !passable[piece.last() as usize];
            if !(from_first || from_last || rings) {
                continue;
            }
            let Some(piece) = slots[index].take() else {
                continue;
            };
            let piece = if from_first || rings {
                piece
            } else {
                piece.reversed()
            };
            joined.push(grow(piece, &meets, &passable, &mut slots, report));
        }
    }
    joined
}

/// Lengthens a piece at its last point as far as alike pieces go on.
fn grow(
    mut piece: Piece,
    meets: &Meets,
    passable: &[bool],
    slots: &mut [Option<Piece>],
    report: &mut BuildReport,
) -> Piece {
    while passable[piece.last() as usize] {
        let end = piece.last();
        // The other piece at this point; in a ring that is the one grown already.
        let Some(next) = meets
            .at(end)
            .iter()
            .find_map(|&id| slots[id as usize].take())
        else {
            break;
        };
        let next = if next.first() == end {
            next
        } else {
            next.reversed()
        };
        piece.traits.last = next.traits.last;
        piece.points.extend_from_slice(&next.points[1..]);
        report.contracted += 1;
    }
    piece
}

/// Which pieces meet at each point (compressed sparse rows); a ring meets itself.
struct Meets {
    first: Vec<u32>,
    pieces: Vec<u32>,
}

impl Meets {
    fn of(points: usize, pieces: &[Piece]) -> Self {
        let mut first = vec![0_u32; points + 1];
        let ends = || {
            (0_u32..)
                .zip(pieces)
                .flat_map(|(id, p)| [(p.first(), id), (p.last(), id)])
        };
        ends().for_each(|(point, _)| first[point as usize + 1] += 1);
        for point in 0..points {
            first[point + 1] += first[point];
        }
        let mut next = first.clone();
        let mut listed = vec![0; pieces.len() * 2];
        for (point, id) in ends() {
            let slot = &mut next[point as usize];
            listed[*slot as usize] = id;
            *slot += 1;
        }
        Self {
            first,
            pieces: listed,
        }
    }

    fn at(&self, point: u32) -> &[u32] {
        let point = point as usize;
        &self.pieces[self.first[point] as usize..self.first[point + 1] as usize]
    }

    fn can_join(&self, point: u32, pieces: &[Piece]) -> bool {
        let &[a, b] = self.at(point) else {
            return false;
        };
        if a == b {
            return false;
        }
        if pieces[a as usize].name != pieces[b as usize].name {
            return false;
        }
        // Both seen as leaving the point, so one must be turned to lie in line.
        let leaving = |id: u32| {
            let piece = &pieces[id as usize];
            if piece.first() == point {
                piece.traits
            } else {
                piece.traits.reversed()
            }
        };
        let (a, b) = (leaving(a), leaving(b).reversed());
        a.first == Ends::NONE && b.last == Ends::NONE && a.without_ends() == b.without_ends()
    }
}

/// Drops every node from which no large part can be reached: neither the largest
/// strongly connected part nor one that is a place of its own.
fn drop_islands(points: &[Micro], pieces: &mut Vec<Piece>, report: &mut BuildReport) {
    let part_of = strong_parts(points.len(), pieces);
    let metres = part_metres(points, pieces, &part_of);
    let largest = (0..metres.len()).max_by(|&a, &b| metres[a].total_cmp(&metres[b]));
    let is_large = |part: u32| Some(part as usize) == largest || metres[part as usize] >= ISLAND_M;
    let mut stays: Vec<bool> = part_of
        .iter()
        .map(|&part| part != NO_PART && is_large(part))
        .collect();
    keep_what_leads_there(pieces, &mut stays);

    let mut islands: HashMap<u32, Island> = HashMap::new();
    for (point, &part) in part_of.iter().enumerate() {
        if part != NO_PART && !stays[point] {
            let new = Island {
                at: points[point].degrees(),
                nodes: 0,
                metres: metres[part as usize],
            };
            islands.entry(part).or_insert(new).nodes += 1;
        }
    }
    let mut islands: Vec<(u32, Island)> = islands.into_iter().collect();
    islands.sort_by(|a, b| b.1.metres.total_cmp(&a.1.metres).then(a.0.cmp(&b.0)));
    report.islands = islands.into_iter().map(|(_, island)| island).collect();
    pieces.retain(|piece| stays[piece.first() as usize] && stays[piece.last() as usize]);
}

/// Length of the ways at each part; one between two parts counts for both.
fn part_metres(points: &[Micro], pieces: &[Piece], part_of: &[u32]) -> Vec<f64> {
    let parts = part_of
        .iter()
        .filter(|part| **part != NO_PART)
        .max()
        .map_or(0, |last| last + 1);
    let mut metres = vec![0.0; parts as usize];
    for piece in pieces {
        let length = piece.metres(points);
        let (first, last) = (
            part_of[piece.first() as usize],
            part_of[piece.last() as usize],
        );
        metres[first as usize] += length;
        if first != last {
            metres[last as usize] += length;
        }
    }
    metres
}

/// Marks every node from which a marked one can be reached.
fn keep_what_leads_there(pieces: &[Piece], stays: &mut [bool]) {
    let meets = Meets::of(stays.len(), pieces);
    let mut open: Vec<u32> = (0..stays.len() as u32)
        .filter(|&p| stays[p as usize])
        .collect();
    while let Some(node) = open.pop() {
        for &id in meets.at(node) {
            let piece = &pieces[id as usize];
            let tail = if piece.last() == node {
                piece.first()
            } else {
                piece.last()
            };
            if !stays[tail as usize] && head_from(piece, tail) == Some(node) {
                stays[tail as usize] = true;
                open.push(tail);
            }
        }
    }
}

/// The part of a point that is no node.
const NO_PART: u32 = u32::MAX;

/// Number of the strongly connected part of each node (Tarjan, without recursion);
/// [`NO_PART`] for points that are no node.
fn strong_parts(points: usize, pieces: &[Piece]) -> Vec<u32> {
    const UNSEEN: u32 = NO_PART;
    let meets = Meets::of(points, pieces);
    let mut seen_at = vec![UNSEEN; points];
    let mut low = vec![0_u32; points];
    let mut part_of = vec![UNSEEN; points];
    let mut open: Vec<u32> = Vec::new();
    let mut path: Vec<(u32, usize)> = Vec::new();
    let (mut clock, mut parts) = (0_u32, 0_u32);
    for start in 0..points as u32 {
        if seen_at[start as usize] != UNSEEN || meets.at(start).is_empty() {
            continue;
        }
        path.push((start, 0));
        while let Some((node, next)) = path.pop() {
            let here = node as usize;
            if next == 0 {
                seen_at[here] = clock;
                low[here] = clock;
                clock += 1;
                open.push(node);
            }
            if let Some(&id) = meets.at(node).get(next) {
                path.push((node, next + 1));
                let Some(head) = head_from(&pieces[id as usize], node) else {
                    continue;
                };
                if seen_at[head as usize] == UNSEEN {
                    path.push((head, 0));
                } else if part_of[head as usize] == UNSEEN {
                    low[here] = low[here].min(seen_at[head as usize]);
                }
                continue;
            }
            if low[here] == seen_at[here] {
                while let Some(member) = open.pop() {
                    part_of[member as usize] = parts;
                    if member == node {
                        break;
                    }
                }
                parts += 1;
            }
            if let Some(&(parent, _)) = path.last() {
                low[parent as usize] = low[parent as usize].min(low[here]);
            }
        }
    }
    part_of
}

/// Where one gets to by walking a piece from `node`, if that is allowed.
fn head_from(piece: &Piece, node: u32) -> Option<u32> {
    if piece.first() == node && piece.traits.direction.allows_forward() {
        return Some(piece.last());
    }
    (piece.last() == node && piece.traits.direction.allows_backward()).then(|| piece.first())
}

/// Leaves out the points that bend a line by less than [`STRAIGHT_M`] (Douglas and
/// Peucker 1973, without recursion).
fn straighten(points: &[Micro], line: &mut Vec<u32>) {
    let mut keep = vec![false; line.len()];
    let last = line.len() - 1;
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((a, b)) = open.pop() {
        let far = (a + 1..b)
            .map(|i| (distance(points, line[a], line[b], line[i]), i))
            .max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((metres, i)) = far
            && metres > STRAIGHT_M
        {
            keep[i] = true;
            open.extend([(a, i), (i, b)]);
        }
    }
    let mut keep = keep.into_iter();
    line.retain(|_| keep.next().unwrap_or(true));
}

/// Metres from point `p` to the segment from `a` to `b`.
fn distance(points: &[Micro], a: u32, b: u32, p: u32) -> f64 {
    let (a, b, p) = (points[a as usize], points[b as usize], points[p as usize]);
    let scale = Scale::at(a);
    let (bx, by) = scale.offset(a, b);
    let (px, py) = scale.offset(a, p);
    let square = bx * bx + by * by;
    let along = if square > 0.0 {
        ((px * bx + py * by) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (dx, dy) = (px - bx * along, py - by * along);
    (dx * dx + dy * dy).sqrt()
}

/// Numbers nodes, edges and traits, and puts the network together.
fn number(points: &[Micro], pieces: Vec<Piece>, names: &[Box<str>]) -> Result<Network, BuildError> {
    if pieces.len() > MAX_EDGES {
        return Err(BuildError::TooLarge);
    }
    let order = walk_order(points, &pieces);
    let mut number = vec![0_u32; points.len()];
    for (new, &old) in (0_u32..).zip(&order) {
        number[old as usize] = new;
    }
    let mut pieces: Vec<Piece> = pieces
        .into_iter()
        .map(|piece| {
            let ahead = number[piece.first() as usize] <= number[piece.last() as usize];
            if ahead { piece } else { piece.reversed() }
        })
        .collect();
    // Stable, so that pieces between the same two nodes keep the order of the map.
    pieces.sort_by_key(|piece| {
        (
            number[piece.first() as usize],
            number[piece.last() as usize],
        )
    });
    let palette = palette(&pieces)?;
    let index: HashMap<Traits, u16> = palette.iter().copied().zip(0_u16..).collect();

    let names = renumber_names(&mut pieces, names);

    let mut edges = Vec::with_capacity(pieces.len());
    let mut shape: Vec<Micro> = Vec::new();
    for piece in &pieces {
        edges.push(Edge {
            from: number[piece.first() as usize],
            to: number[piece.last() as usize],
            shape: u32::try_from(shape.len()).map_err(|_| BuildError::TooLarge)?,
            length_cm: 0,
            traits: index.get(&piece.traits).copied().unwrap_or(0),
            name: piece.name,
        });
        let between = &piece.points[1..piece.points.len() - 1];
        shape.extend(between.iter().map(|&point| points[point as usize]));
    }
    let nodes = order.iter().map(|&point| points[point as usize]).collect();
    Ok(Network::assemble(nodes, edges, shape, palette, names))
}

/// The names that are used, in the order of their first edge: so the file need not say
/// which name comes next.
fn renumber_names(pieces: &mut [Piece], names: &[Box<str>]) -> Vec<Box<str>> {
    let mut new = vec![NO_NAME; names.len()];
    let mut used = Vec::new();
    for piece in pieces {
        let Some(number) = new.get_mut(piece.name as usize) else {
            continue;
        };
        if *number == NO_NAME {
            *number = used.len() as u32;
            used.push(names[piece.name as usize].clone());
        }
        piece.name = *number;
    }
    used
}

/// The different traits, the most frequent first: small numbers for most edges.
fn palette(pieces: &[Piece]) -> Result<Vec<Traits>, BuildError> {
    let mut counts: HashMap<Traits, usize> = HashMap::new();
    for piece in pieces {
        *counts.entry(piece.traits).or_default() += 1;
    }
    let mut palette: Vec<(Traits, usize)> = counts.into_iter().collect();
    palette.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    if palette.len() > usize::from(u16::MAX) {
        return Err(BuildError::TooLarge);
    }
    Ok(palette.into_iter().map(|(traits, _)| traits).collect())
}

/// Nodes in the order of a depth-first walk that takes the nearest neighbour first.
fn walk_order(points: &[Micro], pieces: &[Piece]) -> Vec<u32> {
    let meets = Meets::of(points.len(), pieces);
    let mut seen = vec![false; points.len()];
    let mut order = Vec::new();
    let mut open: Vec<u32> = Vec::new();
    for start in 0..points.len() as u32 {
        if meets.at(start).is_empty() {
            continue;
        }
        open.push(start);
        while let Some(node) = open.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            order.push(node);
            let here = points[node as usize];
            let from = open.len();
            for &id in meets.at(node) {
                let piece = &pieces[id as usize];
                let head = if piece.first() == node {
                    piece.last()
                } else {
                    piece.first()
                };
                if !seen[head as usize] {
                    open.push(head);
                }
            }
            let metres = |point: &u32| here.metres_to(points[*point as usize]);
            open[from..].sort_by(|a, b| metres(b).total_cmp(&metres(a)));
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traits::{Direction, WayKind};

    /// A builder and its points at these metres east and north of a place in Beijing.
    fn points(metres: &[(f64, f64)]) -> (NetworkBuilder, Vec<PointId>) {
        let mut builder = NetworkBuilder::new();
        let ids = metres
            .iter()
            .map(|&(x, y)| builder.point(Wgs84::new(40.0 + y / 111_035.0, 116.3 + x / 85_394.0)))
            .collect::<Result<_, _>>()
            .unwrap();
        (builder, ids)
    }

    fn footway() -> Traits {
        Traits::new(WayKind::Footway)
    }

    #[test]
    fn a_bend_is_no_node_and_keeps_its_shape() {
        let (mut builder, p) = points(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        builder.way(&p[..2], footway()).unwrap();
        builder.way(&[p[2], p[1]], footway()).unwrap();
        let (network, report) = builder.build().unwrap();
        assert_eq!((network.node_count(), network.edge_count()), (2, 1));
        assert_eq!((network.shape_point_count(), report.contracted), (1, 1));
        assert!(
            (network.metres() - 200.0).abs() < 1.0,
            "{} m",
            network.metres()
        );
    }

    #[test]
    fn unlike_ways_and_waits_stay_apart() {
        let waiting = Traits {
            last: Ends::SIGNAL,
            ..footway()
        };
        let up = Traits {
            direction: Direction::Forward,
            ..footway()
        };
        // A ring of footways, one of them another; only where they differ are nodes.
        for (other, nodes) in [(Traits::new(WayKind::Street), 2), (waiting, 1), (up, 2)] {
            let (mut builder, p) =
                points(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (200.0, 1800.0)]);
            builder.way(&[p[1], p[2], p[3]], footway()).unwrap();
            builder.way(&p[..2], other).unwrap();
            builder.way(&[p[3], p[0]], footway()).unwrap();
            let (network, _) = builder.build().unwrap();
            assert_eq!(
                (network.node_count(), network.edge_count()),
                (nodes, nodes),
                "{other:?}"
            );
            let waits =
                |traits: Traits| traits.first.has(Ends::SIGNAL) || traits.last.has(Ends::SIGNAL);
            assert_eq!(
                network.edges().any(|edge| waits(edge.traits())),
                other == waiting
            );
        }
    }

    #[test]
    fn a_ring_without_a_junction_keeps_one_point() {
        let (mut builder, p) = points(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)]);
        builder.way(&[p[0], p[1]], footway()).unwrap();
        builder.way(&[p[1], p[2], p[0]], footway()).unwrap();
        let (network, _) = builder.build().unwrap();
        assert_eq!((network.node_count(), network.edge_count()), (1, 1));
        assert!(
            (network.metres() - 341.4).abs() < 1.5,
            "{} m",
            network.metres()
        );
    }

    #[test]
    fn short_islands_are_dropped_and_reported_long_ones_stay() {
        for (metres, nodes, islands) in [(1400.0, 2, 1), (1600.0, 4, 0)] {
            let (mut builder, p) =
                points(&[(0.0, 0.0), (3000.0, 0.0), (0.0, 50.0), (metres, 50.0)]);
            builder.way(&p[..2], footway()).unwrap();
            builder.way(&p[2..], footway()).unwrap();
            let (network, report) = builder.build().unwrap();
            assert_eq!(
                (network.node_count(), report.islands.len()),
                (nodes, islands)
            );
            if let Some(island) = report.islands.first() {
                assert!((island.metres - metres).abs() < 5.0, "{island:?}");
            }
        }
    }

    #[test]
    fn an_escalator_to_nowhere_is_an_island() {
        let (mut builder, p) = points(&[(0.0, 0.0), (3000.0, 0.0), (3000.0, 30.0)]);
        builder.way(&p[..2], footway()).unwrap();
        let up = Traits {
            direction: Direction::Forward,
            ..Traits::new(WayKind::Steps)
        };
        builder.way(&p[1..], up).unwrap();
        let (network, report) = builder.build().unwrap();
        assert_eq!((network.edge_count(), report.islands.len()), (1, 1));
    }

    /// It can be left, so it is no island; that nobody gets there is for the search to say.
    #[test]
    fn a_place_with_only_a_way_out_stays() {
        let (mut builder, p) = points(&[(0.0, 0.0), (3000.0, 0.0), (3000.0, 30.0)]);
        builder.way(&p[..2], footway()).unwrap();
        let out = Traits {
            direction: Direction::Backward,
            ..Traits::new(WayKind::Steps)
        };
        builder.way(&p[1..], out).unwrap();
        let (network, report) = builder.build().unwrap();
        assert_eq!((network.edge_count(), report.islands.len()), (2, 0));
    }

    #[test]
    fn a_straight_line_needs_no_points_a_bend_does() {
        let (mut builder, p) = points(&[
            (0.0, 0.0),
            (50.0, 0.2),
            (100.0, 0.0),
            (150.0, 3.0),
            (200.0, 0.0),
        ]);
        builder.way(&p, footway()).unwrap();
        let (network, report) = builder.build().unwrap();
        assert_eq!(report.straightened + network.shape_point_count(), 3);
        assert_eq!(network.shape_point_count(), 2);
    }

    #[test]
    fn bad_input_is_refused() {
        let mut builder = NetworkBuilder::new();
        assert_eq!(
            builder.point(Wgs84::new(f64::NAN, 0.0)),
            Err(BuildError::OffEarth)
        );
        let alone = builder.point(Wgs84::new(40.0, 116.0)).unwrap();
        assert_eq!(
            builder.way(&[alone, PointId(7)], footway()),
            Err(BuildError::UnknownPoint)
        );
        builder.way(&[alone, alone], footway()).unwrap();
        let (network, _) = builder.build().unwrap();
        assert_eq!((network.node_count(), network.bounds()), (0, None));
    }
}
