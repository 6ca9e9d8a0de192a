//! 我的办件: the cases of this phone, looking one up by its number, and one case.
//!
//! [`case`](self) is what a page knows of a case, `story` tells it in sentences, `live` follows it,
//! `sending` acts on it; the rest draws.

mod actions;
mod album;
mod case;
mod family;
mod handed_in;
mod keep;
mod kept;
mod list;
mod live;
mod open;
mod public;
mod rate;
mod replies;
mod sending;
mod story;
mod track;
mod visit;

pub use case::Seen;
pub use family::FamilyPart;
pub use kept::{ArrivedBefore, Unkept};
pub use list::Cases;
pub use open::CasePage;
