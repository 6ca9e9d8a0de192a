//! Times for a visit: a worker's weekly hours cut into slots, without those already taken.

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use model::api::{OfferedSlot, SlotDay, Slots};
use model::calendar::Calendar;
use model::id::StaffId;
use model::street::{VisitHours, WeeklyHours};
use model::time::TimeMs;
use model::workflow::Slot;
use std::collections::BTreeSet;

/// Visits are booked this many days ahead.
pub const DAYS_AHEAD: i64 = 14;
/// A resident cannot book a visit that begins sooner: the worker has to hear of it.
pub const LEAD_S: i64 = 2 * 3600;

const MINUTE_MS: i64 = 60_000;

/// Hours of a worker whose own were not imported: offices' hours on working days.
pub fn usual(staff: StaffId) -> VisitHours {
    VisitHours {
        staff,
        slot_minutes: 60,
        weekly: vec![WeeklyHours {
            days: (1..=5).collect(),
            from: Time::constant(9, 0, 0, 0),
            until: Time::constant(17, 0, 0, 0),
            holidays: false,
        }],
        away: Vec::new(),
    }
}

/// Every slot from `earliest` on, day by day; those that begin at a moment of `taken` are not free.
pub fn offered(
    hours: &VisitHours,
    calendar: &Calendar,
    earliest: TimeMs,
    taken: &BTreeSet<TimeMs>,
) -> Slots {
    let today = earliest.china_date();
    let days = (0..=DAYS_AHEAD).map(|n| today.saturating_add(n.days()));
    let day = |date| SlotDay {
        date,
        slots: on_day(hours, calendar, date)
            .into_iter()
            .filter(|slot| slot.start >= earliest)
            .map(|slot| OfferedSlot {
                slot,
                free: !taken.contains(&slot.start),
            })
            .collect(),
    };
    Slots {
        days: days.map(day).filter(|day| !day.slots.is_empty()).collect(),
    }
}

/// Whether `slot` is one of those the worker offers from `earliest` on, taken or not.
pub fn is_offered(hours: &VisitHours, calendar: &Calendar, earliest: TimeMs, slot: Slot) -> bool {
    let date = slot.start.china_date();
    let last = earliest.china_date().saturating_add(DAYS_AHEAD.days());
    slot.start >= earliest && date <= last && on_day(hours, calendar, date).contains(&slot)
}

fn on_day(hours: &VisitHours, calendar: &Calendar, date: Date) -> Vec<Slot> {
    if hours.away.contains(&date) || hours.slot_minutes == 0 {
        return Vec::new();
    }
    let weekday = date.weekday().to_monday_one_offset().unsigned_abs();
    let working = calendar.is_working(date);
    let holds =
        |weekly: &&WeeklyHours| weekly.days.contains(&weekday) && (weekly.holidays || working);
    let mut slots: Vec<Slot> = hours
        .weekly
        .iter()
        .filter(holds)
        .flat_map(|weekly| cut(weekly, hours.slot_minutes, date))
        .collect();
    slots.sort_by_key(|slot| slot.start);
    slots.dedup_by(|later, earlier| later.start < earlier.end);
    slots
}

fn cut(weekly: &WeeklyHours, minutes: u16, date: Date) -> Vec<Slot> {
    let of_day = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let (from, until) = (of_day(weekly.from), of_day(weekly.until));
    let length = i64::from(minutes);
    let midnight = TimeMs::start_of(date);
    let at = |minute: i64| TimeMs(midnight.0 + minute * MINUTE_MS);
    (0..)
        .map(|n| from + n * length)
        .take_while(|start| start + length <= until)
        .map(|start| Slot {
            start: at(start),
            end: at(start + length),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};
    use proptest::prelude::*;

    fn worker() -> VisitHours {
        let mut hours = usual(StaffId::parse("grid").expect("an id"));
        hours.weekly.push(WeeklyHours {
            days: vec![6],
            from: Time::constant(9, 30, 0, 0),
            until: Time::constant(11, 45, 0, 0),
            holidays: true,
        });
        hours.away = vec![date(2026, 11, 24)];
        hours
    }

    #[test]
    fn a_week_of_slots() {
        // Monday, 2026-11-23, 07:30: the first slot that is two hours away begins at 10.
        let now = TimeMs::from_china(datetime(2026, 11, 23, 7, 30, 0, 0));
        let earliest = now.plus_seconds(LEAD_S);
        let ten = TimeMs::from_china(datetime(2026, 11, 23, 10, 0, 0, 0));
        let slots = offered(&worker(), &Calendar::default(), earliest, &[ten].into());
        let monday = &slots.days[0];
        assert_eq!((monday.date, monday.slots.len()), (date(2026, 11, 23), 7));
        assert_eq!(
            (monday.slots[0].slot.start, monday.slots[0].free),
            (ten, false)
        );
        assert!(monday.slots[1].free);
        // Away on Tuesday; two whole hours fit on Saturday; Sunday is free.
        let dates: Vec<_> = slots.days.iter().map(|day| day.date.day()).collect();
        assert_eq!(dates, [23, 25, 26, 27, 28, 30, 1, 2, 3, 4, 5, 7]);
        assert_eq!(slots.days[4].slots.len(), 2);
    }

    proptest! {
        #[test]
        fn what_is_offered_is_offered_and_apart(minutes in 1u16..300, now in 0i64..100_000_000_000) {
            let hours = VisitHours { slot_minutes: minutes, ..worker() };
            let (calendar, earliest) = (Calendar::default(), TimeMs(1_790_000_000_000 + now));
            let days = offered(&hours, &calendar, earliest, &BTreeSet::new()).days;
            let all: Vec<Slot> = days.iter().flat_map(|d| d.slots.iter().map(|s| s.slot)).collect();
            prop_assert!(all.windows(2).all(|pair| pair[0].end <= pair[1].start));
            for slot in all {
                prop_assert!(is_offered(&hours, &calendar, earliest, slot));
                let moved = Slot { start: slot.start.plus_seconds(1), ..slot };
                prop_assert!(!is_offered(&hours, &calendar, earliest, moved));
            }
        }
    }
}
