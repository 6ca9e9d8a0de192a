//! One case in the list: its picture, what it is, how far, where it stands, how many met it.

use super::story;
use crate::parts::{Icon, StatusChip, away, icon_named};
use crate::state::facts;
use crate::when;
use leptos::prelude::*;
use model::api::report::ReportItem;
use model::api::{PhotoSize, path};
use model::id::{CaseId, CategoryId};

/// The id of a case's card in the page.
pub fn card_id(case: CaseId) -> String {
    format!("report-{case}")
}

/// The sign of a category, as the street's file names it.
pub fn sign_of(category: &CategoryId) -> &'static str {
    let all = facts().categories().here();
    let named = all.and_then(|all| {
        let mut categories = all.categories.iter();
        let found = categories.find(|one| one.id == *category)?;
        Some(icon_named(&found.icon))
    });
    named.unwrap_or("pin")
}

/// `<Card item=item chosen=… on_touch=…/>`
#[component]
pub fn Card(
    /// The case.
    item: ReportItem,
    /// It is the one chosen on the map.
    #[prop(into)]
    chosen: Signal<bool>,
    /// Told when somebody reaches it, by finger or key.
    on_touch: Callback<CaseId>,
) -> impl IntoView {
    let case = item.case;
    let line = line(&item);
    let voices = (item.voices > 1).then(|| tr!(reports.card.voices, count = item.voices));
    view! {
        <li>
            <a class="card report-card" id=card_id(case) href=format!("/reports/{case}")
                data-chosen=move || chosen.get().then_some("true")
                on:focus=move |_| on_touch.run(case)>
                <Picture item=item.clone()/>
                <span class="report-card-body">
                    <span class="card-title">{item.category_name.clone()}</span>
                    <span class="report-card-words">{item.words.clone()}</span>
                    <span class="card-line">{line}</span>
                    <span class="card-foot">
                        <StatusChip state=item.state say=story::state/>
                        {voices.map(|voices| view! {
                            <span class="card-line report-voices"><Icon name="people" size="s"/>{voices}</span>
                        })}
                    </span>
                </span>
            </a>
        </li>
    }
}

/// How far, and since when.
fn line(item: &ReportItem) -> String {
    let since = tr!(reports.card.since, when = when::ago(item.handed_in));
    match item.metres {
        Some(metres) => [away(f64::from(metres)), since].join(" · "),
        None => since,
    }
}

/// The first picture; the category's sign where there is none, or where it does not come.
#[component]
fn Picture(item: ReportItem) -> impl IntoView {
    let lost = RwSignal::new(false);
    let photo = item.photo;
    move || match photo.filter(|_| !lost.get()) {
        Some(photo) => {
            let src = path::of_photo(path::REPORT_PHOTO, item.case, photo, PhotoSize::Thumb);
            // The words beside it say what it shows.
            view! { <img class="report-card-photo" src=src alt="" loading="lazy" on:error=move |_| lost.set(true)/> }.into_any()
        }
        None => view! {
            <span class="report-card-photo report-card-sign">
                <Icon name=sign_of(&item.category) size="xl"/>
            </span>
        }
        .into_any(),
    }
}
