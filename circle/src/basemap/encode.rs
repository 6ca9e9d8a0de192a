//! The basemap file.
//!
//! ```text
//! "YKZB"   4 bytes
//! version  1 byte, 1
//! crc-32   4 bytes, little-endian, of everything after it
//! extent   south, west (signed, micro-degrees), height, width (steps)
//! step     micro-degrees
//! layers   for each class: how many shapes; how many rings in each (areas only); how many
//!          points in each ring; then x of each point; then y of each
//! texts    how many; how many bytes each takes; then the bytes, UTF-8
//! names    how many; then kinds; ranks; turns (0 level, else 1 + steps); texts, by
//!          number; x; y
//! ```
//!
//! Numbers are LEB128 varints, signed ones zigzag. A point is stored as its difference from
//! the one before in its ring, the first of a ring as that from the first of the ring
//! before; shapes lie along a space-filling curve, so most differences are small. Like
//! stands beside like for the sake of the compressor on the wire.

use super::{Basemap, Class, Name, NameKind, Point, QUANTUM_MICRODEG, Shape};
use crate::encode::{DecodeError, Reader, Writer, crc32};
use crate::geo::Micro;
use std::collections::HashMap;

const MAGIC: &[u8; 4] = b"YKZB";
const VERSION: u8 = 1;
const HEADER: usize = 9;
/// Fifty kilometres: more than anybody walks, and far from any overflow.
const MAX_SIDE: i32 = 500_000;

/// Why bytes are not a basemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BasemapError {
    /// It does not begin as a basemap does.
    #[error("not a basemap file")]
    NotABasemap,
    /// A newer or older file than this program reads.
    #[error("basemap file version {0}, but this program reads version {VERSION}")]
    Version(u8),
    /// The checksum does not match: a broken download or disk.
    #[error("the basemap file is damaged")]
    Damaged,
    /// The checksum matches, but the contents contradict themselves.
    #[error("the basemap file contradicts itself: {0}")]
    Contradiction(&'static str),
}

type Result<T> = std::result::Result<T, BasemapError>;

impl From<DecodeError> for BasemapError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Contradiction(what) => Self::Contradiction(what),
            // The number reader knows no other fault.
            _ => Self::Damaged,
        }
    }
}

impl Basemap {
    /// The basemap as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer(Vec::new());
        body.signed(i64::from(self.south_west.lat));
        body.signed(i64::from(self.south_west.lon));
        for number in [self.size.y, self.size.x, QUANTUM_MICRODEG] {
            body.unsigned(u64::from(number.unsigned_abs()));
        }
        for class in Class::ALL {
            write_layer(&mut body, class, self.shapes(class));
        }
        write_names(&mut body, &self.names);

        let mut file = Vec::with_capacity(body.0.len() + HEADER);
        file.extend_from_slice(MAGIC);
        file.push(VERSION);
        file.extend_from_slice(&crc32(&body.0).to_le_bytes());
        file.append(&mut body.0);
        file
    }

    /// A basemap from its file.
    ///
    /// # Errors
    /// [`BasemapError`] for anything that is not exactly one whole basemap. No bytes make it
    /// panic, and it never takes memory out of proportion to their number.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let (header, body) = bytes
            .split_at_checked(HEADER)
            .ok_or(BasemapError::NotABasemap)?;
        let [m0, m1, m2, m3, version, c0, c1, c2, c3] = *header else {
            return Err(BasemapError::NotABasemap);
        };
        if &[m0, m1, m2, m3] != MAGIC {
            return Err(BasemapError::NotABasemap);
        }
        if version != VERSION {
            return Err(BasemapError::Version(version));
        }
        if u32::from_le_bytes([c0, c1, c2, c3]) != crc32(body) {
            return Err(BasemapError::Damaged);
        }
        decode(Reader(body))
    }
}

