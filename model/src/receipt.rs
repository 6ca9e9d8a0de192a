//! Receipt numbers: short enough to be said on the telephone, with a check digit.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Eight digits and a check digit, shown as `482 736 159`. Not a secret, and says nothing of the
/// case: the eight digits are drawn at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, example = "482736150"))]
#[serde(try_from = "String", into = "String")]
pub struct Receipt(u32);

/// How many receipt numbers there are.
pub const RECEIPTS: u32 = 100_000_000;

/// Why a text is not a receipt number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReceipt {
    /// Not nine digits.
    #[error("a receipt number has nine digits")]
    Length,
    /// A digit is wrong, or two are swapped.
    #[error("the check digit does not fit: a digit is wrong or two are swapped")]
    Check,
}

impl Receipt {
    /// The number with these eight digits; only the last eight of `n` count.
    pub fn of(n: u32) -> Receipt {
        Receipt(n % RECEIPTS)
    }

    /// Reads what a person typed or said: spaces, hyphens and full-width digits are fine.
    pub fn parse(text: &str) -> Result<Receipt, BadReceipt> {
        let mut digits = [0u8; 9];
        let mut count = 0;
        for c in text.chars().map(crate::search::half_width) {
            if c.is_whitespace() || c == '-' || c == '－' {
                continue;
            }
            let digit = c.to_digit(10).ok_or(BadReceipt::Length)?;
            *digits.get_mut(count).ok_or(BadReceipt::Length)? = digit as u8;
            count += 1;
        }
        if count != 9 {
            return Err(BadReceipt::Length);
        }
        if damm(&digits) != 0 {
            return Err(BadReceipt::Check);
        }
        let number = digits[..8].iter().fold(0, |n, &d| n * 10 + u32::from(d));
        Ok(Receipt(number))
    }

    /// The nine digits without spaces, as stored.
    pub fn digits(self) -> String {
        let body = format!("{:08}", self.0);
        let values: Vec<u8> = body.bytes().map(|b| b - b'0').collect();
        format!("{body}{}", damm(&values))
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        write!(f, "{} {} {}", &digits[..3], &digits[3..6], &digits[6..])
    }
}

impl TryFrom<String> for Receipt {
    type Error = BadReceipt;
    fn try_from(text: String) -> Result<Self, BadReceipt> {
        Receipt::parse(&text)
    }
}

impl From<Receipt> for String {
    fn from(receipt: Receipt) -> String {
        receipt.digits()
    }
}

/// The quasigroup of H. Michael Damm's thesis (2004), order 10, totally anti-symmetric: its check
/// digit finds every wrong digit and every swap of neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// 0 over digits that end in their check digit; the check digit over digits without one.
fn damm(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |interim, &digit| {
        DAMM[usize::from(interim)][usize::from(digit)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_people_write_it() {
        let receipt = Receipt::of(48_273_615);
        let digits = receipt.digits();
        let spaced = receipt.to_string();
        let wide: String = digits
            .chars()
            .map(|c| char::from_u32(c as u32 + 0xfee0).unwrap_or(c))
            .collect();
        for text in [
            digits,
            spaced.replace(' ', "-"),
            format!("  {spaced} "),
            spaced,
            wide,
        ] {
            assert_eq!(Receipt::parse(&text), Ok(receipt), "{text}");
        }
        for text in ["", "12", "48273615a", "1234567890", "四八二七三六一五零"] {
            assert_eq!(Receipt::parse(text), Err(BadReceipt::Length), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_slip_is_found(n in 0..RECEIPTS, at in 0usize..9, other in 1u8..10) {
            let good = Receipt::of(n).digits();
            prop_assert_eq!(Receipt::parse(&good), Ok(Receipt::of(n)));

            let mut wrong: Vec<u8> = good.bytes().collect();
            wrong[at] = b'0' + (wrong[at] - b'0' + other) % 10;
            prop_assert_eq!(Receipt::parse(&String::from_utf8_lossy(&wrong)), Err(BadReceipt::Check));

            let mut swapped: Vec<u8> = good.bytes().collect();
            swapped.swap(at, (at + 1) % 9);
            let neighbours = at < 8 && swapped != good.as_bytes();
            prop_assert!(!neighbours || Receipt::parse(&String::from_utf8_lossy(&swapped)).is_err());
        }
    }
}
