//! What an operator does for 助办: volunteers' PINs, their hours as a table, shared tablets.

use crate::assist::record;
use crate::auth::{hash_now, helps};
use crate::boot;
use crate::clock::Clock;
use crate::config::{Keep, StaffHours, StaffPin, TabletEnd};
use crate::http::coverage::cell;
use crate::store::{Error, HoursRow};
use anyhow::{Context, Result, anyhow, bail};
use jiff::civil::Date;
use model::api::assist::check_pin;
use model::id::StaffId;
use model::time::TimeMs;
use uuid::Uuid;

/// Gives a volunteer a PIN.
pub async fn set_pin(options: &StaffPin, pin: &str) -> Result<()> {
    let id = StaffId::parse(&options.id).context("the sign-in name")?;
    check_pin(pin)?;
    let store = boot::open_store(&options.keep).await?;
    let row = match store.staff(&id).await {
        Err(Error::NotFound) => bail!("nobody signs in as `{id}`"),
        found => found?,
    };
    if !helps(&row) {
        bail!("`{id}` is no volunteer: a PIN opens shared tablets, and those are for volunteers");
    }
    let hash = hash_now(pin)?;
    store.set_pin_hash(&id, &hash, Clock::Machine.now()).await?;
    store.close().await;
    Ok(())
}

/// Volunteers' hours as CSV, by shift: a record for 志愿积分, in the order of the days.
pub async fn hours(options: &StaffHours) -> Result<String> {
    let (from, to) = (day(&options.from)?, day(&options.to)?);
    let after = to.tomorrow().context("the last day")?;
    let store = boot::open_store(&options.keep).await?;
    let (from, until) = (TimeMs::start_of(from), TimeMs::start_of(after));
    let rows = store.hours(from, until).await?;
    store.close().await;
    Ok(as_csv(&rows, Clock::Machine.now()))
}

fn day(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow!("a day is written 2026-11-01, not `{text}`"))
}

/// It begins with a byte order mark, or Excel takes Chinese for another code. A shift that runs is
/// counted as far as it has come.
fn as_csv(rows: &[HoursRow], now: TimeMs) -> String {
    let mut text =
        "\u{feff}volunteer,name,tablet,day,began,ended,minutes,residents,cases\r\n".to_owned();
    for row in rows {
        let volunteer = row.done.shift.volunteer.clone();
        let done = record(row.done.clone(), now);
        let clock = |at: TimeMs| at.china().strftime("%H:%M").to_string();
        text.push_str(&format!(
            "{volunteer},{},{},{},{},{},{},{},{}\r\n",
            cell(&row.name),
            cell(&row.tablet),
            done.began.china_date(),
            clock(done.began),
            done.ended.map_or_else(String::new, clock),
            done.minutes,
            done.residents,
            done.receipts.len(),
        ));
    }
    text
}

/// The shared tablets, a line each.
pub async fn list_tablets(keep: &Keep) -> Result<String> {
    let store = boot::open_store(keep).await?;
    let tablets = store.tablets().await?;
    store.close().await;
    let lines = tablets.iter().map(|tablet| {
        let ended = match tablet.ended {
            Some(at) => format!("ended {}", at.china_date()),
            None => "in use".to_owned(),
        };
        let since = tablet.at.china_date();
        let (id, name, area) = (tablet.id, &tablet.name, &tablet.area);
        format!("{id}\t{name}\t{area}\t{since}\t{ended}\n")
    });
    Ok(lines.collect())
}

/// Ends a shared tablet.
pub async fn end_tablet(options: &TabletEnd) -> Result<()> {
    let id = Uuid::try_parse(options.id.trim()).context("the tablet's id")?;
    let store = boot::open_store(&options.keep).await?;
    match store.end_tablet(id, Clock::Machine.now()).await {
        Err(Error::NotFound) => bail!("no tablet in use has the id {id}"),
        ended => ended?,
    }
    store.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Shift, ShiftDone};
    use jiff::civil::datetime;
    use model::receipt::Receipt;

    #[test]
    fn a_shift_is_a_line() {
        let began = TimeMs::from_china(datetime(2026, 11, 25, 9, 5, 0, 0));
        let shift = Shift {
            id: Uuid::nil(),
            tablet: Uuid::nil(),
            volunteer: StaffId::parse("volunteer").expect("an id"),
            csrf: String::new(),
            began,
            expires: began.plus_seconds(3600),
            ended: Some(began.plus_seconds(90)),
        };
        let row = HoursRow {
            name: "=田小禾".to_owned(),
            tablet: "一号".to_owned(),
            done: ShiftDone {
                shift,
                residents: 3,
                receipts: vec![Receipt::of(7)],
            },
        };
        let line = "volunteer,\"'=田小禾\",\"一号\",2026-11-25,09:05,09:06,2,3,1";
        let text = as_csv(&[row], began.plus_days(1));
        assert_eq!(text.lines().nth(1), Some(line));
    }
}
