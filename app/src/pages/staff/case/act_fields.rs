//! The parts of an action's form, in the order in which one thinks of them.

use super::act::Act;
use super::departments::{CallFields, EndFields};
use super::door;
use super::history;
use super::merging::MergeFields;
use super::public::Seen;
use super::review::Review;
use super::tags::TagFields;
use super::templates::{Fit, fitting};
use super::typed::{Typed, Want};
use crate::parts::{Choice, ErrorLine, PhotoField, SlotPicker, resolved};
use crate::words;
use leptos::prelude::*;
use model::area::{Role, Staff};
use model::id::PhotoId;
use model::street::Template;
use model::workflow::{EXTENSION_MAX_DAYS, Slot, Verb};

/// Colleagues shown before somebody asks for more.
const NEAREST: usize = 6;

/// Whatever the action asks for.
#[component]
pub fn Fields(act: Act) -> impl IntoView {
    let asks = act.asks;
    let verb = act.acting.verb;
    let (to_staff, staff_hint) = to_colleagues(verb);
    let people = asks.people && verb != Verb::EndCall;
    let (to_resident, resident_hint) = match act.acting.on_word {
        true => (tr!(staff.act.their_words), tr!(staff.act.their_words_hint)),
        false => (tr!(staff.act.to_resident), tr!(staff.act.to_resident_hint)),
    };
    view! {
        {asks.face.then(|| view! { <Review act=act/> })}
        {(verb == Verb::Publish).then(|| view! { <Seen desk=act.desk/> })}
        {asks.case.then(|| view! { <MergeFields act=act/> })}
        {asks.tags.then(|| view! { <TagFields act=act/> })}
        {asks.department.then(|| view! { <CallFields act=act/> })}
        {people.then(|| view! { <People act=act/> })}
        {(verb == Verb::EndCall).then(|| view! { <EndFields act=act/> })}
        {asks.slot.then(|| view! { <Time act=act/> })}
        {asks.papers.then(|| view! { <Papers act=act/> })}
        {asks.days.then(|| view! { <Days act=act label=tr!(staff.act.days) hint=tr!(staff.act.days_hint, most = EXTENSION_MAX_DAYS)/> })}
        {asks.rating.then(|| view! { <Rating act=act/> })}
        {asks.resident.is_asked().then(|| view! {
            {(!act.acting.on_word).then(|| view! { <Templates act=act/> })}
            <Words act=act id="act-resident" label=to_resident hint=resident_hint want=asks.resident
                read=|typed| typed.to_resident.clone() write=|typed, text| typed.to_resident = text/>
        })}
        {asks.staff.is_asked().then(|| view! {
            <Words act=act id="act-staff" label=to_staff hint=staff_hint want=asks.staff
                read=|typed| typed.to_staff.clone() write=|typed, text| typed.to_staff = text/>
        })}
        {asks.photos.then(|| view! { <Photos act=act/> })}
    }
}

/// What the words to colleagues are, and who reads them.
fn to_colleagues(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::CallDepartment => (tr!(handling.call.what), tr!(handling.call.what_hint)),
        Verb::ReplyCall => (tr!(handling.call.answer), tr!(handling.call.answer_hint)),
        Verb::Hide => (tr!(handling.public.why), tr!(staff.act.to_staff_hint)),
        _ => (tr!(staff.act.to_staff), tr!(staff.act.to_staff_hint)),
    }
}

/// The words at a part of the form where it is wrong.
pub fn error(act: Act, id: &'static str) -> impl IntoView {
    move || view! { <ErrorLine id=format!("{id}-error") words=act.wrong_at(id)/> }
}

