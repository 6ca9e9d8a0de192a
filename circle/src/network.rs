//! The walking network in memory: junctions, the edges between them, their shapes.

use crate::geo::{Bounds, Micro, Scale, Wgs84};
use crate::snap::Grid;
use crate::traits::{Direction, Traits};

/// A walking network.
///
/// Nodes are junctions and dead ends only; a bend is a point of an edge's shape. Made by
/// [`NetworkBuilder`](crate::NetworkBuilder), an import, or
/// [`Network::from_bytes`]; never changed afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    pub(crate) nodes: Vec<Micro>,
    pub(crate) edges: Vec<Edge>,
    /// Points between the ends of the edges, edge after edge.
    pub(crate) shape: Vec<Micro>,
    pub(crate) palette: Vec<Traits>,
    /// Street names, each once, in the order of the first edge that has it.
    pub(crate) names: Vec<Box<str>>,
    /// Where the arcs of a node begin; one longer than `nodes`.
    first_arc: Vec<u32>,
    arcs: Vec<Arc>,
    pub(crate) grid: Grid,
}

/// An edge as stored. Its shape runs from `shape` to that of the next edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Edge {
    pub from: u32,
    pub to: u32,
    pub shape: u32,
    pub length_cm: u32,
    pub traits: u16,
    /// Index in the names, or [`NO_NAME`].
    pub name: u32,
}

/// The name of an edge that has none.
pub(crate) const NO_NAME: u32 = u32::MAX;

/// One end of an edge seen from a node: all that a search step reads, in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Arc {
    pub head: u32,
    pub step: Step,
    pub length_cm: u32,
    pub traits: u16,
}

/// An edge and which way it is walked, in one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step(u32);

impl Step {
    pub const NONE: Self = Self(u32::MAX);

    /// The whole edge.
    pub const fn new(edge: u32, backward: bool) -> Self {
        Self(edge << 2 | backward as u32)
    }

    /// From where a search began on the edge to one of its ends.
    pub const fn start(edge: u32, backward: bool) -> Self {
        Self(edge << 2 | 2 | backward as u32)
    }

    pub const fn edge(self) -> u32 {
        self.0 >> 2
    }

    /// Whether it is walked from its last point to its first.
    pub const fn is_backward(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether the search began on it.
    pub const fn is_start(self) -> bool {
        self.0 & 2 == 2
    }
}

/// The most edges a network can have: [`Step`] keeps two bits.
pub(crate) const MAX_EDGES: usize = (u32::MAX >> 2) as usize - 1;

/// An edge of one network, by its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub(crate) u32);

impl EdgeId {
    /// Its number, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A point on an edge: where a door, a facility or a person joins the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(crate) edge: u32,
    /// Along the edge from its first point.
    pub(crate) offset_cm: u32,
    /// From the point asked for to the edge, as the crow flies.
    pub(crate) away_cm: u32,
}

impl Place {
    /// The edge it is on.
    pub fn edge(self) -> EdgeId {
        EdgeId(self.edge)
    }

    /// Metres along that edge from its first point.
    pub fn offset_metres(self) -> f64 {
        f64::from(self.offset_cm) / 100.0
    }

    /// Metres between the point that was asked for and the edge.
    pub fn metres_away(self) -> f64 {
        f64::from(self.away_cm) / 100.0
    }
}

/// An edge to look at.
#[derive(Clone, Copy, Debug)]
pub struct EdgeView<'a> {
    network: &'a Network,
    edge: &'a Edge,
    id: EdgeId,
}

impl<'a> EdgeView<'a> {
    /// Its name in this network.
    pub fn id(&self) -> EdgeId {
        self.id
    }

    /// Number of the node where it begins.
    pub fn from(&self) -> usize {
        self.edge.from as usize
    }

    /// Number of the node where it ends.
    pub fn to(&self) -> usize {
        self.edge.to as usize
    }

    /// Length along its shape, metres.
    pub fn metres(&self) -> f64 {
        f64::from(self.edge.length_cm) / 100.0
    }

    /// What a walker needs to know about it.
    pub fn traits(&self) -> Traits {
        self.network.traits_of(self.edge)
    }

    /// The street's name there; `None` where the map has none.
    pub fn name(&self) -> Option<&'a str> {
        self.network.name(self.edge.name)
    }

    /// Number of that name, for [`Network::name`].
    pub fn name_id(&self) -> Option<u32> {
        self.network.name_of(self.id.0)
    }

    /// Its points, both ends included.
    pub fn points(&self) -> impl Iterator<Item = Wgs84> + 'a {
        self.network.points_of(self.id.0).map(Micro::degrees)
    }
}

