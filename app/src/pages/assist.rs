//! `/assist`: 助办 on a shared tablet, all of it at this one address. Volunteers come and go by
//! PIN; a resident's pages go by an address in memory; at the end everything is loaded anew.

mod between;
mod enrol;
mod hours;
mod idle;
mod leave;
mod links;
mod noted;
mod pin;
mod serving;

use crate::api::{self, assist as calls};
use crate::assist::{self, Help};
use crate::form::BeforeSending;
use crate::parts::{ErrorNote, Page, Skeleton};
use crate::state::{Aloud, Elder, prefs};
use crate::storage;
use crate::way::Inside;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{Shift, Tablet};
use model::problem::Code;
use serving::params_of;
use uuid::Uuid;

/// How far the tablet is, in the context of its pages.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// The tablet as the server knows it; none until it has answered.
    tablet: RwSignal<Option<api::Result<Tablet>>>,
    /// A resident is being served.
    serving: RwSignal<bool>,
    /// The page shown.
    inside: Inside,
    /// Everything is being removed.
    leaving: RwSignal<bool>,
}

impl Desk {
    fn open() -> Desk {
        let now = assist::now();
        Desk {
            tablet: RwSignal::new(None),
            serving: RwSignal::new(now.help.is_some()),
            inside: Inside::at(now.address, params_of),
            leaving: RwSignal::new(false),
        }
    }

    /// Asks the server how far the tablet is.
    fn ask(self) {
        self.tablet.set(None);
        spawn_local(async move {
            self.tablet.try_set(Some(calls::tablet().await));
        });
    }

    /// The shift that runs; follows changes.
    fn shift(self) -> Option<Shift> {
        self.tablet.with(|tablet| match tablet {
            Some(Ok(tablet)) => tablet.shift.clone(),
            _ => None,
        })
    }

    /// What the shift's requests carry.
    fn csrf(self) -> String {
        let shift = untrack(|| self.shift());
        shift.map(|shift| shift.csrf).unwrap_or_default()
    }

    /// The volunteer's name; follows changes.
    fn helper(self) -> String {
        let shift = self.shift();
        shift.map(|shift| shift.volunteer.name).unwrap_or_default()
    }

    /// Notes a shift that began.
    fn begin(self, shift: Shift) {
        self.tablet.update(|tablet| {
            if let Some(Ok(tablet)) = tablet {
                tablet.shift = Some(shift);
            }
        });
    }

    /// The next resident sits down, at `address`.
    async fn serve(self, address: &str) -> api::Result<()> {
        let serving = calls::serve(&self.csrf()).await?.id;
        self.seat(serving, address);
        Ok(())
    }

    /// Whoever the server calls `serving` sits at `address`.
    fn seat(self, serving: Uuid, address: &str) {
        let csrf = self.csrf();
        assist::change(|now| {
            now.help = Some(Help { serving, csrf });
            now.unnoted = false;
        });
        self.inside.go(address);
        self.serving.try_set(true);
    }
}

/// The tablet's desk, from the context.
fn desk() -> Desk {
    expect_context()
}

/// All of it.
#[component]
pub fn Assist() -> impl IntoView {
    storage::keep_in_memory();
    storage::forget_residents();
    let desk = Desk::open();
    provide_context(desk);
    provide_context(desk.inside);
    provide_context(BeforeSending(noted::asked));
    desk.ask();
    links::stay_inside(desk);
    leave::never_by_the_router();
    leave::guard(desk);
    big_type(desk);
    quiet_at_each_page(desk);
    note_what_this_is(desk);
    move || {
        if desk.leaving.get() {
            return leave::cleared().into_any();
        }
        match stage(desk) {
            Stage::Asking => view! { <Page title=tr!(assist.title)><Skeleton/></Page> }.into_any(),
            Stage::Lost(error) => view! { <Lost error/> }.into_any(),
            Stage::New => view! { <enrol::Enrol/> }.into_any(),
            Stage::Free => view! { <pin::Begin/> }.into_any(),
            Stage::Between => view! { <between::Between/> }.into_any(),
            Stage::Serving => view! { <serving::Serve/> }.into_any(),
        }
    }
}

/// What the tablet shows.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Nothing is known yet.
    Asking,
    /// The server was not to be had.
    Lost(api::Error),
    /// It is no shared tablet yet.
    New,
    /// Nobody is at work.
    Free,
    /// A volunteer is at work, and nobody is being served.
    Between,
    /// A resident is being served.
    Serving,
}

/// Drawn anew only when it changes: a resident's form must not be, under their hand.
fn stage(desk: Desk) -> Stage {
    let stage = Memo::new(move |_| {
        desk.tablet.with(|tablet| match tablet {
            None => Stage::Asking,
            Some(Err(error)) if error.code() == Some(Code::NoTablet) => Stage::New,
            Some(Err(error)) => Stage::Lost(error.clone()),
            Some(Ok(tablet)) if tablet.shift.is_none() => Stage::Free,
            Some(Ok(_)) if desk.serving.get() => Stage::Serving,
            Some(Ok(_)) => Stage::Between,
        })
    });
    stage.get()
}

#[component]
fn Lost(error: api::Error) -> impl IntoView {
    let desk = desk();
    view! {
        <Page title=tr!(assist.title)>
            <ErrorNote error>
                <button class="btn" type="button" on:click=move |_| desk.ask()>{tr!(shell.retry)}</button>
            </ErrorNote>
        </Page>
    }
}

/// The device remembers that it is a shared one, for pages that are opened beside this.
fn note_what_this_is(desk: Desk) {
    Effect::new(move || {
        desk.tablet.with(|tablet| match tablet {
            Some(Ok(_)) => storage::mark_shared(true),
            Some(Err(error)) if error.code() == Some(Code::NoTablet) => storage::mark_shared(false),
            _ => {}
        });
    });
}

/// Residents see it in 长辈版, volunteers as the tablet is set.
fn big_type(desk: Desk) {
    let prefs = prefs();
    Effect::new(move || {
        if desk.serving.get() && prefs.elder.with_untracked(Option::is_none) {
            prefs.set_elder(Some(Elder::Large));
        }
    });
}

/// Another page: what is being read aloud is not there any more. It is also written down for a
/// change of language.
fn quiet_at_each_page(desk: Desk) {
    let aloud = use_context::<Aloud>();
    Effect::new(move |before: Option<String>| {
        let here = desk.inside.address();
        assist::change(|now| now.address = here.clone());
        if let Some(aloud) = aloud.filter(|_| before.is_some_and(|before| before != here)) {
            aloud.0.set(false);
        }
        here
    });
}
