//! The design system: small components that draw the classes of `style/README.md`.
//!
//! They take words, never keys of the locale, so that a page reads top to bottom.

mod answers;
mod away;
mod chips;
mod contact;
mod cover;
mod errors;
mod exif;
mod field;
mod follow_cards;
mod home_picker;
mod icon;
mod loaded;
mod map;
mod me_too;
mod note;
mod page;
mod photo_field;
mod place_picker;
mod qr;
mod question;
mod search;
mod share;
mod sheet;
mod signature;
mod slot_picker;
mod station_picker;
mod timeline;

pub use answers::{AnswerRow, Answers};
pub use away::{away, beside};
pub use chips::{DueChip, StatusChip, Tag};
pub use contact::{CallButton, Contact};
pub use cover::Cover;
pub use errors::{ErrorNote, ErrorSummary, Wrong};
pub use field::{Choice, Field, TextInput};
pub use follow_cards::{FollowCards, state_to_neighbours};
pub use home_picker::{HomeAnswer, HomePicker, fitting};
pub use icon::{Icon, icon, icon_named};
pub use loaded::{Skeleton, loaded, resolved};
pub use map::{Look, MapArea, MapMarker, Pinned, Seen, StreetMap};
pub use me_too::MeToo;
pub use note::{Empty, Note, Section, Step};
pub use page::{Page, announce, focus_id, page_title};
pub use photo_field::{OfStreet, PhotoField};
pub use place_picker::{Named, PlacePicker, named_places, place_words};
pub use qr::QrCode;
pub use question::{Asked, ErrorLine, Group, Line};
pub use search::SearchBox;
pub use share::{can_share, copy_text, origin, print_page, share_link};
pub use sheet::Sheet;
pub use signature::Signature;
pub use slot_picker::SlotPicker;
pub use station_picker::{StationPicker, nearest_first};
pub use timeline::{Moment, Timeline};
