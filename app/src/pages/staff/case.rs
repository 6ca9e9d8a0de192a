//! `/staff/cases/:case`: the whole case on one screen, and what may be done to it now.

mod act;
mod act_fields;
mod actions;
mod departments;
mod desk;
mod door;
mod faces;
mod history;
mod merging;
mod panels;
mod photos;
mod public;
mod review;
mod spotted;
mod tags;
mod templates;
pub mod typed;

use super::on_street::PublicationChip;
use super::session::{session, signed_in};
use crate::pages::not_found::NotFound;
use crate::parts::{
    DueChip, ErrorNote, Note, Page, Skeleton, StatusChip, Timeline, focus_id, page_title,
};
use crate::{when, words};
use act::ActSheet;
use actions::Actions;
use departments::CallsPanel;
use desk::Desk;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use merging::MergePanel;
use model::api::{Me, StaffCase, Why};
use model::calendar::Light;
use model::id::CaseId;
use model::problem::Code;
use model::workflow::{Publication, Verb};
use panels::{Answers, AuditPanel, Custody, People, Resident};
use photos::Photos;
use public::PublicPanel;
use spotted::{Spotted, is_on_street, is_unreviewed};
use std::sync::Arc;
use tags::TagsPanel;

/// A colour's name in the style sheet.
pub fn light_name(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Amber => "amber",
        Light::Red => "red",
    }
}

/// The page of one case.
#[component]
pub fn CasePage() -> impl IntoView {
    let params = use_params_map();
    signed_in(move |me| {
        let case = params
            .with(|params| params.get("case"))
            .and_then(|id| id.parse::<CaseId>().ok());
        match case {
            Some(case) => view! { <Whole me=me case=case/> }.into_any(),
            None => view! { <NotFound/> }.into_any(),
        }
    })
}

#[component]
fn Whole(me: Arc<Me>, case: CaseId) -> impl IntoView {
    let session = session();
    let desk = Desk::open(session, me, case);
    let here = Memo::new(move |_| desk.case.with(Option::is_some));
    let body = move || {
        match (here.get(), desk.failed.get()) {
        (true, _) => view! { <Body desk=desk/> }.into_any(),
        (false, None) => view! {
            <h1 class="sr-only" tabindex="-1">{tr!(staff.case.title)}</h1>
            <Skeleton/>
        }
        .into_any(),
        (false, Some(error)) if error.code() == Some(Code::ReasonNeeded) => {
            view! { <Reasons desk=desk/> }.into_any()
        }
        (false, Some(error)) => view! {
            <h1 class="page-title" tabindex="-1">{tr!(staff.case.title)}</h1>
            <ErrorNote error=error>
                <button class="btn" type="button" on:click=move |_| desk.fetch()>{tr!(shell.retry)}</button>
            </ErrorNote>
        }
        .into_any(),
    }
    };
    let back = session.last_queue.get_value();
    view! {
        <Page title=tr!(staff.case.title) back=back wide=true own_heading=true>{body}</Page>
        <ActSheet desk=desk/>
    }
}

/// Whoever has nothing to do in a case says why they read it.
#[component]
fn Reasons(desk: Desk) -> impl IntoView {
    focus_id("why-title");
    let choices = Why::ALL.map(|why| {
        view! {
            <button class="btn" type="button" on:click=move |_| desk.fetch_because(why)>
                {history::why_words(why)}
            </button>
        }
    });
    view! {
        <h1 class="page-title" id="why-title" tabindex="-1">{tr!(staff.opening.title)}</h1>
        <p>{tr!(staff.opening.lead)}</p>
        <div class="btns">{choices}</div>
    }
}

#[component]
fn Body(desk: Desk) -> impl IntoView {
    focus_id("case-title");
    let on_street = desk.see(is_on_street);
    view! {
        <Head desk=desk/>
        <Done desk=desk/>
        <Actions desk=desk/>
        <div class="case-view">
            <div class="case-main">
                <door::Door desk=desk/>
                {move || match on_street.get() {
                    true => view! { <Spotted desk/> }.into_any(),
                    false => view! { <Resident desk/> }.into_any(),
                }}
                <door::Checklist desk=desk/>
                <Photos desk=desk/>
                <PublicPanel desk=desk/>
                <Answers desk=desk/>
            </div>
            <aside class="case-side" aria-label=tr!(staff.case.side)>
                <People desk=desk/>
                <CallsPanel desk=desk/>
                <MergePanel desk=desk/>
                <TagsPanel desk=desk/>
                <Custody desk=desk/>
                <History desk=desk/>
                <AuditPanel desk=desk/>
            </aside>
        </div>
    }
}

/// Which case it is, and where it stands.
#[component]
fn Head(desk: Desk) -> impl IntoView {
    let title = desk.see(title_of);
    let unreviewed = desk.see(is_unreviewed);
    Effect::new(move || page_title(&title.get()));
    let receipt = desk.see(|case| case.view.receipt.to_string());
    let state = desk.see(|case| Some(case.view.progress.state));
    let due = desk.see(|case| case.view.progress.due.map(|due| (due, case.view.light)));
    let since = desk.see(|case| when::moment(case.view.at));
    view! {
        <header class="case-head">
            <h1 class="page-title" id="case-title" tabindex="-1">{title}</h1>
            <p class="case-number num">{receipt}</p>
            <p class="case-chips">
                {move || state.get().map(|state| view! { <StatusChip state=state say=words::state_to_staff/> })}
                {move || due.get().map(|(due, light)| view! { <DueChip due=due light=light/> })}
                {move || unreviewed.get().then(|| view! { <PublicationChip of=Publication::Private/> })}
            </p>
            <p class="muted">{move || tr!(staff.case.handed_in, when = since.get())}</p>
        </header>
    }
}

/// Does `then` once a sheet has closed and given the focus back to where it was.
pub fn when_closed(open: RwSignal<bool>, then: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        if !open.get() {
            Timeout::new(0, then.clone()).forget();
        }
    });
}

/// What the case is called: its matter or its category.
fn title_of(case: &StaffCase) -> String {
    let view = &case.view;
    let name = view.matter_name.clone().or(view.category_name.clone());
    name.unwrap_or_else(|| words::kind(view.kind).to_owned())
}

/// Whether this can ever be done to a case of its kind.
fn knows(case: &StaffCase, verb: Verb) -> bool {
    let mut rules = case.view.kind.flow().iter().copied().flatten();
    rules.any(|rule| rule.verb == verb)
}

/// Says what was just done, and takes the focus from the button that did it and may be gone.
#[component]
fn Done(desk: Desk) -> impl IntoView {
    view! {
        <div id="case-done" role="status" tabindex="-1" hidden=move || desk.done.with(Option::is_none)>
            {move || desk.done.get().map(|words| view! { <Note tone="good" title=words/> })}
            {move || desk.undone.get().map(|words| view! { <Note tone="warn" title=words/> })}
        </div>
    }
}

#[component]
fn History(desk: Desk) -> impl IntoView {
    let timeline = desk.see(|case| case.view.timeline.clone());
    view! {
        <section class="panel" aria-labelledby="history-title">
            <h2 class="panel-title" id="history-title">{tr!(staff.case.history)}</h2>
            {move || timeline.with(|timeline| view! { <Timeline moments=history::moments(timeline)/> })}
        </section>
    }
}