impl Network {
    /// A network from its parts. Numbers of nodes, palette, names and shape must be in range and
    /// shapes in the order of the edges: the builder makes them so, the decoder checks.
    pub(crate) fn assemble(
        nodes: Vec<Micro>,
        mut edges: Vec<Edge>,
        shape: Vec<Micro>,
        palette: Vec<Traits>,
        names: Vec<Box<str>>,
    ) -> Self {
        for index in 0..edges.len() {
            edges[index].length_cm = length_cm(&nodes, &edges, &shape, index);
        }
        let (first_arc, arcs) = adjacency(nodes.len(), &edges);
        let mut network = Self {
            nodes,
            edges,
            shape,
            palette,
            names,
            first_arc,
            arcs,
            grid: Grid::default(),
        };
        network.grid = Grid::of(&network);
        network
    }

    /// How many junctions and dead ends it has.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// How many edges it has.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// How many points there are between the ends of edges.
    pub fn shape_point_count(&self) -> usize {
        self.shape.len()
    }

    /// The street names its edges have, each once.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// A street name by its number; `None` when there is no such name.
    pub fn name(&self, id: u32) -> Option<&str> {
        self.names.get(id as usize).map(|name| &**name)
    }

    /// Number of the street's name on an edge. `edge` must be in range.
    pub(crate) fn name_of(&self, edge: u32) -> Option<u32> {
        Some(self.edges[edge as usize].name).filter(|&name| name != NO_NAME)
    }

    /// Length of all edges together, metres.
    pub fn metres(&self) -> f64 {
        self.edges
            .iter()
            .map(|edge| f64::from(edge.length_cm))
            .sum::<f64>()
            / 100.0
    }

    /// The rectangle around it; `None` when it is empty.
    pub fn bounds(&self) -> Option<Bounds> {
        let points = || self.nodes.iter().chain(&self.shape);
        let south_west = Micro {
            lat: points().map(|at| at.lat).min()?,
            lon: points().map(|at| at.lon).min()?,
        };
        let north_east = Micro {
            lat: points().map(|at| at.lat).max()?,
            lon: points().map(|at| at.lon).max()?,
        };
        Some(Bounds {
            south_west: south_west.degrees(),
            north_east: north_east.degrees(),
        })
    }

    /// Where a node is; `None` when there is no such node.
    pub fn node(&self, index: usize) -> Option<Wgs84> {
        self.nodes.get(index).map(|at| at.degrees())
    }

    /// One edge; `None` when it belongs to another network.
    pub fn edge(&self, id: EdgeId) -> Option<EdgeView<'_>> {
        let edge = self.edges.get(id.index())?;
        Some(EdgeView {
            network: self,
            edge,
            id,
        })
    }

    /// Every edge.
    pub fn edges(&self) -> impl Iterator<Item = EdgeView<'_>> {
        (0_u32..).zip(&self.edges).map(|(id, edge)| EdgeView {
            network: self,
            edge,
            id: EdgeId(id),
        })
    }

    /// The place `metres` along an edge (clamped to its length), with no way to walk to
    /// it; `None` when the edge belongs to another network.
    pub fn place(&self, edge: EdgeId, metres: f64) -> Option<Place> {
        let length_cm = self.edges.get(edge.index())?.length_cm;
        // A float cast saturates, and NaN becomes 0.
        let offset_cm = ((metres * 100.0).round() as u32).min(length_cm);
        Some(Place {
            edge: edge.0,
            offset_cm,
            away_cm: 0,
        })
    }

    /// Where a place is; `None` when it belongs to another network.
    pub fn position(&self, place: Place) -> Option<Wgs84> {
        self.edges.get(place.edge as usize)?;
        Some(self.position_along(place.edge, place.offset_cm))
    }

    pub(crate) fn traits_of(&self, edge: &Edge) -> Traits {
        self.palette[usize::from(edge.traits)]
    }

    pub(crate) fn arcs_of(&self, node: u32) -> &[Arc] {
        let node = node as usize;
        &self.arcs[self.first_arc[node] as usize..self.first_arc[node + 1] as usize]
    }

    pub(crate) fn arc_count(&self) -> usize {
        self.arcs.len()
    }

    pub(crate) fn shape_of(&self, edge: u32) -> &[Micro] {
        shape_slice(&self.edges, &self.shape, edge as usize)
    }

    /// Both ends and the shape between. `edge` must be in range.
    pub(crate) fn points_of(&self, edge: u32) -> impl Iterator<Item = Micro> + '_ {
        let ends = &self.edges[edge as usize];
        std::iter::once(self.nodes[ends.from as usize])
            .chain(self.shape_of(edge).iter().copied())
            .chain(std::iter::once(self.nodes[ends.to as usize]))
    }

    /// The segments of an edge, each with the metres before it. `edge` must be in range.
    pub(crate) fn segments_of(&self, edge: u32) -> impl Iterator<Item = Segment> + '_ {
        let scale = scale_of(&self.nodes, &self.edges[edge as usize]);
        let mut before = 0.0;
        self.points_of(edge)
            .zip(self.points_of(edge).skip(1))
            .map(move |(a, b)| {
                let segment = Segment {
                    a,
                    b,
                    before,
                    metres: scale.metres(a, b),
                };
                before += segment.metres;
                segment
            })
    }

    /// The shape points strictly between two offsets of an edge, in the order of the
    /// edge. `edge` must be in range.
    pub(crate) fn shape_between(
        &self,
        edge: u32,
        low_cm: u32,
        high_cm: u32,
    ) -> impl DoubleEndedIterator<Item = Wgs84> {
        let (low, high) = (f64::from(low_cm) / 100.0, f64::from(high_cm) / 100.0);
        // A segment begins at a shape point, all but the first.
        let between: Vec<Wgs84> = self
            .segments_of(edge)
            .skip(1)
            .filter(|segment| segment.before > low && segment.before < high)
            .map(|segment| segment.a.degrees())
            .collect();
        between.into_iter()
    }

    /// The point `offset_cm` along an edge. `edge` must be in range.
    pub(crate) fn position_along(&self, edge: u32, offset_cm: u32) -> Wgs84 {
        let along = f64::from(offset_cm) / 100.0;
        let mut last = self.nodes[self.edges[edge as usize].from as usize].degrees();
        for segment in self.segments_of(edge) {
            if segment.metres > 0.0 && along < segment.before + segment.metres {
                let part = ((along - segment.before) / segment.metres).max(0.0);
                return segment.a.towards(segment.b, part);
            }
            last = segment.b.degrees();
        }
        last
    }
}

