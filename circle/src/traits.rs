//! What a walker needs to know about a piece of way.

/// What a piece of way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum WayKind {
    /// A footway, sidewalk or corridor made for walking.
    Footway = 0,
    /// An ordinary street: residential, living street, unclassified, tertiary.
    Street = 1,
    /// A secondary road or larger, walked along its side.
    MajorRoad = 2,
    /// A service road, driveway or parking aisle.
    Service = 3,
    /// The marked way across a road.
    Crossing = 4,
    /// A trodden or unpaved path.
    Path = 5,
    /// A cycleway that may be walked.
    Cycleway = 6,
    /// The rim of a square or of another pedestrian area, or a line across it.
    Square = 7,
    /// A platform of a bus stop or a station.
    Platform = 8,
    /// A flight of steps.
    Steps = 9,
    /// A lift.
    Lift = 10,
    /// A ferry that takes walkers.
    Ferry = 11,
}

impl WayKind {
    /// Every kind, in the order of its number in the file.
    pub const ALL: [Self; 12] = [
        Self::Footway,
        Self::Street,
        Self::MajorRoad,
        Self::Service,
        Self::Crossing,
        Self::Path,
        Self::Cycleway,
        Self::Square,
        Self::Platform,
        Self::Steps,
        Self::Lift,
        Self::Ferry,
    ];
}

/// Whether a wheelchair can pass. Unknown is never taken for passable.
///
/// The order is from good to bad, so the worse of two is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Wheelchair {
    /// Tagged so, or a hard even surface with nothing in the way.
    Passable = 0,
    /// Nobody has said.
    Unknown = 1,
    /// Steps, a raised kerb, a soft or broken surface, too steep or too narrow.
    Impassable = 2,
}

/// Which way along the piece one may walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Direction {
    /// Both ways.
    Both = 0,
    /// Only from its first point to its last (an escalator going up).
    Forward = 1,
    /// Only from its last point to its first.
    Backward = 2,
}

impl Direction {
    /// The same permission seen from the other end.
    pub const fn reversed(self) -> Self {
        match self {
            Self::Both => Self::Both,
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// What carries the piece of way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Structure {
    /// The ground.
    Ground = 0,
    /// A bridge or footbridge.
    Bridge = 1,
    /// A tunnel, underpass or passage through a building.
    Tunnel = 2,
}

/// What one waits for where a piece of way ends: half of it on either side, so that
/// passing through costs the whole and turning off before it costs half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ends(u8);

impl Ends {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Half a crossing of a large road without signals.
    pub const CROSSING: Self = Self(1);
    /// Half a crossing at signals.
    pub const SIGNAL: Self = Self(2);
    /// Half a ride in a lift.
    pub const LIFT: Self = Self(4);
    /// Half a flight of steps.
    pub const FLIGHT: Self = Self(8);
    /// Half the wait for a ferry.
    pub const FERRY: Self = Self(16);

    const ALL: u8 = 31;

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Option<Self> {
        if bits & !Self::ALL == 0 {
            Some(Self(bits))
        } else {
            None
        }
    }
}

/// Everything about a piece of way but its shape. Pieces share these: a town has
/// about a hundred different ones, kept once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Traits {
    /// What it is.
    pub kind: WayKind,
    /// Whether a wheelchair can pass.
    pub wheelchair: Wheelchair,
    /// Which way one may walk.
    pub direction: Direction,
    /// What carries it.
    pub structure: Structure,
    /// Waits at its first point.
    pub first: Ends,
    /// Waits at its last point.
    pub last: Ends,
}

impl Traits {
    /// A way of `kind` on the ground, both ways, no waits; unknown to wheelchairs,
    /// except steps, which no wheelchair takes.
    pub const fn new(kind: WayKind) -> Self {
        let wheelchair = match kind {
            WayKind::Steps => Wheelchair::Impassable,
            _ => Wheelchair::Unknown,
        };
        Self {
            kind,
            wheelchair,
            direction: Direction::Both,
            structure: Structure::Ground,
            first: Ends::NONE,
            last: Ends::NONE,
        }
    }

    /// The same piece seen from its other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self {
            direction: self.direction.reversed(),
            first: self.last,
            last: self.first,
            ..self
        }
    }

    /// The same without waits: what must agree for two pieces to become one.
    pub(crate) const fn without_ends(self) -> Self {
        Self {
            first: Ends::NONE,
            last: Ends::NONE,
            ..self
        }
    }
}
