//! `/staff/poster`: a sheet for the stairwell and the door of a station. Whoever points a phone at it
//! comes to the home page in 长辈版; whoever has none reads whom to call.

use super::session::signed_in;
use crate::form::help_phone;
use crate::parts::{
    Asked, Choice, Field, Group, Icon, Page, QrCode, Skeleton, TextInput, can_print, origin,
    print_page,
};
use crate::state::{Ground, facts};
use crate::when;
use jiff::ToSpan;
use leptos::prelude::*;
use model::facility::Facility;
use model::hours::{Hours, Opening};

/// Its address.
pub const POSTER: &str = "/staff/poster";
/// What follows the street's address in the code: the home page, in 长辈版.
const ELDER: &str = "/?elder=1";
const SIZES: [&str; 2] = ["a4", "a3"];

/// The page.
#[component]
pub fn PosterPage() -> impl IntoView {
    signed_in(|_| {
        let known = facts();
        move || match known.together() {
            Some(ground) => view! { <Board ground/> }.into_any(),
            None => view! { <Page title=tr!(staff.poster.title) wide=true><Skeleton/></Page> }
                .into_any(),
        }
    })
}

/// What stands on the sheet.
#[derive(Clone, Copy)]
struct Sheet {
    station: RwSignal<String>,
    address: RwSignal<String>,
    size: RwSignal<String>,
}

#[component]
fn Board(ground: Ground) -> impl IntoView {
    let stations: Vec<Facility> = stations(&ground);
    let first = stations.first().map(|one| one.id.to_string());
    let sheet = Sheet {
        station: RwSignal::new(first.unwrap_or_default()),
        address: RwSignal::new(origin()),
        size: RwSignal::new(SIZES[0].to_owned()),
    };
    let drawn = {
        let (stations, ground) = (stations.clone(), ground.clone());
        move || {
            let station = sheet.station.get();
            let station = stations.iter().find(|one| one.id.as_str() == station);
            drawing(sheet, &ground, station)
        }
    };
    view! {
        <Page title=tr!(staff.poster.title) lead=tr!(staff.poster.lead) wide=true>
            <Controls sheet stations/>
            {drawn}
        </Page>
    }
}

fn stations(ground: &Ground) -> Vec<Facility> {
    let all = ground.facilities.facilities.iter();
    all.filter(|facility| facility.station).cloned().collect()
}

/// What is wrong with the address, in words.
fn wrong_address(address: &str) -> Option<&'static str> {
    let address = address.trim();
    let host = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme));
    let plain = |c: char| c.is_ascii_graphic() && c != '#' && c != '?';
    match host {
        Some(host) if !host.is_empty() && host.chars().all(plain) => None,
        _ => Some(tr!(staff.poster.address_wrong)),
    }
}

/// What the code says.
fn target(address: &str) -> String {
    let address = address.trim().trim_end_matches('/');
    format!("{address}{ELDER}")
}

#[component]
fn Controls(sheet: Sheet, stations: Vec<Facility>) -> impl IntoView {
    let wrong = Memo::new(move |_| sheet.address.with(|address| wrong_address(address)));
    let options = stations.into_iter().map(move |one| {
        let id = one.id.to_string();
        let value = id.clone();
        let chosen = move || sheet.station.with(|station| *station == id);
        view! { <option value=value selected=chosen>{one.name}</option> }
    });
    let sizes = SIZES.map(|size| {
        let words = match size {
            "a4" => tr!(staff.poster.a4),
            _ => tr!(staff.poster.a3),
        };
        let checked = sheet.size.get_untracked() == size;
        view! {
            <Choice group="poster-size" value=size words=words checked=checked
                on_pick=move |picked| sheet.size.set(picked)/>
        }
    });
    let asked = Asked {
        id: "poster-sizes".to_owned(),
        title: tr!(staff.poster.size).to_owned(),
        ..Asked::default()
    };
    let print = can_print().then(|| {
        view! {
            <button class="btn btn-primary" type="button" on:click=move |_| print_page()>
                <Icon name="print"/>
                {tr!(staff.poster.print)}
            </button>
        }
    });
    // Drawn anew when it becomes right or wrong, with what was typed.
    let field = move || {
        view! {
            <TextInput id="poster-address" label=tr!(staff.poster.address)
                hint=Some(tr!(staff.poster.address_hint).to_owned()) error=wrong.get().map(str::to_owned)
                value=sheet.address.get_untracked() inputmode="url" autocomplete="off"
                on_input=move |text| sheet.address.set(text)/>
        }
    };
    view! {
        <div class="stack no-print">
            <Field id="poster-station" label=tr!(staff.poster.station)>
                <select class="select" id="poster-station"
                    on:change=move |event| sheet.station.set(event_target_value(&event))>
                    {options.collect_view()}
                    <option value="">{tr!(staff.poster.no_station)}</option>
                </select>
            </Field>
            {field}
            <Group asked=asked><div class="choices choices-row">{sizes}</div></Group>
            {print}
        </div>
    }
}

