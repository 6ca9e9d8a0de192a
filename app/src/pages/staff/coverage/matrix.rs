//! Services by estates, where there is room for a table; on a phone the list says the same.

use super::query::{self, Looked};
use super::{Desk, Stand};
use crate::parts::Section;
use leptos::prelude::*;
use model::api::coverage::{Coverage, CoverageRow};
use std::sync::Arc;

/// The table. It scrolls by itself where the estates are many.
#[component]
pub fn Matrix(desk: Desk, table: Arc<Coverage>) -> impl IntoView {
    let looked = desk.looked.get_untracked();
    let heads = table.estates.iter().map(|estate| {
        view! { <th scope="col" class="matrix-estate"><span>{estate.name.clone()}</span></th> }
    });
    let heads = heads.collect_view();
    let rows = table.rows.iter().map(|row| line(&looked, &table, row));
    let rows = rows.collect_view();
    view! {
        <div class="matrix-part">
            <Section title=tr!(coverage.matrix_title)>
                <div class="matrix-wrap" role="region" tabindex="0" aria-label=tr!(coverage.matrix_title)>
                    <table class="matrix">
                        <caption>{tr!(coverage.matrix_caption)}</caption>
                        <thead><tr><th scope="col">{tr!(coverage.service)}</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </Section>
        </div>
    }
}

fn line(looked: &Looked, table: &Coverage, row: &CoverageRow) -> impl IntoView + use<> {
    let own = (row.category, row.kind.clone());
    let href = query::address(&looked.clone().of(Some(own)));
    let cells = (0..table.estates.len()).map(|estate| cell(Stand::of(table, row, estate)));
    let within = tr!(coverage.minutes, minutes = row.minutes);
    view! {
        <tr>
            <th scope="row">
                <a href=href>{row.kind.clone()}</a>
                <span class="muted nowrap">{within}</span>
            </th>
            {cells.collect_view()}
        </tr>
    }
}

fn cell(stand: Stand) -> impl IntoView {
    let (minutes, word) = match stand {
        Stand::Near(minutes) => (Some(minutes), None),
        Stand::Far(minutes) => (Some(minutes), Some(tr!(coverage.far))),
        Stand::NoWay => (None, Some(tr!(coverage.no_way))),
        Stand::Unmapped => (None, Some(tr!(coverage.unmapped))),
    };
    let lacking = stand.is_lacking().then_some("");
    view! {
        <td class="num" data-lacking=lacking>
            {minutes}
            {word.map(|word| view! { <span class="matrix-word">{word}</span> })}
        </td>
    }
}
