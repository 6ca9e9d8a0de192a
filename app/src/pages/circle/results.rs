//! The list: what is near, nearest first, and what is missing.

use super::near::{QUARTER_MIN, Wanted, counts, missing, nearest, nearest_of};
use super::paper::USUAL;
use super::steps::walk_words;
use super::{FetchCard, Here, plain};
use crate::parts::{
    CallButton, Icon, More, Note, PrintButton, SearchBox, Section, announce, copy_text, focus_id,
    origin, print_soon,
};
use crate::parts::{can_share, share_link};
use crate::state::{facts, prefs};
use crate::walk::wire::Walk;
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::Facilities;
use model::facility::{Category, Facility};
use std::sync::Arc;

/// So many rows at first, and so many more with each press; in 长辈版 (the elders' edition) fewer.
const ROWS: usize = 12;
const ROWS_ELDER: usize = 5;
/// So many kinds of what is missing before somebody asks for the others.
const LOST: usize = 6;
const LOST_ELDER: usize = 3;

/// Numbers of the facilities that the list and the map show.
pub fn listed(all: &Facilities, walks: &[Option<Walk>], wanted: &Wanted) -> Vec<usize> {
    let street = facts().street().here();
    let now = when::now().china();
    let is_open = |facility: &Facility| {
        let street = street.as_deref();
        let open = street.and_then(|street| plain::is_open(facility, &street.calendar, now));
        open == Some(true)
    };
    nearest(&all.facilities, walks, wanted, is_open)
}

/// Everything below the start.
#[component]
pub fn Results(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let on_map = Memo::new(move |_| here.around().is_none_or(|around| around.on_map));
    say_when_settled(here);
    move || {
        let all = Arc::clone(&all);
        match on_map.get() {
            true => view! { <Found here all/> }.into_any(),
            false => view! { <Note tone="warn" title=tr!(circle.off_map)/> }.into_any(),
        }
    }
}

/// How much there is, in a sentence.
fn sum(walks: &[Option<Walk>]) -> String {
    let [five, ten, quarter] = counts(walks);
    tr!(circle.sum, five = five, ten = ten, quarter = quarter)
}

/// A screen reader hears the sum once the pin rests, not at each step of the way.
fn say_when_settled(here: Here) {
    Effect::new(move |_| {
        if here.moving.get() {
            return;
        }
        if let Some(around) = here.around() {
            let words = match around.on_map {
                true => sum(&around.walks),
                false => tr!(circle.off_map).to_owned(),
            };
            announce(&words);
        }
    });
}

#[component]
fn Found(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let elder = prefs().elder;
    let told = move || match here.around() {
        Some(around) => sum(&around.walks),
        None => tr!(circle.counting).to_owned(),
    };
    let choices = {
        let all = Arc::clone(&all);
        move || {
            let all = Arc::clone(&all);
            let choices = view! { <Choices here all/> };
            match elder.get() {
                None => choices.into_any(),
                Some(_) => view! {
                    <More words=tr!(circle.more_choices)>{choices}</More>
                }
                .into_any(),
            }
        }
    };
    view! {
        <p class="circle-sum">{told}</p>
        {choices}
        <List here all=Arc::clone(&all)/>
        <Lost here all/>
        <HandOn here/>
    }
}

/// Search, open now, and the categories with their nearest minutes.
#[component]
fn Choices(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let query = RwSignal::new(here.wanted.with_untracked(|wanted| wanted.query.clone()));
    Effect::new(move |_| {
        let typed = query.get();
        if here.wanted.with_untracked(|wanted| wanted.query != typed) {
            here.wanted.update(|wanted| wanted.query = typed);
        }
    });
    let counted = Arc::clone(&all);
    let found = move || {
        let Some(around) = here
            .around()
            .filter(|_| !query.with(|query| query.trim().is_empty()))
        else {
            return String::new();
        };
        match here
            .wanted
            .with(|wanted| listed(&counted, &around.walks, wanted))
            .len()
        {
            0 => tr!(shell.circle_none).to_owned(),
            count => tr!(shell.circle_found, count = count),
        }
    };
    let open = move || here.wanted.with(|wanted| wanted.open);
    let toggle = move |_| here.wanted.update(|wanted| wanted.open = !wanted.open);
    let tiles = Category::ALL.map(|category| tile(here, Arc::clone(&all), category));
    let everything = move || {
        here.wanted
            .with(|wanted| wanted.category.is_none())
            .to_string()
    };
    view! {
        <SearchBox id="facility" label=tr!(shell.circle_search) hint=tr!(shell.circle_search_hint)
            query=query found=Signal::derive(found)/>
        <label class="choice circle-open">
            <input type="checkbox" prop:checked=open on:change=toggle/>
            <span class="choice-words"><span class="choice-name">{tr!(circle.open_now)}</span></span>
        </label>
        <div class="circle-tiles" role="group" aria-label=tr!(circle.categories)>
            <button class="circle-tile" type="button" aria-pressed=everything
                on:click=move |_| here.wanted.update(|wanted| wanted.category = None)>
                <Icon name="list"/>
                <span class="circle-tile-name">{tr!(circle.category_all)}</span>
            </button>
            {tiles}
        </div>
    }
}

