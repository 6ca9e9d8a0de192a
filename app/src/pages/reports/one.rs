//! `/reports/:case`: one case as everybody sees it.

use super::card::sign_of;
use super::list::way_back;
use super::part::Part;
use super::pictures::Pictures;
use super::{ground, story};
use crate::follow::{self, Follow};
use crate::parts::{
    DueChip, Empty, ErrorNote, Icon, Look, MapMarker, Note, Page, Section, Skeleton, StatusChip,
    StreetMap, Timeline, beside,
};
use crate::state::{Online, facts};
use crate::{api, storage, when};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_params_map;
use model::api::report::{PublicReport, ReportItem};
use model::id::CaseId;
use model::problem::Code;

/// So near the map looks at one thing.
const ZOOM: u8 = 17;
/// What follows the map.
const AFTER_MAP: &str = "report-timeline";

/// The page of the case in the address.
#[component]
pub fn OneReport() -> impl IntoView {
    let params = use_params_map();
    let case = Memo::new(move |_| {
        let id = params.with(|params| params.get("case"));
        id.and_then(|id| id.parse::<CaseId>().ok())
    });
    move || match case.get() {
        Some(case) => view! { <Fetched case/> }.into_any(),
        None => view! { <Gone case=None/> }.into_any(),
    }
}

#[component]
fn Fetched(case: CaseId) -> impl IntoView {
    let answer = RwSignal::new(None::<api::Result<PublicReport>>);
    let look = move || {
        spawn_local(async move {
            let told = api::report(case).await;
            if let Ok(report) = &told {
                follow::read(&report.item);
            }
            // What is on the page already is better than that it could not be had again.
            let has = answer.try_with_untracked(|answer| matches!(answer, Some(Ok(_))));
            if told.is_ok() || has == Some(false) {
                answer.try_set(Some(told));
            }
        });
    };
    // Now, and when signal is back.
    let online = use_context::<Online>();
    Effect::new(move |_| {
        if let Some(online) = online {
            online.0.track();
        }
        look();
    });
    let again = Callback::new(move |()| {
        answer.set(None);
        look();
    });
    move || match answer.get() {
        None => view! { <Page title=tr!(reports.one.title) back=way_back()><Skeleton/></Page> }
            .into_any(),
        Some(Ok(report)) => match report.merged_into {
            Some(parent) => view! { <Merged parent/> }.into_any(),
            None => view! { <Body report/> }.into_any(),
        },
        Some(Err(error)) if error.code() == Some(Code::NotFound) => {
            view! { <Gone case=Some(case)/> }.into_any()
        }
        Some(Err(error)) => view! { <Lacking case error again/> }.into_any(),
    }
}

/// Not public, or taken back; who follows it is told where it stands all the same.
#[component]
fn Gone(case: Option<CaseId>) -> impl IntoView {
    let own = case.filter(|case| storage::link(*case).is_some());
    let mine = match own {
        Some(case) => (format!("/cases/{case}"), tr!(reports.part.to_own)),
        None => ("/cases".to_owned(), tr!(reports.gone.mine)),
    };
    let followed = case.filter(|case| follow::of(*case).is_some_and(|one| one.is_followed()));
    view! {
        <Page title=tr!(reports.gone.title) back=way_back()>
            {followed.map(|case| view! { <StillFollowed case/> })}
            <Empty sign="eye" words=tr!(reports.gone.words)>
                <p class="muted">{tr!(reports.gone.todo)}</p>
                <div class="btns">
                    <a class="btn btn-primary" href="/reports">{tr!(reports.gone.list)}</a>
                    <a class="btn" href=mine.0>{mine.1}</a>
                    <a class="btn" href="/help"><Icon name="phone"/>{tr!(cases.list.empty_call)}</a>
                </div>
            </Empty>
        </Page>
    }
}

#[component]
fn StillFollowed(case: CaseId) -> impl IntoView {
    let seen = RwSignal::new(follow::of(case));
    spawn_local(async move {
        if let Ok(now) = follow::look(case).await {
            follow::read_state(case);
            seen.try_set(Some(now));
        }
    });
    let state = move || {
        seen.get()
            .map(|seen| view! { <StatusChip state=seen.state say=story::state/> })
    };
    view! {
        <Note title=tr!(reports.gone.followed)>
            <p>{state}</p>
        </Note>
    }
}

