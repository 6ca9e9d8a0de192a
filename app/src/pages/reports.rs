//! What the street reported (随手拍), for everybody: the list, and one case.
//!
//! `looking` is how the list is looked at, all of it in the address; `list` fetches and draws it;
//! `card` is one line of it, `ground` its map, `from` says where near begins, `mine` what this phone
//! has a part in; `one` is a case, `pictures` what it shows, `part` what one can do about it.

mod card;
mod from;
mod ground;
mod list;
mod looking;
mod mine;
mod one;
mod part;
mod pictures;
mod story;

pub use list::Reports;
pub use one::OneReport;
