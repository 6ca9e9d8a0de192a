//! The appointment, and whether the person at the door is who they say.

use super::case::Case;
use super::open::phone_of;
use super::story;
use crate::parts::{CallButton, Icon, Note, Section, TextInput};
use crate::{api, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{VisitCheck, VisitCode};
use model::search::half_width;

const CODE: &str = "visit-code";

/// When somebody comes and who; nothing where no visit is booked.
#[component]
pub fn VisitPart(
    /// The case.
    case: Case,
) -> impl IntoView {
    let visit = case.part(|view| {
        view.progress
            .visit
            .as_ref()
            .map(|visit| (visit.slot, story::visitor(view)))
    });
    let booked = Memo::new(move |_| visit.get().flatten());
    let checkable = case.part(|view| view.visit_code);
    let when_and_who = move || {
        booked.get().map(|(slot, who)| {
            view! {
                <div class="visit">
                    <Icon name="visit" size="l"/>
                    <div>
                        <p class="visit-when">{when::slot(slot)}</p>
                        <p>{tr!(cases.visit.who, name = who)}</p>
                        <p>{tr!(cases.visit.before)}</p>
                    </div>
                </div>
            }
        })
    };
    let is_booked = Memo::new(move |_| booked.with(Option::is_some));
    move || {
        is_booked.get().then(|| {
            view! {
                <Section title=tr!(cases.visit.title)>
                    {when_and_who}
                    <Show when=move || checkable.get() == Some(true)>
                        <Check case/>
                    </Show>
                </Section>
            }
        })
    }
}

/// What the check said.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    /// The server's answer.
    Check(VisitCheck),
    /// No answer: what to do instead.
    Unanswered(String),
}

/// The six digits of a code as somebody says or types it; none for anything else.
fn six_digits(typed: &str) -> Option<String> {
    let digits: String = typed
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect();
    let good = digits.len() == 6 && digits.chars().all(|c| c.is_ascii_digit());
    good.then_some(digits)
}

#[component]
fn Check(case: Case) -> impl IntoView {
    let typed = StoredValue::new(String::new());
    let wrong = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let told = RwSignal::new(None::<Told>);
    let check = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let code = typed.with_value(|typed| six_digits(typed));
        wrong.set(code.is_none());
        let Some(code) = code.filter(|_| !busy.get_untracked()) else {
            crate::parts::focus_id(CODE);
            return;
        };
        busy.set(true);
        told.set(None);
        let link = case.link();
        spawn_local(async move {
            let answer = api::check_visitor(link.case, &link.secret, &VisitCode { code }).await;
            busy.try_set(false);
            told.try_set(Some(match answer {
                Ok(check) => Told::Check(check),
                Err(api::Error::Offline) => Told::Unanswered(tr!(cases.check.offline).to_owned()),
                Err(error) => Told::Unanswered(words::error(&error)),
            }));
        });
    };
    let flag = move || busy.get().then_some("true");
    let words = move || {
        if busy.get() {
            tr!(cases.check.checking)
        } else {
            tr!(cases.check.button)
        }
    };
    let input = move || {
        view! {
            <TextInput
                id=CODE
                label=tr!(cases.check.label)
                hint=Some(tr!(cases.check.hint).to_owned())
                error=wrong.get().then(|| tr!(cases.check.not_six).to_owned())
                value=typed.get_value()
                class="input input-short"
                inputmode="numeric"
                autocomplete="off"
                on_input=move |text| typed.set_value(text)
            />
        }
    };
    view! {
        <form class="form stack" novalidate on:submit=check aria-labelledby="check-title">
            <h3 id="check-title">{tr!(cases.check.title)}</h3>
            {input}
            <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>
                <Icon name="key"/>
                {words}
            </button>
        </form>
        <div role="alert">{move || told.get().map(|told| verdict(case, told))}</div>
    }
}

fn verdict(case: Case, told: Told) -> AnyView {
    let (title, more) = match told {
        Told::Check(VisitCheck::Genuine { name, role }) => {
            return genuine(name, words::role(role)).into_any();
        }
        Told::Check(VisitCheck::Wrong { tries_left }) => (
            tr!(cases.check.wrong).to_owned(),
            tr!(cases.check.tries_left, count = tries_left),
        ),
        Told::Check(VisitCheck::Used { at }) => (
            tr!(cases.check.used, when = when::moment(at)),
            tr!(cases.check.used_more).to_owned(),
        ),
        Told::Check(VisitCheck::Closed) => (
            tr!(cases.check.closed).to_owned(),
            tr!(cases.check.closed_more).to_owned(),
        ),
        Told::Unanswered(why) => (tr!(cases.check.unanswered).to_owned(), why),
    };
    beware(case, title, more).into_any()
}

fn genuine(name: String, role: &'static str) -> impl IntoView {
    view! {
        <Note tone="good" title=tr!(cases.check.genuine, name = name, role = role)>
            <p>{tr!(cases.check.genuine_more)}</p>
        </Note>
    }
}

/// Do not open, and whom to call.
fn beware(case: Case, title: String, more: String) -> impl IntoView {
    let responsible = case
        .view
        .with_untracked(|view| view.as_ref().map(|view| view.responsible.clone()));
    let call = responsible.and_then(|responsible| {
        let phone = phone_of(&responsible)?;
        Some(view! { <CallButton phone=phone name=responsible.name urgent=true/> })
    });
    view! {
        <Note tone="urgent" title=title>
            <p>{more}</p>
            {call}
        </Note>
    }
}

#[cfg(test)]
mod tests {
    use super::six_digits;

    #[test]
    fn a_code_as_it_is_said() {
        for (typed, code) in [
            ("048163", Some("048163")),
            (" 048 163 ", Some("048163")),
            ("048-163", Some("048163")),
            ("０４８１６３", Some("048163")),
            ("04816", None),
            ("0481634", None),
            ("o48163", None),
            ("", None),
        ] {
            assert_eq!(six_digits(typed).as_deref(), code, "{typed}");
        }
    }
}
