//! `/staff/visits`: where one goes today, in order. For the phone in the hand.
//!
//! Nothing of it is kept on the phone: it tells residents' doors. Where the phone is, is neither
//! asked nor sent; the way begins at a station or at an estate's gate.

use super::calls;
use super::changes::changes;
use super::queue::query::escape;
use super::session::{Session, session, signed_in};
use crate::api::{self, Error};
use crate::parts::{Empty, ErrorNote, Icon, Note, Page, Section, Skeleton};
use crate::state::facts;
use crate::turns::Turns;
use crate::{when, words};
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::api::Me;
use model::api::visits::{Stop, Visits, VisitsQuery};
use model::area::{Estate, Role};
use model::id::{EstateId, FacilityId};
use std::sync::Arc;

/// Its address.
pub const VISITS: &str = "/staff/visits";
/// Visits are booked so many days ahead: `DAYS_AHEAD` of `server/src/slots.rs` from the first hour
/// that can be booked, and late in the evening that hour is tomorrow's.
const DAYS: i64 = 15;

/// The page.
#[component]
pub fn VisitsPage() -> impl IntoView {
    signed_in(|me| view! { <Board me/> })
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    session: Session,
    asked: Memo<VisitsQuery>,
    way: RwSignal<Option<api::Result<Arc<Visits>>>>,
    /// Counts the fetches: an answer that comes after a later question is not looked at.
    turns: Turns,
}

impl Desk {
    fn open() -> Desk {
        let params = use_query_map();
        let desk = Desk {
            session: session(),
            asked: Memo::new(move |_| params.with(|params| read(|name| params.get(name)))),
            way: RwSignal::new(None),
            turns: Turns::default(),
        };
        Effect::new(move || {
            desk.asked.track();
            desk.way.set(None);
            desk.fetch();
        });
        if let Some(changes) = changes() {
            Effect::new(move |before: Option<()>| {
                changes.any();
                changes.missed();
                if before.is_some() {
                    desk.fetch();
                }
            });
        }
        desk
    }

    /// What is shown stays until the answer is here.
    fn fetch(self) {
        let Some(turn) = self.turns.next() else {
            return;
        };
        let asked = self.asked.get_untracked();
        spawn_local(async move {
            let answer = calls::visits(self.session, &asked).await;
            let newest = self.turns.is_newest(turn);
            // A list from a moment ago is worth more than an error.
            let shown = self
                .way
                .try_with_untracked(|way| matches!(way, Some(Ok(_))));
            if newest && (answer.is_ok() || shown == Some(false)) {
                self.way.try_set(Some(answer.map(Arc::new)));
            }
        });
    }
}

/// Reads an address; what it does not understand counts as not there.
fn read(get: impl Fn(&str) -> Option<String>) -> VisitsQuery {
    let of = |name: &str, good: fn(&str) -> bool| get(name).filter(|text| good(text));
    let date = of("date", |text| text.parse::<Date>().is_ok());
    let station = of("station", |text| FacilityId::parse(text).is_ok());
    let estate = of("estate", |text| EstateId::parse(text).is_ok());
    VisitsQuery {
        date: date.unwrap_or_default(),
        station: station.unwrap_or_default(),
        estate: estate.unwrap_or_default(),
    }
}

/// Where these are seen; what is empty is left out.
fn address(asked: &VisitsQuery) -> String {
    let pairs = [
        ("date", &asked.date),
        ("station", &asked.station),
        ("estate", &asked.estate),
    ];
    let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    let given: Vec<String> = given
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    match given.is_empty() {
        true => VISITS.to_owned(),
        false => format!("{VISITS}?{}", given.join("&")),
    }
}

#[component]
fn Board(me: Arc<Me>) -> impl IntoView {
    let desk = Desk::open();
    let body = move || match desk.way.get() {
        None => Skeleton().into_any(),
        Some(Ok(way)) => view! { <Way way/> }.into_any(),
        Some(Err(error)) => lacking(desk, error).into_any(),
    };
    view! {
        <Page title=tr!(visits.title) lead=tr!(visits.lead) wide=true>
            <Choices desk me/>
            {body}
        </Page>
    }
}

