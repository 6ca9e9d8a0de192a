//! Facilities: where a service is to be had.

use crate::id::FacilityId;
use crate::place::Wgs84;
use serde::{Deserialize, Serialize};

/// One facility of the street's own table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facility {
    /// Its id.
    pub id: FacilityId,
    /// What it is called.
    pub name: String,
    /// Its category.
    pub category: Category,
    /// Its type within the category, as people call it ("社区服务站").
    pub kind: String,
    /// Its door.
    pub at: Wgs84,
    /// The address as one tells a taxi driver.
    pub address: String,
    /// Telephone as people dial it.
    #[serde(default)]
    pub phone: Option<String>,
    /// Opening hours in OpenStreetMap syntax (`Mo-Fr 08:30-17:30`).
    #[serde(default)]
    pub hours: Option<String>,
    /// Whether one gets in without a step; none where nobody has looked.
    #[serde(default)]
    pub step_free: Option<bool>,
    /// Whether proxy requests can be handed in here (到站办理).
    #[serde(default)]
    pub station: bool,
    /// Floor area of a room that counts as 公建配套 (handed over with new dwellings for the
    /// public), square metres; none for others, and where nobody has measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor_area_m2: Option<u32>,
    /// Where the row is from ("OpenStreetMap"); none where the street wrote it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Within how many minutes on foot a type of facility should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standard {
    /// The category.
    pub category: Category,
    /// The type, as [`Facility::kind`] has it.
    pub kind: String,
    /// Minutes on foot, 1 to 60.
    pub minutes: u32,
    /// Where the number stands.
    pub source: String,
}

/// The categories of the quarter-hour circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 政务.
    Government,
    /// 医疗.
    Health,
    /// 养老助残.
    Care,
    /// 托育教育.
    Education,
    /// 文体.
    Culture,
    /// 购物.
    Shopping,
    /// 生活服务.
    Daily,
    /// 公用.
    Public,
}

impl Category {
    /// Its name in data and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Category::Government => "government",
            Category::Health => "health",
            Category::Care => "care",
            Category::Education => "education",
            Category::Culture => "culture",
            Category::Shopping => "shopping",
            Category::Daily => "daily",
            Category::Public => "public",
        }
    }

    /// In the order in which pages show them.
    pub const ALL: [Category; 8] = [
        Category::Government,
        Category::Health,
        Category::Care,
        Category::Shopping,
        Category::Daily,
        Category::Public,
        Category::Education,
        Category::Culture,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_called_as_it_is_written() {
        for category in Category::ALL {
            let written = serde_json::to_value(category).expect("a name");
            assert_eq!(written, category.name());
        }
    }
}
