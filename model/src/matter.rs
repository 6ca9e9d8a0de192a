//! Matters of government business (事项) and their guides (办事指南).

use crate::id::MatterId;
use crate::search::Term;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One thing a resident can ask to have handled (代办), with everything they should know first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Matter {
    /// Its id.
    pub id: MatterId,
    /// Its name as offices write it.
    pub name: String,
    /// One plain sentence: what it gets you.
    pub plain: String,
    /// Names people use for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// When in life one needs it.
    pub events: Vec<LifeEvent>,
    /// Who may apply, in a sentence.
    pub who: String,
    /// What to bring or photograph.
    #[serde(default)]
    pub materials: Vec<Material>,
    /// How long the office promises to take; none where no rule was found.
    pub limit: Option<Limit>,
    /// What it costs; none means nobody has published a fee.
    pub fee: Option<String>,
    /// Whether somebody else may do it for the applicant.
    pub channel: Channel,
    /// Whether a worker can come to the door for it.
    pub visit: bool,
    /// Which address decides who handles it.
    #[serde(default)]
    pub route_by: RouteBy,
    /// Whether the request itself tells of health, disability, or hardship.
    #[serde(default)]
    pub sensitive: bool,
    /// Where the limit and the materials were published.
    pub source: Option<Source>,
    /// What one may type to find it; filled at import.
    #[serde(default)]
    pub search: Vec<Term>,
}

/// The moments of life by which matters are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LifeEvent {
    /// 退休.
    Retirement,
    /// 高龄养老.
    OldAge,
    /// 生病住院.
    Illness,
    /// 添丁.
    Birth,
    /// 残疾.
    Disability,
    /// 生活困难.
    Hardship,
    /// 找工作、失业.
    Work,
    /// 搬家、落户.
    Moving,
    /// 退役军人.
    Veteran,
    /// 去世.
    Death,
    /// 证件和卡.
    Papers,
    /// 纠纷与法律.
    Law,
}

impl LifeEvent {
    /// In the order in which the page shows them.
    pub const ALL: [LifeEvent; 12] = [
        LifeEvent::OldAge,
        LifeEvent::Retirement,
        LifeEvent::Illness,
        LifeEvent::Disability,
        LifeEvent::Birth,
        LifeEvent::Hardship,
        LifeEvent::Papers,
        LifeEvent::Work,
        LifeEvent::Moving,
        LifeEvent::Veteran,
        LifeEvent::Law,
        LifeEvent::Death,
    ];
}

/// A paper the matter needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Material {
    /// Its name within the matter, `a-z0-9_-`; the key of the resident's answer.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Without it the matter cannot be handled.
    pub mandatory: bool,
    /// The office can look it up itself; the resident need not bring it.
    #[serde(default)]
    pub office_has: bool,
    /// A hint: which page to photograph, what size.
    #[serde(default)]
    pub hint: Option<String>,
}

/// A promised time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limit {
    /// How many.
    pub days: u16,
    /// Of which kind.
    pub unit: LimitUnit,
    /// What the number leaves out ("公示另需 5 天").
    #[serde(default)]
    pub note: Option<String>,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    /// 工作日.
    WorkingDays,
    /// 自然日.
    Days,
}

/// Whether and how somebody else may do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Channel {
    /// A community worker or a person authorised by the applicant may do all of it.
    Proxy,
    /// The applicant must appear; staff book a time and go along (预约陪同).
    Accompany {
        /// Why, in plain words.
        reason: String,
    },
}

/// Which address decides who handles a matter (人户分离).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RouteBy {
    /// Where one lives.
    #[default]
    Residence,
    /// Where one's household is registered (户口所在地).
    Register,
}

/// Where a fact was published and when it was last compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Source {
    /// The rule or notice, with article.
    pub name: String,
    /// The place whose rule it is; none for national law.
    #[serde(default)]
    pub place: Option<String>,
    /// The day somebody compared it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    #[serde(with = "crate::time::iso")]
    pub checked_on: Date,
}
