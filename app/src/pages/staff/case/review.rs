//! Deciding what everybody may read and see (审核): the resident's words beside the public ones,
//! and each picture, which may be covered further.

use super::act::Act;
use super::act_fields::{error, invalid};
use super::faces::{COPY, Picture, WORDS_MAX};
use crate::api::Error;
use crate::parts::{Cover, Icon, Note, Skeleton};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{PhotoSize, PhotoStatus, StaffCase};
use model::id::PhotoId;
use model::privacy::{Personal, personal_in};
use web_sys::Blob;

/// The words and the pictures.
#[component]
pub fn Review(act: Act) -> impl IntoView {
    // A picture that comes while one decides is decided on too.
    Effect::new(move || {
        act.desk.case.with(|case| {
            let Some(case) = case else { return };
            let mut faces = act.typed.with_untracked(|typed| typed.faces.clone());
            faces.meet(case);
            if act.typed.with_untracked(|typed| typed.faces != faces) {
                act.typed.update(|typed| typed.faces = faces);
            }
        });
    });
    view! { <PublicWords act/> <Pictures act/> }
}

#[component]
fn PublicWords(act: Act) -> impl IntoView {
    let own = |case: &StaffCase| case.view.answers.text("words").to_owned();
    let own = act.desk.now(own).unwrap_or_default();
    let own = match own.trim() {
        "" => view! { <p class="muted">{tr!(handling.review.no_words)}</p> }.into_any(),
        own => view! { <blockquote class="words">{own.to_owned()}</blockquote> }.into_any(),
    };
    let words = move || act.typed.with(|typed| typed.faces.words.clone());
    let left = move || {
        let left = WORDS_MAX.saturating_sub(words().chars().count());
        tr!(handling.review.left, count = left)
    };
    view! {
        <div class="beside">
            <div class="field">
                <p class="label">{tr!(handling.review.own_words)}</p>
                <p class="hint">{tr!(handling.review.own_words_hint)}</p>
                {own}
            </div>
            <div class="field" class:is-wrong=move || act.wrong_at("act-public").is_some()>
                <label class="label" for="act-public">{tr!(handling.review.public_words)}</label>
                <p class="hint" id="act-public-hint">{tr!(handling.review.public_words_hint)}</p>
                {error(act, "act-public")}
                <textarea class="textarea" id="act-public" rows="5" maxlength=WORDS_MAX
                    aria-invalid=invalid(act, "act-public")
                    aria-describedby="act-public-hint act-public-error"
                    prop:value=words
                    on:input=move |event| act.change(|typed| typed.faces.words = event_target_value(&event))></textarea>
                <p class="counter">{left}</p>
                <Warning act/>
            </div>
        </div>
    }
}

/// What in the public words looks as if it should be shown to nobody. It helps, and stops nobody.
#[component]
fn Warning(act: Act) -> impl IntoView {
    let found = Memo::new(move |_| act.typed.with(|typed| personal_in(&typed.faces.words)));
    let name = |what: &Personal| match what {
        Personal::Phone => tr!(handling.review.phone),
        Personal::IdNumber => tr!(handling.review.id_number),
        Personal::Plate => tr!(handling.review.plate),
    };
    let note = move || {
        let found = found.get();
        let names: Vec<_> = found.iter().map(name).collect();
        (!names.is_empty()).then(|| {
            let title = tr!(
                handling.review.looks_personal,
                what = names.join(tr!(staff.history.comma))
            );
            view! { <Note tone="warn" title=title><p>{tr!(handling.review.take_out)}</p></Note> }
        })
    };
    view! { <div role="status">{note}</div> }
}

#[component]
fn Pictures(act: Act) -> impl IntoView {
    let photos = Memo::new(move |_| {
        act.typed.with(|typed| {
            let pictures = typed.faces.pictures.iter();
            pictures.map(|picture| picture.photo).collect::<Vec<_>>()
        })
    });
    let numbered = move || photos.get().into_iter().enumerate().collect::<Vec<_>>();
    let row = move |(at, photo): (usize, PhotoId)| view! { <Row act at photo/> };
    view! {
        <Show when=move || photos.with(|photos| !photos.is_empty())>
            <div class="field" role="group" aria-labelledby="act-pictures-label">
                <p class="label" id="act-pictures-label">{tr!(handling.review.pictures)}</p>
                <p class="hint">{tr!(handling.review.pictures_hint)}</p>
                <ul class="reviews"><For each=numbered key=|row| *row children=row/></ul>
            </div>
        </Show>
    }
}