/// It could not be had: what this phone saw of it last, where it follows it.
#[component]
fn Lacking(case: CaseId, error: api::Error, again: Callback<()>) -> impl IntoView {
    let seen = follow::of(case);
    let title = seen
        .as_ref()
        .map_or(tr!(reports.one.title).to_owned(), |seen| seen.title.clone());
    view! {
        <Page title=title back=way_back()>
            <ErrorNote error=error>
                <button class="btn" type="button" on:click=move |_| again.run(())>{tr!(shell.retry)}</button>
            </ErrorNote>
            {seen.map(last_seen)}
        </Page>
    }
}

fn last_seen(seen: Follow) -> impl IntoView {
    view! {
        <Section title=tr!(reports.one.last_seen, when = when::moment(seen.seen_at))>
            <p><StatusChip state=seen.state say=story::state/></p>
            <p class="event-words">{seen.words}</p>
        </Section>
    }
}

/// Another case stands for it.
#[component]
fn Merged(parent: CaseId) -> impl IntoView {
    view! {
        <Page title=tr!(reports.merged.title) back=way_back()>
            <Note title=tr!(reports.merged.words)>
                <a class="btn btn-primary" href=format!("/reports/{parent}")>{tr!(reports.merged.go)}</a>
            </Note>
        </Page>
    }
}

#[component]
fn Body(report: PublicReport) -> impl IntoView {
    let item = report.item.clone();
    let voices = RwSignal::new(item.voices);
    let due = report
        .due
        .map(|due| view! { <DueChip due light=report.light/> });
    let met = move || match voices.get() {
        0 | 1 => tr!(reports.one.one_voice).to_owned(),
        count => tr!(reports.one.voices, count = count),
    };
    let stands_for = (report.stands_for > 0)
        .then(|| view! { <p>{tr!(reports.one.stands_for, count = report.stands_for)}</p> });
    let words =
        (!item.words.is_empty()).then(|| view! { <p class="event-words">{item.words.clone()}</p> });
    view! {
        <Page title=item.category_name.clone() back=way_back()>
            <p class="receipt-chips report-chips">
                <StatusChip state=item.state say=story::state/>
                {due}
            </p>
            {words}
            <p>{story::standing(&report)}</p>
            <p class="report-voices"><Icon name="people"/>{met}</p>
            {stands_for}
            <Pictures report=report.clone()/>
            <Part item=item.clone() on_voices=Callback::new(move |count| voices.set(count))/>
            <Place item=item.clone()/>
            <div class="section" id=AFTER_MAP tabindex="-1">
                <h2 class="section-title">{tr!(cases.timeline)}</h2>
                <Timeline moments=story::moments(&report)/>
            </div>
            <p class="hint">{tr!(reports.one.private)}</p>
        </Page>
    }
}

/// Where it is: in words, and on a map for those who ask for it.
#[component]
fn Place(item: ReportItem) -> impl IntoView {
    let street = facts().street();
    let at = item.at;
    let words = move || {
        let street = street.here()?;
        Some(beside(at, &street).unwrap_or_else(|| tr!(report.place.somewhere).to_owned()))
    };
    let open = RwSignal::new(ground::has_room());
    let word = move || match open.get() {
        true => tr!(reports.map.hide),
        false => tr!(reports.map.show),
    };
    let look = Signal::derive(move || {
        Some(Look {
            at,
            zoom: Some(ZOOM),
        })
    });
    let name = item.category_name.clone();
    let markers = Signal::derive(move || {
        vec![MapMarker {
            id: item.case.to_string(),
            at,
            icon: sign_of(&item.category),
            tone: "go",
            label: name.clone(),
        }]
    });
    view! {
        <Section title=tr!(reports.one.place)>
            <p>{words}</p>
            <button class="btn" type="button" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>
                <Icon name="map"/>
                {word}
            </button>
            <Show when=move || open.get()>
                <StreetMap label=tr!(reports.one.map) after=AFTER_MAP look=look markers=markers/>
            </Show>
        </Section>
    }
}