fn write_layer(body: &mut Writer, class: Class, shapes: &[Shape]) {
    body.unsigned(shapes.len() as u64);
    if class.is_area() {
        for shape in shapes {
            body.unsigned(shape.len() as u64);
        }
    }
    for ring in shapes.iter().flatten() {
        body.unsigned(ring.len() as u64);
    }
    for axis in [x, y] {
        let mut first = 0;
        for ring in shapes.iter().flatten() {
            let mut last = first;
            for point in ring {
                body.signed(i64::from(axis(point) - last));
                last = axis(point);
            }
            first = ring.first().map_or(first, axis);
        }
    }
}

fn write_names(body: &mut Writer, names: &[Name]) {
    let mut number_of: HashMap<&str, u64> = HashMap::new();
    let mut texts: Vec<&str> = Vec::new();
    for name in names {
        let next = texts.len() as u64;
        number_of.entry(&name.text).or_insert_with(|| {
            texts.push(&name.text);
            next
        });
    }
    body.unsigned(texts.len() as u64);
    for text in &texts {
        body.unsigned(text.len() as u64);
    }
    for text in &texts {
        body.0.extend_from_slice(text.as_bytes());
    }
    body.unsigned(names.len() as u64);
    for number in [
        |name: &Name| u64::from(name.kind as u8),
        |name: &Name| u64::from(name.rank),
        |name: &Name| name.turn.map_or(0, |turn| u64::from(turn) + 1),
    ] {
        names.iter().for_each(|name| body.unsigned(number(name)));
    }
    for name in names {
        body.unsigned(number_of.get(name.text.as_str()).copied().unwrap_or(0));
    }
    for axis in [x, y] {
        let mut last = 0;
        for name in names {
            body.signed(i64::from(axis(&name.at) - last));
            last = axis(&name.at);
        }
    }
}

fn x(point: &Point) -> i32 {
    point.x
}

fn y(point: &Point) -> i32 {
    point.y
}

fn decode(mut body: Reader<'_>) -> Result<Basemap> {
    let south_west = Micro {
        lat: in_range(body.signed()?, -Micro::MAX_LAT, Micro::MAX_LAT)?,
        lon: in_range(body.signed()?, -Micro::MAX_LON, Micro::MAX_LON)?,
    };
    let height = in_range(body.unsigned()? as i64, 0, MAX_SIDE)?;
    let width = in_range(body.unsigned()? as i64, 0, MAX_SIDE)?;
    let size = Point {
        x: width,
        y: height,
    };
    if body.unsigned()? != QUANTUM_MICRODEG as u64 {
        return Err(BasemapError::Contradiction("step"));
    }
    let mut layers: [Vec<Shape>; Class::ALL.len()] = Default::default();
    for class in Class::ALL {
        layers[class as usize] = read_layer(&mut body, class, size)?;
    }
    let names = read_names(&mut body, size)?;
    if !body.0.is_empty() {
        return Err(BasemapError::Contradiction("bytes left over"));
    }
    Ok(Basemap {
        south_west,
        size,
        layers,
        names,
    })
}

fn in_range(value: i64, least: i32, most: i32) -> Result<i32> {
    i32::try_from(value)
        .ok()
        .filter(|value| (least..=most).contains(value))
        .ok_or(BasemapError::Contradiction("place off the map"))
}

fn read_layer(body: &mut Reader<'_>, class: Class, size: Point) -> Result<Vec<Shape>> {
    // A shape has two points or more, of two bytes each at least, and so no count can ask
    // for more memory than the file is long.
    let shapes = body.count(4)?;
    let rings = read_counts(body, if class.is_area() { shapes } else { 0 }, 1)?;
    let ring_count = if class.is_area() {
        rings.iter().sum()
    } else {
        shapes
    };
    let least = if class.is_area() { 3 } else { 2 };
    let lengths = read_counts(body, ring_count, least)?;
    let mut lines = empty_lines(body, &lengths)?;
    for axis in 0..2 {
        let side = [size.x, size.y][axis];
        let mut first = 0;
        for line in &mut lines {
            let mut last = first;
            for (index, point) in line.iter_mut().enumerate() {
                last = in_range(i64::from(last) + body.step()?, 0, side)?;
                *[&mut point.x, &mut point.y][axis] = last;
                if index == 0 {
                    first = last;
                }
            }
        }
    }
    let mut lines = lines.into_iter();
    Ok(if class.is_area() {
        rings
            .iter()
            .map(|&count| lines.by_ref().take(count).collect())
            .collect()
    } else {
        lines.map(|line| vec![line]).collect()
    })
}