/// One picture, large enough to see who is on it.
#[component]
fn Row(act: Act, at: usize, photo: PhotoId) -> impl IntoView {
    let desk = act.desk;
    let picture = Memo::new(move |_| {
        act.typed.with(|typed| {
            let mut pictures = typed.faces.pictures.iter();
            pictures.find(|picture| picture.photo == photo).cloned()
        })
    });
    let status = Memo::new(move |_| desk.case.with(|case| status_of(case.as_deref(), photo)));
    let url = Memo::new(move |_| url_of(act, &picture.get()?));
    Effect::new(move || {
        if status.get() == Some(PhotoStatus::Ready) {
            desk.pictures.fetch(photo, PhotoSize::Full);
        }
        let copy = picture.get().and_then(|picture| picture.copy);
        let kept = |copy: &PhotoId| desk.now(|case| has(case, *copy)) == Some(true);
        if let Some(copy) = copy.filter(kept) {
            desk.pictures.fetch(copy, PhotoSize::Full);
        }
    });
    let of_staff = picture.with_untracked(|picture| picture.as_ref().is_some_and(|p| p.after));
    let name = match of_staff {
        true => tr!(handling.review.by_staff, number = at + 1),
        false => tr!(handling.review.by_resident, number = at + 1),
    };
    let alt = name.clone();
    let image = move || match url.get() {
        Some(Ok(url)) => view! { <img class="review-picture" src=url alt=alt.clone()/> }.into_any(),
        Some(Err(error)) => view! { <p role="alert">{words::error(&error)}</p> }.into_any(),
        None => Skeleton().into_any(),
    };
    let covering = move || act.covering.get() == Some(photo);
    let pad = move || {
        let url = url.get().filter(|_| covering())?.ok()?;
        let on_done = Callback::new(move |covered| take(act, photo, covered));
        Some(view! { <Cover url on_done/> })
    };
    let label = name.clone();
    let controls = move || {
        let name = label.clone();
        match status.get() {
            Some(PhotoStatus::Ready) => view! { <Controls act photo picture name/> }.into_any(),
            Some(PhotoStatus::Received) => {
                view! { <p class="muted">{tr!(staff.photo.received)}</p> }.into_any()
            }
            _ => view! { <p class="muted">{tr!(handling.review.unreadable)}</p> }.into_any(),
        }
    };
    let ready = move || status.get() == Some(PhotoStatus::Ready);
    view! {
        <li class="review">
            <p class="review-name">{name}</p>
            <Show when=move || ready() && !covering()>{image.clone()}</Show>
            {pad}
            <Show when=move || !covering()>{controls.clone()}</Show>
        </li>
    }
}

/// Shown or not, before or after, covered or as it came.
#[component]
fn Controls(
    act: Act,
    photo: PhotoId,
    picture: Memo<Option<Picture>>,
    name: String,
) -> impl IntoView {
    let is = move |what: fn(&Picture) -> bool| picture.with(|p| p.as_ref().is_some_and(what));
    let set = move |change: fn(&mut Picture)| {
        act.change(|typed| typed.faces.change(photo, change));
    };
    let covered = move || is(|picture| picture.copy.is_some());
    let beside = StoredValue::new(name);
    let tick = move |words: &'static str, on: fn(&Picture) -> bool, flip: fn(&mut Picture)| {
        view! {
            <label class="choice">
                <input type="checkbox" prop:checked=move || is(on) on:change=move |_| set(flip)/>
                <span class="choice-words">
                    <span class="choice-name">{words}<span class="sr-only">" "{beside.get_value()}</span></span>
                </span>
            </label>
        }
    };
    view! {
        <div class="choices review-ticks">
            {tick(tr!(handling.review.show), |picture| picture.shown, |picture| picture.shown = !picture.shown)}
            <Show when=move || is(|picture| picture.shown)>
                {tick(tr!(handling.review.after), |picture| picture.after, |picture| picture.after = !picture.after)}
            </Show>
        </div>
        <div class="btns">
            <button class="btn" type="button" on:click=move |_| act.begin_covering(photo)>
                <Icon name="edit"/>
                {move || if covered() { tr!(handling.review.cover_more) } else { tr!(report.cover.open) }}
                <span class="sr-only">" "{beside.get_value()}</span>
            </button>
            <Show when=covered>
                <button class="btn btn-quiet" type="button" on:click=move |_| set(|picture| picture.copy = None)>
                    <Icon name="undo"/>
                    {tr!(handling.review.uncover)}
                    <span class="sr-only">" "{beside.get_value()}</span>
                </button>
            </Show>
        </div>
        <Show when=covered>
            <p class="photo-note"><Icon name="check" size="s"/><span>{tr!(handling.review.covered)}</span></p>
        </Show>
    }
}

/// The covered picture is a new one; the open one stays with the case, where staff see it.
fn take(act: Act, photo: PhotoId, covered: Option<Blob>) {
    act.covering.set(None);
    let Some(covered) = covered else { return };
    spawn_local(async move {
        let copy = act.desk.shots.keep(covered).await;
        let Some(before) = act.typed.try_with_untracked(|typed| {
            let mut pictures = typed.faces.pictures.iter();
            pictures.find(|picture| picture.photo == photo)?.copy
        }) else {
            return;
        };
        act.change(|typed| {
            typed.faces.change(photo, |picture| {
                picture.copy = Some(copy);
                picture.shown = true;
            });
        });
        if let Some(before) = before {
            act.desk.shots.forget(before);
        }
    });
}

fn status_of(case: Option<&StaffCase>, photo: PhotoId) -> Option<PhotoStatus> {
    let mut photos = case?.view.photos.iter();
    photos.find(|info| info.id == photo).map(|info| info.status)
}

fn has(case: &StaffCase, photo: PhotoId) -> bool {
    let mut photos = case.view.photos.iter();
    photos.any(|info| info.id == photo && info.field == COPY)
}

/// The object URL of the version everybody would see; follows its arrival.
fn url_of(act: Act, picture: &Picture) -> Option<Result<String, Error>> {
    let made_here = picture.copy.and_then(|copy| act.desk.shots.get(copy));
    match made_here {
        Some(shot) => Some(Ok(shot.url)),
        None => act.desk.pictures.get(picture.version(), PhotoSize::Full),
    }
}
