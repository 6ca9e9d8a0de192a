//! 助办 on a shared tablet: the tablet, the volunteer's shift on it, and the residents they serve
//! one after the other.
//!
//! The tablet and the shift are told by cookies that no script can read, so that neither stands in
//! what the browser stores; a resident being served is named by the header [`SERVING`].

use super::{NewCase, wire};
use crate::field::Answers;
use crate::id::{AreaId, PhotoId, StaffId};
use crate::kinds::KindName;
use crate::receipt::Receipt;
use crate::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Header: the [`Serving::id`] in which a case is handed in. Left out, nobody is noted as the one
/// who helped: that is the resident's to say.
pub const SERVING: &str = "assist-serving";
/// Digits of a volunteer's PIN.
pub const PIN_DIGITS: usize = 6;
/// Digits of the spoken code of a parked form.
pub const CODE_DIGITS: usize = 5;
/// A parked form is kept so long.
pub const PARKED_S: i64 = 30 * 60;
/// A shift ends at the latest after this.
pub const SHIFT_S: i64 = 12 * 3600;

/// The digits of what was typed as a PIN, also as a Chinese keyboard writes them; no more of them
/// than a PIN has.
pub fn pin_digits(typed: &str) -> String {
    let narrow = typed.chars().map(crate::search::half_width);
    narrow
        .filter(char::is_ascii_digit)
        .take(PIN_DIGITS)
        .collect()
}

/// Why a PIN will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is {PIN_DIGITS} digits, not all alike and not in a row")]
pub struct BadPin;

/// Whether a PIN is one that is not guessed first: [`PIN_DIGITS`] digits, neither all alike nor
/// counting up or down.
pub fn check_pin(pin: &str) -> Result<(), BadPin> {
    let digits: Vec<i8> = pin
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| (byte - b'0') as i8)
        .collect();
    let whole = digits.len() == PIN_DIGITS && pin.len() == PIN_DIGITS;
    let steps: Vec<i8> = digits.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let plain = [0, 1, -1]
        .into_iter()
        .any(|step| steps.iter().all(|&s| s == step));
    if whole && !plain { Ok(()) } else { Err(BadPin) }
}

