//! A volunteer begins: their name, then their PIN on big keys.

use super::desk;
use crate::api::{self, assist as calls};
use crate::parts::{Empty, Icon, Page, focus_id};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{BeginShift, Helper, PIN_DIGITS, Shift, pin_digits};
use model::problem::Code;

/// Whose shift begins.
#[component]
pub fn Begin() -> impl IntoView {
    let desk = desk();
    let who = RwSignal::new(None::<Helper>);
    let tablet = move || {
        desk.tablet.with(|tablet| match tablet {
            Some(Ok(tablet)) => Some(tablet.clone()),
            _ => None,
        })
    };
    move || match who.get() {
        Some(helper) => {
            let title = tr!(assist.pin.whose, name = helper.name.clone());
            let on_shift = Callback::new(move |shift| desk.begin(shift));
            view! {
                <Page title=title>
                    <PinPad id="pin" helper on_shift/>
                    <button class="btn btn-quiet" type="button" on:click=move |_| who.set(None)>
                        {tr!(assist.pin.other)}
                    </button>
                </Page>
            }
            .into_any()
        }
        None => {
            let tablet = tablet();
            let lead = tablet.as_ref().map(|tablet| {
                tr!(
                    assist.at,
                    tablet = tablet.name.clone(),
                    area = tablet.area_name.clone()
                )
            });
            let volunteers = tablet.map(|tablet| tablet.volunteers).unwrap_or_default();
            view! {
                <Page title=tr!(assist.pin.title) lead=lead.unwrap_or_default()>
                    {names(volunteers, who)}
                </Page>
            }
            .into_any()
        }
    }
}

fn names(volunteers: Vec<Helper>, who: RwSignal<Option<Helper>>) -> AnyView {
    if volunteers.is_empty() {
        let again = move |_| desk().ask();
        return view! {
            <Empty sign="people" words=tr!(assist.pin.nobody)>
                <button class="btn" type="button" on:click=again>{tr!(shell.retry)}</button>
            </Empty>
        }
        .into_any();
    }
    let row = |helper: Helper| {
        let name = helper.name.clone();
        view! {
            <li>
                <button class="btn btn-wide" type="button" on:click=move |_| who.set(Some(helper.clone()))>
                    <Icon name="person"/>
                    {name}
                </button>
            </li>
        }
    };
    let rows = volunteers.into_iter().map(row).collect_view();
    view! { <ul class="helpers">{rows}</ul> }.into_any()
}

/// The keys, and what they come to.
#[component]
pub fn PinPad(
    /// The input's id.
    id: &'static str,
    /// Whose PIN.
    helper: Helper,
    /// Told the shift that begins.
    on_shift: Callback<Shift>,
) -> impl IntoView {
    let pin = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let volunteer = StoredValue::new(helper.id);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let sent = BeginShift {
            volunteer: volunteer.get_value(),
            pin: pin.get_untracked(),
        };
        spawn_local(async move {
            busy.try_set(true);
            match attempt(&sent).await {
                Ok(shift) => drop(on_shift.try_run(shift)),
                Err(words) => {
                    pin.try_set(String::new());
                    wrong.try_set(Some(words));
                    focus_id(id);
                }
            }
            busy.try_set(false);
        });
    };
    let press = move |digit: char| {
        wrong.set(None);
        pin.update(|pin| take(pin, digit));
    };
    let rub = move || {
        pin.update(|pin| {
            pin.pop();
        });
    };
    let key = move |digit: char| {
        view! { <button class="btn pad-key" type="button" on:click=move |_| press(digit)>{digit}</button> }
    };
    let keys = "123456789".chars().map(key).collect_view();
    let typed = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        wrong.set(None);
        pin.set(pin_digits(&text));
    };
    let told = move || {
        tr!(
            assist.pin.typed,
            count = pin.with(|pin| pin.chars().count())
        )
    };
    let flag = move || busy.get().then_some("true");
    let words = move || match busy.get() {
        true => tr!(assist.pin.going),
        false => tr!(assist.pin.go),
    };
    let error_id = format!("{id}-error");
    let described = error_id.clone();
    view! {
        <form class="pad" novalidate autocomplete="off" on:submit=submit>
            <label class="label" for=id>{tr!(assist.pin.label)}</label>
            <p class="error" id=error_id role="alert">{move || wrong.get()}</p>
            <input class="input input-short pad-pin" id=id type="password" inputmode="numeric" autocomplete="off"
                aria-describedby=described prop:value=move || pin.get() on:input=typed/>
            <p class="sr-only" role="status">{told}</p>
            <div class="pad-keys">
                {keys}
                <button class="btn pad-key" type="button" on:click=move |_| rub()>
                    {tr!(assist.pin.rub)}
                </button>
                {key('0')}
                <button class="btn btn-primary pad-key" type="submit" aria-busy=flag aria-disabled=flag>{words}</button>
            </div>
        </form>
    }
}

fn take(pin: &mut String, digit: char) {
    if pin.chars().count() < PIN_DIGITS {
        pin.push(digit);
    }
}

async fn attempt(sent: &BeginShift) -> Result<Shift, String> {
    if sent.pin.chars().count() != PIN_DIGITS {
        return Err(tr!(assist.pin.short).to_owned());
    }
    calls::begin(sent).await.map_err(|error| refusal(&error))
}

fn refusal(error: &api::Error) -> String {
    match error {
        api::Error::Problem(problem) if problem.code == Code::SignInWrong => {
            tr!(assist.pin.wrong).to_owned()
        }
        api::Error::Problem(problem) if problem.code == Code::TooOften => {
            let seconds = problem.retry_after_s.unwrap_or(60);
            tr!(assist.pin.locked, wait = wait(seconds))
        }
        _ => words::error(error),
    }
}

/// A waiting time as people say it, rounded up.
fn wait(seconds: u64) -> String {
    match seconds {
        0..=90 => tr!(assist.pin.seconds, count = seconds),
        seconds => tr!(assist.pin.minutes, count = seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_keys_than_digits_change_nothing() {
        let mut pin = String::new();
        "2047169".chars().for_each(|digit| take(&mut pin, digit));
        assert_eq!(pin, "204716");
    }
}
