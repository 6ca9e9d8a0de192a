//! 我家的一刻钟: the card for the kitchen wall. On paper alone.

use super::Here;
use super::near::{QUARTER_MIN, for_the_wall, in_order_of_need};
use super::paper::{fitting, numbers as numbers_on};
use super::start::words_of;
use super::steps::walk_words;
use crate::parts::{QrCode, origin};
use crate::state::facts;
use crate::walk::wire::{Circle, Walk};
use crate::when;
use leptos::prelude::*;
use model::api::Facilities;
use model::facility::Facility;
use std::sync::Arc;

/// A line of the card.
struct Row {
    kind: String,
    place: String,
    walk: Walk,
    phone: Option<String>,
}

impl Row {
    fn of(facility: &Facility, walk: Walk) -> Row {
        let unknown = walk.unknown.then(|| tr!(circle.card_unknown));
        let parts = [&facility.name, &facility.address].map(String::as_str);
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        let parts: Vec<&str> = parts.chain(unknown).collect();
        Row {
            kind: facility.kind.clone(),
            place: parts.join(" · "),
            walk,
            phone: facility.phone.clone(),
        }
    }

    fn is_near(&self) -> bool {
        self.walk.minutes() <= QUARTER_MIN
    }
}

/// What people need first, with minutes and number, as many as one sheet holds; whom to call; how
/// many more there are, and the way to them.
///
/// Drawn from what the page around it provides: it comes in a file of its own.
#[component]
pub fn Card() -> impl IntoView {
    let here = use_context::<Here>();
    let facilities = facts().facilities();
    move || {
        let here = here.filter(|here| !here.moving.get())?;
        let (all, around) = (facilities.here()?, here.around()?);
        around.on_map.then(|| view! { <Sheet here all around/> })
    }
}

#[component]
fn Sheet(here: Here, all: Arc<Facilities>, around: Arc<Circle>) -> impl IntoView {
    let start = here.start.get_untracked();
    let walker = here.walker.get_untracked();
    let from = start
        .as_ref()
        .map(|start| tr!(circle.starting, name = start.name()));
    let link = start.map(|start| super::share::address(&origin(), start.at, walker));
    let shown = move || {
        let rows = rows_on(here, &all, &around);
        let near = rows.iter().filter(|row| row.is_near()).count();
        let more = super::near::counts(&around.walks)[2].saturating_sub(near);
        let more = (more > 0).then(|| view! { <p>{tr!(circle.card_more, count = more)}</p> });
        view! {
            <ol class="wall-rows">{rows.into_iter().map(row).collect_view()}</ol>
            <div class="wall-foot">
                <div class="wall-lines">
                    <p class="wall-lines-title">{tr!(circle.card_lines)}</p>
                    <ul>{numbers(here)}</ul>
                    {more}
                </div>
                {link.clone().map(|link| view! { <QrCode text=link note=tr!(circle.card_qr)/> })}
            </div>
        }
    };
    let made = tr!(circle.card_made, day = when::date(when::now().china_date()));
    view! {
        <article class="slip only-print wall">
            <h1 class="slip-title">{tr!(circle.card_title)}</h1>
            <p class="wall-from">{from}{tr!(circle.comma)}{words_of(walker)}</p>
            {shown}
            <p class="wall-made">{made}</p>
        </article>
    }
}

/// Category by category, those for which the sheet has room.
fn rows_on(here: Here, all: &Facilities, around: &Circle) -> Vec<Row> {
    let facilities = &all.facilities;
    let row = |at: usize| {
        let walk = around.walks.get(at).copied().flatten()?;
        Some(Row::of(facilities.get(at)?, walk))
    };
    let needed = for_the_wall(facilities, &around.walks);
    let rows: Vec<Row> = needed.iter().filter_map(|at| row(*at)).collect();
    let texts = rows
        .iter()
        .map(|row| (row.kind.as_str(), row.place.as_str()));
    let fitting = fitting(here.paper.get(), texts);
    let chosen = needed.into_iter().take(fitting).collect();
    let chosen = in_order_of_need(facilities, chosen).into_iter();
    chosen.filter_map(row).collect()
}

fn row(row: Row) -> impl IntoView {
    view! {
        <li>
            <p class="wall-line">
                <strong class="wall-kind">{row.kind}</strong>
                <span class="nowrap">{walk_words(row.walk)}</span>
                <strong class="wall-phone num nowrap">{row.phone}</strong>
            </p>
            <p>{row.place}</p>
        </li>
    }
}

/// The street's own number and those of the whole country.
fn numbers(here: Here) -> impl IntoView {
    let street = facts().street().here()?;
    let lines = street.hotlines.iter().take(numbers_on(here.paper.get()));
    let lines = lines.map(|line| {
        view! { <li>{line.name.clone()} " " <strong class="num nowrap">{line.phone.clone()}</strong></li> }
    });
    Some(lines.collect_view())
}
