//! The API server, the store and the command line of 一刻钟.
//!
//! [`http`] is the table of addresses, [`cases`] what is done with cases, [`store`] the only SQL.
//! What a case is and what may be done to it stands in the crate `model`.

pub mod assist;
pub mod auth;
pub mod boot;
pub mod cases;
pub mod circle_cli;
pub mod clock;
pub mod config;
pub mod coverage;
pub mod deadlines;
pub mod foreign;
mod here;
pub mod http;
pub mod keys;
pub mod limits;
pub mod live;
pub mod map;
pub mod notify;
pub mod open311;
pub mod openapi;
pub mod ops;
pub mod photos;
pub mod routing;
pub mod seal;
pub mod serve;
pub mod slots;
pub mod state;
pub mod store;
pub mod street;
pub mod telemetry;
pub mod visits;
pub mod walking;
pub mod web;