wire! {
    /// A window or a supervisor makes a shared tablet of the device they sign in on.
    pub struct Enrol {
        /// Their sign-in name.
        pub name: String,
        /// Their password. Nobody stays signed in by this.
        pub password: String,
        /// What the tablet is called, 1 to 30 characters.
        pub tablet: String,
    }

    /// A shared tablet, as it knows itself.
    pub struct Tablet {
        /// What it is called.
        pub name: String,
        /// The area it stands in.
        pub area_name: String,
        /// Who may begin a shift on it.
        pub volunteers: Vec<Helper>,
        /// The shift that runs on it.
        pub shift: Option<Shift>,
    }

    /// A volunteer, as the tablet lists them.
    pub struct Helper {
        /// For [`BeginShift::volunteer`].
        pub id: StaffId,
        /// The name residents are told.
        pub name: String,
    }

    /// A volunteer begins.
    pub struct BeginShift {
        /// Who.
        pub volunteer: StaffId,
        /// Their PIN.
        pub pin: String,
    }

    /// A shift that runs.
    pub struct Shift {
        /// Whose.
        pub volunteer: Helper,
        /// To send as [`CSRF_TOKEN`](super::CSRF_TOKEN).
        pub csrf: String,
        /// It ends then at the latest.
        pub expires: TimeMs,
        /// What was done in it so far.
        pub done: ShiftRecord,
    }

    /// What was done in one shift: a record, never compared with anybody else's.
    pub struct ShiftRecord {
        /// Begun.
        pub began: TimeMs,
        /// Ended; none while it runs.
        pub ended: Option<TimeMs>,
        /// From its beginning to its end, or until now; begun minutes count.
        pub minutes: u32,
        /// Residents served.
        pub residents: u32,
        /// The cases handed in with help, by number alone.
        pub receipts: Vec<Receipt>,
    }

    /// A volunteer's own hours.
    pub struct MyHours {
        /// The shift that runs.
        pub shift: Shift,
        /// Those before it, latest first.
        pub before: Vec<ShiftRecord>,
        /// Minutes of this month in China, the running shift among them.
        pub month_minutes: u32,
    }

    /// A resident being served.
    pub struct Serving {
        /// For the header [`SERVING`].
        pub id: Uuid,
    }

    /// A form as far as it is filled in, to be taken up again.
    pub struct ParkedForm {
        /// Of which kind.
        pub kind: KindName,
        /// What was answered.
        pub answers: Answers,
        /// The page last seen.
        #[serde(default)]
        pub page: String,
        /// Pictures the server has, and since when.
        #[serde(default)]
        pub sent: BTreeMap<PhotoId, TimeMs>,
        /// The Idempotency-Key it will be handed in under.
        pub key: Uuid,
        /// What went out under the key and was not answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub first: Option<NewCase>,
    }

    /// Where a parked form is kept.
    pub struct Parked {
        /// [`CODE_DIGITS`] digits, to be said aloud; holds once.
        pub code: String,
        /// Until then.
        pub until: TimeMs,
    }

    /// Asks for a parked form.
    pub struct TakeUp {
        /// Its code.
        pub code: String,
    }

    /// A parked form taken up: whoever comes back for it is being served from then on.
    pub struct TakenUp {
        /// The resident being served, for [`SERVING`].
        pub serving: Uuid,
        /// Their form.
        pub form: ParkedForm,
    }

    /// The shared tablets staff see.
    pub struct Tablets {
        /// Those in use, then those ended, latest first.
        pub tablets: Vec<TabletRow>,
    }

    /// One of them.
    pub struct TabletRow {
        /// Its id.
        pub id: Uuid,
        /// What it is called.
        pub name: String,
        /// The area it stands in.
        pub area: AreaId,
        /// The area's name.
        pub area_name: String,
        /// Who made it one.
        pub by: Option<String>,
        /// When.
        pub since: TimeMs,
        /// When it was ended.
        pub ended: Option<TimeMs>,
        /// When a shift last began on it.
        #[serde(default)]
        pub used: Option<TimeMs>,
        /// The volunteer at work on it now.
        #[serde(default)]
        pub at_work: Option<String>,
    }

    /// The volunteers staff look after, with their hours of a month.
    pub struct Volunteers {
        /// The month in China, `2026-11`.
        pub month: String,
        /// By name.
        pub volunteers: Vec<VolunteerRow>,
    }

    /// One of them.
    pub struct VolunteerRow {
        /// Their id.
        pub id: StaffId,
        /// Their name.
        pub name: String,
        /// The area they serve.
        pub area_name: String,
        /// They have a PIN, without which no tablet lets them in.
        pub pin: bool,
        /// Wrong PINs have locked theirs until then.
        pub locked_until: Option<TimeMs>,
        /// Minutes of the month, a shift that runs as far as it has come.
        pub minutes: u32,
        /// Their shifts of the month, in their order.
        pub shifts: Vec<VolunteerShift>,
    }

    /// The PIN that a volunteer has chosen, typed at the desk of whoever looks after them.
    pub struct NewPin {
        /// Digits that [`check_pin`] lets through.
        pub pin: String,
    }

    /// A shift, as a record of hours.
    pub struct VolunteerShift {
        /// The tablet's name.
        pub tablet: String,
        /// Begun.
        pub began: TimeMs,
        /// Ended; none while it runs.
        pub ended: Option<TimeMs>,
        /// Begun minutes count.
        pub minutes: u32,
        /// Residents served.
        pub residents: u32,
    }
}

/// Of which month the hours are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct VolunteersQuery {
    /// `2026-11`, a month in China; the current one where empty.
    pub month: String,
}

#[cfg(test)]
mod tests {
    use super::{check_pin, pin_digits};

    #[test]
    fn digits_of_a_chinese_keyboard_count() {
        assert_eq!(pin_digits("２0a4 七"), "204");
        assert_eq!(pin_digits("2047169"), "204716");
    }

    #[test]
    fn pins_that_are_tried_first_are_none() {
        for good in ["204716", "112233", "010203", "123457", "098765"] {
            assert!(check_pin(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "12345",
            "1234567",
            "123456",
            "654321",
            "000000",
            "77777a",
            "１２３４５７",
            " 20471",
        ] {
            assert!(check_pin(bad).is_err(), "{bad}");
        }
    }
}