/// Whether a part of the form is wrong, for `aria-invalid`.
pub fn invalid(act: Act, id: &'static str) -> impl Fn() -> Option<&'static str> + Copy {
    move || act.wrong_at(id).map(|_| "true")
}

#[component]
fn Words(
    act: Act,
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    want: Want,
    read: fn(&Typed) -> String,
    write: fn(&mut Typed, String),
) -> impl IntoView {
    let optional = (want == Want::May)
        .then(|| view! { " " <span class="optional">{tr!(shell.optional)}</span> });
    view! {
        <div class="field" class:is-wrong=move || act.wrong_at(id).is_some()>
            <label class="label" for=id>{label}{optional}</label>
            <p class="hint" id=format!("{id}-hint")>{hint}</p>
            {error(act, id)}
            <textarea class="textarea" id=id rows="4" maxlength="1000" aria-invalid=invalid(act, id)
                aria-describedby=format!("{id}-hint {id}-error")
                prop:value=move || act.typed.with(read)
                on:input=move |event| act.change(|typed| write(typed, event_target_value(&event)))></textarea>
        </div>
    }
}

/// Ready-made words; another matter's are apart, and ask before they go in.
#[component]
fn Templates(act: Act) -> impl IntoView {
    let all = act
        .desk
        .now(|case| fitting(&case.templates, act.acting.verb, case.view.matter.as_ref()));
    let (others, own): (Vec<_>, Vec<_>) = all
        .unwrap_or_default()
        .into_iter()
        .partition(|(fit, _)| *fit == Fit::Other);
    let asking = RwSignal::new(None::<Template>);
    let show_others = RwSignal::new(false);
    if own.is_empty() && others.is_empty() {
        return ().into_any();
    }
    let has_others = !others.is_empty();
    let pick = move |fit: Fit, template: Template| match fit {
        Fit::Other => asking.set(Some(template)),
        _ => put(act, &template),
    };
    let row = move |(fit, template): (Fit, Template)| {
        let picked = template.clone();
        view! {
            <li>
                <button class="template" type="button" data-other=(fit == Fit::Other).then_some("")
                    on:click=move |_| pick(fit, picked.clone())>
                    <span class="template-name">{template.title}</span>
                    <span class="template-text">{act.facts().fill(&template.words)}</span>
                </button>
            </li>
        }
    };
    let other_rows = move || {
        show_others.get().then(|| view! { <ul class="templates">{others.clone().into_iter().map(row).collect_view()}</ul> })
    };
    view! {
        <div class="field" role="group" aria-labelledby="templates-title">
            <p class="label" id="templates-title">{tr!(staff.template.title)}</p>
            <ul class="templates">{own.into_iter().map(row).collect_view()}</ul>
            {move || asking.get().map(|template| ask(act, asking, template))}
            {other_rows}
            <Show when=move || has_others && !show_others.get()>
                <button class="btn btn-quiet" type="button" on:click=move |_| show_others.set(true)>{tr!(staff.template.others)}</button>
            </Show>
        </div>
    }
    .into_any()
}

fn ask(act: Act, asking: RwSignal<Option<Template>>, template: Template) -> impl IntoView {
    let title = template.title.clone();
    let yes = move |_| {
        put(act, &template);
        asking.set(None);
    };
    view! {
        <div class="note" data-tone="warn" role="alert">
            <div>
                <p class="note-title">{tr!(staff.template.of_other, title = title)}</p>
                <div class="btns">
                    <button class="btn" type="button" on:click=yes>{tr!(staff.template.use_it)}</button>
                    <button class="btn" type="button" on:click=move |_| asking.set(None)>{tr!(staff.template.leave_it)}</button>
                </div>
            </div>
        </div>
    }
}

/// Puts a template's words in: in place of another template's, after what was written by hand.
fn put(act: Act, template: &Template) {
    let filled = act.facts().fill(&template.words);
    let raw = template.words.clone();
    act.change(|typed| {
        let by_hand = match &typed.template {
            Some((_, before)) => typed.to_resident != *before,
            None => !typed.to_resident.trim().is_empty(),
        };
        match by_hand {
            true => {
                let joined = format!("{}\n{filled}", typed.to_resident.trim_end());
                typed.to_resident = joined;
            }
            false => typed.put(raw, filled),
        }
    });
    crate::parts::focus_id("act-resident");
}

/// Who is to do it; the grid's own worker stands first.
#[component]
fn People(act: Act) -> impl IntoView {
    let colleagues = act
        .desk
        .now(|case| case.colleagues.clone())
        .unwrap_or_default();
    let assignee = act
        .desk
        .now(|case| case.progress.assignee.clone())
        .flatten();
    let grid = act
        .desk
        .now(|case| case.grid_name.clone())
        .unwrap_or_default();
    let more = colleagues.len() > NEAREST;
    let shown = RwSignal::new(if more { NEAREST } else { colleagues.len() });
    let row = move |(at, staff): (usize, Staff)| {
        let first_of_grid = at == 0 && staff.role == Role::Grid;
        let mut hint = words::role(staff.role).to_owned();
        if first_of_grid {
            hint = tr!(staff.act.own_grid, grid = grid.clone());
        }
        if assignee.as_ref() == Some(&staff.id) {
            hint = format!("{hint} · {}", tr!(staff.act.has_it));
        }
        let checked = act
            .typed
            .with_untracked(|typed| typed.staff.as_ref() == Some(&staff.id));
        let id = staff.id.clone();
        view! {
            <div hidden=move || shown.get() <= at>
                <Choice group="act-who" value=staff.id.to_string() words=staff.name hint=Some(hint) checked=checked
                    on_pick=move |_| act.change_fact(|typed| typed.staff = Some(id.clone()))/>
            </div>
        }
    };
    view! {
        <fieldset class="question" id="act-people" tabindex="-1" aria-describedby="act-people-error"
            class:is-wrong=move || act.wrong_at("act-people").is_some()>
            <legend class="label">{tr!(staff.act.who)}</legend>
            {error(act, "act-people")}
            <div class="choices">{colleagues.into_iter().enumerate().map(row).collect_view()}</div>
            <Show when=move || more && shown.get() == NEAREST>
                <button class="btn btn-quiet" type="button" on:click=move |_| shown.set(usize::MAX)>{tr!(staff.act.more_people)}</button>
            </Show>
        </fieldset>
    }
}

/// When the worker comes.
#[component]
fn Time(act: Act) -> impl IntoView {
    let again = Callback::new(move |()| act.ask_slots());
    let pick = Callback::new(move |slot: Slot| act.change_fact(|typed| typed.slot = Some(slot)));
    let offer = resolved(act.slots, again, move |slots| {
        let value = act.typed.with_untracked(|typed| typed.slot);
        match slots.days.is_empty() {
            true => view! { <p class="hint">{tr!(staff.act.no_slots)}</p> }.into_any(),
            false => view! { <SlotPicker id="act-time" days=slots.days value=value on_pick=pick/> }
                .into_any(),
        }
    });
    view! {
        <div class="field" role="group" id="act-slot" tabindex="-1" aria-labelledby="act-slot-label"
            aria-describedby="act-slot-error" class:is-wrong=move || act.wrong_at("act-slot").is_some()>
            <p class="label" id="act-slot-label">{tr!(staff.act.when)}</p>
            {error(act, "act-slot")}
            {offer}
        </div>
    }
}

/// Which papers: those known by name to tick, others to write.
#[component]
fn Papers(act: Act) -> impl IntoView {
    let known = act.desk.now(|case| match act.acting.verb {
        Verb::ReturnOriginals => {
            let held = history::custody(&case.view.timeline);
            held.into_iter().flat_map(|held| held.papers).collect()
        }
        _ => {
            let papers = door::papers(case, door::matter_of(case).as_ref());
            papers.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        }
    });
    let tick = move |name: String| {
        let checked = act
            .typed
            .with_untracked(|typed| typed.ticked.contains(&name));
        let paper = name.clone();
        let toggle = move |_| {
            act.change(|typed| {
                if !typed.ticked.remove(&paper) {
                    typed.ticked.insert(paper.clone());
                }
            });
        };
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=checked on:change=toggle/>
                <span class="choice-words"><span class="choice-name">{name}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="question" id="act-papers" tabindex="-1" aria-describedby="act-papers-error"
            class:is-wrong=move || act.wrong_at("act-papers").is_some()>
            <legend class="label">{tr!(staff.act.papers)}</legend>
            {error(act, "act-papers")}
            <div class="choices">{known.unwrap_or_default().into_iter().map(tick).collect_view()}</div>
            <div class="field">
                <label class="label" for="act-more-papers">{tr!(staff.act.more_papers)}</label>
                <textarea class="textarea" id="act-more-papers" rows="2"
                    prop:value=move || act.typed.with(|typed| typed.more_papers.clone())
                    on:input=move |event| act.change(|typed| typed.more_papers = event_target_value(&event))></textarea>
            </div>
        </fieldset>
    }
}

/// Working days.
#[component]
pub fn Days(
    /// The form.
    act: Act,
    /// What they are for.
    label: &'static str,
    /// How many there may be.
    hint: String,
) -> impl IntoView {
    view! {
        <div class="field" class:is-wrong=move || act.wrong_at("act-days").is_some()>
            <label class="label" for="act-days">{label}</label>
            <p class="hint" id="act-days-hint">{hint}</p>
            {error(act, "act-days")}
            <input class="input input-short" id="act-days" inputmode="numeric" autocomplete="off"
                aria-describedby="act-days-hint act-days-error" aria-invalid=invalid(act, "act-days")
                prop:value=move || act.typed.with(|typed| typed.days.clone())
                on:input=move |event| act.change(|typed| typed.days = event_target_value(&event))/>
        </div>
    }
}

/// What the resident said of it, on their word.
#[component]
fn Rating(act: Act) -> impl IntoView {
    let row = |stars: u8| {
        let checked = act
            .typed
            .with_untracked(|typed| typed.rating == Some(stars));
        view! {
            <Choice group="act-stars" value=stars.to_string() words=history::rating(stars) checked=checked
                on_pick=move |_| act.change(|typed| typed.rating = Some(stars))/>
        }
    };
    view! {
        <fieldset class="question" id="act-rating" tabindex="-1" aria-describedby="act-rating-error"
            class:is-wrong=move || act.wrong_at("act-rating").is_some()>
            <legend class="label">{tr!(staff.act.rating)}</legend>
            {error(act, "act-rating")}
            <div class="choices">{[5, 4, 3, 2, 1].map(row).into_iter().collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Photos(act: Act) -> impl IntoView {
    let photos = Signal::derive(move || act.typed.with(|typed| typed.photos.clone()));
    let change =
        Callback::new(move |photos: Vec<PhotoId>| act.change(|typed| typed.photos = photos));
    let finishes = act.acting.verb == Verb::Finish;
    let needed = finishes && act.desk.now(|case| case.photo_at_finish) == Some(true);
    let label = match needed {
        true => tr!(handling.photo.needed),
        false => tr!(staff.act.photos_may),
    };
    view! {
        <div class="field" role="group" id="act-photos" tabindex="-1" aria-labelledby="act-photos-label"
            aria-describedby="act-photos-error" class:is-wrong=move || act.wrong_at("act-photos").is_some()>
            <p class="label" id="act-photos-label">{label}</p>
            {error(act, "act-photos")}
            <PhotoField id="act-photo".to_owned() paper=tr!(staff.act.photos).to_owned() photos=photos shots=act.desk.shots on_change=change/>
        </div>
    }
}