/// `count` counts of `least` or more, together no more than there are bytes left.
fn read_counts(body: &mut Reader<'_>, count: usize, least: usize) -> Result<Vec<usize>> {
    let mut total = 0_usize;
    let mut counts = Vec::with_capacity(count.min(body.0.len()));
    for _ in 0..count {
        let each = body.count(1)?;
        total = total.saturating_add(each);
        if each < least || total > body.0.len() {
            return Err(BasemapError::Contradiction("count"));
        }
        counts.push(each);
    }
    Ok(counts)
}

fn empty_lines(body: &Reader<'_>, lengths: &[usize]) -> Result<Vec<Vec<Point>>> {
    let points: usize = lengths.iter().sum();
    if points > body.0.len() / 2 {
        return Err(BasemapError::Contradiction("ends early"));
    }
    Ok(lengths
        .iter()
        .map(|&length| vec![Point::default(); length])
        .collect())
}

fn read_names(body: &mut Reader<'_>, size: Point) -> Result<Vec<Name>> {
    let texts = read_texts(body)?;
    let count = body.count(6)?;
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        let kind = usize::try_from(body.unsigned()?).ok();
        names.push(Name {
            kind: kind
                .and_then(|kind| NameKind::ALL.get(kind))
                .copied()
                .ok_or(BasemapError::Contradiction("no such kind of name"))?,
            rank: 0,
            at: Point::default(),
            turn: None,
            text: String::new(),
        });
    }
    for name in &mut names {
        name.rank = small(body.unsigned()?, Name::MAX_RANK)?;
    }
    for name in &mut names {
        name.turn = small(body.unsigned()?, Name::TURNS)?.checked_sub(1);
    }
    for name in &mut names {
        let text = usize::try_from(body.unsigned()?).ok();
        let text = text.and_then(|text| texts.get(text));
        name.text = (*text.ok_or(BasemapError::Contradiction("no such text"))?).to_owned();
    }
    for axis in 0..2 {
        let side = [size.x, size.y][axis];
        let mut last = 0;
        for name in &mut names {
            last = in_range(i64::from(last) + body.step()?, 0, side)?;
            *[&mut name.at.x, &mut name.at.y][axis] = last;
        }
    }
    Ok(names)
}

fn small(value: u64, most: u8) -> Result<u8> {
    u8::try_from(value)
        .ok()
        .filter(|value| *value <= most)
        .ok_or(BasemapError::Contradiction("number too large"))
}

fn read_texts<'a>(body: &mut Reader<'a>) -> Result<Vec<&'a str>> {
    let count = body.count(1)?;
    let lengths = read_counts(body, count, 1)?;
    let mut texts = Vec::with_capacity(count);
    for length in lengths {
        let (text, rest) = body
            .0
            .split_at_checked(length)
            .ok_or(BasemapError::Contradiction("ends early"))?;
        body.0 = rest;
        // A text named by very many names would be copied for each of them.
        if length > MAX_TEXT {
            return Err(BasemapError::Contradiction("text too long"));
        }
        let text = std::str::from_utf8(text);
        texts.push(text.map_err(|_| BasemapError::Contradiction("text is not UTF-8"))?);
    }
    Ok(texts)
}

/// Bytes; longer names are cut at import.
pub(super) const MAX_TEXT: usize = 96;

