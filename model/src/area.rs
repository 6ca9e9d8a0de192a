//! Areas (辖区), estates and the people who serve them.

use crate::id::{AreaId, EstateId, StaffId};
use crate::place::Wgs84;
use serde::{Deserialize, Serialize};

/// How large an area is; each level lies inside the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 区.
    District,
    /// 街道 or 镇.
    Street,
    /// 社区.
    Community,
    /// 网格: the few hundred homes one grid worker knows.
    Grid,
}

/// One area of the tree district → street → community → grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// What it is called.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// The area it lies in; none at the root.
    pub parent: Option<AreaId>,
    /// Telephone to call about this area, as people dial it.
    pub phone: Option<String>,
    /// One closed ring, WGS84; empty where nobody has drawn it.
    #[serde(default)]
    pub boundary: Vec<Wgs84>,
}

/// A housing estate (小区).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Estate {
    /// Its id.
    pub id: EstateId,
    /// What residents call it.
    pub name: String,
    /// Other names it goes by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The grid it lies in.
    pub grid: AreaId,
    /// Its main entrance.
    pub entrance: Wgs84,
    /// Homes in it.
    pub homes: u32,
    /// Floor area of its dwellings, square metres; none where nobody has written it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwelling_area_m2: Option<u32>,
    /// What one may type to find it; filled at import.
    #[serde(default)]
    pub search: Vec<crate::search::Term>,
}

/// What a member of staff may do; each role's rights stand in the workflow table and the route table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 窗口: accepts, assigns, answers at the counter.
    Window,
    /// 网格员: visits and handles in one grid.
    Grid,
    /// 部门: handles what is called to it.
    Department,
    /// 街道: approves, watches deadlines.
    Supervisor,
    /// 志愿者: helps a resident fill in; reads no case afterwards.
    Volunteer,
}

impl Role {
    /// Every role, for tables and tests.
    pub const ALL: [Role; 5] = [
        Role::Window,
        Role::Grid,
        Role::Department,
        Role::Supervisor,
        Role::Volunteer,
    ];
}

/// A member of staff as colleagues see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Staff {
    /// Sign-in name.
    pub id: StaffId,
    /// The name residents are told.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// They see this area and all below it.
    pub area: AreaId,
    /// Their work telephone.
    pub phone: Option<String>,
}
