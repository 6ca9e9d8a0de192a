//! Takes photos of one thing: camera, album, what became of each. Those of the street can be
//! covered in part, and none of them is sent from here.

use crate::form::shots::{Shot, ShotState, Shots};
use crate::form::shrink::Unreadable;
use crate::parts::{Cover, Icon, exif};
use js_sys::Uint8Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::id::PhotoId;
use model::place::Wgs84;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlInputElement};

/// Photos of one paper, as [`model::field`] allows.
const MAX_PHOTOS: usize = 4;

/// For photos of the street, on which there may be people.
#[derive(Clone, Copy)]
pub struct OfStreet {
    /// Told where a photo says it was taken.
    pub on_place: Callback<Wgs84>,
}

/// Camera and album buttons, and the photos taken so far.
#[component]
pub fn PhotoField(
    /// Borne by the camera's input.
    id: String,
    /// What is photographed.
    paper: String,
    /// The photos taken.
    #[prop(into)]
    photos: Signal<Vec<PhotoId>>,
    /// Where pictures are shrunk, kept and sent.
    shots: Shots,
    /// Told the photos after each change.
    on_change: Callback<Vec<PhotoId>>,
    /// How many there may be.
    #[prop(default = MAX_PHOTOS)]
    max: usize,
    /// They are of the street.
    #[prop(optional)]
    of_street: Option<OfStreet>,
) -> impl IntoView {
    let working = RwSignal::new(false);
    let unreadable = RwSignal::new(false);
    let take = move |files: Vec<Blob>| {
        spawn_local(async move {
            let (_, _) = (working.try_set(true), unreadable.try_set(false));
            for file in files {
                let Some(taken) = photos.try_get_untracked() else {
                    return;
                };
                if taken.len() >= max {
                    break;
                }
                match take_one(shots, &file, of_street).await {
                    Ok(photo) => {
                        let all = photos.try_get_untracked().unwrap_or(taken);
                        on_change.try_run([all, vec![photo]].concat());
                    }
                    Err(_) => {
                        unreadable.try_set(true);
                    }
                }
            }
            working.try_set(false);
        });
    };
    let remove = move |photo: PhotoId| {
        let mut left = photos.get_untracked();
        left.retain(|other| *other != photo);
        shots.forget(photo);
        on_change.run(left);
    };
    let covering = RwSignal::new(None::<PhotoId>);
    let on_cover = of_street.map(|_| Callback::new(move |photo| covering.set(Some(photo))));
    let replace = move |old: PhotoId, covered: Option<Blob>| {
        covering.set(None);
        let Some(covered) = covered else { return };
        spawn_local(async move {
            let new = shots.keep(covered).await;
            let Some(mut all) = photos.try_get_untracked() else {
                return;
            };
            for photo in all.iter_mut().filter(|photo| **photo == old) {
                *photo = new;
            }
            on_change.try_run(all);
            // The open faces are gone from the phone too.
            shots.forget(old);
        });
    };
    // Another photo that arrives meanwhile must not draw this one anew under the finger.
    let open = Memo::new(move |_| {
        let photo = covering.get()?;
        Some((photo, shots.get(photo)?.url))
    });
    let cover = move || {
        let (photo, url) = open.get()?;
        let on_done = Callback::new(move |covered| replace(photo, covered));
        Some(view! { <Cover url on_done/> })
    };
    let name = paper.clone();
    let row = move |(at, photo): (usize, PhotoId)| {
        let named = tr!(proxy.photo.name, paper = name.clone(), number = at + 1);
        view! { <PhotoRow photo shots name=named on_cover on_remove=move || remove(photo) /> }
    };
    let rows = move || -> Vec<(usize, PhotoId)> { photos.get().into_iter().enumerate().collect() };
    let full = move || photos.with(|photos| photos.len() >= max);
    let words = StoredValue::new((id, paper));
    let buttons = move || {
        let (id, paper) = words.get_value();
        let first = photos.with(Vec::is_empty);
        view! {
            <PickButton id=Some(id) paper=paper.clone() camera=true first on_files=take />
            <PickButton id=None paper camera=false first on_files=take />
        }
    };
    view! {
        <div class="photos">
            <Show when=move || !full() fallback=move || view! { <p class="hint">{enough(max)}</p> }>
                {buttons}
            </Show>
            <ul class="photo-list">
                <For
                    each=rows
                    key=|row| *row
                    children=row
                />
            </ul>
        </div>
        {cover}
        <p class="hint" role="status">
            {move || working.get().then(|| tr!(proxy.photo.working))}
        </p>
        <Show when=move || unreadable.get()>
            <p class="error" role="alert">
                <Icon name="alert" />
                <span>{tr!(proxy.photo.unreadable)}</span>
            </p>
        </Show>
    }
}

