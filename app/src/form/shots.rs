//! The pictures of a form: shrunk, kept on the phone, sent as soon as there is signal.

use super::draft::{Draft, still_there};
use super::shrink::{Unreadable, shrink};
use crate::state::new_photo;
use crate::storage::blobs;
use crate::{api, when};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::id::PhotoId;
use model::time::TimeMs;
use std::collections::BTreeMap;
use web_sys::{Blob, Url};

/// What became of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShotState {
    /// On the phone; it goes with the form.
    Kept,
    /// No signal just now.
    Waiting,
    /// On its way.
    Sending {
        /// Bytes gone.
        done: f64,
    },
    /// The server has it.
    Sent,
    /// It did not get through; tried again when the form is handed in.
    Failed,
    /// The server will not have it.
    Refused,
}

impl ShotState {
    /// As the style sheet calls it.
    pub fn name(self) -> &'static str {
        match self {
            ShotState::Kept | ShotState::Waiting => "waiting",
            ShotState::Sending { .. } => "sending",
            ShotState::Sent => "sent",
            ShotState::Failed | ShotState::Refused => "failed",
        }
    }
}

/// One picture, to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    /// Its object URL.
    pub url: String,
    /// Its size after shrinking.
    pub bytes: f64,
    /// What became of it.
    pub state: ShotState,
    /// The phone would not keep it: it is gone with this page.
    pub only_here: bool,
}

/// Where it is written down which pictures there are, and which of them the server has.
#[derive(Clone, Copy)]
pub struct Book {
    /// The pictures, in order.
    pub photos: Signal<Vec<PhotoId>>,
    /// When the server acknowledged them.
    pub sent: Signal<BTreeMap<PhotoId, TimeMs>>,
    /// Told when it acknowledges one.
    pub on_sent: Callback<PhotoId>,
}

impl Book {
    fn of(draft: RwSignal<Draft>) -> Book {
        let on_sent = move |photo| {
            draft.try_update(|draft| draft.sent.insert(photo, when::now()));
        };
        Book {
            photos: Signal::derive(move || draft.with(Draft::photos)),
            sent: Signal::derive(move || draft.with(|draft| draft.sent.clone())),
            on_sent: Callback::new(on_sent),
        }
    }

    fn is_sent(self, photo: PhotoId) -> bool {
        let at = self
            .sent
            .try_with_untracked(|sent| sent.get(&photo).copied())
            .flatten();
        at.is_some_and(|at| still_there(at, when::now()))
    }

    fn unsent(self) -> Vec<PhotoId> {
        let mut photos = self.photos.try_get_untracked().unwrap_or_default();
        photos.retain(|photo| !self.is_sent(*photo));
        photos
    }
}

/// All pictures of one form.
#[derive(Clone, Copy)]
pub struct Shots {
    all: RwSignal<BTreeMap<PhotoId, Shot>>,
    /// What the phone would not keep, and what is under way.
    held: StoredValue<BTreeMap<PhotoId, Blob>, LocalStorage>,
    book: Book,
}

impl Shots {
    /// The pictures of `draft`; those kept earlier appear as they are read.
    pub fn of(draft: RwSignal<Draft>) -> Shots {
        Shots::in_book(Book::of(draft))
    }

    /// The pictures written down in `book`.
    pub fn in_book(book: Book) -> Shots {
        let shots = Shots {
            all: RwSignal::default(),
            held: StoredValue::new_local(BTreeMap::new()),
            book,
        };
        on_cleanup(move || shots.let_go());
        shots.find();
        shots
    }

    /// Frees the object URLs.
    fn let_go(self) {
        self.all.try_with_untracked(|all| {
            for shot in all.values() {
                // Only fails where there is no URL to revoke.
                let _ = Url::revoke_object_url(&shot.url);
            }
        });
    }

    /// Reads the draft's pictures back from the phone.
    pub fn find(self) {
        let photos = self.book.photos.get_untracked();
        let lacking: Vec<_> = photos
            .into_iter()
            .filter(|photo| self.get_untracked(*photo).is_none())
            .collect();
        spawn_local(async move {
            for photo in lacking {
                if let Ok(Some(blob)) = blobs::photo(photo).await {
                    let state = if self.book.is_sent(photo) {
                        ShotState::Sent
                    } else {
                        ShotState::Kept
                    };
                    self.show(photo, &blob, state, false);
                }
            }
        });
    }

    /// Makes a picture of a file: shrinks it, keeps it, and starts sending it.
    pub async fn take(self, file: &Blob) -> Result<PhotoId, Unreadable> {
        let small = shrink(file).await?;
        let photo = self.keep(small).await;
        spawn_local(async move {
            // What became of it stands at the picture; handing in tries again.
            let _ = self.send(photo).await;
        });
        Ok(photo)
    }

