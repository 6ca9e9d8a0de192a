//! `/staff/sign-in`, and the sheet that opens when the session is over in the middle of something.

use super::case::when_closed;
use super::session::{SIGN_IN, Seat, Session, session};
use crate::api::Error;
use crate::parts::{Note, Page, Sheet, TextInput, focus_id};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use model::api::SignIn;
use model::problem::Code;

/// Name and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = session();
    let go = use_navigate();
    let query = use_query_map();
    Effect::new(move || {
        if matches!(session.seat(), Seat::Taken(_)) {
            let next = query.with_untracked(|query| query.get("next"));
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            go(&safe(next.as_deref()), options);
        }
    });
    view! {
        <Page title=tr!(staff.sign_in.title) own_heading=true>
            <SignInForm prefix="sign-in" name="" heading=true/>
        </Page>
    }
}

/// Where to go after signing in: never out of the staff's program.
fn safe(next: Option<&str>) -> String {
    let ours = |next: &&str| {
        *next == "/staff" || next.starts_with("/staff/") || next.starts_with("/staff?")
    };
    next.filter(ours)
        .filter(|next| !next.starts_with(SIGN_IN))
        .unwrap_or("/staff")
        .to_owned()
}

/// Opens over whatever stands there; what was typed below stays.
#[component]
pub fn SignInSheet() -> impl IntoView {
    let session = session();
    let name = move || {
        session
            .me_now()
            .map(|me| me.staff.id.to_string())
            .unwrap_or_default()
    };
    let here = RwSignal::new(false);
    Effect::new(move || {
        if session.over.get() {
            here.set(true);
            focus_id("again-password");
        }
    });
    when_closed(session.over, move || {
        here.try_set(session.over.get_untracked());
    });
    view! {
        <Show when=move || here.get()>
            <Sheet id="sign-in-again" title=tr!(staff.sign_in.again) open=session.over>
                <div class="sheet-body">
                    <p>{tr!(staff.sign_in.again_words)}</p>
                    <SignInForm prefix="again" name=name() heading=false/>
                    <a class="btn btn-quiet" href=SIGN_IN rel="external">{tr!(staff.sign_in.other_person)}</a>
                </div>
            </Sheet>
        </Show>
    }
}

/// The form; with a `name` given, only the password is asked for.
#[component]
fn SignInForm(prefix: &'static str, #[prop(into)] name: String, heading: bool) -> impl IntoView {
    let session = session();
    let typed_name = RwSignal::new(name.clone());
    let password = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let error_id = format!("{prefix}-error");
    let to_error = error_id.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let sent = SignIn {
            name: typed_name.get_untracked(),
            password: password.get_untracked(),
        };
        let to_error = to_error.clone();
        spawn_local(async move {
            if let Some(words) = attempt(session, sent, busy).await {
                wrong.try_set(Some(words));
                focus_id(&to_error);
            }
        });
    };
    let fixed = !name.is_empty();
    let name_field = (!fixed).then(|| {
        view! {
            <TextInput id=format!("{prefix}-name") label=tr!(staff.sign_in.name) autocomplete="username"
                on_input=move |text| typed_name.set(text)/>
        }
    });
    let who = fixed.then(|| {
        view! {
            // For password managers: whose password it is.
            <input type="text" autocomplete="username" value=name.clone() readonly=true hidden=true/>
            <p>{tr!(staff.sign_in.as_who, name = name)}</p>
        }
    });
    let words = move || {
        wrong
            .get()
            .map(|words| view! { <Note tone="warn" title=words/> })
    };
    view! {
        <form class:signin=heading class:stack=!heading on:submit=submit>
            {heading.then(|| view! { <h1 class="page-title" tabindex="-1">{tr!(staff.sign_in.title)}</h1> })}
            <div role="alert" tabindex="-1" id=error_id hidden=move || wrong.with(Option::is_none)>{words}</div>
            {who}
            {name_field}
            <TextInput id=format!("{prefix}-password") label=tr!(staff.sign_in.password) kind="password"
                autocomplete="current-password" on_input=move |text| password.set(text)/>
            <button class="btn btn-primary" type="submit" aria-busy=move || busy.get().then_some("true")>
                {tr!(staff.sign_in.go)}
            </button>
        </form>
    }
}

/// Signs in; the words where it failed.
async fn attempt(session: Session, sent: SignIn, busy: RwSignal<bool>) -> Option<String> {
    if sent.name.trim().is_empty() || sent.password.is_empty() {
        return Some(tr!(staff.sign_in.both).to_owned());
    }
    busy.try_set(true);
    let answer = session.sign_in(&sent).await;
    busy.try_set(false);
    answer.err().map(|error| refusal(&error))
}

fn refusal(error: &Error) -> String {
    match error {
        Error::Problem(problem) if problem.code == Code::TooOften => {
            let seconds = problem.retry_after_s.unwrap_or(60);
            tr!(staff.sign_in.locked, wait = wait(seconds))
        }
        _ => words::error(error),
    }
}

/// A waiting time as people say it, rounded up.
fn wait(seconds: u64) -> String {
    match seconds {
        0..=90 => tr!(staff.sign_in.seconds, count = seconds),
        seconds => tr!(staff.sign_in.minutes, count = seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};
    use model::problem::Problem;

    #[test]
    fn a_lock_out_says_how_long_it_lasts() {
        set_locale(Locale::zh_CN);
        for (seconds, expected) in [(30, "30秒"), (90, "90秒"), (91, "2分钟"), (3600, "60分钟")]
        {
            let mut problem = Problem::new(Code::TooOften);
            problem.retry_after_s = Some(seconds);
            let words = refusal(&Error::Problem(Box::new(problem)));
            assert!(words.contains(expected), "{words}");
        }
    }

    #[test]
    fn signing_in_never_leads_out_of_the_program() {
        for (next, expected) in [
            (None, "/staff"),
            (Some("/staff/cases/1?a=b"), "/staff/cases/1?a=b"),
            (Some("/staff?scope=all"), "/staff?scope=all"),
            (Some("https://example.org/staff"), "/staff"),
            (Some("//example.org"), "/staff"),
            (Some("/staffless"), "/staff"),
            (Some("/staff/sign-in?next=/staff"), "/staff"),
        ] {
            assert_eq!(safe(next), expected);
        }
    }
}
