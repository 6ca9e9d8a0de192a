//! Opening hours: the part of OpenStreetMap's `opening_hours` that a street's table needs.
//!
//! Rules stand between `;`, each `[days] times`: `Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00;
//! PH off`. Days are `Mo` to `Su` and `PH` (public holiday), single, in ranges, or listed with
//! commas; without days a rule holds every day. Times are `HH:MM-HH:MM` listed with commas; one
//! that ends before it begins runs past midnight. `off` and `closed` mean closed, `24/7` always.
//! As in OpenStreetMap, the last rule that names a day decides about it alone.

use jiff::civil::{Date, DateTime};
use std::str::FromStr;

const DAY_MIN: u16 = 24 * 60;
const EVERY_DAY: u8 = 0b111_1111;
const WEEKDAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// When something is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    days: Days,
    /// Empty where closed.
    open: Vec<Opening>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Days {
    /// Bit 0 is Monday.
    week: u8,
    holidays: bool,
}

/// One stretch of a day in minutes since midnight; `until_min` beyond 1440 is the next morning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Opens.
    pub from_min: u16,
    /// Has closed.
    pub until_min: u16,
}

/// Why a text is not opening hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Nothing is written, or nothing between two `;`.
    #[error("opening hours without a rule")]
    Empty,
    /// Not a day or range of days.
    #[error("`{0}` is not a day: Mo Tu We Th Fr Sa Su PH, a range Mo-Fr, or a list Mo,We")]
    Day(String),
    /// Not a stretch of time.
    #[error("`{0}` is not a time: HH:MM-HH:MM, off or closed")]
    Time(String),
}

impl FromStr for Hours {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Hours, BadHours> {
        let rules = text.split(';').map(parse_rule).collect::<Result<_, _>>()?;
        Ok(Hours { rules })
    }
}

impl Hours {
    /// Whether it is open at `local` time; `holiday` tells which dates are public holidays.
    pub fn is_open_at(&self, local: DateTime, holiday: impl Fn(Date) -> bool) -> bool {
        let date = local.date();
        let minute = minute_of(local);
        let today = self.on(date, holiday(date));
        let since_midnight = today.iter().any(|o| o.contains(minute));
        since_midnight || self.open_since_yesterday(date, minute, &holiday)
    }

    /// The day's openings, as written; empty when closed. `holiday`: the date is a public holiday.
    pub fn on(&self, date: Date, holiday: bool) -> &[Opening] {
        let weekday = date.weekday().to_monday_zero_offset();
        let mut rules = self.rules.iter().rev();
        let deciding = rules.find(|rule| rule.days.names(weekday, holiday));
        deciding.map_or(&[], |rule| &rule.open)
    }

    fn open_since_yesterday(
        &self,
        date: Date,
        minute: u16,
        holiday: &impl Fn(Date) -> bool,
    ) -> bool {
        let Ok(yesterday) = date.yesterday() else {
            return false;
        };
        self.on(yesterday, holiday(yesterday))
            .iter()
            .any(|o| o.contains(minute + DAY_MIN))
    }
}

impl Opening {
    fn contains(self, minute: u16) -> bool {
        (self.from_min..self.until_min).contains(&minute)
    }
}

impl Days {
    fn names(self, weekday: i8, holiday: bool) -> bool {
        (holiday && self.holidays) || self.week & (1 << weekday) != 0
    }
}

fn minute_of(local: DateTime) -> u16 {
    // Hours 0–23 and minutes 0–59: never negative, never above 1439.
    (local.hour().unsigned_abs()) as u16 * 60 + local.minute().unsigned_abs() as u16
}

fn parse_rule(text: &str) -> Result<Rule, BadHours> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadHours::Empty);
    }
    let every_day = Days {
        week: EVERY_DAY,
        holidays: false,
    };
    if text == "24/7" {
        let open = vec![Opening {
            from_min: 0,
            until_min: DAY_MIN,
        }];
        return Ok(Rule {
            days: every_day,
            open,
        });
    }
    let (days, times) = match text.split_once(' ') {
        Some((days, times)) => (parse_days(days)?, times.trim()),
        None => (every_day, text),
    };
    Ok(Rule {
        days,
        open: parse_times(times)?,
    })
}

fn parse_days(list: &str) -> Result<Days, BadHours> {
    let mut days = Days::default();
    for item in list.split(',') {
        if item == "PH" {
            days.holidays = true;
        } else {
            days.week |= parse_weekdays(item)?;
        }
    }
    Ok(days)
}

/// One weekday or a range; `Sa-Mo` runs over the end of the week.
fn parse_weekdays(item: &str) -> Result<u8, BadHours> {
    let number = |name: &str| {
        let found = WEEKDAYS.iter().position(|day| *day == name);
        found.ok_or_else(|| BadHours::Day(item.to_owned()))
    };
    let (first, last) = item.split_once('-').unwrap_or((item, item));
    let (first, last) = (number(first)?, number(last)?);
    let length = (last + 7 - first) % 7;
    Ok((0..=length).fold(0, |mask, i| mask | 1 << ((first + i) % 7)))
}