impl Reader<'_> {
    /// A difference between two places, too small to overflow a sum of a few.
    fn step(&mut self) -> Result<i64> {
        let step = self.signed()?;
        if step.unsigned_abs() > u64::from(MAX_SIDE.unsigned_abs()) {
            return Err(BasemapError::Contradiction("place off the map"));
        }
        Ok(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: Point = Point { x: 9_000, y: 7_000 };

    fn points(least: usize) -> impl Strategy<Value = Vec<Point>> {
        let point = (0..=SIZE.x, 0..=SIZE.y).prop_map(|(x, y)| Point { x, y });
        prop::collection::vec(point, least..least + 6)
    }

    fn name() -> impl Strategy<Value = Name> {
        let kind = (0..NameKind::ALL.len()).prop_map(|kind| NameKind::ALL[kind]);
        let turn = prop::option::of(0..Name::TURNS);
        let text = "[北京上河路号 a-z]{1,8}";
        (kind, 0..=Name::MAX_RANK, points(1), turn, text).prop_map(
            |(kind, rank, at, turn, text)| Name {
                kind,
                rank,
                at: at[0],
                turn,
                text,
            },
        )
    }

    fn basemap() -> impl Strategy<Value = Basemap> {
        let area = prop::collection::vec(points(3), 1..4);
        let areas = prop::collection::vec(area, 0..5);
        let lines = prop::collection::vec(points(2).prop_map(|line| vec![line]), 0..5);
        let names = prop::collection::vec(name(), 0..9);
        (areas, lines, names).prop_map(|(areas, lines, names)| Basemap {
            south_west: Micro {
                lat: 39_990_500,
                lon: -116_308_400,
            },
            size: SIZE,
            layers: Class::ALL.map(|class| {
                let shapes = if class.is_area() { &areas } else { &lines };
                shapes.clone()
            }),
            names,
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(map in basemap()) {
            prop_assert_eq!(Basemap::from_bytes(&map.to_bytes()), Ok(map));
        }

        #[test]
        fn a_changed_byte_is_noticed(map in basemap(), at: prop::sample::Index, to: u8) {
            let mut bytes = map.to_bytes();
            let at = at.index(bytes.len());
            prop_assume!(bytes[at] != to);
            bytes[at] = to;
            prop_assert!(Basemap::from_bytes(&bytes).is_err());
        }

        /// Contents nobody wrote, under a checksum that matches: no panic, no endless work.
        #[test]
        fn hostile_contents_are_refused_or_read(
            map in basemap(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let mut bytes = map.to_bytes();
            for (at, to) in changes {
                let at = HEADER + at.index(bytes.len() - HEADER);
                bytes[at] = to;
            }
            let sum = crc32(&bytes[HEADER..]).to_le_bytes();
            bytes[5..9].copy_from_slice(&sum);
            if let Ok(read) = Basemap::from_bytes(&bytes) {
                prop_assert_eq!(Basemap::from_bytes(&read.to_bytes()), Ok(read));
            }
        }

        #[test]
        fn any_bytes_at_all(mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(body) = bytes.get(HEADER..) {
                let sum = crc32(body).to_le_bytes();
                bytes[..4].copy_from_slice(MAGIC);
                bytes[4] = VERSION;
                bytes[5..9].copy_from_slice(&sum);
            }
            let _ = Basemap::from_bytes(&bytes);
        }
    }

    #[test]
    fn what_is_no_basemap_says_so() {
        assert_eq!(Basemap::from_bytes(b"YKZB"), Err(BasemapError::NotABasemap));
        let newer = b"YKZB\x02\0\0\0\0";
        assert_eq!(Basemap::from_bytes(newer), Err(BasemapError::Version(2)));
        let broken = b"YKZB\x01\0\0\0\0\0";
        assert_eq!(Basemap::from_bytes(broken), Err(BasemapError::Damaged));
    }
}
