//! How the street sorts a case (标注): which sort of trouble it is, and free tags.

use super::act::Act;
use super::act_fields::error;
use super::actions::panel_buttons;
use super::desk::Desk;
use super::typed::Typed;
use crate::pages::staff::on_street::{nature, nature_hint};
use crate::parts::{Choice, Icon, focus_id};
use crate::state::facts;
use leptos::prelude::*;
use model::api::StaffCase;
use model::issue::Nature;
use model::workflow::{Tags, Verb};

/// Characters of a tag, as the workflow allows.
const TAG_MAX: u8 = 20;

/// The tags there are, and changing them.
#[component]
pub fn TagsPanel(desk: Desk) -> impl IntoView {
    let concerned = desk.see(|case| super::knows(case, Verb::Tag));
    let tags = desk.see(|case| case.progress.tags.clone());
    let list = move || {
        let Tags { nature: of, words } = tags.get();
        if of.is_none() && words.is_empty() {
            return view! { <p class="muted">{tr!(handling.tags.none)}</p> }.into_any();
        }
        let of = of.map(|of| view! { <li class="tag" data-tone="need">{nature(of)}</li> });
        let words = words
            .into_iter()
            .map(|word| view! { <li class="tag">{word}</li> })
            .collect_view();
        view! { <ul class="cluster">{of}{words}</ul> }.into_any()
    };
    view! {
        <Show when=move || concerned.get()>
            <section class="panel" aria-labelledby="tags-title">
                <h2 class="panel-title" id="tags-title">{tr!(handling.tags.title)}</h2>
                {list}
                {panel_buttons(desk, &[Verb::Tag])}
            </section>
        </Show>
    }
}

/// What the form begins with: the tags there are.
pub fn begin(case: &StaffCase, typed: &mut Typed) {
    typed.nature = case.progress.tags.nature;
    typed.tags.clone_from(&case.progress.tags.words);
}

/// Choosing the sort, and adding and removing tags.
#[component]
pub fn TagFields(act: Act) -> impl IntoView {
    view! { <Natures act/> <Words act/> }
}

#[component]
fn Natures(act: Act) -> impl IntoView {
    let usual = usual_of(act);
    let row = move |of: Option<Nature>| {
        let (value, words, hint) = match of {
            Some(of) => (nature(of), nature(of), nature_hint(of).to_owned()),
            None => ("none", tr!(handling.nature.none), String::new()),
        };
        let usual = of.is_some() && usual == of;
        let hint = match usual {
            true => tr!(handling.nature.usual, hint = hint),
            false => hint,
        };
        let checked = act.typed.with_untracked(|typed| typed.nature == of);
        view! {
            <Choice group="act-nature" value=value words=words hint=Some(hint).filter(|hint| !hint.is_empty()) checked=checked
                on_pick=move |_| act.change(|typed| typed.nature = of)/>
        }
    };
    let rows = Nature::ALL
        .map(|of| row(Some(of)))
        .into_iter()
        .collect_view();
    view! {
        <fieldset class="question">
            <legend class="label">{tr!(handling.nature.title)}</legend>
            <div class="choices">{rows}{row(None)}</div>
        </fieldset>
    }
}

/// What the case's category usually is: offered, never chosen for anybody.
fn usual_of(act: Act) -> Option<Nature> {
    let id = act.desk.now(|case| case.view.category.clone()).flatten()?;
    let all = facts().categories().here()?;
    let category = all.categories.iter().find(|category| category.id == id)?;
    category.nature
}

#[component]
fn Words(act: Act) -> impl IntoView {
    let add = move || {
        act.change(Typed::add_tag);
        focus_id("act-tag");
    };
    let enter = move |event: web_sys::KeyboardEvent| {
        // Enter that ends the writing of a Chinese word is not one that adds it.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            add();
        }
    };
    let remove = move |word: String| {
        act.change(|typed| typed.tags.retain(|other| *other != word));
        focus_id("act-tag");
    };
    let chip = move |word: String| {
        let gone = word.clone();
        let label = tr!(handling.tags.remove, tag = word.clone());
        view! {
            <li>
                <button class="btn chip" type="button" aria-label=label on:click=move |_| remove(gone.clone())>
                    {word}<Icon name="cross" size="s"/>
                </button>
            </li>
        }
    };
    let tags = move || act.typed.with(|typed| typed.tags.clone());
    view! {
        <div class="field" id="act-tags" tabindex="-1"
            class:is-wrong=move || act.wrong_at("act-tags").is_some()>
            <label class="label" for="act-tag">{tr!(handling.tags.words)}</label>
            <p class="hint" id="act-tag-hint">{tr!(handling.tags.hint)}</p>
            {error(act, "act-tags")}
            <ul class="cluster"><For each=tags key=String::clone children=chip/></ul>
            <div class="cluster">
                <input class="input grow" id="act-tag" autocomplete="off" maxlength=TAG_MAX
                    aria-describedby="act-tag-hint act-tags-error"
                    prop:value=move || act.typed.with(|typed| typed.tag.clone())
                    on:keydown=enter
                    on:input=move |event| act.change(|typed| typed.tag = event_target_value(&event))/>
                <button class="btn" type="button" on:click=move |_| add()><Icon name="plus"/>{tr!(handling.tags.add)}</button>
            </div>
        </div>
    }
}
