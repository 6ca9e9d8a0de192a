//! Texts from people, parsed at the edge.

use crate::search::half_width;
use crate::time::iso::Iso;
use jiff::civil::Date;

/// What is wrong with a value somebody entered. Each has its words in the locale; the same words
/// stand at the field and in the summary.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, thiserror::Error,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing was entered where something is needed.
    #[error("missing")]
    Missing,
    /// More characters than fit.
    #[error("too long")]
    TooLong,
    /// A name with digits, or of one letter.
    #[error("not a name")]
    BadName,
    /// Neither a mobile number of 11 digits nor an area code with a number.
    #[error("not a telephone number in China")]
    BadPhone,
    /// Not 18 characters, or not a day of birth in them.
    #[error("not an identity card number")]
    BadIdNumber,
    /// 18 characters whose check character does not fit: a slip of a digit.
    #[error("a digit of the identity card number is wrong")]
    IdNumberSlip,
    /// Not a day.
    #[error("not a date")]
    BadDate,
    /// A day that is over.
    #[error("a day in the past")]
    DatePast,
    /// Further away than it may be.
    #[error("too far in the future")]
    DateTooFar,
    /// Not one of the choices.
    #[error("not one of the choices")]
    BadChoice,
    /// An estate, station or matter that is not on the list.
    #[error("not on the list")]
    Unknown,
    /// The time is past or was never offered.
    #[error("not a time on offer")]
    BadSlot,
    /// A place outside what this street looks after.
    #[error("too far away")]
    FarAway,
    /// Not a number.
    #[error("not a number")]
    BadNumber,
    /// More photos than may be handed in.
    #[error("too many photos")]
    TooManyPhotos,
    /// A PIN that is guessed first, or not of six digits.
    #[error("not six digits, or all alike or in a row")]
    PlainPin,
    /// It must be agreed to.
    #[error("agreement is needed")]
    NotAgreed,
    /// A value of the wrong shape: no form of ours sends it.
    #[error("of the wrong shape")]
    Malformed,
}

/// A person's name: 2–30 characters, letters or Chinese characters, with · for minority names.
pub fn check_name(text: &str) -> Result<(), Fault> {
    let name = text.trim();
    let count = name.chars().count();
    let fits =
        |c: char| c.is_alphabetic() || matches!(c, '·' | '•' | '・' | ' ' | '-' | '.' | '\'');
    match count {
        0 => Err(Fault::Missing),
        31.. => Err(Fault::TooLong),
        2..=30 if name.chars().all(fits) => Ok(()),
        _ => Err(Fault::BadName),
    }
}

/// The digits of a telephone number in China, as dialled: spaces, hyphens and +86 taken away.
/// Mobile: 11 digits beginning 13–19. Fixed line: area code with 0, then 7 or 8 digits.
pub fn parse_phone(text: &str) -> Result<String, Fault> {
    let plain: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '（' | '）' | '－'))
        .collect();
    if plain.is_empty() {
        return Err(Fault::Missing);
    }
    let dialled = plain
        .strip_prefix("+86")
        .or(plain.strip_prefix("0086"))
        .unwrap_or(&plain);
    if !dialled.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Fault::BadPhone);
    }
    let mobile = dialled.len() == 11 && dialled.starts_with('1') && dialled.as_bytes()[1] >= b'3';
    let fixed = dialled.starts_with('0')
        && dialled.as_bytes().get(1) != Some(&b'0')
        && (10..=12).contains(&dialled.len());
    if mobile || fixed {
        Ok(dialled.to_owned())
    } else {
        Err(Fault::BadPhone)
    }
}

/// A citizen identity number (GB 11643-1999): 17 digits with the day of birth at 7–14 and a check
/// character of ISO 7064 MOD 11-2. Gives it in upper case.
pub fn parse_id_number(text: &str) -> Result<String, Fault> {
    let plain: String = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .collect();
    if plain.is_empty() {
        return Err(Fault::Missing);
    }
    let bytes = plain.as_bytes();
    let shaped = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X');
    if !shaped || birthday(&plain[6..14]).is_none() {
        return Err(Fault::BadIdNumber);
    }
    if id_check(&bytes[..17]) != bytes[17] {
        return Err(Fault::IdNumberSlip);
    }
    Ok(plain)
}

fn birthday(digits: &str) -> Option<Date> {
    let number: u32 = digits.parse().ok()?;
    let year = i16::try_from(number / 10_000)
        .ok()
        .filter(|year| (1890..2100).contains(year))?;
    let month = (number / 100 % 100) as i8;
    Date::new(year, month, (number % 100) as i8).ok()
}

/// ISO 7064 MOD 11-2: weight of the digit at place i (from the left, of 18) is 2^(17−i) mod 11.
fn id_check(digits: &[u8]) -> u8 {
    let sum = digits
        .iter()
        .fold(0u32, |sum, &d| (sum + u32::from(d - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => b'X',
        check => b'0' + check as u8,
    }
}

/// A day written `2026-11-22`.
pub fn parse_date(text: &str) -> Result<Date, Fault> {
    match text.trim() {
        "" => Err(Fault::Missing),
        day => Date::read(day).ok_or(Fault::BadDate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        for good in ["王秀英", "阿卜杜拉·买买提", "Li Na", "欧阳娜娜"] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for (bad, fault) in [
            ("", Fault::Missing),
            ("  ", Fault::Missing),
            ("王", Fault::BadName),
            ("王1", Fault::BadName),
            ("<script>", Fault::BadName),
        ] {
            assert_eq!(check_name(bad), Err(fault), "{bad}");
        }
        assert_eq!(check_name(&"王".repeat(31)), Err(Fault::TooLong));
    }

    #[test]
    fn phones() {
        for (text, dialled) in [
            ("13800000000", "13800000000"),
            ("138 0000 0000", "13800000000"),
            ("+86 138-0000-0000", "13800000000"),
            ("１３８００００００００", "13800000000"),
            ("010-55500001", "01055500001"),
            ("(0571) 5550001", "05715550001"),
        ] {
            assert_eq!(parse_phone(text).as_deref(), Ok(dialled), "{text}");
        }
        for bad in [
            "1380000000",
            "12345",
            "23800000000",
            "138000000000",
            "00155500001",
            "abc",
        ] {
            assert_eq!(parse_phone(bad), Err(Fault::BadPhone), "{bad}");
        }
        assert_eq!(parse_phone(" "), Err(Fault::Missing));
    }

    #[test]
    fn id_numbers() {
        // The example number printed in GB 11643-1999.
        assert_eq!(
            parse_id_number("11010519491231002x").as_deref(),
            Ok("11010519491231002X")
        );
        for (bad, fault) in [
            ("110105194912310021", Fault::IdNumberSlip),
            ("110105194913310026", Fault::BadIdNumber),
            ("11010519491231002", Fault::BadIdNumber),
            ("", Fault::Missing),
        ] {
            assert_eq!(parse_id_number(bad), Err(fault), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = check_name(&text);
            let _ = parse_phone(&text);
            let _ = parse_id_number(&text);
            let _ = parse_date(&text);
        }

        #[test]
        fn a_wrong_digit_is_found(at in 0usize..17, other in 1u8..10) {
            let mut digits = *b"11010519491231002X";
            digits[at] = b'0' + (digits[at] - b'0' + other) % 10;
            prop_assert!(parse_id_number(&String::from_utf8_lossy(&digits)).is_err());
        }
    }
}
