//! The rows: a table where there is room for one, cards on a phone.

use super::desk::Desk;
use super::rows::{self, Row};
use crate::pages::staff::on_street::{PublicationChip, place_line};
use crate::parts::{DueChip, StatusChip, focus_id};
use crate::state::facts;
use crate::storage::Pref;
use crate::when;
use crate::words;
use gloo::events::EventListener;
use gloo::utils::{document, window};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use model::api::QueueItem;
use model::id::CaseId;
use model::workflow::Publication;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// The table.
#[component]
pub fn Table(desk: Desk) -> impl IntoView {
    walk_by_keys(desk);
    let heads = [
        tr!(staff.column.case),
        tr!(staff.column.due),
        tr!(staff.column.state),
        tr!(staff.column.applicant),
        tr!(staff.column.grid),
        tr!(staff.column.assignee),
        tr!(staff.column.at),
    ];
    let heads = heads.map(|head| view! { <th role="columnheader" scope="col">{head}</th> });
    let cases = move || {
        desk.rows
            .with(|rows| rows.iter().map(|row| row.item.case).collect::<Vec<_>>())
    };
    view! {
        <div class="queue-wrap">
            <table class="queue" role="table">
                <caption class="sr-only">{tr!(staff.queue.caption)}</caption>
                <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                <tbody role="rowgroup">
                    <For each=cases key=|case| *case children=move |case| view! { <Line desk=desk case=case/> }/>
                </tbody>
            </table>
        </div>
    }
}

/// One row. Its cells follow the case; the row itself, and the focus in it, stay.
#[component]
fn Line(desk: Desk, case: CaseId) -> impl IntoView {
    let find = move |rows: &Vec<Row>| rows.iter().find(|row| row.item.case == case).cloned();
    let row = Memo::new(move |_| desk.rows.with(find));
    let cell = move |draw: fn(Row) -> AnyView| move || row.get().map(draw);
    let light = move || {
        row.get()
            .and_then(|row| row.item.light)
            .map(super::super::case::light_name)
    };
    let here = move || (desk.at.get() == Some(case)).then_some("true");
    view! {
        <tr class="queue-row" role="row" data-due=light aria-current=here
            class:is-new=move || row.get().is_some_and(|row| row.fresh)
            on:focusin=move |_| desk.at.set(Some(case))>
            <td class="queue-main" role="cell" data-label=tr!(staff.column.case)>
                <a class="queue-link" id=link_id(case) href=format!("/staff/cases/{case}")>{cell(name)}</a>
            </td>
            <td class="queue-main" role="cell" data-label=tr!(staff.column.due)>{cell(due)}</td>
            <td class="queue-main" role="cell" data-label=tr!(staff.column.state)>{cell(state)}</td>
            <td role="cell" data-label=tr!(staff.column.applicant)>{cell(applicant)}</td>
            <td role="cell" data-label=tr!(staff.column.grid)>{cell(grid)}</td>
            <td role="cell" data-label=tr!(staff.column.assignee)>{cell(assignee)}</td>
            <td role="cell" data-label=tr!(staff.column.at)>{cell(at)}</td>
        </tr>
    }
}

fn link_id(case: CaseId) -> String {
    format!("case-{case}")
}

fn name(row: Row) -> AnyView {
    let item = row.item;
    let unreviewed = needs_review(&item);
    let name = item
        .matter_name
        .or(item.category_name)
        .unwrap_or_else(|| crate::words::kind(item.kind).to_owned());
    let receipt = item.receipt.to_string();
    let street = facts().street().here();
    let place = item.place.as_ref().zip(street);
    let place = place.map(|(spot, street)| place_line(spot, &street));
    let voices = (item.voices > 1).then(|| tr!(handling.voices, count = item.voices));
    view! {
        <span class="queue-name">
            <span>{name}" "<span class="muted num nowrap">{receipt}</span></span>
            {place.map(|place| view! { <span class="queue-place">{place}</span> })}
            {voices.map(|voices| view! { <span class="queue-place">{voices}</span> })}
            {unreviewed.then(|| view! { <span><PublicationChip of=Publication::Private/></span> })}
        </span>
    }
    .into_any()
}

/// It is still to be dealt with, and nobody has looked at what may be shown of it.
fn needs_review(item: &QueueItem) -> bool {
    let private = item.progress.publication == Publication::Private;
    item.place.is_some() && private && item.progress.state.is_open()
}

fn due(row: Row) -> AnyView {
    match row.item.due.filter(|_| row.item.light.is_some()) {
        Some(due) => view! { <DueChip due=due light=row.item.light/> }.into_any(),
        None => view! { <span class="muted">{tr!(staff.column.no_due)}</span> }.into_any(),
    }
}

fn state(row: Row) -> AnyView {
    let gone = row
        .gone
        .then(|| view! { <span class="muted">" "{tr!(staff.queue.gone)}</span> });
    view! { <span><StatusChip state=row.item.progress.state say=words::state_to_staff/>{gone}</span> }.into_any()
}

fn applicant(row: Row) -> AnyView {
    match row.item.applicant {
        name if name.is_empty() => {
            view! { <span class="muted">{tr!(handling.spot.no_name)}</span> }.into_any()
        }
        name => name.into_any(),
    }
}

fn grid(row: Row) -> AnyView {
    row.item.grid_name.into_any()
}

fn assignee(row: Row) -> AnyView {
    row.item
        .assignee
        .unwrap_or_else(|| tr!(staff.column.nobody).to_owned())
        .into_any()
}

fn at(row: Row) -> AnyView {
    when::date(row.item.at.china_date()).into_any()
}

/// Whether there is likely a keyboard to speak of.
pub fn has_keyboard() -> bool {
    let query = window().match_media("(hover: hover) and (pointer: fine)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// Whether single letters are heard. Whoever dictates, or hits keys unawares, can turn them off.
pub fn keys_are_on() -> bool {
    Pref::Keys.get().is_none()
}

/// j goes down, k goes up; Enter opens what they have reached.
fn walk_by_keys(desk: Desk) {
    let go = use_navigate();
    let keys = EventListener::new(&document(), "keydown", move |event| {
        let Some(event) = event
            .dyn_ref::<KeyboardEvent>()
            .filter(|event| is_plain(event))
        else {
            return;
        };
        let Some(at) = desk.at.try_get_untracked().filter(|_| keys_are_on()) else {
            return;
        };
        let step = |steps| {
            desk.rows
                .try_with_untracked(|rows| rows::step(rows, at, steps))
                .flatten()
        };
        match event.key().as_str() {
            "j" => reach(desk, step(1)),
            "k" => reach(desk, step(-1)),
            // With the focus on something, Enter is that thing's.
            "Enter" if is_nowhere() => {
                if let Some(case) = at {
                    go(&format!("/staff/cases/{case}"), Default::default());
                }
            }
            _ => {}
        }
    });
    let keys = StoredValue::new_local(keys);
    on_cleanup(move || keys.dispose());
}

fn reach(desk: Desk, case: Option<CaseId>) {
    if let Some(case) = case {
        desk.at.try_set(Some(case));
        focus_id(&link_id(case));
    }
}

/// Not a shortcut of the browser's, and not typed into something.
fn is_plain(event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
    let tag = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let writing = tag.is_some_and(|element| {
        element
            .closest("input, select, textarea, dialog")
            .ok()
            .flatten()
            .is_some()
    });
    !modified && !writing
}

fn is_nowhere() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.tag_name() == "BODY")
}
