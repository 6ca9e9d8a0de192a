//! One facility: how to get there, when it is open, whom to call, and who could go instead.

use super::steps::{metres, step_words, way_words};
use super::{Here, plain};
use crate::errand;
use crate::parts::{CallButton, Icon, Section, Sheet, focus_id};
use crate::state::facts;
use crate::walk::Found;
use crate::walk::wire::{Walker, Way};
use crate::when;
use leptos::prelude::*;
use model::api::Facilities;
use model::facility::Facility;
use model::hours::{Hours, Opening};
use model::street::Street;
use std::sync::Arc;

/// The sheet of the facility that was chosen, if one is.
#[component]
pub fn OpenSheet(here: Here, all: Arc<Facilities>) -> impl IntoView {
    move || {
        let at = here.open.get()?;
        let facility = all.facilities.get(at)?.clone();
        Some(view! { <OneSheet here at facility/> })
    }
}

#[component]
fn OneSheet(here: Here, at: usize, facility: Facility) -> impl IntoView {
    let open = RwSignal::new(true);
    Effect::new(move |_| {
        if !open.get() {
            here.open.set(None);
        }
    });
    let on_map = move |_| {
        here.shown_way.set(Some(at));
        here.map.set(true);
        open.set(false);
        focus_id("circle-map");
    };
    let can_walk = move || matches!(here.engine.way.get(), Found::Here(way) if way.to == at);
    let map = move || {
        can_walk().then(|| view! {
            <button class="btn btn-primary" type="button" on:click=on_map><Icon name="map"/>{tr!(circle.sheet_on_map)}</button>
        })
    };
    let call = match facility.phone.clone() {
        Some(phone) => view! { <CallButton phone=phone name=facility.name.clone()/> }.into_any(),
        None => view! { <p class="hint">{tr!(circle.sheet_no_phone)}</p> }.into_any(),
    };
    let street = facts().street();
    let shown = facility.clone();
    let tags = move || {
        let street = street.here();
        plain::tags(&shown, street.as_deref())
    };
    let hours = facility.hours.clone();
    let opening = move || {
        street
            .here()
            .map(|street| hours_view(hours.as_deref(), &street))
    };
    let name = facility.name.clone();
    let there = facility.name.clone();
    let ask_there = move |_| errand::keep(&there);
    view! {
        <Sheet id="circle-facility" title=facility.name.clone() open=open>
            <div class="sheet-body">
                <p class="matter-tags">{tags}</p>
                <WayThere here at name/>
                <Section title=tr!(circle.sheet_hours)>{opening}</Section>
                <Section title=tr!(circle.sheet_address)>
                    <p>{format!("{} · {}", facility.kind, facility.address)}</p>
                </Section>
            </div>
            <div class="sheet-foot">
                {map}
                {call}
                <a class="btn" href="/proxy" on:click=ask_there><Icon name="proxy"/>{tr!(circle.sheet_proxy)}</a>
            </div>
        </Sheet>
    }
}

/// The way in words; nothing before anybody has said where from.
#[component]
fn WayThere(here: Here, at: usize, name: String) -> impl IntoView {
    let started = move || here.start.with(Option::is_some);
    let way = move || match here.engine.way.get() {
        Found::Here(way) if way.to == at => {
            way_view(&way, here.walker.get(), name.clone()).into_any()
        }
        Found::Nowhere => view! { <p>{tr!(circle.sheet_no_way)}</p> }.into_any(),
        _ => view! { <p class="hint" role="status">{tr!(circle.sheet_way_waiting)}</p> }.into_any(),
    };
    move || {
        started().then(|| {
            let way = way.clone();
            view! {
                <Section title=tr!(circle.sheet_way)>{way}</Section>
            }
        })
    }
}

fn way_view(way: &Way, walker: Walker, name: String) -> impl IntoView + use<> {
    let far = way_words(way.walk, way.metres);
    let unknown = way
        .walk
        .unknown
        .then(|| view! { <p>{tr!(circle.unknown_ground)}</p> });
    let steps = way
        .steps
        .iter()
        .map(|step| view! { <li>{step_words(step)}</li> });
    let rests = matches!(walker, Walker::Older | Walker::Slow).then(|| {
        let words = match way.rest_m {
            Some(rest) => tr!(circle.sheet_rest, metres = metres(rest)),
            None => tr!(circle.sheet_no_rest).to_owned(),
        };
        view! { <p class="hint">{words}</p> }
    });
    view! {
        <p class="circle-far">{far}</p>
        {unknown}
        <ol class="circle-steps">
            {steps.collect_view()}
            <li>{tr!(circle.sheet_arrive, name = name)}</li>
        </ol>
        {rests}
    }
}

/// The week from today, in the words of a clock.
fn hours_view(hours: Option<&str>, street: &Street) -> impl IntoView + use<> {
    let parsed = hours.and_then(|hours| hours.parse::<Hours>().ok());
    let Some(hours) = parsed else {
        return view! { <p>{tr!(circle.sheet_no_hours)}</p> }.into_any();
    };
    let today = when::now().china_date();
    // Not by adding a span: that brings in 20 KB of what jiff says of wrong ones.
    let days = std::iter::successors(Some(today), |day| day.tomorrow().ok()).take(7);
    let rows = days.map(|day| {
        let open = hours.on(day, street.calendar.is_holiday(day));
        let name = match day == today {
            true => tr!(circle.sheet_today),
            false => when::weekday(day.weekday()),
        };
        view! { <div><dt>{name}</dt><dd class="num">{openings(open)}</dd></div> }
    });
    view! { <dl class="facts circle-hours">{rows.collect_view()}</dl> }.into_any()
}

fn openings(open: &[Opening]) -> String {
    if open.is_empty() {
        return tr!(circle.sheet_closed).to_owned();
    }
    let clock = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    let stretch = |opening: &Opening| match (opening.from_min, opening.until_min) {
        (0, 1440) => tr!(circle.sheet_all_day).to_owned(),
        (from, until @ ..=1440) => format!("{}–{}", clock(from), clock(until)),
        (from, until) => format!("{}–{}", clock(from), clock(until - 1440)),
    };
    let stretches: Vec<String> = open.iter().map(stretch).collect();
    stretches.join(tr!(circle.comma))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};
    use jiff::civil::date;

    #[test]
    fn a_day_as_a_clock_shows_it() {
        set_locale(Locale::zh_CN);
        let monday = date(2026, 11, 23);
        for (hours, expected) in [
            ("Mo-Fr 08:30-12:00,13:30-17:30", "8:30–12:00，13:30–17:30"),
            ("24/7", "全天"),
            ("Mo 18:00-02:00", "18:00–2:00"),
            ("Tu 08:00-09:00", "不开"),
        ] {
            let parsed: Hours = hours.parse().expect("hours");
            assert_eq!(openings(parsed.on(monday, false)), expected, "{hours}");
        }
    }
}
