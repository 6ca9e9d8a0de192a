//! The pictures of a case. The secret travels in a header, so each is fetched and shown from
//! memory.

use super::case::Case;
use crate::api;
use crate::parts::Sheet;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{PhotoInfo, PhotoSize, PhotoStatus};
use model::id::PhotoId;
use std::collections::BTreeMap;
use web_sys::Url;

/// What became of one picture: its object URL, or that it cannot be had just now.
type Fetched = Result<String, ()>;

/// The pictures fetched so far.
#[derive(Clone, Copy)]
pub struct Album {
    case: Case,
    thumbs: RwSignal<BTreeMap<PhotoId, Fetched>>,
    full: RwSignal<Option<Fetched>>,
    name: RwSignal<String>,
    open: RwSignal<bool>,
}

impl Album {
    /// Nothing fetched yet.
    pub fn of(case: Case) -> Album {
        let album = Album {
            case,
            thumbs: RwSignal::default(),
            full: RwSignal::new(None),
            name: RwSignal::default(),
            open: RwSignal::new(false),
        };
        on_cleanup(move || album.let_go());
        album
    }

    fn let_go(self) {
        self.thumbs
            .try_with_untracked(|all| all.values().flatten().for_each(|url| revoke(url)));
        self.put_away();
    }

    /// Frees the large picture shown last.
    fn put_away(self) {
        if let Some(Some(Ok(url))) = self.full.try_get_untracked() {
            revoke(&url);
        }
    }

    fn fetch_thumb(self, photo: PhotoId) {
        if self
            .thumbs
            .with_untracked(|all| matches!(all.get(&photo), Some(Ok(_))))
        {
            return;
        }
        let link = self.case.link();
        spawn_local(async move {
            let answer = api::case_photo(link.case, &link.secret, photo, PhotoSize::Thumb).await;
            let url = answer
                .map_err(|_| ())
                .and_then(|blob| Url::create_object_url_with_blob(&blob).map_err(|_| ()));
            self.thumbs.try_update(|all| all.insert(photo, url));
        });
    }

    fn enlarge(self, photo: PhotoId, name: String) {
        self.put_away();
        let (_, _) = (self.full.try_set(None), self.name.try_set(name));
        self.open.try_set(true);
        let link = self.case.link();
        spawn_local(async move {
            let answer = api::case_photo(link.case, &link.secret, photo, PhotoSize::Full).await;
            let url = answer
                .map_err(|_| ())
                .and_then(|blob| Url::create_object_url_with_blob(&blob).map_err(|_| ()));
            self.full.try_set(Some(url));
        });
    }
}

fn revoke(url: &str) {
    // Fails only where there is no URL to revoke.
    let _ = Url::revoke_object_url(url);
}

/// Small pictures in a grid, each of which opens large. `names` stand beside the ids.
pub fn pictures(album: Album, photos: Vec<(PhotoId, String)>) -> impl IntoView {
    let pictures = photos
        .into_iter()
        .map(|(id, name)| picture(album, id, name))
        .collect_view();
    view! { <ul class="event-photos">{pictures}</ul> }
}

fn picture(album: Album, id: PhotoId, name: String) -> impl IntoView {
    // Only this picture is drawn again when it becomes ready.
    let info = Memo::new(move |_| {
        album.case.view.with(|view| {
            let mut photos = view.iter().flat_map(|view| &view.photos);
            photos.find(|photo| photo.id == id).cloned()
        })
    });
    let name = StoredValue::new(name);
    view! { <li>{move || drawn(album, id, info.get(), name.get_value())}</li> }
}

fn drawn(album: Album, id: PhotoId, info: Option<PhotoInfo>, name: String) -> AnyView {
    match info.map(|info| info.status) {
        Some(PhotoStatus::Ready) => ready(album, id, name).into_any(),
        Some(PhotoStatus::Unreadable) => {
            view! { <p class="muted">{tr!(cases.photo.unreadable)}</p> }.into_any()
        }
        Some(PhotoStatus::Received) | None => {
            view! { <p class="muted">{tr!(cases.photo.received)}</p> }.into_any()
        }
    }
}

fn ready(album: Album, id: PhotoId, name: String) -> impl IntoView {
    album.fetch_thumb(id);
    let url = Memo::new(move |_| album.thumbs.with(|all| all.get(&id).cloned()));
    let name = StoredValue::new(name);
    move || {
        match url.get() {
        Some(Ok(url)) => view! {
            <button class="shot" type="button" on:click=move |_| album.enlarge(id, name.get_value())>
                <img src=url alt=tr!(cases.photo.enlarge, name = name.get_value())/>
            </button>
        }
        .into_any(),
        Some(Err(())) => view! {
            <button class="btn-link" type="button" on:click=move |_| album.fetch_thumb(id)>
                {tr!(cases.photo.again)}
            </button>
        }
        .into_any(),
        None => view! { <p class="muted">{tr!(cases.photo.loading)}</p> }.into_any(),
    }
    }
}

/// The sheet in which a picture stands large; once a page.
#[component]
pub fn Enlarged(
    /// The pictures.
    album: Album,
) -> impl IntoView {
    let picture = move || match album.full.get() {
        Some(Ok(url)) => view! { <img class="shot-full" src=url alt=album.name.get()/> }.into_any(),
        Some(Err(())) => view! { <p role="alert">{tr!(cases.photo.failed)}</p> }.into_any(),
        None => view! { <p role="status">{tr!(cases.photo.loading)}</p> }.into_any(),
    };
    view! {
        <Sheet id="photo" title=tr!(cases.photo.title) open=album.open>
            <div class="sheet-body">
                <p>{move || album.name.get()}</p>
                {picture}
            </div>
        </Sheet>
    }
}
