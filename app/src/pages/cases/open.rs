//! `/cases/:case`: one case, from its number down to its slip.

use super::actions::Actions;
use super::album::{Album, Enlarged, pictures};
use super::case::{Case, Stage};
use super::family::FamilyPart;
use super::handed_in::HandedIn;
use super::keep::{Keep, Printing};
use super::kept::AddLater;
use super::public::{Beside, InPublic};
use super::rate::Rate;
use super::replies::{Replies, Sheets};
use super::story::{self, Line};
use super::visit::VisitPart;
use super::{keep, live};
use crate::form::help_phone;
use crate::parts::{
    Contact, DueChip, Empty, ErrorNote, Icon, Moment, Note, Page, Section, Skeleton, StatusChip,
    Timeline,
};
use crate::state::{Online, facts};
use crate::storage::{self, Link};
use crate::{api, when, words};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::api::Responsible;
use model::id::{CaseId, PhotoId};

/// The page of a case whose link this phone holds.
#[component]
pub fn CasePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|params| params.get("case"))
            .and_then(|id| id.parse::<CaseId>().ok())
    });
    move || match id.get().and_then(storage::link) {
        Some(link) => view! { <Opened link/> }.into_any(),
        None => no_link().into_any(),
    }
}

fn no_link() -> impl IntoView {
    view! {
        <Page title=tr!(cases.no_link.title) back="/cases">
            <Empty sign="key" words=tr!(cases.no_link.words)>
                <a class="btn btn-primary" href="/cases">{tr!(cases.no_link.track)}</a>
            </Empty>
        </Page>
    }
}

#[component]
fn Opened(link: Link) -> impl IntoView {
    let title = if link.title.is_empty() {
        tr!(cases.list.untitled).to_owned()
    } else {
        link.title.clone()
    };
    let title = StoredValue::new(title);
    let case = Case::open(link);
    live::follow(case);
    let stage = case.stage();
    move || match stage.get() {
        Stage::Waiting => {
            view! { <Page title=title.get_value() back="/cases"><Skeleton/></Page> }.into_any()
        }
        Stage::Here => view! { <Body case/> }.into_any(),
        Stage::Gone => view! { <Gone case/> }.into_any(),
        Stage::Failed(error) => view! { <Failed title=title.get_value() case error/> }.into_any(),
    }
}

#[component]
fn Failed(title: String, case: Case, error: api::Error) -> impl IntoView {
    let again = move |_| {
        case.trouble.set(None);
        case.look();
    };
    view! {
        <Page title=title back="/cases">
            <ErrorNote error=error>
                <button class="btn" type="button" on:click=again>{tr!(shell.retry)}</button>
            </ErrorNote>
        </Page>
    }
}

/// The link opens nothing: a digit is missing, or the case was erased; one made for a family member
/// may have been taken back.
#[component]
fn Gone(case: Case) -> impl IntoView {
    let remove = keep::remover(case);
    let (what, todo) = match case.link().family {
        true => (tr!(cases.family.gone), tr!(cases.family.gone_todo)),
        false => (tr!(cases.gone.words), tr!(cases.gone.todo)),
    };
    view! {
        <Page title=tr!(cases.gone.title) back="/cases">
            <Note tone="warn" title=what>
                <p>{todo}</p>
            </Note>
            <div class="btns">
                <a class="btn btn-primary" href="/cases">{tr!(cases.no_link.track)}</a>
                <a class="btn" href="/help">
                    <Icon name="phone"/>
                    {tr!(cases.list.empty_call)}
                </a>
                <button class="btn btn-danger" type="button" on:click=move |_| remove()>
                    <Icon name="trash"/>
                    {tr!(cases.forget.button)}
                </button>
            </div>
        </Page>
    }
}

#[component]
fn Body(case: Case) -> impl IntoView {
    let title = case.view.with_untracked(|view| {
        let view = view.as_ref();
        let named = view.and_then(|view| view.matter_name.clone());
        named
            .or(view.map(|view| words::kind(view.kind).to_owned()))
            .unwrap_or_default()
    });
    let album = Album::of(case);
    let sheets = Sheets::new(case);
    let printing = Printing::new();
    let link = case.link();
    let own = !link.family;
    view! {
        <Page title=title back="/cases">
            <Stale case/>
            {link.family.then(|| view! { <ForFamily case/> })}
            <Head case/>
            <Beside case/>
            <AddLater case sheets/>
            <Rate case sheets/>
            <Actions case sheets/>
            <VisitPart case/>
            <keep::CustodyPart case printing/>
            <Who case/>
            <InPublic case/>
            <Happened case album/>
            <HandedIn case album/>
            {own.then(|| view! {
                <FamilyPart case=link.case secret=link.secret/>
                <Keep case printing/>
            })}
            {(!own).then(|| view! { <Section title=tr!(cases.family.off)><keep::Off case/></Section> })}
            <Enlarged album/>
            <Replies sheets/>
            <keep::Slip case printing/>
        </Page>
    }
}