fn lacking(desk: Desk, error: Error) -> impl IntoView {
    let offline = matches!(error, Error::Offline);
    view! {
        <ErrorNote error=error>
            {offline.then(|| view! { <p>{tr!(visits.offline)}</p> })}
            <button class="btn" type="button" on:click=move |_| desk.fetch()>{tr!(shell.retry)}</button>
        </ErrorNote>
    }
}

/// Which day, and where from: each change is a change of address.
#[component]
fn Choices(desk: Desk, me: Arc<Me>) -> impl IntoView {
    let go = use_navigate();
    let show = StoredValue::new_local(move |change: &dyn Fn(&mut VisitsQuery)| {
        let mut asked = desk.asked.get_untracked();
        change(&mut asked);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..Default::default()
        };
        go(&address(&asked), options);
    });
    let day =
        move |text: String| show.with_value(|show| show(&|asked| asked.date.clone_from(&text)));
    let start = move |text: String| {
        show.with_value(|show| {
            show(&|asked| {
                let (kind, id) = text.split_once(' ').unwrap_or_default();
                asked.station = if kind == "station" { id } else { "" }.to_owned();
                asked.estate = if kind == "estate" { id } else { "" }.to_owned();
            });
        });
    };
    view! {
        <form class="filters filters-long" on:submit=|event: web_sys::SubmitEvent| event.prevent_default()>
            <div class="field">
                <label class="label" for="visits-day">{tr!(visits.day)}</label>
                <select class="select" id="visits-day" on:change=move |event| day(event_target_value(&event))>
                    {days(desk)}
                </select>
            </div>
            <div class="field">
                <label class="label" for="visits-start">{tr!(visits.start)}</label>
                <select class="select" id="visits-start" aria-describedby="visits-start-hint"
                    on:change=move |event| start(event_target_value(&event))>
                    <Starts desk me/>
                </select>
            </div>
        </form>
        <p class="hint" id="visits-start-hint">{tr!(visits.start_hint)}</p>
    }
}

fn days(desk: Desk) -> impl IntoView {
    let today = when::now().china_date();
    let day = move |ahead: i64| {
        let date = today.saturating_add(ahead.days());
        let value = match ahead {
            0 => String::new(),
            _ => date.to_string(),
        };
        let words = match ahead {
            0 => format!("{} {}", tr!(visits.today), when::date(date)),
            1 => format!("{} {}", tr!(visits.tomorrow), when::date(date)),
            _ => when::date(date),
        };
        let own = value.clone();
        let selected = move || desk.asked.with(|asked| asked.date == own);
        view! { <option value=value selected=selected>{words}</option> }
    };
    (0..=DAYS).map(day).collect_view()
}

/// The stations, and the gates of the estates one looks after.
#[component]
fn Starts(desk: Desk, me: Arc<Me>) -> impl IntoView {
    let (street, facilities) = (facts().street(), facts().facilities());
    let option = move |kind: &str, id: String, name: &str| {
        let (value, name) = (format!("{kind} {id}"), name.to_owned());
        let is_station = kind == "station";
        let selected = move || {
            desk.asked.with(|asked| match is_station {
                true => asked.station == id,
                false => asked.estate == id,
            })
        };
        view! { <option value=value selected=selected>{name}</option> }
    };
    let stations = move || {
        let all = facilities.here()?;
        let stations = all.facilities.iter().filter(|it| it.station);
        let options = stations.map(|it| option("station", it.id.to_string(), &it.name));
        Some(options.collect_view())
    };
    let estates = move || {
        let street = street.here()?;
        let grid = me.staff.role == Role::Grid;
        let own = |estate: &&Estate| !grid || estate.grid == me.staff.area;
        let estates = street.estates.iter().filter(own);
        let options = estates.map(|it| option("estate", it.id.to_string(), &it.name));
        Some(options.collect_view())
    };
    view! {
        <option value="" selected=move || desk.asked.with(|asked| asked.station.is_empty() && asked.estate.is_empty())>
            {tr!(visits.start_usual)}
        </option>
        <optgroup label=tr!(visits.stations)>{stations}</optgroup>
        <optgroup label=tr!(visits.estates)>{estates}</optgroup>
    }
}

