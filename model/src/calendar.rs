//! Working days and deadlines.
//!
//! Chinese public holidays move, and weekends next to them become working days. The State
//! Council publishes the table a year at a time; a year without a published table is reckoned
//! by weekday alone, and what is reckoned so is called provisional (暂定).

use crate::matter::{Limit, LimitUnit};
use crate::time::TimeMs;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// The published years.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calendar {
    /// One entry a year, in any order.
    pub years: Vec<YearTable>,
}

/// One year's notice of the State Council (国务院办公厅关于部分节假日安排的通知).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct YearTable {
    /// The year it arranges.
    pub year: i16,
    /// The notice, with its number.
    pub source: String,
    /// Days off, weekends within the holiday included.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    #[serde(with = "crate::time::iso::list")]
    pub off: Vec<Date>,
    /// Weekend days that are worked instead (调休上班).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    #[serde(with = "crate::time::iso::list")]
    pub work: Vec<Date>,
}

/// A deadline: it holds until the end of its day in China.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Due {
    /// The last moment that is still in time.
    pub at: TimeMs,
    /// 暂定: reckoned over a year whose holidays are not published yet.
    pub provisional: bool,
}

/// How pressing a deadline is; shown as colour and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// 超期: past.
    Red,
    /// 临期: today or the next working day.
    Amber,
    /// 正常.
    Green,
}

impl Calendar {
    /// Whether offices are open on `date`.
    pub fn is_working(&self, date: Date) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        match self.year(date.year()) {
            Some(year) if year.off.contains(&date) => false,
            Some(year) if year.work.contains(&date) => true,
            _ => !weekend,
        }
    }

    /// Whether `date` is off by a published holiday table (opening hours call it `PH`).
    pub fn is_holiday(&self, date: Date) -> bool {
        self.year(date.year())
            .is_some_and(|year| year.off.contains(&date))
    }

    /// The `days`-th working day after `date`, which itself does not count;
    /// with 0, `date` itself.
    pub fn add_working_days(&self, date: Date, days: u16) -> Due {
        let mut day = date;
        let mut left = days;
        let mut provisional = self.year(date.year()).is_none();
        while left > 0 {
            day = next_day(day);
            provisional |= self.year(day.year()).is_none();
            if self.is_working(day) {
                left -= 1;
            }
            if day == Date::MAX {
                break;
            }
        }
        Due {
            at: TimeMs::end_of(day),
            provisional,
        }
    }

    /// When a promise of `limit`, begun at `start`, falls due. Days that are not working days
    /// are counted through, as 自然日 are; only working days depend on the holiday tables.
    pub fn due(&self, start: TimeMs, limit: &Limit) -> Due {
        let date = start.china_date();
        match limit.unit {
            LimitUnit::WorkingDays => self.add_working_days(date, limit.days),
            LimitUnit::Days => Due {
                at: TimeMs::end_of(date.saturating_add(i64::from(limit.days).days())),
                provisional: false,
            },
        }
    }

    /// The colour of a deadline at `now`.
    pub fn light(&self, due: Due, now: TimeMs) -> Light {
        if now > due.at {
            return Light::Red;
        }
        let soon = self.add_working_days(now.china_date(), 1);
        if due.at <= soon.at {
            Light::Amber
        } else {
            Light::Green
        }
    }

    fn year(&self, year: i16) -> Option<&YearTable> {
        self.years.iter().find(|table| table.year == year)
    }
}

fn next_day(date: Date) -> Date {
    date.saturating_add(1.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// National Day and Mid-Autumn 2025 as published: 1–8 October off, 28 September and 11 October worked.
    fn autumn_2025() -> Calendar {
        Calendar {
            years: vec![YearTable {
                year: 2025,
                source: "国办发明电〔2024〕12号".into(),
                off: (1..=8).map(|d| date(2025, 10, d)).collect(),
                work: vec![date(2025, 9, 28), date(2025, 10, 11)],
            }],
        }
    }

    #[test]
    fn holidays_and_make_up_days() {
        let calendar = autumn_2025();
        for (day, working) in [
            (date(2025, 9, 27), false),
            (date(2025, 9, 28), true),
            (date(2025, 10, 1), false),
            (date(2025, 10, 9), true),
            (date(2025, 10, 11), true),
            (date(2025, 10, 12), false),
        ] {
            assert_eq!(calendar.is_working(day), working, "{day}");
        }
        let due = calendar.add_working_days(date(2025, 9, 30), 3);
        assert_eq!(
            due,
            Due {
                at: TimeMs::end_of(date(2025, 10, 11)),
                provisional: false
            }
        );
    }

    #[test]
    fn an_unpublished_year_is_provisional() {
        let calendar = autumn_2025();
        assert!(calendar.add_working_days(date(2025, 12, 30), 5).provisional);
        assert!(!calendar.add_working_days(date(2025, 12, 29), 2).provisional);
    }

    #[test]
    fn lights() {
        let calendar = autumn_2025();
        let friday = TimeMs::start_of(date(2025, 10, 17));
        for (due, light) in [
            (date(2025, 10, 16), Light::Red),
            (date(2025, 10, 17), Light::Amber),
            (date(2025, 10, 20), Light::Amber),
            (date(2025, 10, 21), Light::Green),
        ] {
            let due = Due {
                at: TimeMs::end_of(due),
                provisional: false,
            };
            assert_eq!(calendar.light(due, friday), light, "{due:?}");
        }
    }

    fn any_day() -> impl Strategy<Value = Date> {
        (0i64..1200).prop_map(|n| date(2024, 1, 1).saturating_add(n.days()))
    }

    proptest! {
        #[test]
        fn adding_is_counting(start in any_day(), days in 0u16..60) {
            let calendar = autumn_2025();
            let end = calendar.add_working_days(start, days).at.china_date();
            let mut between = 0;
            let mut day = start;
            while day < end {
                day = next_day(day);
                between += u16::from(calendar.is_working(day));
            }
            prop_assert_eq!(between, days);
            prop_assert!(days == 0 || calendar.is_working(end));
        }

        #[test]
        fn adding_in_two_steps_is_adding_once(start in any_day(), a in 0u16..30, b in 0u16..30) {
            let calendar = autumn_2025();
            let middle = calendar.add_working_days(start, a).at.china_date();
            prop_assert_eq!(
                calendar.add_working_days(middle, b).at,
                calendar.add_working_days(start, a + b).at
            );
        }
    }
}