/// To a family member: as whom they look, what they may do, and what they are not shown.
#[component]
fn ForFamily(case: Case) -> impl IntoView {
    let name = case.part(|view| view.family.clone());
    let title = move || match name.get().flatten() {
        Some(name) => tr!(cases.family.you_are, name = name),
        None => tr!(cases.family.theirs).to_owned(),
    };
    move || {
        view! {
            <Note tone="info" title=title()>
                <p>{tr!(cases.family.you_may)}</p>
            </Note>
        }
    }
}

/// What is on the page is old: since when, and why.
#[component]
fn Stale(case: Case) -> impl IntoView {
    let online = use_context::<Online>();
    let words = move || {
        let error = case.trouble.get();
        let offline =
            online.is_some_and(|online| !online.0.get()) || error == Some(api::Error::Offline);
        if !offline && error.is_none() {
            return None;
        }
        let at = when::moment(case.seen_at.get()?);
        match error.filter(|_| !offline) {
            Some(error) => Some(tr!(
                cases.stale.failed,
                when = at,
                why = words::error(&error)
            )),
            None => Some(tr!(cases.stale.offline, when = at)),
        }
    };
    view! { <div role="status">{move || words().map(|words| view! { <Note tone="warn" title=words/> })}</div> }
}

/// Its number, where it stands and what comes next.
#[component]
fn Head(case: Case) -> impl IntoView {
    let number = case.part(|view| view.receipt);
    let state = case.part(|view| view.progress.state);
    let due = case.part(story::deadline);
    let standing = case.part(story::standing);
    let said = case.part(story::latest_words);
    let chips = move || {
        let due = due
            .get()
            .flatten()
            .map(|(due, light)| view! { <DueChip due light=Some(light)/> });
        state.get().map(|state| view! { <StatusChip state/> {due} })
    };
    view! {
        <section class="receipt" aria-label=tr!(cases.head.label)>
            <p class="receipt-label">{tr!(cases.head.number)}</p>
            <p class="receipt-number">{move || number.get().map(|number| number.to_string())}</p>
            <p class="receipt-chips">{chips}</p>
        </section>
        <Section title=tr!(cases.head.standing)>
            {move || standing.get().map(|standing| view! {
                <p><strong>{standing.now}</strong></p>
                {said.get().flatten().map(|words| view! { <p class="event-words">{words}</p> })}
                <p>{standing.next}</p>
            })}
        </Section>
    }
}

/// The number to call about a case: that of who answers for it, else the street's.
pub(super) fn phone_of(responsible: &Responsible) -> Option<String> {
    let street = || facts().together().map(|ground| help_phone(&ground));
    responsible.phone.clone().or_else(street)
}

#[component]
fn Who(case: Case) -> impl IntoView {
    let responsible = case.part(|view| view.responsible.clone());
    let contact = move || {
        let responsible = responsible.get()?;
        let phone = phone_of(&responsible);
        let role = responsible.role.map_or(tr!(cases.who.desk), words::role);
        Some(view! { <Contact name=responsible.name role=Some(role.to_owned()) phone=phone/> })
    };
    view! {
        <Section title=tr!(cases.who.title)>
            {contact}
            <p class="hint">{tr!(cases.who.hint)}</p>
        </Section>
    }
}

#[component]
fn Happened(case: Case, album: Album) -> impl IntoView {
    let lines = case.part(story::lines);
    let moments = move || {
        let moments: Vec<Moment> = lines
            .get()?
            .into_iter()
            .map(|line| moment(album, line))
            .collect();
        Some(view! { <Timeline moments=moments/> })
    };
    view! { <Section title=tr!(cases.timeline)>{moments}</Section> }
}

fn moment(album: Album, line: Line) -> Moment {
    let photos = numbered(line.photos, tr!(cases.photo.with_words));
    let more = (!photos.is_empty()).then(|| pictures(album, photos).into_any());
    Moment {
        tone: line.tone,
        sign: line.sign,
        title: line.title,
        at: line.at,
        words: line.words,
        more,
    }
}

/// Pictures, each with its name.
pub(super) fn numbered(photos: Vec<PhotoId>, of: &str) -> Vec<(PhotoId, String)> {
    let name = |at: usize| tr!(cases.photo.name, of = of.to_owned(), number = at + 1);
    photos
        .into_iter()
        .enumerate()
        .map(|(at, photo)| (photo, name(at)))
        .collect()
}
