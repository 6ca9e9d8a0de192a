//! What waits for nobody: said before the form goes on.

use super::Form;
use crate::parts::{Icon, Page};
use crate::way::use_navigate;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use model::field::Shape;
use model::issue::{self, Emergency};

impl Form {
    /// Whether the answers tell of an emergency that nobody has waved aside; it is then shown.
    pub(super) fn hear(self) -> bool {
        let heard = self.ground.with_value(|ground| {
            self.look(|wizard, answers| {
                let texts = wizard.kind.fields().iter();
                let texts = texts.filter(|field| matches!(field.shape, Shape::Text { .. }));
                let said: Vec<_> = texts.map(|field| answers.text(field.name)).collect();
                let category = wizard.context.category(answers);
                let all = &ground.categories.emergencies;
                issue::emergency(all, &said.join("\n"), category).cloned()
            })
        });
        let calm = |alarm: &Emergency| self.calm.with_value(|calm| calm.contains(&alarm.id));
        let alarm = heard.filter(|alarm| !calm(alarm));
        self.alarm.set(alarm.clone());
        alarm.is_some()
    }
}

/// The whole screen: what to do this moment, whom to call, and the way on.
#[component]
pub fn Alarm(
    /// The form behind it.
    form: Form,
    /// What it is.
    alarm: Emergency,
) -> impl IntoView {
    let navigate = use_navigate();
    let call = |phone: &String| {
        view! {
            <a class="btn btn-danger" href=format!("tel:{phone}")>
                <Icon name="phone"/>
                {tr!(report.alarm.call, phone = phone)}
            </a>
        }
    };
    let calls = alarm.phones.iter().map(call).collect_view();
    let id = StoredValue::new(alarm.id);
    let go_on = move |_| {
        form.calm.update_value(|calm| calm.push(id.get_value()));
        let page = form.draft.with_untracked(|draft| draft.page.clone());
        form.alarm.set(None);
        if let Some(to) = form.go_on(&page, false) {
            navigate(&to, NavigateOptions::default());
        }
    };
    view! {
        <Page title=alarm.title lead=alarm.advice>
            <div class="btns" role="alert">{calls}</div>
            <p class="section">{tr!(report.alarm.after)}</p>
            <div class="btns">
                <button class="btn" type="button" on:click=go_on>{tr!(report.alarm.go_on)}</button>
                <button class="btn btn-quiet" type="button" on:click=move |_| form.alarm.set(None)>
                    {tr!(report.alarm.back)}
                </button>
            </div>
        </Page>
    }
}
