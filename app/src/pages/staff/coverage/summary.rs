//! The services by category, the worst first: what a phone shows of the table.

use super::query::{self, Looked};
use super::{Desk, Stand, percent};
use crate::parts::{Icon, Note, Section};
use crate::words;
use leptos::prelude::*;
use model::api::coverage::{Coverage, CoverageRow};
use model::facility::Category;
use std::cmp::Reverse;
use std::sync::Arc;

/// So many estates are named in a list of services, the furthest; a service's own page names all.
const NAMED: usize = 3;

/// The services of one category, most homes without it first.
struct Group<'t> {
    category: Category,
    rows: Vec<&'t CoverageRow>,
}

impl<'t> Group<'t> {
    fn of(table: &'t Coverage, category: Category) -> Group<'t> {
        let rows = table.rows.iter().filter(|row| row.category == category);
        let mut rows: Vec<&CoverageRow> = rows.collect();
        rows.sort_by_key(|row| Reverse(row.without()));
        Group { category, rows }
    }

    /// Homes without what most homes lack of it.
    fn homes(&self) -> u32 {
        self.rows.first().map_or(0, |row| row.without())
    }

    fn lacking(&self) -> usize {
        self.rows.iter().filter(|row| row.without() > 0).count()
    }
}

/// A fold for each category, where most homes lack something first. All are closed, so that a
/// phone shows them beneath each other.
#[component]
pub fn Summary(desk: Desk, table: Arc<Coverage>) -> impl IntoView {
    let groups = Category::ALL.map(|category| Group::of(&table, category));
    let mut groups: Vec<Group<'_>> = groups
        .into_iter()
        .filter(|it| !it.rows.is_empty())
        .collect();
    groups.sort_by_key(|group| Reverse(group.homes()));
    let none = groups.iter().all(|group| group.lacking() == 0);
    let all_near = none.then(|| view! { <Note tone="good" title=tr!(coverage.all_near)/> });
    let folds = groups.iter().map(|group| fold(desk, &table, group));
    let folds = folds.collect_view();
    view! {
        {all_near}
        <Section title=tr!(coverage.folds_title)>
            <div class="folds">{folds}</div>
        </Section>
    }
}

fn fold(desk: Desk, table: &Coverage, group: &Group<'_>) -> impl IntoView + use<> {
    let looked = desk.looked.get_untracked();
    let category = group.category;
    let (all, lacking) = (group.rows.len(), group.lacking());
    let worst = group.rows.first().filter(|_| lacking > 0);
    let (tone, sign, chip, kinds) = match worst {
        None => (
            "green",
            "check",
            tr!(coverage.fold_near).to_owned(),
            tr!(coverage.fold_kinds_near, all = all),
        ),
        Some(row) => (
            "red",
            "alert",
            tr!(
                coverage.fold_homes,
                kind = row.kind.clone(),
                homes = row.without()
            ),
            tr!(coverage.fold_kinds, all = all, lacking = lacking),
        ),
    };
    let cards = group.rows.iter().map(|row| card(&looked, table, row));
    let cards = cards.collect_view();
    let toggled = move |event: web_sys::Event| {
        let open = event_target::<web_sys::Element>(&event).has_attribute("open");
        desk.folds.try_update_value(|folds| {
            folds.retain(|other| *other != category);
            if open {
                folds.push(category);
            }
        });
    };
    view! {
        <details class="fold" open=desk.folds.with_value(|folds| folds.contains(&category)) on:toggle=toggled>
            <summary class="fold-head">
                <span class="fold-name">{words::category(category)}</span>
                <span class="due" data-due=tone><Icon name=sign size="s"/>{chip}</span>
                <span class="muted">{kinds}</span>
            </summary>
            <ul class="services">{cards}</ul>
        </details>
    }
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
