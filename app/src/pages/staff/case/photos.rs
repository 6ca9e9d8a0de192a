//! The pictures of a case: fetched with the session, shown as object URLs, enlarged in a sheet.

use super::desk::Desk;
use super::door;
use super::faces::COPY;
use super::when_closed;
use crate::api::Error;
use crate::pages::staff::calls;
use crate::pages::staff::session::Session;
use crate::parts::{Sheet, Skeleton};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{PhotoInfo, PhotoSize, PhotoStatus, StaffCase};
use model::field::MaterialAnswer;
use model::id::{CaseId, PhotoId};
use std::collections::BTreeMap;
use web_sys::Url;

type Fetched = BTreeMap<(PhotoId, bool), Result<String, Error>>;

/// The pictures fetched so far; each is fetched once, since each fetch is recorded.
#[derive(Clone, Copy)]
pub struct Pictures {
    session: Session,
    case: CaseId,
    fetched: RwSignal<Fetched>,
}

impl Pictures {
    /// None yet; the object URLs are freed with the page.
    pub fn of(session: Session, case: CaseId) -> Pictures {
        let pictures = Pictures {
            session,
            case,
            fetched: RwSignal::default(),
        };
        on_cleanup(move || {
            pictures.fetched.try_with_untracked(|fetched| {
                for url in fetched.values().flatten() {
                    // Only fails where there is no URL to revoke.
                    let _ = Url::revoke_object_url(url);
                }
            });
        });
        pictures
    }

    /// A picture's object URL once it is here; follows its arrival.
    pub fn get(self, photo: PhotoId, size: PhotoSize) -> Option<Result<String, Error>> {
        self.fetched
            .with(|fetched| fetched.get(&key(photo, size)).cloned())
    }

    /// Fetches a picture, unless it is here.
    pub fn fetch(self, photo: PhotoId, size: PhotoSize) {
        let key = key(photo, size);
        let here = self
            .fetched
            .with_untracked(|fetched| matches!(fetched.get(&key), Some(Ok(_))));
        if here {
            return;
        }
        spawn_local(async move {
            let answer = calls::photo(self.session, self.case, photo, size).await;
            let url = answer.and_then(|blob| {
                Url::create_object_url_with_blob(&blob).map_err(|_| Error::Garbled)
            });
            self.fetched.try_update(|fetched| fetched.insert(key, url));
        });
    }
}

fn key(photo: PhotoId, size: PhotoSize) -> (PhotoId, bool) {
    (photo, size == PhotoSize::Full)
}

/// What a picture shows, in words: the paper's name where it is one.
fn caption(case: &StaffCase, photo: &PhotoInfo) -> String {
    let given: BTreeMap<String, MaterialAnswer> =
        case.view.answers.get("materials").unwrap_or_default();
    let paper = given
        .iter()
        .find(|(_, answer)| answer.photos.contains(&photo.id));
    let matter = door::matter_of(case);
    let name = paper.and_then(|(code, _)| {
        let paper = matter
            .as_ref()?
            .materials
            .iter()
            .find(|paper| paper.code == *code)?;
        Some(paper.name.clone())
    });
    let of_field = || match photo.field.as_str() {
        "event" => tr!(staff.photo.event),
        COPY => tr!(handling.photo.copy),
        field => words::field(field).unwrap_or(tr!(staff.photo.other)),
    };
    name.unwrap_or_else(|| of_field().to_owned())
}

/// All pictures, small; each opens large.
#[component]
pub fn Photos(desk: Desk) -> impl IntoView {
    let facts = crate::state::facts();
    let photos = Memo::new(move |_| {
        facts.matters().here();
        desk.case
            .with(|case| case.as_deref().map(captioned))
            .unwrap_or_default()
    });
    let large = RwSignal::new(None::<(PhotoId, String)>);
    let list = move || {
        let thumb = move |(photo, caption): (PhotoInfo, String)| view! { <Thumb desk=desk photo=photo caption=caption large=large/> };
        view! { <ul class="shots">{photos.get().into_iter().map(thumb).collect_view()}</ul> }
    };
    let any = Memo::new(move |_| photos.with(|photos| !photos.is_empty()));
    view! {
        <Show when=move || any.get()>
            <section class="panel" aria-labelledby="photos-title">
                <h2 class="panel-title" id="photos-title">{tr!(staff.photo.title)}</h2>
                {list}
            </section>
        </Show>
        {move || large.get().map(|(photo, caption)| view! { <Large desk=desk photo=photo caption=caption large=large/> })}
    }
}