fn tile(here: Here, all: Arc<Facilities>, category: Category) -> impl IntoView {
    let (_, sign) = plain::name_and_icon(category);
    let nearest = Memo::new(move |_| {
        let around = here.around()?;
        nearest_of(&all.facilities, &around.walks, category)
    });
    let words_of = move || match nearest.get() {
        Some(walk) if walk.minutes() <= QUARTER_MIN => {
            tr!(circle.category_near, walk = walk_words(walk))
        }
        Some(walk) => tr!(circle.category_far, minutes = walk.minutes()),
        None => tr!(circle.category_none).to_owned(),
    };
    let pressed = move || here.wanted.with(|wanted| wanted.category == Some(category));
    let press = move |_| {
        here.wanted.update(|wanted| {
            let again = wanted.category == Some(category);
            wanted.category = (!again).then_some(category);
        });
    };
    view! {
        <button class="circle-tile" type="button" aria-pressed=move || pressed().to_string() on:click=press>
            <Icon name=sign/>
            <span class="circle-tile-name">{words::category(category)}</span>
            <span class="circle-tile-near num">{words_of}</span>
        </button>
    }
}

#[component]
fn List(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let elder = prefs().elder;
    let step = move || match elder.get() {
        Some(_) => ROWS_ELDER,
        None => ROWS,
    };
    let pages = RwSignal::new(1_usize);
    // Another question begins at its top.
    Effect::new(move |_| {
        here.wanted.track();
        pages.set(1);
    });
    let sorted = Arc::clone(&all);
    let order = Memo::new(move |_| {
        let walks = here.around().map(|around| around.walks.clone());
        let walks = walks.unwrap_or_default();
        here.wanted.with(|wanted| listed(&sorted, &walks, wanted))
    });
    let shown = move || {
        order.with(|order| {
            order
                .iter()
                .copied()
                .take(step() * pages.get())
                .collect::<Vec<_>>()
        })
    };
    let left = move || order.with(Vec::len).saturating_sub(step() * pages.get());
    let row = move |at: usize| {
        let facility = all.facilities.get(at).cloned();
        facility.map(|facility| view! { <Row here at facility/> })
    };
    let none = move || {
        let empty = here.around().is_some() && order.with(Vec::is_empty);
        empty.then(|| view! { <p class="hint">{tr!(circle.none)}</p> })
    };
    let more = move || {
        let count = left().min(step());
        (count > 0).then(|| {
            let press = move |_| pages.update(|pages| *pages += 1);
            view! { <button class="btn btn-wide" type="button" on:click=press>{tr!(circle.more, count = count)}</button> }
        })
    };
    view! {
        <Section title=tr!(circle.list_title)>
            <ol class="circle-rows">
                <For each=shown key=|at| *at children=row/>
            </ol>
            {none}
            {more}
        </Section>
    }
}

/// One facility: the minutes large, what it is, and a press that tells how to get there.
#[component]
fn Row(here: Here, at: usize, facility: Facility) -> impl IntoView {
    let walk = Memo::new(move |_| here.walk(at));
    let band = move || match walk.get().map(Walk::minutes) {
        Some(..=5) => "5",
        Some(..=10) => "10",
        Some(..=15) => "15",
        _ => "far",
    };
    let large = move || match walk.get() {
        Some(walk) if walk.is_at_door() => {
            view! { <span class="circle-door">{tr!(circle.at_door)}</span> }.into_any()
        }
        Some(walk) => view! {
            <span class="circle-min num">{walk.minutes()}</span>
            <span class="circle-unit">{tr!(circle.minutes)}</span>
        }
        .into_any(),
        None => view! { <span class="circle-unit">{tr!(circle.no_way)}</span> }.into_any(),
    };
    let unknown = move || {
        let unknown = walk.get().is_some_and(|walk| walk.unknown);
        unknown.then(|| view! { <span class="circle-unknown">{tr!(circle.unknown_ground)}</span> })
    };
    let street = facts().street();
    let shown = facility.clone();
    let tags = move || {
        let street = street.here();
        plain::tags(&shown, street.as_deref())
    };
    let call = facility.phone.clone().map(|phone| {
        view! { <CallButton phone=phone name=facility.name.clone()/> }
    });
    view! {
        <li class="circle-row">
            <button class="circle-go" type="button" on:click=move |_| here.open.set(Some(at))>
                <span class="circle-walk" data-band=band>{large}</span>
                <span class="circle-words">
                    <span class="circle-name">{facility.name.clone()}</span>
                    <span class="circle-line">{format!("{} · {}", facility.kind, facility.address)}</span>
                    {unknown}
                </span>
                <Icon name="next"/>
            </button>
            <p class="matter-tags">{tags}</p>
            {call}
        </li>
    }
}

