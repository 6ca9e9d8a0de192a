//! The form of any kind of case, drawn from its fields.
//!
//! [`wizard`] decides where somebody stands, [`draft`] is what is kept, `question` draws one field
//! by its shape, `pages` draws one page, `check` the last one. [`Form`] is what they share.

mod alarm;
mod check;
pub mod draft;
mod hand_in;
mod pages;
mod question;
pub mod ready;
pub mod rows;
pub mod shots;
pub mod shrink;
mod spotted;
pub mod wizard;
mod words;

pub use pages::FormPages;

use crate::outbox::{Entry, new_key};
use crate::state::{Ground, Prefs, prefs};
use crate::storage::{self, blobs};
use crate::when;
use draft::Draft;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::field::{Answers, Field, FieldFault};
use model::id::MatterId;
use model::issue::Emergency;
use model::kinds::KindName;
use model::place::Wgs84;
use model::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use shots::Shots;
use wizard::Wizard;

/// A form being filled in. Copied into every closure of its pages.
#[derive(Clone, Copy)]
pub struct Form {
    ground: StoredValue<Ground>,
    draft: RwSignal<Draft>,
    /// The name under which the draft is kept, and where the form lives.
    name: StoredValue<String>,
    address: StoredValue<String>,
    /// What the last Continue, or the server, found wrong. Pages read it when they are drawn.
    faults: StoredValue<Vec<FieldFault>>,
    /// Why the server would not have it.
    refused: StoredValue<Option<Problem>>,
    /// It did not get through, and may not be written down to be sent later.
    unsent: StoredValue<bool>,
    /// The time picked was taken meanwhile.
    slot_taken: StoredValue<bool>,
    /// Counts the draws of the page: more of it draws anew.
    drawn: RwSignal<u32>,
    shots: Shots,
    prefs: Prefs,
    /// Where a photo said it was taken: offered as the place.
    taken_at: RwSignal<Option<Wgs84>>,
    /// What waits for nobody, heard in the answers: shown over the form.
    alarm: RwSignal<Option<Emergency>>,
    /// Those that somebody said are none.
    calm: StoredValue<Vec<String>>,
}

impl Form {
    /// Goes on with `draft`, at `address`.
    pub fn open(draft: Draft, ground: Ground, address: String) -> Form {
        let name = draft.name();
        let draft = RwSignal::new(draft);
        let form = Form {
            ground: StoredValue::new(ground),
            draft,
            name: StoredValue::new(name),
            address: StoredValue::new(address),
            faults: StoredValue::default(),
            refused: StoredValue::default(),
            unsent: StoredValue::new(false),
            slot_taken: StoredValue::new(false),
            drawn: RwSignal::new(0),
            shots: Shots::of(draft),
            prefs: prefs(),
            taken_at: RwSignal::new(None),
            alarm: RwSignal::new(None),
            calm: StoredValue::default(),
        };
        form.change(|wizard, draft| wizard.settle(&draft.answers.clone(), &mut draft.answers));
        form
    }

