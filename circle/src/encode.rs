//! The network file.
//!
//! ```text
//! "YKZN"   4 bytes
//! version  1 byte, 2
//! crc-32   4 bytes, little-endian, of everything after it
//! quantum  coordinates are multiples of so many micro-degrees
//! counts   palette, nodes, edges, shape points, names
//! palette  kind, wheelchair, direction, structure, first ends, last ends: 6 bytes each
//! nodes    latitude of each against the one before; then longitude likewise
//! edges    how many begin at each node; then end − beginning of each; then its palette
//!          number; then how many shape points it has; then its name
//! shape    latitude of each point against where it would be if the rest of the edge
//!          were straight and evenly divided; then longitude likewise
//! names    how many bytes each has; then their UTF-8, one after the other
//! ```
//!
//! Numbers are LEB128 varints, signed ones zigzag. Like stands beside like, which is
//! what makes a general compressor (brotli, on the wire) work well. Edges are sorted by
//! their beginning, nodes by a walk through the network, so most numbers are one byte.
//! An edge's name is 0 for that of the edge before, 1 for none, 2 for the first name that
//! no edge had yet, else 3 and the number of the name.
//! Lengths, adjacency and the snapping grid are not stored; they follow from the rest.

use crate::geo::Micro;
use crate::network::{Edge, MAX_EDGES, NO_NAME, Network};
use crate::traits::{Direction, Ends, Structure, Traits, WayKind, Wheelchair};

const MAGIC: &[u8; 4] = b"YKZN";
const VERSION: u8 = 2;
const HEADER: usize = 9;
const TRAITS_BYTES: usize = 6;

/// Why bytes are not a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It does not begin as a network file does.
    #[error("not a network file")]
    NotANetwork,
    /// A newer or older file than this program reads.
    #[error("network file version {0}, but this program reads version {VERSION}")]
    Version(u8),
    /// The checksum does not match: a broken download or disk.
    #[error("the network file is damaged")]
    Damaged,
    /// The checksum matches, but the contents contradict themselves.
    #[error("the network file contradicts itself: {0}")]
    Contradiction(&'static str),
}

impl Network {
    /// The network as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer(Vec::with_capacity(self.edges.len() * 12 + 256));
        let quantum = self.quantum();
        body.unsigned(quantum as u64);
        for count in [
            self.palette.len(),
            self.nodes.len(),
            self.edges.len(),
            self.shape.len(),
            self.names.len(),
        ] {
            body.unsigned(count as u64);
        }
        for traits in &self.palette {
            body.0.extend(traits_to_bytes(traits));
        }
        body.points(self.nodes.iter().copied(), quantum);
        self.write_edges(&mut body);
        self.write_shape(&mut body, quantum);
        self.write_names(&mut body);

        let mut file = Vec::with_capacity(body.0.len() + HEADER);
        file.extend_from_slice(MAGIC);
        file.push(VERSION);
        file.extend_from_slice(&crc32(&body.0).to_le_bytes());
        file.append(&mut body.0);
        file
    }

    /// A network from its file.
    ///
    /// # Errors
    /// [`DecodeError`] for anything that is not exactly one whole network. No bytes make
    /// it panic, and it never takes memory out of proportion to their number.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (header, body) = bytes
            .split_at_checked(HEADER)
            .ok_or(DecodeError::NotANetwork)?;
        let [m0, m1, m2, m3, version, c0, c1, c2, c3] = *header else {
            return Err(DecodeError::NotANetwork);
        };
        if &[m0, m1, m2, m3] != MAGIC {
            return Err(DecodeError::NotANetwork);
        }
        if version != VERSION {
            return Err(DecodeError::Version(version));
        }
        if u32::from_le_bytes([c0, c1, c2, c3]) != crc32(body) {
            return Err(DecodeError::Damaged);
        }
        decode(Reader(body))
    }

    /// The largest number that divides every coordinate: 5 for what the builder makes.
    fn quantum(&self) -> i64 {
        self.nodes
            .iter()
            .chain(&self.shape)
            .flat_map(|at| [at.lat, at.lon])
            .fold(0, |divisor, n| gcd(divisor, i64::from(n).abs()))
            .max(1)
    }

    fn write_edges(&self, body: &mut Writer) {
        let mut begin = vec![0_u64; self.nodes.len()];
        for edge in &self.edges {
            begin[edge.from as usize] += 1;
        }
        begin.into_iter().for_each(|count| body.unsigned(count));
        for edge in &self.edges {
            body.unsigned(u64::from(edge.to - edge.from));
        }
        for edge in &self.edges {
            body.unsigned(u64::from(edge.traits));
        }
        for edge in 0..self.edges.len() as u32 {
            body.unsigned(self.shape_of(edge).len() as u64);
        }
        let mut naming = Naming::default();
        for edge in &self.edges {
            body.unsigned(naming.code(edge.name));
        }
    }

    fn write_names(&self, body: &mut Writer) {
        for name in &self.names {
            body.unsigned(name.len() as u64);
        }
        for name in &self.names {
            body.0.extend(name.as_bytes());
        }
    }

    fn write_shape(&self, body: &mut Writer, quantum: i64) {
        for axis in [Axis::Lat, Axis::Lon] {
            for (id, edge) in (0_u32..).zip(&self.edges) {
                let mut line = Line::new(
                    axis.of(self.nodes[edge.from as usize]) / quantum,
                    axis.of(self.nodes[edge.to as usize]) / quantum,
                    self.shape_of(id).len(),
                );
                for &point in self.shape_of(id) {
                    body.signed(line.residual(axis.of(point) / quantum));
                }
            }
        }
    }
}

