//! Identifiers: each its own type, so that a staff id cannot be passed where a case id is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map($name)
            }
        }
    };
}

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts 1–64 of `a-z 0-9 - _`, beginning with a letter or digit.
            pub fn parse(text: &str) -> Result<Self, BadSlug> {
                check_slug(text).map(|()| $name(text.to_owned()))
            }

            /// The id as it is written in data files, addresses and the database.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadSlug;
            fn try_from(text: String) -> Result<Self, BadSlug> {
                check_slug(&text).map(|()| $name(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uuid_id! {
    /// A case; UUIDv7, made by the server.
    CaseId
}
uuid_id! {
    /// One event of a case; UUIDv7.
    EventId
}
uuid_id! {
    /// A stored photo (or a drawn signature); UUIDv7.
    PhotoId
}
slug_id! {
    /// A district, street, community or grid.
    AreaId
}
slug_id! {
    /// A housing estate (小区), inside a grid.
    EstateId
}
slug_id! {
    /// A matter of government business (事项).
    MatterId
}
slug_id! {
    /// A category of what is reported from the street (随手拍).
    CategoryId
}
slug_id! {
    /// A facility: a station, a clinic, a market.
    FacilityId
}
slug_id! {
    /// A member of staff; also the sign-in name.
    StaffId
}

/// Why a text is not an id of the data files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 of a-z, 0-9, - and _, and begins with a letter or digit")]
pub struct BadSlug;

fn check_slug(text: &str) -> Result<(), BadSlug> {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bytes = text.as_bytes();
    let good = (1..=64).contains(&bytes.len())
        && plain(bytes[0])
        && bytes.iter().all(|&c| plain(c) || c == b'-' || c == b'_');
    if good { Ok(()) } else { Err(BadSlug) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["a", "7", "grid-01", "lao_nian"] {
            assert!(AreaId::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a b", "网格", &"x".repeat(65)] {
            assert!(AreaId::parse(bad).is_err(), "{bad}");
        }
    }
}
