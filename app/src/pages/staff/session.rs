//! Who is signed in, and calls made in their name.
//!
//! The session itself is a cookie no script can read; its token for changing requests is asked
//! for at start and held in memory alone. A session that ends in the middle of something opens a
//! sheet to sign in again, and the call that met its end is then made once more.

use super::case::typed;
use crate::api::{self, Call, Error};
use crate::parts::{Note, Page, Skeleton};
use js_sys::{Function, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use model::api::{Me, SignIn, path};
use model::problem::Code;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// Where one signs in.
pub const SIGN_IN: &str = "/staff/sign-in";

/// What is known of whoever sits here.
#[derive(Clone, Debug)]
pub enum Seat {
    /// Being asked.
    Asking,
    /// Nobody is signed in.
    Empty,
    /// Somebody is.
    Taken(Arc<Me>),
    /// It could not be found out.
    Unknown(Error),
}

/// The session, from the context.
#[derive(Clone, Copy)]
pub struct Session {
    seat: RwSignal<Seat>,
    token: StoredValue<String>,
    /// The sheet to sign in again stands open.
    pub over: RwSignal<bool>,
    waiting: StoredValue<Vec<Function>, LocalStorage>,
    /// The queue as last looked at, to go back to.
    pub last_queue: StoredValue<String>,
}

/// The session, from the context.
pub fn session() -> Session {
    use_context().unwrap_or_else(Session::begin)
}

impl Session {
    /// Asks who is signed in.
    pub fn begin() -> Session {
        let session = Session {
            seat: RwSignal::new(Seat::Asking),
            token: StoredValue::default(),
            over: RwSignal::new(false),
            waiting: StoredValue::new_local(Vec::new()),
            last_queue: StoredValue::new("/staff".to_owned()),
        };
        session.find_out();
        // Closed without signing in: whoever waits is told so.
        Effect::new(move || {
            if !session.over.get() {
                session.answer_waiting(false);
            }
        });
        session
    }

    /// Asks again who is signed in.
    pub fn find_out(self) {
        self.seat.set(Seat::Asking);
        spawn_local(async move {
            match Call::get(path::SESSION).send::<Me>().await {
                Ok(me) => self.enter(me),
                Err(error) if error.code() == Some(Code::SignInNeeded) => self.leave(),
                Err(error) => drop(self.seat.try_set(Seat::Unknown(error))),
            }
        });
    }

    /// What is known of whoever sits here; follows changes of the person.
    pub fn seat(self) -> Seat {
        self.seat.get()
    }

    /// Who is signed in; follows changes of the person.
    pub fn me(self) -> Option<Arc<Me>> {
        match self.seat.get() {
            Seat::Taken(me) => Some(me),
            _ => None,
        }
    }

    /// Who is signed in, not followed.
    pub fn me_now(self) -> Option<Arc<Me>> {
        match self.seat.try_get_untracked()? {
            Seat::Taken(me) => Some(me),
            _ => None,
        }
    }

    /// Signs in.
    pub async fn sign_in(self, sent: &SignIn) -> api::Result<()> {
        let me = Call::post(path::SESSION, sent).send::<Me>().await?;
        self.enter(me);
        self.answer_waiting(true);
        self.over.try_set(false);
        Ok(())
    }

    /// Signs out, here and on the server, and forgets what was typed.
    pub async fn sign_out(self) -> api::Result<()> {
        let token = self.token.try_get_value().unwrap_or_default();
        let gone = Call::delete(path::SESSION).csrf(&token).send_only().await;
        match gone {
            // A session that is over already is signed out of.
            Err(error) if error.code() != Some(Code::SignInNeeded) => Err(error),
            _ => {
                typed::forget_all();
                self.leave();
                Ok(())
            }
        }
    }

    /// Makes a call whose answer is JSON.
    pub async fn send<T: DeserializeOwned>(self, call: impl Fn() -> Call) -> api::Result<T> {
        self.through(|token| call().csrf(&token).send::<T>()).await
    }

    /// Makes a call of whose answer only success is looked at.
    pub async fn send_only(self, call: impl Fn() -> Call) -> api::Result<()> {
        self.through(|token| call().csrf(&token).send_only()).await
    }

    /// Makes a call whose answer is a picture.
    pub async fn picture(self, call: impl Fn() -> Call) -> api::Result<Blob> {
        self.through(|token| call().csrf(&token).send_blob()).await
    }

    async fn through<T, F>(self, attempt: impl Fn(String) -> F) -> api::Result<T>
    where
        F: Future<Output = api::Result<T>>,
    {
        let mut renewed = false;
        loop {
            let token = self.token.try_get_value().unwrap_or_default();
            let answer = attempt(token).await;
            match answer.as_ref().err().and_then(Error::code) {
                Some(Code::SignInNeeded) if self.signed_in_again().await => {}
                // Somebody signed in anew in another tab: the cookie is good, our token is not.
                Some(Code::CsrfWrong) if !renewed && self.renewed().await => renewed = true,
                _ => return answer,
            }
        }
    }

    /// Opens the sheet and waits until it is closed; whether somebody signed in.
    async fn signed_in_again(self) -> bool {
        let asked = Promise::new(&mut |resolve, _| {
            self.waiting
                .try_update_value(|waiting| waiting.push(resolve));
        });
        if self.over.try_set(true).is_some() {
            return false;
        }
        let answer = JsFuture::from(asked).await;
        answer.is_ok_and(|signed_in| signed_in.is_truthy())
    }

    async fn renewed(self) -> bool {
        let me = Call::get(path::SESSION).send::<Me>().await;
        me.is_ok_and(|me| {
            self.enter(me);
            true
        })
    }

    /// The same person again only brings a new token: what they are at stays as it is.
    fn enter(self, me: Me) {
        self.token.try_set_value(me.csrf.clone());
        let before = self.me_now().map(|me| me.staff.id.clone());
        if before.as_ref() == Some(&me.staff.id) {
            return;
        }
        typed::begin_for(&me.staff.id);
        self.seat.try_set(Seat::Taken(Arc::new(me)));
    }

    fn leave(self) {
        self.token.try_set_value(String::new());
        self.seat.try_set(Seat::Empty);
    }

    fn answer_waiting(self, signed_in: bool) {
        let waiting = self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        for resolve in waiting {
            // A promise that nobody awaits any more may refuse; there is nothing to do about it.
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(signed_in));
        }
    }
}

