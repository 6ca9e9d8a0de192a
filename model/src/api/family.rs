//! 家人: links that let a family member far away see a case and help it along. What they may do is
//! [`FAMILY`](crate::workflow::FAMILY); what they are shown,
//! [`for_family`](crate::privacy::for_family).

use super::wire;
use crate::text::Fault;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A case has at most this many links at a time: more would be a link for anybody.
pub const LINKS: u32 = 5;
/// A family member's name has at most so many characters.
pub const NAME_MAX: usize = 12;

/// What the resident calls a family member, tidied: `女儿`, `小芳`.
pub fn check_name(sent: &str) -> Result<String, Fault> {
    let name = sent.trim();
    match name.chars().count() {
        0 => Err(Fault::Missing),
        1..=NAME_MAX if name.chars().any(char::is_control) => Err(Fault::BadName),
        1..=NAME_MAX => Ok(name.to_owned()),
        _ => Err(Fault::TooLong),
    }
}

wire! {
    /// Asks for a link.
    pub struct NewFamilyLink {
        /// What the resident calls whom it is for, 1 to [`NAME_MAX`] characters.
        pub name: String,
    }

    /// A link, as its case's resident sees it; what opens it was shown once.
    pub struct FamilyLink {
        /// For taking it back.
        pub id: Uuid,
        /// Whom it is for.
        pub name: String,
        /// When it was made.
        pub made: TimeMs,
        /// When it was last used, to some minutes.
        pub used: Option<TimeMs>,
    }

    /// The links of a case.
    pub struct FamilyLinks {
        /// In the order in which they were made.
        pub links: Vec<FamilyLink>,
    }

    /// A link just made.
    pub struct MadeFamilyLink {
        /// The link.
        pub link: FamilyLink,
        /// What opens it; told this once.
        pub secret: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_one_line() {
        for (sent, expected) in [
            ("女儿", Ok("女儿")),
            ("  小芳 ", Ok("小芳")),
            ("", Err(Fault::Missing)),
            ("　 ", Err(Fault::Missing)),
            ("女\n儿", Err(Fault::BadName)),
            ("一二三四五六七八九十一二", Ok("一二三四五六七八九十一二")),
            ("一二三四五六七八九十一二三", Err(Fault::TooLong)),
        ] {
            assert_eq!(check_name(sent), expected.map(str::to_owned), "{sent}");
        }
    }
}