/// The sheet itself; a direct child of the page, so that the printer prints it alone.
fn drawing(sheet: Sheet, ground: &Ground, station: Option<&Facility>) -> impl IntoView + use<> {
    let phone = station.and_then(|station| station.phone.clone());
    let phone = phone.unwrap_or_else(|| help_phone(ground));
    let place = station.map(|station| {
        let hours = station.hours.as_deref().map(week_words);
        let hours = hours.filter(|lines| !lines.is_empty()).map(|lines| {
            lines
                .into_iter()
                .map(|line| view! { <p>{line}</p> })
                .collect_view()
        });
        view! {
            <div class="poster-place">
                <p class="poster-station">{station.name.clone()}</p>
                <p>{station.address.clone()}</p>
                {hours}
            </div>
        }
    });
    let door = |sign: &'static str, name: &'static str, hint: &'static str| {
        view! {
            <li>
                <Icon name=sign/>
                <div><p class="poster-door">{name}</p><p>{hint}</p></div>
            </li>
        }
    };
    let code = move || {
        let address = sheet.address.get();
        match wrong_address(&address) {
            None => {
                view! { <QrCode text=target(&address) note=tr!(staff.poster.scan)/> }.into_any()
            }
            Some(wrong) => {
                view! { <p class="error"><Icon name="alert"/><span>{wrong}</span></p> }.into_any()
            }
        }
    };
    view! {
        <article class="poster" data-size=move || sheet.size.get() aria-label=tr!(staff.poster.title)>
            <p class="poster-street">{ground.street.name.clone()}</p>
            <h2 class="poster-title">{tr!(staff.poster.headline)}</h2>
            <p class="poster-free">{tr!(staff.poster.free)}</p>
            {code}
            <ul class="poster-doors">
                {door("proxy", tr!(shell.door_proxy), tr!(shell.door_proxy_hint))}
                {door("camera", tr!(shell.door_report), tr!(shell.door_report_hint))}
                {door("walk-circle", tr!(shell.door_circle), tr!(shell.door_circle_hint))}
            </ul>
            <div class="poster-call">
                <p>{tr!(staff.poster.no_phone)}</p>
                <p class="poster-number">{phone}</p>
            </div>
            {place}
        </article>
    }
}

/// An ordinary week, days alike in one line: `周一到周五 8:30–17:30`.
fn week_words(hours: &str) -> Vec<String> {
    let Ok(hours) = hours.parse::<Hours>() else {
        return Vec::new();
    };
    // Any week will do: holidays are not on a poster.
    let today = when::now().china_date();
    let monday = today.saturating_sub(i64::from(today.weekday().to_monday_zero_offset()).days());
    let days: Vec<(&'static str, Vec<Opening>)> = (0..7)
        .map(|ahead: i64| monday.saturating_add(ahead.days()))
        .map(|day| (when::weekday(day.weekday()), hours.on(day, false).to_vec()))
        .collect();
    let alike = days.chunk_by(|one, next| one.1 == next.1);
    let open = alike.filter(|days| days.iter().all(|day| !day.1.is_empty()));
    open.map(line).collect()
}

fn line(days: &[(&'static str, Vec<Opening>)]) -> String {
    let (first, last) = (days.first(), days.last());
    let (first, last) = (first.map_or("", |day| day.0), last.map_or("", |day| day.0));
    let clock = |minutes: u16| format!("{}:{:02}", minutes / 60 % 24, minutes % 60);
    let stretch = |open: &Opening| match (open.from_min, open.until_min) {
        (0, 1440) => tr!(staff.poster.all_day).to_owned(),
        (from, until) => format!("{}–{}", clock(from), clock(until)),
    };
    let times: Vec<String> = days
        .first()
        .map(|day| day.1.iter().map(stretch).collect())
        .unwrap_or_default();
    let times = times.join(tr!(staff.history.comma));
    match first == last {
        true => tr!(staff.poster.day, day = first, times = times),
        false => tr!(staff.poster.days, from = first, to = last, times = times),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    #[test]
    fn days_alike_stand_in_one_line() {
        set_locale(Locale::zh_CN);
        for (hours, lines) in [
            (
                "Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00; PH off",
                vec!["周一到周五 8:30–12:00、13:30–17:30", "周六 9:00–12:00"],
            ),
            ("24/7", vec!["周一到周日 全天"]),
            ("Mo-Su 06:00-24:00", vec!["周一到周日 6:00–0:00"]),
            ("whenever", vec![]),
        ] {
            assert_eq!(week_words(hours), lines, "{hours}");
        }
    }

    #[test]
    fn an_address_is_whole_and_bare() {
        set_locale(Locale::zh_CN);
        for good in ["https://yikezhong.example", " http://10.0.0.7:8080/ "] {
            assert_eq!(wrong_address(good), None, "{good}");
        }
        for bad in [
            "",
            "yikezhong.example",
            "https://",
            "https://a b",
            "https://a/?x=1",
            "ftp://a",
        ] {
            assert!(wrong_address(bad).is_some(), "{bad}");
        }
        assert_eq!(target("https://a.example/ "), "https://a.example/?elder=1");
    }
}
