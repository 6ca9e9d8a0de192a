//! What a case (办件) is: types, rules and workflow of 一刻钟.
//!
//! No I/O, no clock, no async. The server and the app compile the same functions, so that the app
//! shows exactly what the server will accept.

pub mod api;
pub mod area;
pub mod calendar;
pub mod event;
pub mod facility;
pub mod field;
pub mod hours;
pub mod id;
pub mod issue;
pub mod kind;
pub mod kinds;
pub mod matter;
pub mod place;
pub mod privacy;
pub mod problem;
pub mod receipt;
pub mod search;
pub mod street;
pub mod text;
pub mod time;
pub mod workflow;
