//! The basemap: what a street looks like from above, in one small file.
//!
//! A map under a pin has to work without a tile server, on a phone, without signal. So the
//! ground, the water, the green, the houses, the ways and the names of one extract are
//! drawn on the phone from one file; `app/js/` has the half that draws. Here is the half
//! that makes the file: `import` reads an OpenStreetMap extract (native only), [`Basemap`]
//! is what it found, [`Basemap::to_bytes`] writes it and [`Basemap::from_bytes`] is the
//! reference for whoever reads it. The format is described in `encode`.
//!
//! Places are [`Point`]s: steps of [`QUANTUM_MICRODEG`] east and north of the extent's
//! south-west corner. Everything is cut at the extent, because outside of it the extract
//! knows one thing and not the next.

mod encode;
#[cfg(feature = "osm")]
mod geometry;
#[cfg(feature = "osm")]
mod import;
#[cfg(feature = "osm")]
mod tags;

pub use encode::BasemapError;
#[cfg(feature = "osm")]
pub use import::{BasemapImportError, BasemapReport, import};

use crate::geo::{Bounds, Micro, Wgs84};

/// The grid on which everything lies, in millionths of a degree: 0.2 m of latitude, less
/// than a pixel at the closest zoom.
pub const QUANTUM_MICRODEG: i32 = 2;

/// A kind of thing that is drawn in one style, in the order of the file, which is also the
/// order of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Class {
    /// Parks, woods, lawns, sports grounds; areas.
    Green,
    /// Rivers drawn as areas, lakes, basins, the sea; areas.
    Water,
    /// Squares and pedestrian areas.
    Square,
    /// Houses; areas.
    Building,
    /// Rivers, canals and ditches drawn as lines.
    Stream,
    /// Footways, paths, cycleways, tracks; lines.
    Path,
    /// Flights of steps; lines.
    Steps,
    /// Streets where people live; lines.
    Minor,
    /// Roads that carry through traffic; lines.
    Major,
    /// Railways above ground; lines.
    Rail,
}

impl Class {
    /// All of them, in the file's order.
    pub const ALL: [Self; 10] = [
        Self::Green,
        Self::Water,
        Self::Square,
        Self::Building,
        Self::Stream,
        Self::Path,
        Self::Steps,
        Self::Minor,
        Self::Major,
        Self::Rail,
    ];

    /// Whether its shapes are filled rings; otherwise they are lines.
    pub const fn is_area(self) -> bool {
        matches!(
            self,
            Self::Green | Self::Water | Self::Square | Self::Building
        )
    }
}

/// A place on the basemap's grid, in steps from the extent's south-west corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Point {
    /// Steps east.
    pub x: i32,
    /// Steps north.
    pub y: i32,
}

/// One thing on the map. A line is one run of at least two points. An area is one or more
/// rings of at least three points, the first not repeated, outer rings counter-clockwise
/// and holes clockwise, so that the nonzero rule fills a whole class in one go.
pub type Shape = Vec<Vec<Point>>;

/// What a name belongs to; decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum NameKind {
    /// A part of the town, a housing estate.
    Place,
    /// A street; turned along it.
    Road,
    /// A lake, a river.
    Water,
    /// A park.
    Green,
    /// A school, a station, a house with a name.
    Landmark,
}

impl NameKind {
    /// All of them, in the order of their numbers in the file.
    pub const ALL: [Self; 5] = [
        Self::Place,
        Self::Road,
        Self::Water,
        Self::Green,
        Self::Landmark,
    ];
}

/// A name, where its middle stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// What it belongs to.
    pub kind: NameKind,
    /// How many zoom levels beyond [`Name::FIRST_ZOOM`] it takes to be shown; where names
    /// meet, the lower rank stays.
    pub rank: u8,
    /// The middle of the text.
    pub at: Point,
    /// Counter-clockwise from east in steps of [`Name::TURN_DEG`], below
    /// [`Name::TURNS`]; none is level text.
    pub turn: Option<u8>,
    /// The text.
    pub text: String,
}

impl Name {
    /// The zoom (web map tiles of 256 px) at which rank 0 is shown.
    pub const FIRST_ZOOM: u8 = 13;
    /// No rank is higher.
    pub const MAX_RANK: u8 = 7;
    /// A step of [`Name::turn`], degrees.
    pub const TURN_DEG: u8 = 3;
    /// Steps in half a circle; text is never upside down.
    pub const TURNS: u8 = 60;
}

/// Everything on the map of one extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basemap {
    /// The corner from which points count.
    south_west: Micro,
    /// The other corner.
    size: Point,
    /// Shapes by [`Class`].
    layers: [Vec<Shape>; Class::ALL.len()],
    names: Vec<Name>,
}

impl Basemap {
    /// The rectangle that it covers.
    pub fn bounds(&self) -> Bounds {
        Bounds {
            south_west: self.south_west.degrees(),
            north_east: self.degrees(self.size),
        }
    }

    /// The shapes of a class.
    pub fn shapes(&self, class: Class) -> &[Shape] {
        &self.layers[class as usize]
    }

    /// The names, the most important first.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Where a point is on the earth.
    pub fn degrees(&self, point: Point) -> Wgs84 {
        let sum = |corner: i32, steps: i32| {
            (f64::from(corner) + f64::from(steps) * f64::from(QUANTUM_MICRODEG)) / 1e6
        };
        Wgs84::new(
            sum(self.south_west.lat, point.y),
            sum(self.south_west.lon, point.x),
        )
    }
}
