//! The walking network of a town, and what is reachable on it.
//!
//! No input or output, no clock, no globals, no `unsafe`; native and wasm32. Whoever calls
//! brings bytes and takes away seconds.
//!
//! ```
//! use circle::{Network, NetworkBuilder, Profile, Reach, Seconds, Traits, WayKind, Wgs84};
//!
//! // A street of 170 m with steps up from its end, read back as a phone reads it.
//! let mut builder = NetworkBuilder::new();
//! let a = builder.point(Wgs84::new(40.0, 116.300))?;
//! let b = builder.point(Wgs84::new(40.0, 116.302))?;
//! let c = builder.point(Wgs84::new(40.0003, 116.302))?;
//! builder.way(&[a, b], Traits::new(WayKind::Street))?;
//! builder.way(&[b, c], Traits::new(WayKind::Steps))?;
//! let (network, _report) = builder.build()?;
//! let network = Network::from_bytes(&network.to_bytes())?;
//!
//! // From a door beside the street to the top of the steps.
//! let door = Wgs84::new(40.0001, 116.301);
//! let profile = Profile::OLDER;
//! let home = network.snap(door, &profile, 100.0).ok_or("no way near the door")?;
//! let top = network.snap(Wgs84::new(40.0003, 116.302), &profile, 100.0).ok_or("none")?;
//! let mut reach = Reach::new(&network);
//! let reached = reach.run(&network, &[home], &profile, Seconds::from_minutes(15));
//! assert_eq!(reached.seconds_to(top).map(Seconds::minutes), Some(3));
//!
//! // No wheelchair goes up there: the nearest point it can join is the foot of the steps.
//! let profile = Profile::WHEELCHAIR;
//! let foot = network.snap(Wgs84::new(40.0003, 116.302), &profile, 100.0).ok_or("none")?;
//! assert!(foot.metres_away() > 30.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The algorithm in a page
//!
//! **A walk is a sum of seconds.** Every piece of way has a length, and each of its two
//! ends may have something to wait for: half a crossing, half a lift, half a flight of
//! steps ([`Ends`]). Halves, because a piece of way knows only its own end: who walks
//! through pays both halves, who turns off before pays one. A [`Profile`] says how many
//! seconds a centimetre and each wait are worth, and which ground it can use. So one file
//! serves every walker, and a new kind of walker is a row in a table.
//!
//! **From map to network** (`builder`). A map draws a street as a line of points. Only where
//! ways meet, end, differ, or make one wait does a walker choose anything; those points
//! become *nodes*, and the lines between them *edges* that keep their shape. Points that
//! do not bend an edge by half a metre are dropped. Parts of the map nobody can leave,
//! because a gate is locked or the mapper forgot a path, are found as strongly connected
//! components (Tarjan) and dropped, and the report names each with its place. What the
//! map's tags mean is decided beforehand, by the `osm` module or by whoever builds.
//!
//! **Joining the network** (`snap`). A door is not at a node, so a [`Place`] is a point *on*
//! an edge: the edge and how many centimetres along it, found through a grid of cells.
//! The profile is asked, so that a wheelchair is not put on a flight of steps, and a
//! footbridge overhead is not taken for the street below. The straight walk from the door
//! to the edge counts as time.
//!
//! **The search** (`reach`). Dijkstra's algorithm: take the nearest node not yet finished,
//! finish it, and offer its neighbours a way through it; stop at the time limit. The queue
//! holds one number for each entry, time above node, so that comparing is one
//! instruction. Labels carry the number of the run that wrote them and need no clearing;
//! after the first run nothing is allocated. The two ends of a start's edge are offered
//! the time to walk there, and a place is reached through either end of its edge, or
//! straight along it when the start is on the same one. With several starts, each label
//! remembers whose it is: one run from all pharmacies, backwards ([`Reach::run_to`]),
//! tells every door its nearest and how far.
//!
//! **What is not known** is carried along. The lowest bit of a label's time says whether
//! the way used ground of which nobody knows that a wheelchair can pass, so a known way
//! wins over an unknown one of the same time, and every [`Arrival`] says which it was.
//! [`Profile::known_ground_only`] leaves such ground out altogether.
//!
//! **The file** (`encode`) stores differences between neighbours, numbered so that they
//! are small: one byte each for most. Its reader checks everything it reads.
//!
//! **Exactness.** Coordinates are multiples of five micro-degrees (half a metre), lengths
//! whole centimetres on the WGS84 ellipsoid, times whole milliseconds, and every sum is one
//! of integers. `tests/oracle.rs` holds all of it against Floyd and
//! Warshall's algorithm on random networks.
//!
//! **Left out.** Hills cost nothing.
//! Near the edge of an extract the network is thinner than the world.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod basemap;
pub mod profile;

mod band;
mod builder;
mod coverage;
mod encode;
mod geo;
mod guide;
mod network;
mod order;
#[cfg(feature = "osm")]
pub mod osm;
mod reach;
mod route;
mod seconds;
mod snap;
mod sorted;
mod traits;

pub use band::{Band, Bands, Polygon};
pub use builder::{BuildError, BuildReport, Island, NetworkBuilder, PointId};
pub use coverage::{Coverage, Gain, Share, Standard};
pub use encode::DecodeError;
pub use geo::{Bounds, Wgs84};
pub use guide::{Passage, Step, Turn};
pub use network::{EdgeId, EdgeView, Network, Place};
pub use order::{Finish, MOST_STOPS, OrderError, Tour, visit_order};
pub use profile::{Ground, Profile};
pub use reach::{Arrival, Heading, Reach, Reached};
pub use route::{Leg, Route};
pub use seconds::Seconds;
pub use traits::{Direction, Ends, Structure, Traits, WayKind, Wheelchair};