/// What is not to be had near enough: a few kinds, then all.
#[component]
fn Lost(here: Here, all: Arc<Facilities>) -> impl IntoView {
    let elder = prefs().elder;
    let whole = RwSignal::new(false);
    let few = move || match elder.get() {
        Some(_) => LOST_ELDER,
        None => LOST,
    };
    let sorted = Arc::clone(&all);
    let lost = Memo::new(
        move |before: Option<&Vec<_>>| match (before, here.around()) {
            (Some(before), _) if here.moving.get() => before.clone(),
            (_, Some(around)) => missing(&sorted.facilities, &around.walks, &sorted.standards),
            _ => Vec::new(),
        },
    );
    let rows = move || {
        let most = if whole.get() { usize::MAX } else { few() };
        let rows = lost.get().into_iter().take(most).map(|kind| match kind.nearest {
            Some((at, minutes)) => {
                let name = all.facilities.get(at).map(|facility| facility.name.clone());
                let words = tr!(circle.missing, within = kind.within, kind = kind.kind, minutes = minutes);
                let go = move |_| here.open.set(Some(at));
                view! { <li>{words}<button class="btn-link" type="button" on:click=go>{name}</button></li> }.into_any()
            }
            None => view! { <li>{tr!(circle.missing_none, kind = kind.kind)}</li> }.into_any(),
        });
        rows.collect_view()
    };
    let more = move || {
        let left = lost.with(Vec::len).saturating_sub(few());
        (left > 0 && !whole.get()).then(|| {
            // The button goes: the list it made longer takes the focus.
            let press = move |_| {
                whole.set(true);
                focus_id("circle-lost");
            };
            view! { <button class="btn btn-wide" type="button" on:click=press>{tr!(circle.missing_more, count = left)}</button> }
        })
    };
    move || {
        let some = lost.with(|lost| !lost.is_empty());
        some.then(|| {
            let rows = rows.clone();
            view! {
                <Section title=tr!(circle.missing_title)>
                    <ul class="circle-lost" id="circle-lost" tabindex="-1">{rows}</ul>
                    {more}
                </Section>
            }
        })
    }
}

/// Sending the place on, and the card for the wall.
#[component]
fn HandOn(here: Here) -> impl IntoView {
    let told = RwSignal::new(None::<&'static str>);
    let link = RwSignal::new(None::<String>);
    let share = move |_| {
        let Some(start) = here.start.get_untracked() else {
            return;
        };
        let address = super::share::address(&origin(), start.at, here.walker.get_untracked());
        if can_share() {
            share_link(&address, tr!(shell.circle_title));
            return;
        }
        spawn_local(async move {
            if copy_text(&address).await {
                told.try_set(Some(tr!(circle.copied)));
            } else {
                told.try_set(Some(tr!(circle.copy_failed)));
                link.try_set(Some(address));
            }
        });
    };
    let shown = move || {
        link.get()
            .map(|link| view! { <p class="circle-link">{link}</p> })
    };
    view! {
        <div class="section circle-hand">
            <button class="btn" type="button" on:click=share><Icon name="share"/>{tr!(circle.share)}</button>
            <p class="hint" role="status">{told}</p>
            {shown}
        </div>
        <OnPaper here/>
    }
}

/// The card for the wall, on what the printer is loaded with.
#[component]
fn OnPaper(here: Here) -> impl IntoView {
    let told = RwSignal::new(None::<&'static str>);
    let fetch = use_context::<FetchCard>();
    let print = Callback::new(move |paper| {
        let Some(FetchCard(fetch)) = fetch else {
            return;
        };
        here.paper.set(paper);
        told.set(Some(tr!(circle.printing)));
        spawn_local(async move {
            let Ok(draw) = fetch().await else {
                told.try_set(Some(tr!(circle.print_failed)));
                return;
            };
            here.card.try_set(Some(draw));
            told.try_set(None);
            print_soon();
        });
    });
    view! {
        <Section title=tr!(circle.print_title)>
            <div class="circle-hand">
                <p>{tr!(circle.print_note)}</p>
                <PrintButton words=tr!(circle.print) usual=USUAL print instead=tr!(circle.no_print)/>
                <p class="hint" role="status">{told}</p>
            </div>
        </Section>
    }
}
