//! A volunteer's PIN: they choose it and type it themselves, at the desk of whoever looks after them.

use super::Desk;
use crate::api;
use crate::pages::staff::calls;
use crate::parts::{ErrorLine, Icon, Note, Sheet, announce, focus_id, open_for};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{NewPin, VolunteerRow, check_pin, pin_digits};
use model::text::Fault;

const PIN: &str = "new-pin";
const AGAIN: &str = "new-pin-again";

/// What is wrong, and where.
type Wrong = (&'static str, String);

/// The sheet in which the PIN of `desk.pin_of` is typed.
#[component]
pub fn PinSheet(desk: Desk) -> impl IntoView {
    let open = open_for(desk.pin_of, |_| true);
    let form = move || desk.pin_of.get().map(|row| view! { <Form desk row/> });
    view! {
        <Sheet id="volunteer-pin" title=tr!(staff.tablets.pin_title) open=open>{form}</Sheet>
    }
}

#[component]
fn Form(desk: Desk, row: VolunteerRow) -> impl IntoView {
    let (pin, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new(None::<Wrong>);
    let failed = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let (name, at_work) = (row.name.clone(), is_at_work(&row));
    let row = StoredValue::new(row);
    let refuse = move |(at, words): Wrong| {
        wrong.try_set(Some((at, words)));
        focus_id(at);
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        failed.set(None);
        let typed = pin.get_untracked();
        if let Some(found) = lacks(&typed, &again.get_untracked()) {
            return refuse(found);
        }
        wrong.set(None);
        busy.set(true);
        spawn_local(async move {
            match save(desk, &row.get_value(), typed).await {
                Ok(()) => {}
                Err(error) if refused(&error) => refuse(plain()),
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
            busy.try_set(false);
        });
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <form novalidate autocomplete="off" on:submit=submit>
            <div class="sheet-body">
                <p>{tr!(staff.tablets.pin_words, name = name)}</p>
                {at_work.then(|| view! { <Note tone="info" title=tr!(staff.tablets.pin_ends)/> })}
                <Digits id=PIN label=tr!(staff.tablets.pin) hint=tr!(staff.tablets.pin_hint) typed=pin wrong/>
                <Digits id=AGAIN label=tr!(staff.tablets.pin_again) typed=again wrong/>
                <div role="alert">
                    {move || failed.get().map(|words| view! { <Note tone="warn" title=words/> })}
                </div>
            </div>
            <div class="sheet-foot">
                <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>
                    <Icon name="key"/>
                    {tr!(staff.tablets.pin_save)}
                </button>
            </div>
        </form>
    }
}

/// Six digits that nobody reads off the screen.
#[component]
fn Digits(
    id: &'static str,
    label: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    typed: RwSignal<String>,
    wrong: RwSignal<Option<Wrong>>,
) -> impl IntoView {
    let error = move || {
        wrong
            .get()
            .filter(|(at, _)| *at == id)
            .map(|(_, words)| words)
    };
    let invalid = move || error().map(|_| "true");
    view! {
        <div class="field" class:is-wrong=move || error().is_some()>
            <label class="label" for=id>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {move || view! { <ErrorLine id=format!("{id}-error") words=error()/> }}
            <input class="input input-short" id=id type="password" inputmode="numeric" autocomplete="off"
                aria-describedby=format!("{id}-hint {id}-error") aria-invalid=invalid
                prop:value=move || typed.get()
                on:input=move |event| typed.set(pin_digits(&event_target_value(&event)))/>
        </div>
    }
}

/// A shift of theirs runs, which the new PIN ends.
fn is_at_work(row: &VolunteerRow) -> bool {
    row.shifts.iter().any(|shift| shift.ended.is_none())
}

fn plain() -> Wrong {
    (PIN, words::fault(Fault::PlainPin).to_owned())
}

/// What is wrong before anything is sent.
fn lacks(pin: &str, again: &str) -> Option<Wrong> {
    match check_pin(pin) {
        Err(_) => Some(plain()),
        Ok(()) if pin != again => Some((AGAIN, tr!(staff.tablets.pin_differs).to_owned())),
        Ok(()) => None,
    }
}

/// The server's own look at the PIN found what ours did not.
fn refused(error: &api::Error) -> bool {
    matches!(error, api::Error::Problem(problem) if problem.faults.iter().any(|fault| fault.field == "pin"))
}

async fn save(desk: Desk, row: &VolunteerRow, pin: String) -> api::Result<()> {
    calls::set_pin(desk.session, &row.id, &NewPin { pin }).await?;
    desk.pin_of.try_set(None);
    announce(&tr!(staff.tablets.pin_done, name = row.name.clone()));
    if let Some(month) = desk.month.try_get_untracked() {
        desk.fetch_volunteers(month);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slip_is_told_where_it_was_made() {
        let at = |pin, again| lacks(pin, again).map(|(at, _)| at);
        assert_eq!(at("123456", "123456"), Some(PIN));
        assert_eq!(at("20471", "20471"), Some(PIN));
        assert_eq!(at("204716", "204761"), Some(AGAIN));
        assert_eq!(at("204716", "204716"), None);
    }
}