/// A straight part of an edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub a: Micro,
    pub b: Micro,
    /// Metres of the edge before it.
    pub before: f64,
    pub metres: f64,
}

impl Direction {
    /// Whether one may walk from the first point to the last.
    pub(crate) fn allows_forward(self) -> bool {
        self != Self::Backward
    }

    /// Whether one may walk from the last point to the first.
    pub(crate) fn allows_backward(self) -> bool {
        self != Self::Forward
    }
}

fn shape_slice<'a>(edges: &[Edge], shape: &'a [Micro], index: usize) -> &'a [Micro] {
    let start = edges[index].shape as usize;
    let end = edges
        .get(index + 1)
        .map_or(shape.len(), |next| next.shape as usize);
    &shape[start..end]
}

fn length_cm(nodes: &[Micro], edges: &[Edge], shape: &[Micro], index: usize) -> u32 {
    let edge = &edges[index];
    let scale = scale_of(nodes, edge);
    let mut at = nodes[edge.from as usize];
    let mut metres = 0.0;
    let rest = shape_slice(edges, shape, index)
        .iter()
        .chain([&nodes[edge.to as usize]]);
    for &next in rest {
        metres += scale.metres(at, next);
        at = next;
    }
    // Saturates: nothing on earth is that long.
    (metres * 100.0).round() as u32
}

/// One scale for a whole edge, that of the middle latitude of its ends: a cosine an edge
/// instead of one a segment, and exact to a centimetre for anything one walks.
fn scale_of(nodes: &[Micro], edge: &Edge) -> Scale {
    let (from, to) = (nodes[edge.from as usize], nodes[edge.to as usize]);
    Scale::at_degrees(from.towards(to, 0.5).lat)
}

/// Arcs of each node next to each other (compressed sparse rows). A loop has both its
/// ends at one node, as a ring road has.
fn adjacency(nodes: usize, edges: &[Edge]) -> (Vec<u32>, Vec<Arc>) {
    let mut first = vec![0_u32; nodes + 1];
    for edge in edges {
        first[edge.from as usize + 1] += 1;
        first[edge.to as usize + 1] += 1;
    }
    for node in 0..nodes {
        first[node + 1] += first[node];
    }
    let unset = Arc {
        head: 0,
        step: Step::NONE,
        length_cm: 0,
        traits: 0,
    };
    let mut arcs = vec![unset; edges.len() * 2];
    let mut next = first.clone();
    for (id, edge) in (0_u32..).zip(edges) {
        for (tail, head, backward) in [(edge.from, edge.to, false), (edge.to, edge.from, true)] {
            let slot = &mut next[tail as usize];
            arcs[*slot as usize] = Arc {
                head,
                step: Step::new(id, backward),
                length_cm: edge.length_cm,
                traits: edge.traits,
            };
            *slot += 1;
        }
    }
    (first, arcs)
}
