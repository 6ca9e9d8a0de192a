//! What everybody reads and sees of the case (公开情况).

use super::actions::panel_buttons;
use super::desk::Desk;
use super::photos::thumb;
use crate::pages::staff::on_street::PublicationChip;
use leptos::prelude::*;
use model::api::{PhotoSize, StaffCase};
use model::workflow::{Face, Publication, Shown, State, Verb};

/// How far it is seen, what is seen, and what can be done about it.
#[component]
pub fn PublicPanel(desk: Desk) -> impl IntoView {
    let concerned = desk.see(|case| super::knows(case, Verb::Review));
    view! { <Show when=move || concerned.get()><Panel desk/></Show> }
}

#[component]
fn Panel(desk: Desk) -> impl IntoView {
    let publication = desk.see(|case| case.progress.publication);
    let hint = desk.see(|case| Some(hint(case)));
    let page = desk.see(|case| is_shown(case).then(|| format!("/reports/{}", case.view.case)));
    let link = move || {
        page.get().map(|page| {
            view! { <p><a href=page rel="external">{tr!(handling.public.page)}</a></p> }
        })
    };
    view! {
        <section class="panel" aria-labelledby="public-title">
            <h2 class="panel-title" id="public-title">{tr!(handling.public.title)}</h2>
            <p class="case-chips">{move || view! { <PublicationChip of=publication.get()/> }}</p>
            <p class="muted">{hint}</p>
            <Seen desk/>
            {link}
            {panel_buttons(desk, &[Verb::Review, Verb::Publish, Verb::Hide])}
        </section>
    }
}

/// Everybody sees it now, and under its own address.
fn is_shown(case: &StaffCase) -> bool {
    let gone = matches!(case.progress.state, State::Withdrawn | State::Merged);
    case.progress.publication == Publication::Public && !gone
}

fn hint(case: &StaffCase) -> &'static str {
    match (case.progress.publication, case.progress.state) {
        (Publication::Public, State::Merged) => tr!(handling.public.merged),
        (Publication::Public, State::Withdrawn) => tr!(handling.public.withdrawn),
        (Publication::Private, _) => tr!(handling.public.private_hint),
        (Publication::Reviewed, _) => tr!(handling.public.reviewed_hint),
        (Publication::Public, _) => tr!(handling.public.public_hint),
        (Publication::Hidden, _) => tr!(handling.public.hidden_hint),
    }
}

/// The words and pictures as decided; nothing before anybody has.
#[component]
pub fn Seen(desk: Desk) -> impl IntoView {
    let face = desk.see(|case| case.face.clone());
    move || face.get().map(|face| drawn(desk, face))
}

fn drawn(desk: Desk, face: Face) -> impl IntoView {
    let (after, before): (Vec<Shown>, Vec<Shown>) =
        face.photos.into_iter().partition(|shown| shown.after);
    let list = move |title: &'static str, shown: Vec<Shown>| {
        (!shown.is_empty()).then(|| {
            let row = |(at, shown): (usize, Shown)| {
                desk.pictures.fetch(shown.photo, PhotoSize::Thumb);
                let alt = tr!(handling.public.picture, what = title, number = at + 1);
                view! { <li>{move || thumb(desk, shown.photo, &alt)}</li> }
            };
            let rows = shown.into_iter().enumerate().map(row).collect_view();
            view! {
                <p class="label">{title}</p>
                <ul class="shots">{rows}</ul>
            }
        })
    };
    view! {
        <blockquote class="words">{face.words}</blockquote>
        {list(tr!(handling.public.before), before)}
        {list(tr!(handling.public.after), after)}
    }
}