    /// Reads the answers without following their changes.
    fn look<T>(self, read: impl FnOnce(&Wizard<'_>, &Answers) -> T) -> T {
        self.draft.with_untracked(|draft| {
            self.with_wizard(draft.kind, |wizard| read(wizard, &draft.answers))
        })
    }

    /// Reads the answers and follows their changes.
    fn follow<T>(self, read: impl FnOnce(&Wizard<'_>, &Answers) -> T) -> T {
        self.draft
            .with(|draft| self.with_wizard(draft.kind, |wizard| read(wizard, &draft.answers)))
    }

    fn with_wizard<T>(self, kind: KindName, read: impl FnOnce(&Wizard<'_>) -> T) -> T {
        let one_a_page = untrack(|| self.prefs.one_a_page());
        self.ground.with_value(|ground| {
            read(&Wizard {
                kind,
                context: ground.context(),
                one_a_page,
            })
        })
    }

    /// Changes the draft and writes it down at once: nothing typed is ever lost.
    fn change(self, change: impl FnOnce(&Wizard<'_>, &mut Draft)) {
        self.draft
            .update(|draft| self.with_wizard(draft.kind, |wizard| change(wizard, draft)));
        self.keep();
    }

    fn keep(self) {
        self.draft
            .update_untracked(|draft| draft.saved = when::now());
        let draft = self.draft.get_untracked();
        // A phone that refuses keeps the answers as long as the page is open.
        self.name
            .with_value(|name| storage::keep_draft(name, &draft));
    }

    /// Takes an answer. What was wrong with it is no longer said once the page is drawn again.
    fn answer<T: Serialize>(self, field: &'static Field, answer: &T) {
        self.faults
            .update_value(|faults| faults.retain(|fault| wizard::head(&fault.field) != field.name));
        self.change(|wizard, draft| {
            let before = draft.answers.clone();
            draft.answers.set(field.name, answer);
            wizard.settle(&before, &mut draft.answers);
        });
    }

    /// A text answer as typed, spaces too; not followed.
    fn typed(self, name: &str) -> String {
        self.look(|_, answers| {
            answers
                .0
                .get(name)
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .to_owned()
        })
    }

    /// An answer of any other type; not followed.
    fn given<T: DeserializeOwned>(self, name: &str) -> Option<T> {
        self.look(|_, answers| answers.get(name))
    }

    /// What is wrong with the question of that name, or with one part of it.
    fn faults_of(self, name: &str) -> Vec<FieldFault> {
        let of = |fault: &&FieldFault| wizard::head(&fault.field) == name;
        self.faults
            .with_value(|faults| faults.iter().filter(of).cloned().collect())
    }

    /// The address of a page; `returning` leads back to check-answers from there.
    fn link(self, page: &str, returning: bool) -> String {
        let back = if returning { "&back=check" } else { "" };
        self.address
            .with_value(|address| format!("{address}?page={page}{back}"))
    }

    fn draw_again(self) {
        self.drawn.update(|drawn| *drawn += 1);
    }

    /// Whom to call when nothing else helps.
    fn phone(self) -> String {
        self.ground.with_value(help_phone)
    }
}

/// The most useful number of the street that is not for emergencies.
pub fn help_phone(ground: &Ground) -> String {
    let mut lines = ground.street.hotlines.iter();
    lines
        .find(|line| !line.emergency)
        .map(|line| line.phone.clone())
        .unwrap_or_default()
}

/// The draft of a kind, and of a matter where it has one, that this phone keeps; else an empty one.
pub fn draft_of(kind: KindName, matter: Option<&MatterId>) -> Draft {
    let empty = Draft::begin(kind, matter, new_key(), when::now());
    storage::draft(&empty.name())
        .filter(|draft: &Draft| draft.kind == kind)
        .unwrap_or(empty)
}

/// Forgets a draft and its pictures.
pub fn discard(draft: &Draft) {
    storage::drop_draft(&draft.name());
    let photos = draft.photos();
    spawn_local(async move {
        // Pictures that stay take room and nothing else.
        let _ = blobs::drop_photos(&photos).await;
    });
}

/// Writes a case that waits in the outbox down as a draft again; take it out there afterwards, so
/// that it always stands in one of the two. Gives the page to go to; none where the phone has no
/// room for the draft, or the case no matter.
pub fn reopen(entry: Entry) -> Option<String> {
    let address = address_of(entry.case.kind, &entry.case.answers)?;
    let draft = Draft::of(entry, when::now());
    storage::keep_draft(&draft.name(), &draft).then(|| format!("{address}?page={}", wizard::CHECK))
}

/// Where the form of a kind is filled in; none where a matter is needed and not named.
pub fn address_of(kind: KindName, answers: &Answers) -> Option<String> {
    Some(match kind {
        KindName::ProxyRequest => {
            let matter = answers.get::<MatterId>("matter")?;
            format!("/proxy/{matter}/apply")
        }
        KindName::IssueReport => "/report".to_owned(),
        KindName::CallBack => "/help/call-back".to_owned(),
    })
}

/// What else is asked on the last page before a form is handed in, where the context has some.
#[derive(Clone, Copy)]
pub struct BeforeSending(pub fn() -> AnyView);