fn decode(mut body: Reader<'_>) -> Result<Network, DecodeError> {
    let quantum = body.unsigned()?;
    if quantum == 0 || quantum > Micro::MAX_LON as u64 {
        return Err(DecodeError::Contradiction("quantum"));
    }
    let quantum = quantum as i64;
    // Nothing takes less than so many bytes, so no count can ask for more memory than
    // the file is long.
    let palette_count = body.count(TRAITS_BYTES)?;
    let node_count = body.count(3)?;
    let edge_count = body.count(4)?;
    let shape_count = body.count(2)?;
    let name_count = body.count(2)?;
    if palette_count > usize::from(u16::MAX) || edge_count > MAX_EDGES {
        return Err(DecodeError::Contradiction("too many parts"));
    }
    let palette = (0..palette_count)
        .map(|_| body.traits())
        .collect::<Result<Vec<_>, _>>()?;
    let nodes = body.points(node_count, quantum)?;
    let mut edges = body.edges(&nodes, edge_count, palette.len(), shape_count)?;
    body.edge_names(&mut edges, name_count)?;
    let shape = body.shape(&nodes, &edges, shape_count, quantum)?;
    let names = body.names(name_count)?;
    if !body.0.is_empty() {
        return Err(DecodeError::Contradiction("bytes left over"));
    }
    Ok(Network::assemble(nodes, edges, shape, palette, names))
}

#[derive(Clone, Copy)]
enum Axis {
    Lat,
    Lon,
}

impl Axis {
    fn of(self, at: Micro) -> i64 {
        i64::from(match self {
            Self::Lat => at.lat,
            Self::Lon => at.lon,
        })
    }
}

/// One coordinate along an edge, each guessed from the one before and the end.
struct Line {
    last: i64,
    end: i64,
    remaining: i64,
}

impl Line {
    fn new(start: i64, end: i64, points: usize) -> Self {
        Self {
            last: start,
            end,
            remaining: points as i64,
        }
    }

    fn guess(&self) -> i64 {
        self.last
            .wrapping_add(self.end.wrapping_sub(self.last) / self.remaining.saturating_add(1))
    }

    fn advance(&mut self, to: i64) {
        self.last = to;
        self.remaining -= 1;
    }

    fn residual(&mut self, actual: i64) -> i64 {
        let residual = actual - self.guess();
        self.advance(actual);
        residual
    }

    fn actual(&mut self, residual: i64) -> i64 {
        let actual = self.guess().wrapping_add(residual);
        self.advance(actual);
        actual
    }
}

/// The names of edges one after the other: most have that of the edge before.
struct Naming {
    last: u32,
    /// How many names have been used.
    used: u32,
}

impl Default for Naming {
    fn default() -> Self {
        Self {
            last: NO_NAME,
            used: 0,
        }
    }
}

impl Naming {
    fn code(&mut self, name: u32) -> u64 {
        let code = if name == self.last {
            0
        } else if name == NO_NAME {
            1
        } else if name == self.used {
            2
        } else {
            3 + u64::from(name)
        };
        self.note(name);
        code
    }

    /// `None` for a name that no edge before had.
    fn name(&mut self, code: u64) -> Option<u32> {
        let name = match code {
            0 => self.last,
            1 => NO_NAME,
            2 => self.used,
            _ => u32::try_from(code - 3)
                .ok()
                .filter(|&name| name < self.used)?,
        };
        self.note(name);
        Some(name)
    }