/// Draws a page for whoever is signed in, and leads everybody else to sign in and back.
pub fn signed_in<V: IntoView + 'static>(
    draw: impl Fn(Arc<Me>) -> V + Send + 'static,
) -> impl IntoView {
    let session = session();
    let go = use_navigate();
    Effect::new(move || {
        if matches!(session.seat(), Seat::Empty) {
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            go(&sign_in_address(), options);
        }
    });
    move || match session.seat() {
        Seat::Taken(me) => draw(me).into_any(),
        Seat::Unknown(error) => unknown(session, error).into_any(),
        Seat::Asking | Seat::Empty => opening().into_any(),
    }
}

/// A page that another role's work needs, and how to go on from there.
pub fn not_yours(title: &'static str, words: &'static str) -> impl IntoView {
    view! {
        <Page title=title wide=true>
            <Note tone="info" title=words>
                <p><a href="/staff">{tr!(coverage.to_queue)}</a></p>
            </Note>
        </Page>
    }
}

fn opening() -> impl IntoView {
    view! { <Page title=tr!(staff.title) wide=true><Skeleton/></Page> }
}

fn unknown(session: Session, error: Error) -> impl IntoView {
    view! {
        <Page title=tr!(staff.title) wide=true>
            <crate::parts::ErrorNote error=error>
                <button class="btn" type="button" on:click=move |_| session.find_out()>{tr!(shell.retry)}</button>
            </crate::parts::ErrorNote>
        </Page>
    }
}

/// Signing in leads back to where one is.
fn sign_in_address() -> String {
    let location = gloo::utils::window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    match here.as_str() {
        "/staff" => SIGN_IN.to_owned(),
        here if here.starts_with(SIGN_IN) => SIGN_IN.to_owned(),
        here => format!("{SIGN_IN}?next={}", super::queue::query::escape(here)),
    }
}
