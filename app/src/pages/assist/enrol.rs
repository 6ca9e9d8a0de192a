//! Makes a shared tablet of the device, once.

use super::desk;
use crate::api::{self, assist as calls};
use crate::parts::{Note, Page, TextInput, focus_id};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::Enrol as Sent;
use model::problem::Code;

/// The form for the window or the supervisor.
#[component]
pub fn Enrol() -> impl IntoView {
    const WRONG: &str = "enrol-wrong";
    let desk = desk();
    let (name, password, tablet) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let sent = Sent {
            name: name.get_untracked(),
            password: password.get_untracked(),
            tablet: tablet.get_untracked(),
        };
        spawn_local(async move {
            busy.try_set(true);
            match attempt(&sent).await {
                Ok(tablet) => drop(desk.tablet.try_set(Some(Ok(tablet)))),
                Err(words) => {
                    wrong.try_set(Some(words));
                    focus_id(WRONG);
                }
            }
            busy.try_set(false);
        });
    };
    let told = move || {
        wrong
            .get()
            .map(|words| view! { <Note tone="warn" title=words/> })
    };
    let flag = move || busy.get().then_some("true");
    let words = move || match busy.get() {
        true => tr!(assist.enrol.going),
        false => tr!(assist.enrol.go),
    };
    view! {
        <Page title=tr!(assist.enrol.title) lead=tr!(assist.enrol.lead)>
            <form class="form" novalidate autocomplete="off" on:submit=submit>
                <div role="alert" tabindex="-1" id=WRONG hidden=move || wrong.with(Option::is_none)>{told}</div>
                <TextInput id="enrol-name" label=tr!(assist.enrol.name) autocomplete="off"
                    on_input=move |text| name.set(text)/>
                <TextInput id="enrol-password" label=tr!(assist.enrol.password) kind="password"
                    autocomplete="off" on_input=move |text| password.set(text)/>
                <TextInput id="enrol-tablet" label=tr!(assist.enrol.tablet)
                    hint=tr!(assist.enrol.tablet_hint).to_owned() autocomplete="off"
                    on_input=move |text| tablet.set(text)/>
                <div class="form-nav">
                    <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>{words}</button>
                </div>
                <p class="hint">{tr!(assist.enrol.once)}</p>
            </form>
        </Page>
    }
}

async fn attempt(sent: &Sent) -> Result<model::api::assist::Tablet, String> {
    let all = [&sent.name, &sent.password, &sent.tablet];
    if all.iter().any(|text| text.trim().is_empty()) {
        return Err(tr!(assist.enrol.missing).to_owned());
    }
    calls::enrol(sent).await.map_err(|error| refusal(&error))
}

fn refusal(error: &api::Error) -> String {
    match error {
        api::Error::Problem(problem) if problem.code == Code::Forbidden => {
            tr!(assist.enrol.forbidden).to_owned()
        }
        _ => words::error(error),
    }
}