    fn note(&mut self, name: u32) {
        self.last = name;
        if name == self.used {
            self.used += 1;
        }
    }
}

pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    pub(crate) fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(crate) fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)) as u64);
    }

    fn points(&mut self, points: impl Iterator<Item = Micro> + Clone, quantum: i64) {
        for axis in [Axis::Lat, Axis::Lon] {
            let mut last = 0;
            for at in points.clone() {
                let value = axis.of(at) / quantum;
                self.signed(value - last);
                last = value;
            }
        }
    }
}

pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

const ENDS_EARLY: DecodeError = DecodeError::Contradiction("ends early");
const TOO_LARGE: DecodeError = DecodeError::Contradiction("number too large");
const OFF_EARTH: DecodeError = DecodeError::Contradiction("place off the earth");

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, DecodeError> {
        let (&byte, rest) = self.0.split_first().ok_or(ENDS_EARLY)?;
        self.0 = rest;
        Ok(byte)
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(TOO_LARGE)
    }

    pub(crate) fn signed(&mut self) -> Result<i64, DecodeError> {
        let value = self.unsigned()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A count of things that take at least `bytes_each`.
    pub(crate) fn count(&mut self, bytes_each: usize) -> Result<usize, DecodeError> {
        let count = usize::try_from(self.unsigned()?).map_err(|_| TOO_LARGE)?;
        if count > self.0.len() / bytes_each {
            Err(ENDS_EARLY)
        } else {
            Ok(count)
        }
    }

    fn traits(&mut self) -> Result<Traits, DecodeError> {
        let mut bytes = [0; TRAITS_BYTES];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        traits_from_bytes(bytes).ok_or(DecodeError::Contradiction("traits"))
    }

    fn points(&mut self, count: usize, quantum: i64) -> Result<Vec<Micro>, DecodeError> {
        let mut points = vec![Micro::default(); count];
        for axis in [Axis::Lat, Axis::Lon] {
            let mut last = 0_i64;
            for point in &mut points {
                last = last.wrapping_add(self.signed()?);
                set(point, axis, last, quantum)?;
            }
        }
        Ok(points)
    }

    fn edges(
        &mut self,
        nodes: &[Micro],
        count: usize,
        palette: usize,
        shape: usize,
    ) -> Result<Vec<Edge>, DecodeError> {
        let mut edges = Vec::with_capacity(count);
        for from in 0..nodes.len() as u32 {
            let begin = self.unsigned()?;
            if begin > (count - edges.len()) as u64 {
                return Err(DecodeError::Contradiction("more edges than counted"));
            }
            let edge = Edge {
                from,
                to: from,
                shape: 0,
                length_cm: 0,
                traits: 0,
                name: NO_NAME,
            };
            edges.extend((0..begin).map(|_| edge));
        }
        if edges.len() != count {
            return Err(DecodeError::Contradiction("fewer edges than counted"));
        }
        for edge in &mut edges {
            let to = u64::from(edge.from).saturating_add(self.unsigned()?);
            if to >= nodes.len() as u64 {
                return Err(DecodeError::Contradiction("no such node"));
            }
            edge.to = to as u32;
        }
        for edge in &mut edges {
            let traits = self.unsigned()?;
            if traits >= palette as u64 {
                return Err(DecodeError::Contradiction("no such traits"));
            }
            edge.traits = traits as u16;
        }
        let mut start = 0_u64;
        for edge in &mut edges {
            edge.shape = start as u32;
            start = start.saturating_add(self.unsigned()?);
            if start > shape as u64 || start > u64::from(u32::MAX) {
                return Err(DecodeError::Contradiction("more shape points than counted"));
            }
        }
        if start != shape as u64 {
            return Err(DecodeError::Contradiction(
                "fewer shape points than counted",
            ));
        }
        Ok(edges)
    }

    fn edge_names(&mut self, edges: &mut [Edge], count: usize) -> Result<(), DecodeError> {
        let mut naming = Naming::default();
        for edge in edges {
            let name = naming.name(self.unsigned()?);
            edge.name = name.ok_or(DecodeError::Contradiction("no such name"))?;
        }
        if naming.used as usize == count {
            Ok(())
        } else {
            Err(DecodeError::Contradiction("other names than counted"))
        }
    }

    fn names(&mut self, count: usize) -> Result<Vec<Box<str>>, DecodeError> {
        let lengths = (0..count)
            .map(|_| self.count(1))
            .collect::<Result<Vec<_>, _>>()?;
        lengths
            .into_iter()
            .map(|length| self.name(length))
            .collect()
    }

    fn name(&mut self, length: usize) -> Result<Box<str>, DecodeError> {
        let (name, rest) = self.0.split_at_checked(length).ok_or(ENDS_EARLY)?;
        self.0 = rest;
        match str::from_utf8(name) {
            Ok(name) if !name.is_empty() => Ok(name.into()),
            _ => Err(DecodeError::Contradiction("name")),
        }
    }

    fn shape(
        &mut self,
        nodes: &[Micro],
        edges: &[Edge],
        count: usize,
        quantum: i64,
    ) -> Result<Vec<Micro>, DecodeError> {
        let mut shape = vec![Micro::default(); count];
        for axis in [Axis::Lat, Axis::Lon] {
            for (index, edge) in edges.iter().enumerate() {
                let start = edge.shape as usize;
                let end = edges
                    .get(index + 1)
                    .map_or(count, |next| next.shape as usize);
                let mut line = Line::new(
                    axis.of(nodes[edge.from as usize]) / quantum,
                    axis.of(nodes[edge.to as usize]) / quantum,
                    end - start,
                );
                for point in &mut shape[start..end] {
                    let value = line.actual(self.signed()?);
                    set(point, axis, value, quantum)?;
                }
            }
        }
        Ok(shape)
    }
}

