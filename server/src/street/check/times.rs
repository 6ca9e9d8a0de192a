//! Holidays and notices.

use super::{its, not_blank, unique};
use crate::street::Fault;
use crate::street::records::Record;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time, Weekday};
use model::area::Area;
use model::calendar::YearTable;
use model::id::AreaId;
use model::street::Notice;
use model::time::TimeMs;
use serde::Deserialize;

/// Checks each year's table against the calendar.
pub(super) fn years(records: Vec<Record<YearTable>>, faults: &mut Vec<Fault>) -> Vec<YearTable> {
    unique(&records, "year", |table| table.year, faults);
    for record in &records {
        not_blank(record, "source", &record.it.source, faults);
        for (list, days) in [("off", &record.it.off), ("work", &record.it.work)] {
            for (i, date) in days.iter().enumerate() {
                let earlier = &days[..i];
                if let Some(message) = wrong_day(&record.it, list, *date, earlier) {
                    let path = format!("{list}.{i}");
                    faults.push(record.place.fault(&path, format!("{date}: {message}")));
                }
            }
        }
    }
    its(records)
}

fn wrong_day(table: &YearTable, list: &str, date: Date, earlier: &[Date]) -> Option<&'static str> {
    let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    if date.year() != table.year {
        Some("belongs to another year's table")
    } else if earlier.contains(&date) {
        Some("is here twice")
    } else if list == "work" && table.off.contains(&date) {
        Some("is both off and worked")
    } else if list == "work" && !weekend {
        Some("is no weekend, so it need not be made a working day")
    } else {
        None
    }
}

/// A notice as it is written, its times perhaps relative.
#[derive(Debug, Deserialize)]
pub(super) struct NoticeRecord {
    title: String,
    body: String,
    area: AreaId,
    from: When,
    until: When,
}

/// When a notice begins or ends.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "write \"2026-12-24\", \"2026-12-24T09:00\" or { day = 5, time = \"09:00\" }"
)]
enum When {
    Written(Written),
    Counted {
        /// From the import: 0 is its day.
        day: u16,
        time: Option<Time>,
    },
}

/// A date, with or without a time.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
enum Written {
    Day(Date),
    Moment(DateTime),
}

impl TryFrom<String> for Written {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Written, jiff::Error> {
        if text.contains(['T', ' ']) {
            text.parse().map(Written::Moment)
        } else {
            text.parse().map(Written::Day)
        }
    }
}

/// Which end of a day a date without a time means.
#[derive(Clone, Copy)]
enum End {
    First,
    Last,
}

/// Checks notices and gives them their moments.
pub(super) fn notices(
    records: Vec<Record<NoticeRecord>>,
    areas: &[Area],
    now: TimeMs,
    faults: &mut Vec<Fault>,
) -> Vec<Notice> {
    let mut notices = Vec::with_capacity(records.len());
    for record in records {
        not_blank(&record, "title", &record.it.title, faults);
        let wanted = &record.it.area;
        if !areas.iter().any(|area| area.id == *wanted) {
            let message = format!("there is no area `{wanted}`");
            faults.push(record.place.fault("area", message));
        }
        let from = moment(&record.it.from, End::First, now);
        let until = moment(&record.it.until, End::Last, now);
        if until <= from {
            let message = "the notice ends before it begins";
            faults.push(record.place.fault("until", message));
        }
        notices.push(Notice {
            title: record.it.title,
            body: record.it.body,
            area: record.it.area,
            from,
            until,
        });
    }
    notices
}

fn moment(when: &When, end: End, now: TimeMs) -> TimeMs {
    match when {
        When::Written(Written::Moment(local)) => TimeMs::from_china(*local),
        When::Written(Written::Day(date)) => end_of_day(*date, end),
        When::Counted { day, time } => {
            let date = now.china_date().saturating_add(i64::from(*day).days());
            match time {
                Some(time) => TimeMs::from_china(date.to_datetime(*time)),
                None => end_of_day(date, end),
            }
        }
    }
}

fn end_of_day(date: Date, end: End) -> TimeMs {
    match end {
        End::First => TimeMs::start_of(date),
        End::Last => TimeMs::end_of(date),
    }
}