fn parse_times(list: &str) -> Result<Vec<Opening>, BadHours> {
    if list == "off" || list == "closed" {
        return Ok(Vec::new());
    }
    list.split(',').map(parse_opening).collect()
}

fn parse_opening(item: &str) -> Result<Opening, BadHours> {
    let bad = || BadHours::Time(item.to_owned());
    let (from, until) = item.split_once('-').ok_or_else(bad)?;
    let from_min = parse_clock(from).ok_or_else(bad)?;
    let until_min = parse_clock(until).ok_or_else(bad)?;
    if from_min == until_min || from_min == DAY_MIN {
        return Err(bad());
    }
    let past_midnight = if until_min < from_min { DAY_MIN } else { 0 };
    Ok(Opening {
        from_min,
        until_min: until_min + past_midnight,
    })
}

/// `HH:MM` to minutes, up to 24:00.
fn parse_clock(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits =
        |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then_some(());
    two_digits(hours).and(two_digits(minutes))?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY_MIN).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn hours(text: &str) -> Hours {
        text.parse().expect(text)
    }

    /// 2026-11-23 is a Monday; 2026-10-01 a Thursday and a public holiday.
    #[test]
    fn open_or_not() {
        let office = "Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00; PH off";
        let holiday = date(2026, 10, 1);
        for (text, day, hour, minute, open) in [
            (office, date(2026, 11, 23), 8, 29, false),
            (office, date(2026, 11, 23), 8, 30, true),
            (office, date(2026, 11, 23), 12, 0, false),
            (office, date(2026, 11, 23), 17, 29, true),
            (office, date(2026, 11, 28), 9, 0, true),
            (office, date(2026, 11, 29), 9, 0, false),
            (office, holiday, 9, 0, false),
            ("24/7", holiday, 3, 0, true),
            ("08:00-24:00", date(2026, 11, 29), 23, 59, true),
            ("Fr 18:00-02:00", date(2026, 11, 28), 1, 59, true),
            ("Fr 18:00-02:00", date(2026, 11, 28), 2, 0, false),
            ("Fr 18:00-02:00", date(2026, 11, 27), 1, 0, false),
            ("Sa-Mo 10:00-11:00", date(2026, 11, 29), 10, 30, true),
            ("Sa-Mo 10:00-11:00", date(2026, 11, 24), 10, 30, false),
            ("PH 10:00-11:00; Mo-Fr 08:00-09:00", holiday, 10, 30, false),
            (
                "Mo-Fr 08:00-09:00; We off",
                date(2026, 11, 25),
                8,
                30,
                false,
            ),
            ("Mo,We,PH 08:00-09:00", holiday, 8, 30, true),
        ] {
            let at = day.at(hour, minute, 0, 0);
            assert_eq!(
                hours(text).is_open_at(at, |d| d == holiday),
                open,
                "{text} {at}"
            );
        }
    }

    #[test]
    fn what_is_not_opening_hours() {
        let day = |s: &str| BadHours::Day(s.into());
        let time = |s: &str| BadHours::Time(s.into());
        for (text, why) in [
            ("", BadHours::Empty),
            ("Mo 08:00-09:00;", BadHours::Empty),
            ("Mon 08:00-09:00", day("Mon")),
            ("Mo-Fx 08:00-09:00", day("Mo-Fx")),
            ("Mo, We 08:00-09:00", day("")),
            ("8:00-9:00", time("8:00-9:00")),
            ("Mo 08:00", time("08:00")),
            ("Mo 08:00-08:00", time("08:00-08:00")),
            ("Mo 08:60-09:00", time("08:60-09:00")),
            ("Mo 08:00-24:01", time("08:00-24:01")),
            ("Mo 24:00-02:00", time("24:00-02:00")),
            ("Mo 99:99-99:99", time("99:99-99:99")),
            ("Mo +8:00-09:00", time("+8:00-09:00")),
            ("每天", time("每天")),
        ] {
            assert_eq!(text.parse::<Hours>(), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "[MoTuPH0-9:;, -]{0,24}|\\PC{0,16}") {
            let _ = text.parse::<Hours>();
        }

        /// A plain stretch is open exactly from its beginning to before its end, whichever side of
        /// midnight they stand on.
        #[test]
        fn a_stretch_is_open_inside(from in 0u16..1440, length in 1u16..1440, minute in 0u16..1440) {
            let clock = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
            let until = (from + length) % 1440;
            let text = format!("{}-{}", clock(from), clock(until));
            let day = date(2026, 11, 23);
            let at = day.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
            let since = (minute + 1440 - from) % 1440;
            prop_assert_eq!(hours(&text).is_open_at(at, |_| false), since < length);
        }
    }
}
