//! Check answers, agree, hand in.

use super::pages::{Trouble, Where, document_title};
use super::question::consent;
use super::{BeforeSending, Form};
use crate::outbox::{Uploading, outbox};
use crate::parts::{Answers, Page, Section, Step};
use crate::way::use_navigate;
use crate::{storage, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use model::field::Shape;

/// The last page of the form.
#[component]
pub fn CheckPage(
    /// The form.
    form: Form,
    /// The page before.
    before: String,
) -> impl IntoView {
    let navigate = use_navigate();
    let outbox = outbox();
    let busy = RwSignal::new(false);
    let hand_in = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // However often it is pressed: the first press counts.
        if busy.get_untracked() || !form.agreed() {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            if let Some(to) = form.hand_in(outbox).await {
                navigate(
                    &to.address,
                    NavigateOptions {
                        replace: to.replace,
                        ..NavigateOptions::default()
                    },
                );
            }
            busy.try_set(false);
        });
    };
    let step = form.look(|wizard, answers| wizard.step(answers, super::wizard::CHECK));
    let consents = form.look(|wizard, answers| wizard.consents(answers));
    let wrongs = form.wrongs(|_, field| matches!(field.shape, Shape::Consent));
    let title = words::page("check").unwrap_or_default();
    view! {
        <Page title=document_title(title, !wrongs.is_empty()) own_heading=true back=before.clone()>
            <form class="form" novalidate on:submit=hand_in>
                <Where form />
                <Step at=step.number of=step.of />
                <Trouble form wrongs />
                <h1 class="page-title" tabindex="-1">{title}</h1>
                <p class="lead">{tr!(proxy.check.lead)}</p>
                <Answers rows=form.rows() />
                <Section title=tr!(proxy.check.agree)>
                    <div class="stack">
                        {consents.into_iter().map(|field| consent(form, field)).collect_view()}
                    </div>
                </Section>
                {use_context::<BeforeSending>().map(|asked| asked.0())}
                <SendNav busy before uploading=outbox.uploading />
            </form>
        </Page>
    }
}

#[component]
fn SendNav(
    busy: RwSignal<bool>,
    before: String,
    uploading: RwSignal<Option<Uploading>>,
) -> impl IntoView {
    let words = move || {
        if busy.get() {
            tr!(proxy.check.submitting)
        } else {
            tr!(proxy.check.submit)
        }
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <div role="status">{move || busy.get().then(|| uploading.get().map(upload_bar))}</div>
        <div class="form-nav">
            <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>
                {words}
            </button>
            <a class="btn" href=before>{tr!(proxy.form.previous)}</a>
        </div>
        {(!storage::in_memory()).then(|| view! { <p class="hint">{tr!(proxy.check.once)}</p> })}
    }
}

/// How far the photos are that go up before the form.
fn upload_bar(up: Uploading) -> impl IntoView {
    let kilobytes = |bytes: f64| (bytes / 1024.0).ceil();
    let words = tr!(
        proxy.check.photos_left,
        left = up.photos_left,
        done = kilobytes(up.sent),
        all = kilobytes(up.whole)
    );
    view! {
        <progress class="bar" max=up.whole.to_string() value=up.sent.to_string() aria-label=tr!(proxy.photo.progress)></progress>
        <p class="hint">{words}</p>
    }
}

impl Form {
    /// Whether all that must be agreed to is; else the page is drawn anew and says so.
    fn agreed(self) -> bool {
        self.refused.set_value(None);
        self.unsent.set_value(false);
        let faults = self.look(|wizard, answers| wizard.consent_faults(answers));
        let agreed = faults.is_empty();
        self.faults.set_value(faults);
        if !agreed {
            self.draw_again();
        }
        agreed
    }
}
