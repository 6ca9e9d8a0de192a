//! The single-page app of 一刻钟. `bin/resident` and `bin/staff.rs` are the two programs.
//!
//! `shell` frames every page, `pages` holds one file a route, `parts` the design system. Only
//! [`api`] speaks to the server and only [`storage`] keeps anything on the phone.

#[macro_use]
mod language;

pub mod api;
pub mod assist;
mod errand;
pub mod follow;
pub mod form;
pub mod outbox;
pub mod pages;
pub mod parts;
pub mod position;
pub mod shell;
pub mod staff_app;
pub mod state;
pub mod storage;
pub mod turns;
pub mod walk;
pub mod way;
pub mod when;
pub mod words;

pub use language::{Locale, locale, set_locale};
