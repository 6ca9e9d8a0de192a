//! What was reported from the street: the words, where it is, who saw it.

use super::desk::Desk;
use crate::pages::staff::on_street::place_line;
use crate::parts::{CallButton, Look, MapMarker, Note, StreetMap};
use crate::state::facts;
use leptos::prelude::*;
use model::api::StaffCase;
use model::field::Shape;
use model::place::Spot;
use model::workflow::Verb;

/// Whether the case is about something on the street.
pub fn is_on_street(case: &StaffCase) -> bool {
    let mut fields = case.view.kind.fields().iter();
    fields.any(|field| matches!(field.shape, Shape::Place))
}

/// The panel.
#[component]
pub fn Spotted(desk: Desk) -> impl IntoView {
    let seen = desk.see(seen);
    let spot = desk.see(|case| case.view.answers.get::<Spot>("place"));
    let place = move || {
        let (spot, street) = (spot.get()?, facts().street().here()?);
        Some(place_line(&spot, &street))
    };
    let place = Memo::new(move |_| place());
    let who = move || {
        let seen = seen.get();
        let name = match (seen.anonymous, seen.name.is_empty()) {
            (true, _) => tr!(handling.spot.nameless).to_owned(),
            (false, true) => tr!(handling.spot.no_name).to_owned(),
            (false, false) => seen.name.clone(),
        };
        view! {
            <dl class="facts">
                <div><dt>{tr!(handling.spot.place)}</dt><dd>{place}</dd></div>
                <div><dt>{tr!(staff.resident.grid)}</dt><dd>{seen.grid}</dd></div>
                <div><dt>{tr!(handling.spot.by)}</dt><dd>{name}</dd></div>
                <div><dt>{tr!(handling.spot.voices)}</dt><dd>{tr!(handling.voices, count = seen.voices)}</dd></div>
            </dl>
        }
    };
    let call = move || {
        let seen = seen.get();
        (!seen.phone.is_empty()).then(
            || view! { <div class="btns"><CallButton phone=seen.phone name=seen.name/></div> },
        )
    };
    let words = move || match seen.get().words {
        words if words.trim().is_empty() => {
            view! { <p class="muted">{tr!(handling.review.no_words)}</p> }.into_any()
        }
        words => view! { <blockquote class="words">{words}</blockquote> }.into_any(),
    };
    let same = desk.see(|case| case.same_words);
    let same = move || {
        (same.get() > 0).then(|| {
            let title = tr!(handling.spot.same_words, count = same.get());
            view! { <Note tone="warn" title=title/> }
        })
    };
    view! {
        <section class="panel" aria-labelledby="spotted-title">
            <h2 class="panel-title" id="spotted-title">{tr!(handling.spot.title)}</h2>
            {words}
            {same}
            {who}
            {call}
            {move || spot.get().map(|spot| view! { <Map desk spot/> })}
        </section>
    }
}

/// Where it is. The place stands in words above: the map is an aid.
#[component]
fn Map(desk: Desk, spot: Spot) -> impl IntoView {
    let name = desk
        .now(super::title_of)
        .unwrap_or_else(|| tr!(handling.spot.place).to_owned());
    let marker = MapMarker {
        id: "here".to_owned(),
        at: spot.at,
        icon: "pin",
        tone: "urgent",
        label: name.clone(),
    };
    let look = Some(Look {
        at: spot.at,
        zoom: Some(17),
    });
    view! {
        <StreetMap label=tr!(handling.spot.map, what = name) after="after-map" look=Signal::stored(look) markers=Signal::stored(vec![marker])/>
        <div id="after-map" tabindex="-1"></div>
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Seen {
    words: String,
    name: String,
    phone: String,
    anonymous: bool,
    grid: String,
    voices: u32,
}

fn seen(case: &StaffCase) -> Seen {
    let envelope = Desk::envelope(case);
    Seen {
        words: case.view.answers.text("words").to_owned(),
        name: envelope.contact,
        phone: envelope.phone,
        anonymous: case.progress.anonymous,
        grid: case.grid_name.clone(),
        voices: case.view.voices,
    }
}

/// Whether anybody has looked at what may be shown of it.
pub fn is_unreviewed(case: &StaffCase) -> bool {
    let unseen = case.progress.publication == model::workflow::Publication::Private;
    super::knows(case, Verb::Review) && unseen
}
