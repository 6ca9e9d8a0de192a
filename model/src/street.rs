//! What a place is: everything the command line imports, and what of it everybody may read.

use crate::area::{Area, Estate};
use crate::id::AreaId;
use crate::time::TimeMs;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

/// The street as every page needs it. Boundaries stay on the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Street {
    /// Its name.
    pub name: String,
    /// Invented, for trying things out; pages say so.
    pub sample: bool,
    /// Whom to call, most useful first.
    pub hotlines: Vec<Hotline>,
    /// The area tree.
    pub areas: Vec<Area>,
    /// The housing estates.
    pub estates: Vec<Estate>,
    /// Notices in force or soon.
    pub notices: Vec<Notice>,
    /// Working days as published.
    pub calendar: crate::calendar::Calendar,
    /// How long what is personal is kept; a kind without a rule is kept until somebody asks.
    #[serde(default)]
    pub retention: Vec<Retention>,
}

/// How long what is personal in a kind of case is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retention {
    /// Of which kind.
    pub kind: crate::kinds::KindName,
    /// Days after the last thing that happened to a closed case.
    pub days: u32,
}

/// A number to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hotline {
    /// What it is for.
    pub name: String,
    /// As people dial it.
    pub phone: String,
    /// When somebody answers, in words.
    pub hours: String,
    /// 110, 119 or 120: turned to at once, shown in red.
    #[serde(default)]
    pub emergency: bool,
}

/// A notice (停水停电, 活动) for those who live in one area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// What it says, in a line.
    pub title: String,
    /// The rest, in a few sentences.
    pub body: String,
    /// Whom it concerns.
    pub area: AreaId,
    /// Shown from here.
    pub from: TimeMs,
    /// Shown until here.
    pub until: TimeMs,
}

/// When a grid worker can come: weekdays and hours cut into slots, with exceptions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitHours {
    /// Whose.
    pub staff: crate::id::StaffId,
    /// Length of a slot in minutes.
    pub slot_minutes: u16,
    /// Weekly pattern.
    pub weekly: Vec<WeeklyHours>,
    /// Days on which nobody comes.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    #[serde(with = "crate::time::iso::list")]
    pub away: Vec<Date>,
}

/// Hours on some weekdays. `weekends` and evening hours are the 错时延时 service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeeklyHours {
    /// ISO weekdays, Monday is 1.
    pub days: Vec<u8>,
    /// First slot begins.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    #[serde(with = "crate::time::iso")]
    pub from: Time,
    /// Last slot has ended.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    #[serde(with = "crate::time::iso")]
    pub until: Time,
    /// Holds on public holidays and weekends too; else only on working days.
    #[serde(default)]
    pub holidays: bool,
}

/// Ready-made words for one step of one matter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Template {
    /// The matter it was written for; none fits all.
    #[serde(default)]
    pub matter: Option<crate::id::MatterId>,
    /// The action it belongs to.
    pub verb: crate::workflow::Verb,
    /// What staff pick it by.
    pub title: String,
    /// The words, with `{name}`, `{matter}`, `{receipt}`, `{visit}`, `{due}`, `{staff}`.
    pub words: String,
}