/// Each picture with its caption, the second of the same paper numbered.
fn captioned(case: &StaffCase) -> Vec<(PhotoInfo, String)> {
    let mut seen = BTreeMap::<String, usize>::new();
    let named = case.view.photos.iter().map(|photo| {
        let caption = caption(case, photo);
        let number = seen
            .entry(caption.clone())
            .and_modify(|number| *number += 1)
            .or_insert(1);
        let caption = if *number > 1 {
            format!("{caption} {number}")
        } else {
            caption
        };
        (photo.clone(), caption)
    });
    named.collect()
}

#[component]
fn Thumb(
    desk: Desk,
    photo: PhotoInfo,
    caption: String,
    large: RwSignal<Option<(PhotoId, String)>>,
) -> impl IntoView {
    let id = photo.id;
    match photo.status {
        PhotoStatus::Ready => desk.pictures.fetch(id, PhotoSize::Thumb),
        PhotoStatus::Received => return note(caption, tr!(staff.photo.received)).into_any(),
        PhotoStatus::Unreadable => return note(caption, tr!(staff.photo.unreadable)).into_any(),
    }
    let (alt, open) = (caption.clone(), caption.clone());
    let image = move || match desk.pictures.get(id, PhotoSize::Thumb) {
        Some(Ok(url)) => view! { <img src=url alt=alt.clone()/> }.into_any(),
        Some(Err(_)) => view! { <span>{alt.clone()}" "{tr!(staff.photo.failed)}</span> }.into_any(),
        None => view! { <span>{alt.clone()}</span> }.into_any(),
    };
    let enlarge = move |_| large.set(Some((id, open.clone())));
    view! {
        <li>
            <button class="btn-link" type="button" aria-haspopup="dialog" on:click=enlarge>
                {image}
                <span class="sr-only">{tr!(staff.photo.enlarge)}</span>
            </button>
            <p class="muted" aria-hidden="true">{caption}</p>
        </li>
    }
    .into_any()
}

/// A small picture of the case, once it is here; follows its arrival.
pub fn thumb(desk: Desk, photo: PhotoId, alt: &str) -> AnyView {
    thumb_of(desk.pictures, photo, alt)
}

/// The same of any case.
pub fn thumb_of(pictures: Pictures, photo: PhotoId, alt: &str) -> AnyView {
    let alt = alt.to_owned();
    match pictures.get(photo, PhotoSize::Thumb) {
        Some(Ok(url)) => view! { <img src=url alt=alt/> }.into_any(),
        Some(Err(_)) => view! { <span>{alt}" "{tr!(handling.photo.failed)}</span> }.into_any(),
        None => view! { <span>{alt}</span> }.into_any(),
    }
}

fn note(caption: String, words: &'static str) -> impl IntoView {
    view! { <li><p>{caption}</p><p class="muted">{words}</p></li> }
}

#[component]
fn Large(
    desk: Desk,
    photo: PhotoId,
    caption: String,
    large: RwSignal<Option<(PhotoId, String)>>,
) -> impl IntoView {
    desk.pictures.fetch(photo, PhotoSize::Full);
    let open = RwSignal::new(true);
    when_closed(open, move || drop(large.try_set(None)));
    let alt = caption.clone();
    let image = move || match desk.pictures.get(photo, PhotoSize::Full) {
        Some(Ok(url)) => view! { <img src=url alt=alt.clone()/> }.into_any(),
        Some(Err(error)) => view! { <p role="alert">{words::error(&error)}</p> }.into_any(),
        None => Skeleton().into_any(),
    };
    view! { <Sheet id="photo-large" title=caption open=open wide=true><div class="sheet-body">{image}</div></Sheet> }
}
