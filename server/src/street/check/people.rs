//! Staff and the hours at which they come.

use super::{its, not_blank, phone, unique};
use crate::street::Fault;
use crate::street::records::Record;
use jiff::civil::Time;
use model::area::{Area, Level, Role, Staff};
use model::street::{VisitHours, WeeklyHours};

/// Minutes a slot may have: long enough to climb the stairs, short enough to be waited for.
const SLOT_MINUTES: std::ops::RangeInclusive<u16> = 10..=240;

/// Checks staff against the areas.
pub(super) fn staff(
    records: Vec<Record<Staff>>,
    areas: &[Area],
    faults: &mut Vec<Fault>,
) -> Vec<Staff> {
    unique(&records, "id", |staff| &staff.id, faults);
    for record in &records {
        not_blank(record, "name", &record.it.name, faults);
        phone(record, record.it.phone.as_deref(), faults);
        area(record, areas, faults);
    }
    its(records)
}

fn area(record: &Record<Staff>, areas: &[Area], faults: &mut Vec<Fault>) {
    let wanted = &record.it.area;
    let message = match areas.iter().find(|area| area.id == *wanted) {
        None => format!("there is no area `{wanted}`"),
        Some(area) if record.it.role == Role::Grid && area.level != Level::Grid => {
            format!("a grid worker belongs to a grid, and `{wanted}` is none")
        }
        Some(_) => return,
    };
    faults.push(record.place.fault("area", message));
}

/// Checks that visit hours belong to grid workers and can be cut into slots.
pub(super) fn visit_hours(
    records: Vec<Record<VisitHours>>,
    staff: &[Staff],
    faults: &mut Vec<Fault>,
) -> Vec<VisitHours> {
    unique(&records, "staff", |hours| &hours.staff, faults);
    for record in &records {
        worker(record, staff, faults);
        if !SLOT_MINUTES.contains(&record.it.slot_minutes) {
            let message = "a slot has 10 to 240 minutes";
            faults.push(record.place.fault("slot_minutes", message));
            continue;
        }
        for (i, hours) in record.it.weekly.iter().enumerate() {
            weekly(record, i, hours, faults);
        }
    }
    its(records)
}

fn worker(record: &Record<VisitHours>, staff: &[Staff], faults: &mut Vec<Fault>) {
    let id = &record.it.staff;
    let message = match staff.iter().find(|staff| staff.id == *id) {
        None => format!("there is nobody called `{id}` in staff.toml"),
        Some(staff) if staff.role != Role::Grid => format!("`{id}` is not a grid worker"),
        Some(_) => return,
    };
    faults.push(record.place.fault("staff", message));
}

fn weekly(record: &Record<VisitHours>, i: usize, hours: &WeeklyHours, faults: &mut Vec<Fault>) {
    let mut fault = |key: &str, message: &str| {
        faults.push(record.place.fault(&format!("weekly.{i}.{key}"), message));
    };
    let days = &hours.days;
    if days.is_empty() || !days.iter().all(|day| (1..=7).contains(day)) {
        fault("days", "days are 1 (Monday) to 7 (Sunday)");
    }
    let length = minutes(hours.until) - minutes(hours.from);
    let slot = i32::from(record.it.slot_minutes);
    if length < slot {
        fault("until", "no slot fits between `from` and `until`");
    } else if length % slot != 0 {
        fault("until", "the hours are not a whole number of slots");
    }
    let earlier = &record.it.weekly[..i];
    if earlier.iter().any(|other| overlap(other, hours)) {
        fault("from", "these hours overlap earlier ones on the same day");
    }
}

fn overlap(a: &WeeklyHours, b: &WeeklyHours) -> bool {
    a.days.iter().any(|day| b.days.contains(day)) && a.from < b.until && b.from < a.until
}

fn minutes(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}
