//! 我家的一刻钟: the card for the kitchen wall. On paper alone.

use super::Here;
use super::near::for_the_wall;
use super::start::words_of;
use crate::parts::{QrCode, origin};
use crate::state::facts;
use crate::walk::wire::Circle;
use crate::when;
use leptos::prelude::*;
use model::api::Facilities;
use std::sync::Arc;

/// Numbers to call on the card: what is left of the sheet.
const LINES: usize = 4;

/// The nearest of each sort with minutes and number, whom to call, and the way back to the page.
#[component]
pub fn Card(here: Here, all: Arc<Facilities>, around: Arc<Circle>) -> impl IntoView {
    let start = here.start.get_untracked();
    let walker = here.walker.get_untracked();
    let from = start
        .as_ref()
        .map(|start| tr!(circle.starting, name = start.name()));
    let link = start.map(|start| super::share::address(&origin(), start.at, walker));
    let rows = for_the_wall(&all.facilities, &around.walks).into_iter();
    let rows = rows.filter_map(|at| {
        let (facility, walk) = (all.facilities.get(at)?, around.walks.get(at).copied().flatten()?);
        Some(view! {
            <tr>
                <th scope="row">
                    {facility.name.clone()}
                    <span class="wall-kind">{format!("{} · {}", facility.kind, facility.address)}</span>
                </th>
                <td class="num nowrap">{tr!(circle.card_walk, minutes = walk.minutes())}</td>
                <td class="num nowrap">{facility.phone.clone()}</td>
            </tr>
        })
    });
    let street = facts().street();
    let lines = move || {
        let street = street.here()?;
        let lines = street.hotlines.iter().take(LINES).map(|line| {
            view! { <li>{line.name.clone()} <strong class="num nowrap">{line.phone.clone()}</strong></li> }
        });
        Some(lines.collect_view())
    };
    let made = tr!(circle.card_made, day = when::date(when::now().china_date()));
    view! {
        <article class="slip only-print wall">
            <h1 class="slip-title">{tr!(circle.card_title)}</h1>
            <p class="wall-from">{from}{tr!(circle.comma)}{words_of(walker)}</p>
            <table class="wall-rows"><tbody>{rows.collect_view()}</tbody></table>
            <div class="wall-foot">
                <div>
                    <p class="wall-lines-title">{tr!(circle.card_lines)}</p>
                    <ul class="wall-lines">{lines}</ul>
                    <p class="wall-made">{made}</p>
                </div>
                {link.map(|link| view! { <QrCode text=link note=tr!(circle.card_qr)/> })}
            </div>
        </article>
    }
}