#[component]
fn Way(way: Arc<Visits>) -> impl IntoView {
    if way.stops.is_empty() {
        return nothing(&way).into_any();
    }
    let sum = tr!(
        visits.sum,
        stops = way.stops.len(),
        minutes = way.walk_min()
    );
    let starting = way.start.as_ref();
    let starting = starting.map(|start| tr!(visits.starting, name = start.name.clone()));
    let more = (way.more > 0).then(|| {
        view! { <Note tone="info" title=tr!(visits.more, count = way.more)/> }
    });
    let numbered: Vec<(usize, &Stop)> = (1..).zip(&way.stops).collect();
    let (timed, without): (Vec<_>, Vec<_>) = numbered
        .into_iter()
        .partition(|(_, stop)| stop.slot.is_some());
    view! {
        <p class="gain-sum" role="status">{sum}</p>
        <p class="muted cluster"><Icon name="station"/>{starting}</p>
        {part(tr!(visits.timed), &timed)}
        {part(tr!(visits.untimed), &without)}
        {more}
    }
    .into_any()
}

fn nothing(way: &Visits) -> impl IntoView + use<> {
    let words = match way.date == when::now().china_date() {
        true => tr!(visits.none_today),
        false => tr!(visits.none),
    };
    view! {
        <Empty sign="visit" words=words>
            <a class="btn" href="/staff?scope=mine">{tr!(visits.to_queue)}</a>
        </Empty>
    }
}

fn part(title: &'static str, stops: &[(usize, &Stop)]) -> Option<impl IntoView + use<>> {
    let rows = stops.iter().map(|(number, stop)| row(*number, stop));
    let rows = rows.collect_view();
    (!stops.is_empty()).then(|| {
        view! { <Section title=title><ol class="visits">{rows}</ol></Section> }
    })
}

fn row(number: usize, stop: &Stop) -> impl IntoView + use<> {
    let walk = match stop.walk_min {
        None => tr!(visits.walk_unknown).to_owned(),
        Some(0) => tr!(visits.walk_same).to_owned(),
        Some(minutes) => tr!(visits.walk, minutes = minutes),
    };
    let time = stop.slot.map(|slot| {
        view! { <p class="stop-when num">{when::time(slot.start.china().time())}</p> }
    });
    let name = stop.name.clone();
    let name = name.unwrap_or_else(|| words::kind(stop.kind).to_owned());
    let whom = [stop.whom.as_str(), name.as_str()];
    let whom: Vec<&str> = whom.into_iter().filter(|part| !part.is_empty()).collect();
    let receipt = stop.receipt.to_string();
    view! {
        <li>
            <p class="stop-walk"><Icon name="down"/>{walk}</p>
            <div class="stop">
                <span class="stop-no num">{number}</span>
                <div class="stop-words">
                    {time}
                    <p><strong>{format!("{} {}", stop.place, stop.door)}</strong></p>
                    <p>{whom.join(" · ")}" "<span class="muted num nowrap">{receipt.clone()}</span></p>
                    {leaving(stop)}
                </div>
                <a class="btn" href=format!("/staff/cases/{}", stop.case)>
                    {tr!(visits.open)}<span class="sr-only">{receipt}</span>
                </a>
            </div>
        </li>
    }
}

/// When to go on; where that is before one could even be here, to telephone.
fn leaving(stop: &Stop) -> Option<AnyView> {
    let leave_by = stop.leave_by?;
    let too_late = stop.slot.is_some_and(|slot| leave_by <= slot.start);
    Some(match too_late {
        true => view! {
            <p><span class="due" data-due="red"><Icon name="alert" size="s"/>{tr!(visits.too_late)}</span></p>
        }
        .into_any(),
        false => {
            let time = when::time(leave_by.china().time());
            view! { <p class="muted">{tr!(visits.leave_by, time = time)}</p> }.into_any()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_view() {
        let of = |pairs: &[(&str, &str)]| {
            let asked = read(|name| {
                let mut pairs = pairs.iter();
                let found = pairs.find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            });
            address(&asked)
        };
        assert_eq!(of(&[]), "/staff/visits");
        assert_eq!(
            of(&[("date", "2026-11-26"), ("station", "station-dongli")]),
            "/staff/visits?date=2026-11-26&station=station-dongli"
        );
        let wrong = [("date", "tomorrow"), ("station", "A B"), ("estate", "")];
        assert_eq!(of(&wrong), "/staff/visits");
    }
}
