//! 公建配套: the rooms that dwellings ask for, and those that stand. Only what is on record counts.

use crate::parts::{Icon, Section};
use leptos::prelude::*;
use model::api::coverage::{Coverage, PublicFloor, Rooms};
use std::sync::Arc;

/// A line for each community that one sees whole; nothing where there is none.
#[component]
pub fn Floors(table: Arc<Coverage>) -> impl IntoView {
    let lines = table.floors.iter().map(line).collect_view();
    let heads = [
        tr!(coverage.community),
        tr!(coverage.dwellings),
        tr!(coverage.asked),
        tr!(coverage.standing),
        tr!(coverage.verdict),
    ];
    let heads = heads.map(|head| view! { <th role="columnheader" scope="col">{head}</th> });
    (!table.floors.is_empty()).then(|| {
        view! {
            <Section title=tr!(coverage.floor_title)>
                <p class="hint">{tr!(coverage.floor_lead)}</p>
                <div class="queue-wrap">
                    <table class="queue" role="table">
                        <caption class="sr-only">{tr!(coverage.floor_caption)}</caption>
                        <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
                        <tbody role="rowgroup">{lines}</tbody>
                    </table>
                </div>
            </Section>
        }
    })
}

fn line(floor: &PublicFloor) -> impl IntoView + use<> {
    let unknown = || tr!(coverage.unknown).to_owned();
    let known = (floor.estates_known, floor.estates);
    let dwellings = match known {
        (0, _) => unknown(),
        (known, all) if known == all => tr!(coverage.m2, m2 = floor.dwellings_m2),
        (known, all) => {
            tr!(
                coverage.m2_known,
                m2 = floor.dwellings_m2,
                known = known,
                all = all
            )
        }
    };
    let asked = floor.asked_m2().map_or_else(unknown, |[least, most]| {
        tr!(coverage.m2_range, least = least, most = most)
    });
    let standing = match floor.rooms {
        0 => unknown(),
        rooms => tr!(coverage.m2_rooms, m2 = floor.rooms_m2, rooms = rooms),
    };
    let (tone, sign, verdict) = match floor.standing() {
        Rooms::Unknown => ("none", "info", tr!(coverage.rooms_unknown).to_owned()),
        Rooms::Short(m2) => ("red", "alert", tr!(coverage.rooms_short, m2 = m2)),
        Rooms::Least => ("amber", "check", tr!(coverage.rooms_least).to_owned()),
        Rooms::Full => ("green", "check", tr!(coverage.rooms_full).to_owned()),
    };
    view! {
        <tr class="queue-row" role="row" data-due=tone>
            <td class="queue-main" role="cell" data-label=tr!(coverage.community)><strong>{floor.name.clone()}</strong></td>
            <td role="cell" data-label=tr!(coverage.dwellings)>{dwellings}</td>
            <td role="cell" data-label=tr!(coverage.asked)>{asked}</td>
            <td role="cell" data-label=tr!(coverage.standing)>{standing}</td>
            <td role="cell" data-label=tr!(coverage.verdict)>
                <span class="due" data-due=tone><Icon name=sign size="s"/>{verdict}</span>
            </td>
        </tr>
    }
}
