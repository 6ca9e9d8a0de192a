//! Days and moments as people say them.

use crate::locale;
use jiff::civil::{Date, Time, Weekday};
use model::time::TimeMs;
use model::workflow::Slot;

/// The moment by the phone's clock.
#[cfg(target_arch = "wasm32")]
pub fn now() -> TimeMs {
    TimeMs(js_sys::Date::now() as i64)
}

/// The moment by the machine's clock, for tests that run outside a browser.
#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> TimeMs {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    TimeMs(since.map_or(0, |since| since.as_millis() as i64))
}

/// `11月22日（周日）`; with the year where it is not this one.
pub fn date(day: Date) -> String {
    date_seen_from(day, now().china_date())
}

/// `11月22日（周日）上午9点`, in China.
pub fn moment(at: TimeMs) -> String {
    let local = at.china();
    tr!(
        words.when.moment,
        date = date(local.date()),
        time = time(local.time())
    )
}

/// How long ago, as people say it: `刚刚`, `5分钟前`, `3小时前`, `昨天`, `4天前`; then the day.
pub fn ago(at: TimeMs) -> String {
    ago_seen_from(at, now())
}

fn ago_seen_from(at: TimeMs, now: TimeMs) -> String {
    const MINUTE_MS: i64 = 60_000;
    const HOUR_MS: i64 = 60 * MINUTE_MS;
    // A phone's clock may be behind the server's.
    let ms = (now.0 - at.0).max(0);
    let day = at.china_date();
    let days = now
        .china_date()
        .since(day)
        .map_or(0, |span| span.get_days());
    match (days, ms) {
        (_, ..MINUTE_MS) => tr!(words.when.just_now).to_owned(),
        (_, ..HOUR_MS) => tr!(words.when.minutes_ago, count = ms / MINUTE_MS),
        (0, _) => tr!(words.when.hours_ago, count = ms / HOUR_MS),
        (1, _) => tr!(words.when.yesterday).to_owned(),
        (2..=6, _) => tr!(words.when.days_ago, count = days),
        _ => date_seen_from(day, now.china_date()),
    }
}

/// `11月22日（周日）上午9点到10点`.
pub fn slot(slot: Slot) -> String {
    let until = slot.end.china().time();
    tr!(
        words.when.until,
        from = moment(slot.start),
        time = bare_time(until)
    )
}

/// `2026年11月`.
pub fn month_year(day: Date) -> String {
    tr!(
        words.when.month_year,
        year = day.year(),
        month = month(day.month())
    )
}

/// `上午9点半`.
pub fn time(time: Time) -> String {
    let bare = bare_time(time);
    match time.hour() {
        0..=5 => tr!(words.when.dawn, time = bare),
        6..=11 => tr!(words.when.morning, time = bare),
        12 => tr!(words.when.noon, time = bare),
        13..=17 => tr!(words.when.afternoon, time = bare),
        _ => tr!(words.when.evening, time = bare),
    }
}

/// `9点半`: the hour on a clock face, which the words around it tell apart.
fn bare_time(time: Time) -> String {
    let hour = match time.hour() {
        hour @ 0..=12 => hour,
        hour => hour - 12,
    };
    match time.minute() {
        0 => tr!(words.when.hour, hour = hour),
        30 => tr!(words.when.hour_half, hour = hour),
        minute => tr!(
            words.when.hour_minute,
            hour = hour,
            minute = two_digits(minute)
        ),
    }
}

fn two_digits(minute: i8) -> String {
    let padding = if minute < 10 { "0" } else { "" };
    format!("{padding}{minute}")
}

fn date_seen_from(day: Date, today: Date) -> String {
    let (month, weekday) = (month(day.month()), weekday(day.weekday()));
    if day.year() == today.year() {
        tr!(
            words.when.date,
            month = month,
            day = day.day(),
            weekday = weekday
        )
    } else {
        tr!(
            words.when.date_year,
            year = day.year(),
            month = month,
            day = day.day(),
            weekday = weekday
        )
    }
}

