//! The services one by one, the worst first: what a phone shows of the table.

use super::query::{self, Looked};
use super::{Desk, Stand, percent};
use crate::parts::{Icon, Note, Section};
use leptos::prelude::*;
use model::api::coverage::{Coverage, CoverageRow};
use std::cmp::Reverse;
use std::sync::Arc;

/// So many estates are named in a list of services, the furthest; a service's own page names all.
const NAMED: usize = 3;

/// Those that some estate lacks, most homes first; the others folded away.
#[component]
pub fn Summary(desk: Desk, table: Arc<Coverage>) -> impl IntoView {
    let looked = desk.looked.get_untracked();
    let mut lacking: Vec<&CoverageRow> =
        table.rows.iter().filter(|row| row.without() > 0).collect();
    lacking.sort_by_key(|row| Reverse(row.without()));
    let near: Vec<&CoverageRow> = table.rows.iter().filter(|row| row.without() == 0).collect();
    let count = near.len();
    let cards = |rows: &[&CoverageRow]| {
        let cards = rows.iter().map(|row| card(&looked, &table, row));
        cards.collect_view()
    };
    let near = cards(&near);
    let others = (count > 0).then(|| {
        view! {
            <details class="service-others">
                <summary class="btn">{tr!(coverage.near_title, count = count)}</summary>
                <ul class="services">{near}</ul>
            </details>
        }
    });
    if lacking.is_empty() {
        return view! { <Note tone="good" title=tr!(coverage.all_near)/> {others} }.into_any();
    }
    let lacking = cards(&lacking);
    view! {
        <Section title=tr!(coverage.lacking_title)>
            <ul class="services">{lacking}</ul>
        </Section>
        {others}
    }
    .into_any()
}

fn card(looked: &Looked, table: &Coverage, row: &CoverageRow) -> impl IntoView + use<> {
    let own = (row.category, row.kind.clone());
    let href = query::address(&looked.clone().of(Some(own)));
    let names = too_far(table, row);
    let too_far = (!names.is_empty()).then(|| {
        let more = names.len().saturating_sub(NAMED);
        let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>();
        let names = named.join(tr!(coverage.comma));
        let words = match more {
            0 => tr!(coverage.too_far, names = names),
            more => tr!(coverage.too_far_more, names = names, more = more),
        };
        view! { <p class="service-far">{words}</p> }
    });
    view! {
        <li class="service">
            <h3 class="service-name"><a href=href>{row.kind.clone()}</a></h3>
            {share(row)}
            {too_far}
        </li>
    }
}

/// The share of homes as a bar and in words, and what it is measured by.
pub fn share(row: &CoverageRow) -> impl IntoView + use<> {
    let (tone, sign) = match row.without() {
        0 => ("green", "check"),
        _ => ("red", "alert"),
    };
    let chip = match row.without() {
        0 => tr!(coverage.share, percent = percent(row)),
        homes => tr!(coverage.without, homes = homes),
    };
    let there = match row.facilities {
        0 => tr!(coverage.there_none).to_owned(),
        count => tr!(coverage.there, count = count),
    };
    let within = tr!(coverage.within, minutes = row.minutes);
    let words = tr!(coverage.share, percent = percent(row));
    view! {
        <p class="service-share">
            <span class="due" data-due=tone><Icon name=sign size="s"/>{chip}</span>
            <progress class="bar" max=row.homes.max(1) value=row.covered aria-label=words></progress>
        </p>
        <p class="muted">{format!("{within} · {there}")}</p>
    }
}

/// The estates that have none within the minutes, by name and walk, the furthest first.
fn too_far(table: &Coverage, row: &CoverageRow) -> Vec<String> {
    let estates = table.estates.iter().enumerate();
    let mut named: Vec<(u32, String)> = estates
        .filter_map(|(number, estate)| {
            let name = estate.name.clone();
            match Stand::of(table, row, number) {
                Stand::Far(walk) => {
                    Some((walk, tr!(coverage.estate_far, name = name, minutes = walk)))
                }
                Stand::NoWay => Some((u32::MAX, tr!(coverage.estate_none, name = name))),
                Stand::Near(_) | Stand::Unmapped => None,
            }
        })
        .collect();
    named.sort_by_key(|(walk, _)| Reverse(*walk));
    named.into_iter().map(|(_, words)| words).collect()
}