    /// Makes a picture of a file and keeps it; it goes with the form and not before.
    pub async fn take_home(self, file: &Blob) -> Result<PhotoId, Unreadable> {
        Ok(self.keep(shrink(file).await?).await)
    }

    /// Keeps a picture as it is; it is sent later.
    pub async fn keep(self, picture: Blob) -> PhotoId {
        let photo = new_photo();
        let kept = blobs::keep_photo(photo, &picture).await.is_ok();
        self.held
            .try_update_value(|held| held.insert(photo, picture.clone()));
        self.show(photo, &picture, ShotState::Kept, !kept);
        photo
    }

    /// Forgets a picture, here and on the phone.
    pub fn forget(self, photo: PhotoId) {
        let shot = self.all.try_update(|all| all.remove(&photo)).flatten();
        if let Some(shot) = shot {
            let _ = Url::revoke_object_url(&shot.url);
        }
        self.held.try_update_value(|held| held.remove(&photo));
        spawn_local(async move {
            // A picture that stays is small and nobody's; the next draft of this matter drops it.
            let _ = blobs::drop_photos(&[photo]).await;
        });
    }

    /// A picture; follows changes.
    pub fn get(self, photo: PhotoId) -> Option<Shot> {
        self.all.with(|all| all.get(&photo).cloned())
    }

    fn get_untracked(self, photo: PhotoId) -> Option<Shot> {
        self.all
            .try_with_untracked(|all| all.get(&photo).cloned())
            .flatten()
    }

    /// Sends what the server lacks, in the background.
    pub fn send_waiting(self) {
        let unsent = self.book.unsent();
        spawn_local(async move {
            for photo in unsent {
                if self.send(photo).await == Err(api::Error::Offline) {
                    return;
                }
            }
        });
    }

    /// Sends what the server lacks and waits for its answer. A picture that is under way already
    /// goes twice, which does no harm.
    pub async fn deliver(self) -> api::Result<()> {
        for photo in self.book.unsent() {
            let Some(blob) = self.blob(photo).await else {
                continue;
            };
            self.put(photo, &blob).await?;
        }
        Ok(())
    }

    /// Sends those of `photos` that the server lacks, one after the other.
    pub async fn send_all(self, photos: &[PhotoId]) -> api::Result<()> {
        for photo in photos {
            self.send(*photo).await?;
        }
        Ok(())
    }

    /// Sends one picture; sending one that is under way or there already does nothing.
    async fn send(self, photo: PhotoId) -> api::Result<()> {
        let state = self.get_untracked(photo).map(|shot| shot.state);
        if matches!(
            state,
            None | Some(ShotState::Sending { .. } | ShotState::Sent)
        ) {
            return Ok(());
        }
        match self.blob(photo).await {
            Some(blob) => self.put(photo, &blob).await,
            None => Ok(()),
        }
    }

    async fn blob(self, photo: PhotoId) -> Option<Blob> {
        let held = self
            .held
            .try_with_value(|held| held.get(&photo).cloned())
            .flatten();
        match held {
            Some(blob) => Some(blob),
            None => blobs::photo(photo).await.ok().flatten(),
        }
    }

    async fn put(self, photo: PhotoId, blob: &Blob) -> api::Result<()> {
        self.mark(photo, ShotState::Sending { done: 0.0 });
        let sent = api::put_photo(photo, blob, move |done, _| {
            self.mark(photo, ShotState::Sending { done })
        })
        .await;
        self.mark(photo, after(&sent));
        if sent.is_ok() {
            self.book.on_sent.try_run(photo);
        }
        sent
    }

    fn mark(self, photo: PhotoId, state: ShotState) {
        self.all.try_update(|all| {
            if let Some(shot) = all.get_mut(&photo) {
                shot.state = state;
            }
        });
    }

    fn show(self, photo: PhotoId, blob: &Blob, state: ShotState, only_here: bool) {
        let url = Url::create_object_url_with_blob(blob).unwrap_or_default();
        let shot = Shot {
            url,
            bytes: blob.size(),
            state,
            only_here,
        };
        self.all.try_update(|all| all.insert(photo, shot));
    }
}

fn after(sent: &api::Result<()>) -> ShotState {
    match sent {
        Ok(()) => ShotState::Sent,
        Err(api::Error::Offline) => ShotState::Waiting,
        Err(error) if error.passes() => ShotState::Failed,
        Err(_) => ShotState::Refused,
    }
}
