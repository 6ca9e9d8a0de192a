//! What the case's page holds, and how it is kept up to date.

use super::photos::Pictures;
use super::typed;
use crate::api::Error;
use crate::form::draft::Draft;
use crate::form::shots::Shots;
use crate::pages::staff::session::Session;
use crate::pages::staff::{calls, changes};
use crate::state::new_uuid;
use crate::storage::blobs;
use crate::when;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Me, StaffCase};
use model::field::{Answers, Envelope};
use model::id::CaseId;
use model::kinds::KindName;
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
    /// What was done last.
    pub done: RwSignal<Option<String>>,
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
            done: RwSignal::new(None),
            ticked: RwSignal::default(),
            pictures: Pictures::of(session, id),
            shots: shots(),
        };
        // Pictures of residents' papers do not stay on the device without the page they are for.
        on_cleanup(move || forget_photos(typed::take_photos(id)));
        desk.fetch();
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

    /// The same, awaited.
    pub async fn fetched(self) -> crate::api::Result<()> {
        self.failed.try_set(None);
        match calls::case(self.session, self.id).await {
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

/// Pictures belong to a form's draft; that of an action holds nothing else.
fn shots() -> Shots {
    Shots::of(RwSignal::new(Draft {
        kind: KindName::ProxyRequest,
        answers: Answers::default(),
        key: new_uuid(),
        saved: when::now(),
        page: String::new(),
        sent: BTreeMap::new(),
    }))
}

/// Drops pictures from the device.
pub fn forget_photos(photos: Vec<model::id::PhotoId>) {
    if !photos.is_empty() {
        spawn_local(async move {
            // What a broken store keeps, it also cannot show to anybody.
            let _ = blobs::drop_photos(&photos).await;
        });
    }
}