async fn take_one(
    shots: Shots,
    file: &Blob,
    of_street: Option<OfStreet>,
) -> Result<PhotoId, Unreadable> {
    let Some(of_street) = of_street else {
        return shots.take(file).await;
    };
    // Before the picture is drawn anew, which leaves its place behind.
    if let Some(at) = exif::place(&head(file).await) {
        of_street.on_place.try_run(at);
    }
    shots.take_home(file).await
}

/// The beginning of a file; nothing where it cannot be read.
async fn head(file: &Blob) -> Vec<u8> {
    let Ok(head) = file.slice_with_f64_and_f64(0.0, exif::HEAD_BYTES as f64) else {
        return Vec::new();
    };
    let read = JsFuture::from(head.array_buffer()).await;
    read.map(|buffer| Uint8Array::new(&buffer).to_vec())
        .unwrap_or_default()
}

fn enough(max: usize) -> String {
    match max {
        MAX_PHOTOS => tr!(proxy.photo.enough).to_owned(),
        max => tr!(report.form.photos_enough, max = max),
    }
}

#[component]
fn PickButton(
    id: Option<String>,
    paper: String,
    camera: bool,
    first: bool,
    on_files: impl Fn(Vec<Blob>) + 'static,
) -> impl IntoView {
    let words = match (camera, first) {
        (true, true) => tr!(proxy.photo.take),
        (true, false) => tr!(proxy.photo.take_another),
        (false, _) => tr!(proxy.photo.album),
    };
    let picked = move |event: web_sys::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input {
            on_files(files_of(&input));
            // So that the same picture can be chosen again after it was removed.
            input.set_value("");
        }
    };
    view! {
        <label class="photo-add" class:photo-add-second=!camera>
            <input
                class="photo-input"
                type="file"
                accept="image/*"
                id=id
                capture=camera.then_some("environment")
                multiple=!camera
                on:change=picked
            />
            <Icon name=if camera { "camera" } else { "photo" } size="l" />
            <span>
                {words} <span class="sr-only">{tr!(proxy.photo.for_paper, paper = paper)}</span>
            </span>
        </label>
    }
}

fn files_of(input: &HtmlInputElement) -> Vec<Blob> {
    let Some(files) = input.files() else {
        return Vec::new();
    };
    (0..files.length())
        .filter_map(|at| files.get(at))
        .map(Blob::from)
        .collect()
}

#[component]
fn PhotoRow(
    photo: PhotoId,
    shots: Shots,
    name: String,
    on_cover: Option<Callback<PhotoId>>,
    on_remove: impl Fn() + 'static,
) -> impl IntoView {
    let shot = Memo::new(move |_| shots.get(photo));
    let url = move || shot.get().map(|shot| shot.url);
    let state = move || shot.get().map_or("waiting", |shot| shot.state.name());
    let named = name.clone();
    let cover = on_cover.map(|on_cover| {
        view! {
            <button class="btn btn-quiet" type="button" on:click=move |_| on_cover.run(photo)>
                <Icon name="edit" />
                {tr!(report.cover.open)}
                <span class="sr-only">{tr!(proxy.photo.for_paper, paper = named)}</span>
            </button>
        }
    });
    let remove = view! {
        <button class="btn btn-quiet photo-remove" type="button" on:click=move |_| on_remove()>
            <Icon name="trash" />
            {tr!(proxy.photo.remove)}
            <span class="sr-only">{tr!(proxy.photo.for_paper, paper = name.clone())}</span>
        </button>
    };
    view! {
        <li class="photo" data-state=state>
            <img class="photo-thumb" src=url alt=name.clone() />
            <div class="photo-words">
                <p class="photo-name">{name}</p>
                {move || shot.get().map(shot_state)}
            </div>
            {cover}
            {remove}
        </li>
    }
}

/// What became of a photo: a bar while it goes up, icon and words always.
fn shot_state(shot: Shot) -> impl IntoView {
    let kilobytes = |bytes: f64| (bytes / 1024.0).ceil();
    let all = kilobytes(shot.bytes);
    let (icon, words) = match shot.state {
        ShotState::Kept => ("save", tr!(proxy.photo.kept).to_owned()),
        ShotState::Waiting => ("offline", tr!(proxy.photo.waiting).to_owned()),
        ShotState::Sending { done } => (
            "up",
            tr!(proxy.photo.sending, done = kilobytes(done), all = all),
        ),
        ShotState::Sent => ("check", tr!(proxy.photo.sent, all = all)),
        ShotState::Failed => ("alert", tr!(proxy.photo.failed).to_owned()),
        ShotState::Refused => ("alert", tr!(proxy.photo.refused).to_owned()),
    };
    let bar = match shot.state {
        ShotState::Sending { done } => Some(view! {
            <progress class="bar" max=shot.bytes value=done aria-label=tr!(proxy.photo.progress)></progress>
        }),
        _ => None,
    };
    let lost = shot
        .only_here
        .then(|| view! { <p class="photo-note">{tr!(proxy.photo.store_full)}</p> });
    view! {
        {bar}
        <p class="photo-note">
            <Icon name=icon size="s" />
            <span>{words}</span>
        </p>
        {lost}
    }
}
