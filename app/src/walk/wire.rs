//! What the page and the walking engine's worker say to each other, as JSON; the network itself
//! goes over as the bytes it came in. Compiled into both programs: the worker's has nothing else
//! of the app.

use serde::{Deserialize, Serialize};

/// Degrees north and east, WGS84.
pub type Spot = (f64, f64);

/// Who walks, by the engine's own names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Walker {
    /// In good health.
    #[default]
    Adult,
    /// Older.
    Older,
    /// With a cane or a walker.
    Slow,
    /// In a wheelchair.
    Wheelchair,
}

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What may be walked to, before the first question; `rests` are the benches among them.
    Doors {
        /// Doors, in the order in which answers name them.
        at: Vec<Spot>,
        /// Numbers of those one can sit down at.
        rests: Vec<usize>,
    },
    /// What is around a place.
    Circle {
        /// The place.
        at: Spot,
        /// Who walks.
        walker: Walker,
    },
    /// The way to a door.
    Way {
        /// From here.
        at: Spot,
        /// Who walks.
        walker: Walker,
        /// Number of the door.
        to: usize,
    },
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The program runs and waits for the network.
    Running,
    /// The network is read.
    Open,
    /// The bytes are no network of this version.
    Unreadable,
    /// To [`Ask::Circle`].
    Circle(Circle),
    /// To [`Ask::Way`]; none where there is no way.
    Way(Option<Way>),
}

/// How long a walk takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// Thousandths of a second.
    pub ms: u32,
    /// It needs ground of which nobody knows that a wheelchair can pass.
    pub unknown: bool,
}

/// What is around a place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Circle {
    /// Where it is asked from, as asked.
    pub at: Spot,
    /// A way is near: else nothing below says anything.
    pub on_map: bool,
    /// For each door; none where it is too far or there is no way.
    pub walks: Vec<Option<Walk>>,
    /// The bands as the map takes them, the largest first: JSON of `[{ tone, rings }]`.
    pub bands: String,
}

/// A way, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// Number of the door it leads to.
    pub to: usize,
    /// How long it takes.
    pub walk: Walk,
    /// Metres, the straight parts between doors and ways included.
    pub metres: f64,
    /// Its line, door to door.
    pub line: Vec<Spot>,
    /// What to do, in order.
    pub steps: Vec<Step>,
    /// The longest part without a bench, metres; none where no bench is on the way.
    pub rest_m: Option<f64>,
}

/// One thing to do on the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// How to turn into it.
    pub turn: Turn,
    /// What one walks on.
    pub on: Ground,
    /// The street's name, where the map has one.
    pub street: Option<String>,
    /// Metres.
    pub metres: f64,
    /// Where it leads, an eighth of the circle each: 0 is north, 2 east.
    pub heading: u8,
}

/// How to turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The first step.
    Start,
    /// Straight on.
    Straight,
    /// To the left.
    Left,
    /// Almost back, to the left.
    SharpLeft,
    /// To the right.
    Right,
    /// Almost back, to the right.
    SharpRight,
    /// Back.
    Back,
}

/// What one walks on, as far as it deserves a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// An ordinary way.
    Way,
    /// Across a road at signals.
    Signals,
    /// Across a road without.
    Crossing,
    /// Steps.
    Steps,
    /// A lift.
    Lift,
    /// A ferry.
    Ferry,
    /// A bridge.
    Bridge,
    /// A tunnel.
    Tunnel,
}
