//! `/proxy/:matter/apply`: the form.

use crate::errand;
use crate::form::draft::Draft;
use crate::form::wizard::CHECK;
use crate::form::{Form, FormPages, discard, draft_of};
use crate::parts::{Empty, ErrorNote, Page, Skeleton};
use crate::state::{Ground, Known, facts};
use crate::way::{use_navigate, use_params_map, use_query_map};
use crate::when;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use model::id::MatterId;
use model::kinds::KindName;

/// The form of one matter: its draft is taken up, or asked about, and then filled in.
#[component]
pub fn Apply() -> impl IntoView {
    let params = use_params_map();
    let matter = Memo::new(move |_| {
        params
            .with(|params| params.get("matter"))
            .unwrap_or_default()
    });
    let facts = facts();
    // Fresher facts that arrive later must not draw a form anew under somebody's hand.
    let here = Memo::new(move |_| facts.together().is_some());
    move || {
        let slug = matter.get();
        if !here.get() {
            return view! { <Loading title=tr!(shell.door_proxy) back="/proxy" /> }.into_any();
        }
        let ground = untrack(|| facts.together());
        let known = MatterId::parse(&slug).ok().zip(ground);
        match known
            .filter(|(matter, ground)| ground.matters.matters.iter().any(|m| m.id == *matter))
        {
            Some((matter, ground)) => view! { <Filling matter ground /> }.into_any(),
            None => view! { <Gone /> }.into_any(),
        }
    }
}

/// The street, the matters and the facilities are on their way, or not to be had.
#[component]
pub fn Loading(
    /// The page's heading.
    title: &'static str,
    /// Where the way back leads.
    back: &'static str,
) -> impl IntoView {
    let facts = facts();
    let lacking = move || {
        let street = lack(facts.street().get());
        street
            .or_else(|| lack(facts.matters().get()))
            .or_else(|| lack(facts.facilities().get()))
    };
    view! {
        <Page title=title back=back>
            {move || match lacking() {
                None => view! { <Skeleton /> }.into_any(),
                Some(error) => {
                    view! {
                        <ErrorNote error>
                            <button class="btn" type="button" on:click=move |_| facts.retry()>
                                {tr!(shell.retry)}
                            </button>
                        </ErrorNote>
                    }
                        .into_any()
                }
            }}
        </Page>
    }
}

fn lack<T>(known: Known<T>) -> Option<crate::api::Error> {
    match known {
        Known::Lacking(error) => Some(error),
        _ => None,
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <Page title=tr!(proxy.form.gone_title) back="/proxy">
            <Empty sign="search" words=tr!(proxy.form.gone_words)>
                <a class="btn btn-primary" href="/proxy">{tr!(proxy.form.gone_link)}</a>
            </Empty>
        </Page>
    }
}

/// What somebody finds on opening the form.
#[derive(Clone, Copy, PartialEq)]
enum Opening {
    /// A draft from earlier: go on, or start again?
    Ask,
    /// The form.
    Fill,
}

#[component]
fn Filling(matter: MatterId, ground: Ground) -> impl IntoView {
    let draft = draft_of(KindName::ProxyRequest, Some(&matter));
    let query = use_query_map();
    // With a page in the address it is a reload, or the way back: no question then.
    let opens = query.with_untracked(|query| query.get("page").is_none())
        && draft.is_begun(ground.context());
    let opening = RwSignal::new(if opens { Opening::Ask } else { Opening::Fill });
    let fresh = RwSignal::new(false);
    let address = format!("/proxy/{matter}/apply");
    let guide = format!("/proxy/{matter}");
    let kept = draft.clone();
    let again = matter.clone();
    let restart = move || {
        discard(&kept);
        fresh.set(true);
        opening.set(Opening::Fill);
    };
    let found = StoredValue::new(draft);
    let restart = Callback::new(move |()| restart());
    move || match opening.get() {
        Opening::Ask => {
            let draft = found.get_value();
            view! { <Offer draft address=address.clone() guide=guide.clone() opening restart /> }
                .into_any()
        }
        Opening::Fill => {
            let draft = if fresh.get_untracked() {
                draft_of(KindName::ProxyRequest, Some(&again))
            } else {
                found.get_value()
            };
            let form = Form::open(with_errand(draft), ground.clone(), address.clone());
            view! { <FormPages form guide=guide.clone() /> }.into_any()
        }
    }
}

/// Where it is to be done stands in the note, to be read, changed or struck out.
fn with_errand(mut draft: Draft) -> Draft {
    let note = errand::in_note(draft.answers.text("note"), &draft.name());
    if let Some(note) = note {
        draft.answers.set("note", &note);
    }
    draft
}

/// 接着填 or 重新填.
#[component]
fn Offer(
    draft: Draft,
    address: String,
    guide: String,
    opening: RwSignal<Opening>,
    restart: Callback<()>,
) -> impl IntoView {
    let navigate = use_navigate();
    let page = if draft.page.is_empty() {
        CHECK
    } else {
        &draft.page
    };
    let at = format!("{address}?page={page}");
    let go_on = move |_| {
        navigate(
            &at,
            NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            },
        );
        opening.set(Opening::Fill);
    };
    view! {
        <Page
            title=tr!(proxy.draft.title)
            back=guide
            lead=tr!(proxy.draft.words, when = when::moment(draft.saved))
        >
            <div class="btns">
                <button class="btn btn-primary" type="button" on:click=go_on>
                    {tr!(proxy.draft.go_on)}
                </button>
                <button class="btn" type="button" on:click=move |_| restart.run(())>
                    {tr!(proxy.draft.restart)}
                </button>
            </div>
            <p class="hint">{tr!(proxy.draft.restart_hint)}</p>
        </Page>
    }
}
