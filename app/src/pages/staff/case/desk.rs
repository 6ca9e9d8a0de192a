//! What the case's page holds, and how it is kept up to date.

use super::photos::Pictures;
use super::typed;
use crate::api::Error;
use crate::form::ready;
use crate::form::shots::{Book, Shots};
use crate::pages::staff::session::Session;
use crate::pages::staff::{calls, changes};
use crate::when;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Me, PhotoStatus, StaffCase, Why};
use model::field::Envelope;
use model::id::{CaseId, StaffId};
use model::workflow::{Actor, Verb};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An action whose form is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acting {
    /// What is to be done.
    pub verb: Verb,
    /// On the resident's word.
    pub on_word: bool,
}

/// The case being looked at. Copied into every closure of its page.
#[derive(Clone, Copy)]
pub struct Desk {
    /// For calls.
    pub session: Session,
    /// Who looks.
    pub me: StoredValue<Arc<Me>>,
    /// Which case.
    pub id: CaseId,
    /// The case as last fetched.
    pub case: RwSignal<Option<Arc<StaffCase>>>,
    /// Why it could not be fetched.
    pub failed: RwSignal<Option<Error>>,
    /// The form that is open.
    pub acting: RwSignal<Option<Acting>>,
    /// The department that the form is about.
    pub about: RwSignal<Option<StaffId>>,
    /// What was done last.
    pub done: RwSignal<Option<String>>,
    /// What was to follow on it, and did not.
    pub undone: RwSignal<Option<String>>,
    /// Papers ticked at the door.
    pub ticked: RwSignal<BTreeSet<String>>,
    /// Its pictures.
    pub pictures: Pictures,
    /// Pictures taken for an action.
    pub shots: Shots,
}

impl Desk {
    /// Fetches the case, and again when it changes.
    pub fn open(session: Session, me: Arc<Me>, id: CaseId) -> Desk {
        let desk = Desk {
            session,
            me: StoredValue::new(me),
            id,
            case: RwSignal::new(None),
            failed: RwSignal::new(None),
            acting: RwSignal::new(None),
            about: RwSignal::new(None),
            done: RwSignal::new(None),
            undone: RwSignal::new(None),
            ticked: RwSignal::default(),
            pictures: Pictures::of(session, id),
            shots: shots(id),
        };
        desk.fetch();
        let unready = Memo::new(move |_| desk.case.with(|case| has_unready(case.as_deref())));
        ready::follow(unready, move || desk.fetch());
        if let Some(changes) = changes::changes() {
            Effect::new(move |missed: Option<u32>| {
                let now = changes.missed();
                let newer = changes
                    .of(id)
                    .is_some_and(|change| desk.seq_now().is_some_and(|seq| change.seq > seq));
                if newer || missed.is_some_and(|missed| missed != now) {
                    desk.fetch();
                }
                now
            });
        }
        desk
    }

    /// Fetches the case; what is shown stays until it is here.
    pub fn fetch(self) {
        spawn_local(async move {
            let _ = self.fetched().await;
        });
    }

    /// Fetches the case for somebody who has nothing to do in it, and says why they read it.
    pub fn fetch_because(self, why: Why) {
        spawn_local(async move {
            let _ = self.opened(Some(why)).await;
        });
    }

    /// The same, awaited.
    pub async fn fetched(self) -> crate::api::Result<()> {
        self.opened(None).await
    }

    async fn opened(self, why: Option<Why>) -> crate::api::Result<()> {
        self.failed.try_set(None);
        match calls::case(self.session, self.id, why).await {
            Ok(case) => {
                self.take(case);
                Ok(())
            }
            Err(error) => {
                self.failed.try_set(Some(error.clone()));
                Err(error)
            }
        }
    }

    /// Takes the case in, unless a newer one is here already.
    pub fn take(self, case: StaffCase) {
        if self
            .seq_now()
            .is_none_or(|seq| case.view.progress.seq >= seq)
        {
            self.case.try_set(Some(Arc::new(case)));
        }
    }

    /// The number of events seen, not followed.
    pub fn seq_now(self) -> Option<u32> {
        self.now(|case| case.view.progress.seq)
    }

    /// Reads the case without following it.
    pub fn now<T>(self, read: impl FnOnce(&StaffCase) -> T) -> Option<T> {
        self.case
            .try_with_untracked(|case| case.as_deref().map(read))
            .flatten()
    }

    /// Follows a part of the case: what is drawn from it changes only when that part does.
    pub fn see<T>(self, read: fn(&StaffCase) -> T) -> Memo<T>
    where
        T: PartialEq + Default + Send + Sync + 'static + Clone,
    {
        Memo::new(move |_| {
            self.case
                .with(|case| case.as_deref().map(read))
                .unwrap_or_default()
        })
    }

    /// Whom the case is about.
    pub fn envelope(case: &StaffCase) -> Envelope {
        case.view.kind.envelope(&case.view.answers)
    }

    /// As whom one acts.
    pub fn actor(self) -> Option<Actor> {
        self.me.try_with_value(|me| Actor::Staff {
            id: me.staff.id.clone(),
            role: me.staff.role,
        })
    }
}

/// The pictures taken for the case's actions. The server is not asked which of them it has: the
/// same picture sent twice does no harm.
fn shots(case: CaseId) -> Shots {
    let sent = RwSignal::new(BTreeMap::new());
    Shots::in_book(Book {
        photos: Signal::stored(typed::photos_of(case)),
        sent: sent.into(),
        on_sent: Callback::new(move |photo| {
            sent.try_update(|sent| sent.insert(photo, when::now()));
        }),
    })
}

fn has_unready(case: Option<&StaffCase>) -> bool {
    let mut photos = case.into_iter().flat_map(|case| &case.view.photos);
    photos.any(|photo| photo.status == PhotoStatus::Received)
}