/// `周日`.
pub fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => tr!(words.weekday.mon),
        Weekday::Tuesday => tr!(words.weekday.tue),
        Weekday::Wednesday => tr!(words.weekday.wed),
        Weekday::Thursday => tr!(words.weekday.thu),
        Weekday::Friday => tr!(words.weekday.fri),
        Weekday::Saturday => tr!(words.weekday.sat),
        Weekday::Sunday => tr!(words.weekday.sun),
    }
}

/// `11月`.
fn month(month: i8) -> &'static str {
    match month {
        1 => tr!(words.month.m1),
        2 => tr!(words.month.m2),
        3 => tr!(words.month.m3),
        4 => tr!(words.month.m4),
        5 => tr!(words.month.m5),
        6 => tr!(words.month.m6),
        7 => tr!(words.month.m7),
        8 => tr!(words.month.m8),
        9 => tr!(words.month.m9),
        10 => tr!(words.month.m10),
        11 => tr!(words.month.m11),
        _ => tr!(words.month.m12),
    }
}

/// The words' language as HTML and `Intl` name it.
pub fn language_tag() -> &'static str {
    match locale() {
        crate::Locale::zh_CN => "zh-CN",
        crate::Locale::en => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};
    use jiff::civil::{date, datetime};

    #[test]
    fn as_people_say_it() {
        let today = date(2026, 11, 22);
        for (language, day, expected) in [
            (Locale::zh_CN, date(2026, 11, 22), "11月22日（周日）"),
            (Locale::zh_CN, date(2027, 1, 4), "2027年1月4日（周一）"),
            (Locale::en, date(2026, 11, 22), "Sunday, 22 November"),
            (Locale::en, date(2027, 1, 4), "Monday, 4 January 2027"),
        ] {
            set_locale(language);
            assert_eq!(date_seen_from(day, today), expected);
        }
    }

    #[test]
    fn hours_of_the_day() {
        for (hour, minute, chinese, english) in [
            (0, 0, "凌晨0点", "0 am"),
            (5, 59, "凌晨5点59分", "5:59 am"),
            (9, 0, "上午9点", "9 am"),
            (11, 30, "上午11点半", "11:30 am"),
            (12, 5, "中午12点05分", "12:05 pm"),
            (13, 0, "下午1点", "1 pm"),
            (17, 0, "下午5点", "5 pm"),
            (18, 0, "晚上6点", "6 pm"),
            (23, 30, "晚上11点半", "11:30 pm"),
        ] {
            let at = datetime(2026, 11, 22, hour, minute, 0, 0).time();
            set_locale(Locale::zh_CN);
            assert_eq!(time(at), chinese);
            set_locale(Locale::en);
            assert_eq!(time(at), english);
        }
    }

    #[test]
    fn how_long_ago() {
        set_locale(Locale::zh_CN);
        let now = TimeMs::from_china(date(2026, 11, 22).at(9, 0, 0, 0));
        let day = |month, day, hour| TimeMs::from_china(date(2026, month, day).at(hour, 0, 0, 0));
        for (at, said) in [
            (now.plus_seconds(90), "刚刚"),
            (now.plus_seconds(-59), "刚刚"),
            (now.plus_seconds(-300), "5分钟前"),
            (day(11, 22, 6), "3小时前"),
            (day(11, 21, 23), "昨天"),
            (day(11, 18, 10), "4天前"),
            (day(11, 15, 10), "11月15日（周日）"),
        ] {
            assert_eq!(ago_seen_from(at, now), said);
        }
    }

    #[test]
    fn a_slot_names_its_day_once() {
        set_locale(Locale::zh_CN);
        let day = now().china_date();
        let slot_of_day = Slot {
            start: TimeMs::from_china(day.at(9, 0, 0, 0)),
            end: TimeMs::from_china(day.at(10, 30, 0, 0)),
        };
        let said = slot(slot_of_day);
        assert!(said.ends_with("上午9点到10点半"), "{said}");
    }
}
