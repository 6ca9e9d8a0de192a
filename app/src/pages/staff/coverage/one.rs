//! One service: each estate's walk, the map, and what one more would change.

use super::what_if::{Trial, WhatIfPart};
use super::{Desk, Stand, query, summary};
use crate::parts::{Icon, Look, MapMarker, Pinned, Section, Seen, StreetMap};
use crate::state::facts;
use leptos::prelude::*;
use model::api::coverage::{Coverage, CoverageRow, CoveredEstate};
use model::facility::{Category, Facility};
use model::place::Wgs84;
use std::cmp::Reverse;
use std::sync::Arc;

/// How near the map looks: the street as a whole.
const ZOOM: u8 = 14;

/// One service.
#[component]
pub fn One(desk: Desk, table: Arc<Coverage>, at: usize) -> impl IntoView {
    let trial = Trial::begin(desk);
    let row = table.rows.get(at).cloned();
    row.map(|row| {
        let row = Arc::new(row);
        let title = tr!(coverage.one_title, kind = row.kind.clone());
        let back = query::address(&desk.looked.get_untracked().of(None));
        view! {
            <div class="coverage-one">
                <div class="coverage-map">
                    <Map desk trial table=Arc::clone(&table) row=Arc::clone(&row)/>
                </div>
                <div class="coverage-words">
                    <WhatIfPart trial table=Arc::clone(&table)/>
                    <div id="coverage-list" tabindex="-1">
                        <Section title=title>
                            {summary::share(&row)}
                            <p class="muted">{tr!(coverage.source, source = row.source.clone())}</p>
                            {estates(&table, &row)}
                            <There row/>
                        </Section>
                    </div>
                    <p><a class="btn" href=back><Icon name="back"/>{tr!(coverage.back_to_all)}</a></p>
                </div>
            </div>
        }
    })
}

/// The estates, the furthest first.
fn estates(table: &Coverage, row: &CoverageRow) -> impl IntoView + use<> {
    let mut estates: Vec<(usize, &CoveredEstate)> = table.estates.iter().enumerate().collect();
    estates.sort_by_key(|(number, estate)| {
        let walk = row.walks.get(*number).copied().flatten();
        (!estate.on_map, Reverse(walk.unwrap_or(u32::MAX)))
    });
    let lines = estates.into_iter().map(|(number, estate)| {
        let stand = Stand::of(table, row, number);
        let (tone, sign) = stand.tone();
        view! {
            <li class="estate-line">
                <span class="estate-name">{estate.name.clone()}</span>
                <span class="muted nowrap">{tr!(coverage.homes, homes = estate.homes)}</span>
                <span class="due" data-due=tone><Icon name=sign size="s"/>{stand.words()}</span>
            </li>
        }
    });
    view! { <ol class="estate-lines">{lines.collect_view()}</ol> }
}

/// What there is of it now, by name.
#[component]
fn There(row: Arc<CoverageRow>) -> impl IntoView {
    let facilities = facts().facilities();
    move || {
        let all = facilities.here()?;
        let there = of_kind(&all.facilities, row.category, &row.kind);
        let names: Vec<&str> = there.iter().map(|it| it.name.as_str()).collect();
        let kind = row.kind.clone();
        let words = match names.is_empty() {
            true => tr!(coverage.facilities_none, kind = kind),
            false => {
                let names = names.join(tr!(coverage.comma));
                tr!(coverage.facilities, kind = kind, names = names)
            }
        };
        Some(view! { <p class="hint">{words}</p> })
    }
}

fn of_kind<'f>(all: &'f [Facility], category: Category, kind: &str) -> Vec<&'f Facility> {
    let of_it = |it: &&Facility| it.category == category && it.kind == kind;
    all.iter().filter(of_it).collect()
}

/// The estates by how it stands with them, the facilities, and the pin that can be put anywhere.
#[component]
fn Map(desk: Desk, trial: Trial, table: Arc<Coverage>, row: Arc<CoverageRow>) -> impl IntoView {
    // Where it was left; else at what is put there; else at all of the street.
    let whole = || {
        Some(Look {
            at: middle(&table.estates)?,
            zoom: Some(ZOOM),
        })
    };
    let put = desk.looked.with_untracked(|looked| looked.at);
    let near = put.map(|at| Look {
        at,
        zoom: Some(ZOOM + 1),
    });
    let look = desk.seen.get_value().or(near).or_else(whole);
    let left = Callback::new(move |seen: Seen| {
        let at = centre(&[seen.south_west, seen.north_east]);
        let look = at.map(|at| Look {
            at,
            zoom: Some(seen.zoom),
        });
        desk.seen.try_update_value(|seen| *seen = look.or(*seen));
    });
    let facilities = facts().facilities();
    let selected = RwSignal::new(None::<String>);
    let markers = Memo::new(move |_| {
        let mut markers: Vec<MapMarker> = (0..table.estates.len())
            .filter_map(|number| estate_marker(&table, &row, number))
            .collect();
        let all = facilities.here();
        let all = all
            .iter()
            .flat_map(|all| of_kind(&all.facilities, row.category, &row.kind));
        markers.extend(all.map(|it| MapMarker {
            id: format!("facility {}", it.id),
            at: it.at,
            icon: "station",
            tone: "quiet",
            label: it.name.clone(),
        }));
        markers
    });
    let moved = Callback::new(move |pinned: Pinned| match pinned.settled {
        true => trial.put(Some(pinned.at)),
        false => trial.ask(pinned.at),
    });
    view! {
        <StreetMap label=tr!(coverage.map_label) after="coverage-list"
            look=Signal::derive(move || look)
            markers=markers
            selected=selected
            pin=Signal::derive(move || trial.at())
            on_pick=Callback::new(move |at| trial.put(Some(at)))
            on_pin=moved
            on_move=left
            on_select=Callback::new(move |id| selected.set(Some(id)))/>
    }
}

fn estate_marker(table: &Coverage, row: &CoverageRow, number: usize) -> Option<MapMarker> {
    let estate = table.estates.get(number)?;
    let stand = Stand::of(table, row, number);
    let (icon, tone) = match stand {
        Stand::Near(_) => ("check", "go"),
        Stand::Far(_) | Stand::NoWay => ("alert", "urgent"),
        Stand::Unmapped => ("offline", "quiet"),
    };
    let name = estate.name.clone();
    Some(MapMarker {
        id: format!("estate {}", estate.id),
        at: estate.at,
        icon,
        tone,
        label: tr!(coverage.on_map, name = name, walk = stand.words()),
    })
}

/// Between the outermost gates.
fn middle(estates: &[CoveredEstate]) -> Option<Wgs84> {
    let gates: Vec<Wgs84> = estates.iter().map(|estate| estate.at).collect();
    centre(&gates)
}

/// Between the outermost of some places.
fn centre(places: &[Wgs84]) -> Option<Wgs84> {
    let between = |of: fn(&Wgs84) -> f64| {
        let degrees = places.iter().map(of);
        let (low, high) = degrees.fold((f64::MAX, f64::MIN), |(low, high), it| {
            (low.min(it), high.max(it))
        });
        (low + high) / 2.0
    };
    Wgs84::new(between(|at| at.lat()), between(|at| at.lon())).ok()
}
