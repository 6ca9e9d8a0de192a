//! A volunteer's own hours: a record, for nobody else's eyes.

use crate::api::{self, assist as calls};
use crate::parts::{ErrorNote, Page, Section, Skeleton};
use crate::when;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{MyHours, ShiftRecord};

/// Its address in memory.
pub const ADDRESS: &str = "/hours";

/// The shifts of the last three months.
#[component]
pub fn Hours() -> impl IntoView {
    let told = RwSignal::new(None::<api::Result<MyHours>>);
    spawn_local(async move {
        told.try_set(Some(calls::hours().await));
    });
    let body = move || match told.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(Err(error)) => view! { <ErrorNote error/> }.into_any(),
        Some(Ok(hours)) => record(hours).into_any(),
    };
    view! {
        <Page title=tr!(assist.hours.title) lead=tr!(assist.hours.lead) back="/">{body}</Page>
    }
}

fn record(hours: MyHours) -> impl IntoView {
    let (whole, rest) = (hours.month_minutes / 60, hours.month_minutes % 60);
    let before = match hours.before.is_empty() {
        true => view! { <p>{tr!(assist.hours.none)}</p> }.into_any(),
        false => list(&hours.before).into_any(),
    };
    view! {
        <p class="hours-month">{tr!(assist.hours.month, hours = whole, minutes = rest)}</p>
        <Section title=tr!(assist.hours.now)>{list(&[hours.shift.done])}</Section>
        <Section title=tr!(assist.hours.before)>{before}</Section>
    }
}

fn list(shifts: &[ShiftRecord]) -> impl IntoView + use<> {
    let row = |shift: &ShiftRecord| {
        let when = when::moment(shift.began);
        let words = tr!(
            assist.hours.row,
            minutes = shift.minutes,
            residents = shift.residents
        );
        view! { <div><dt>{when}</dt><dd>{words}</dd></div> }
    };
    view! { <dl class="facts">{shifts.iter().map(row).collect_view()}</dl> }
}