/// Sets one coordinate of a point, refusing what is not on the earth.
fn set(point: &mut Micro, axis: Axis, value: i64, quantum: i64) -> Result<(), DecodeError> {
    let micro = value.checked_mul(quantum).ok_or(OFF_EARTH)?;
    let micro = i32::try_from(micro).map_err(|_| OFF_EARTH)?;
    match axis {
        Axis::Lat => point.lat = micro,
        Axis::Lon => point.lon = micro,
    }
    if point.is_valid() {
        Ok(())
    } else {
        Err(OFF_EARTH)
    }
}

fn traits_to_bytes(traits: &Traits) -> [u8; TRAITS_BYTES] {
    [
        traits.kind as u8,
        traits.wheelchair as u8,
        traits.direction as u8,
        traits.structure as u8,
        traits.first.bits(),
        traits.last.bits(),
    ]
}

fn traits_from_bytes(bytes: [u8; TRAITS_BYTES]) -> Option<Traits> {
    let [kind, wheelchair, direction, structure, first, last] = bytes;
    Some(Traits {
        kind: *WayKind::ALL.get(usize::from(kind))?,
        wheelchair: *[
            Wheelchair::Passable,
            Wheelchair::Unknown,
            Wheelchair::Impassable,
        ]
        .get(usize::from(wheelchair))?,
        direction: *[Direction::Both, Direction::Forward, Direction::Backward]
            .get(usize::from(direction))?,
        structure: *[Structure::Ground, Structure::Bridge, Structure::Tunnel]
            .get(usize::from(structure))?,
        first: Ends::from_bits(first)?,
        last: Ends::from_bits(last)?,
    })
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// CRC-32 as in zip and PNG.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let step =
        |crc: u32, byte: &u8| (crc >> 8) ^ CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize];
    !bytes.iter().fold(u32::MAX, step)
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn numbers_survive() {
        let mut writer = Writer(Vec::new());
        let values = [
            0,
            1,
            -1,
            63,
            -64,
            64,
            127,
            128,
            i64::from(i32::MAX),
            i64::from(i32::MIN),
        ];
        values.iter().for_each(|&value| writer.signed(value));
        let mut reader = Reader(&writer.0);
        for value in values {
            assert_eq!(reader.signed(), Ok(value));
        }
        assert_eq!(reader.byte(), Err(ENDS_EARLY));
    }

    #[test]
    fn every_kind_of_traits_survives() {
        for kind in WayKind::ALL {
            let traits = Traits {
                direction: Direction::Backward,
                structure: Structure::Tunnel,
                first: Ends::SIGNAL.with(Ends::FLIGHT),
                ..Traits::new(kind)
            };
            assert_eq!(traits_from_bytes(traits_to_bytes(&traits)), Some(traits));
        }
        for place in 0..TRAITS_BYTES {
            let mut bytes = [0; TRAITS_BYTES];
            bytes[place] = 0xff;
            assert_eq!(traits_from_bytes(bytes), None, "byte {place}");
        }
    }
}
