//! A resident is being served: the bar that is always there, and the page they are at.

use super::idle::Idle;
use super::leave::{NextSheet, Parking, park};
use super::pin::PinPad;
use super::{Desk, desk};
use crate::assist;
use crate::pages::{call_back, find, guides, help, proxy, report};
use crate::parts::{Door, Icon, Page, Sheet};
use crate::way::path_of;
use crate::when;
use gloo::timers::callback::Interval;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

/// How often it is asked whether the shift still runs, in milliseconds.
const WATCH_MS: u32 = 1_000;

/// A page of a resident's, by its address in memory. Anything else is the choice of what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Choose,
    Find,
    Guide,
    Apply,
    Done,
    Report,
    Help,
    CallBack,
    Privacy,
}

fn place_of(path: &str) -> Place {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["proxy"] => Place::Find,
        ["proxy", "done", _] => Place::Done,
        ["proxy", _] => Place::Guide,
        ["proxy", _, "apply"] => Place::Apply,
        ["report"] => Place::Report,
        ["help"] => Place::Help,
        ["help", "call-back"] => Place::CallBack,
        ["privacy"] => Place::Privacy,
        _ => Place::Choose,
    }
}

/// What the routes of these pages name in their paths.
pub(super) fn params_of(path: &str) -> ParamsMap {
    let mut map = ParamsMap::new();
    if let Some((name, value)) = param_of(path) {
        map.insert(name, value.to_owned());
    }
    map
}

/// The one name and its value; no page here has two.
fn param_of(path: &str) -> Option<(&'static str, &str)> {
    let (name, before) = match place_of(path) {
        Place::Guide | Place::Apply => ("matter", "/proxy/"),
        Place::Done => ("case", "/proxy/done/"),
        _ => return None,
    };
    let value = path.strip_prefix(before)?.split('/').next()?;
    Some((name, value))
}

/// The bar, the page, and what may come over it.
#[component]
pub fn Serve() -> impl IntoView {
    let desk = desk();
    let place = Memo::new(move |_| place_of(path_of(&desk.inside.address())));
    let leaving = RwSignal::new(false);
    let parking = Parking::new();
    let page = move || {
        if let Some(parked) = parking.parked() {
            return parked.into_any();
        }
        match place.get() {
            Place::Choose => view! { <Choose/> }.into_any(),
            Place::Find => view! { <find::Find/> }.into_any(),
            Place::Guide => view! { <guides::ProxyGuide/> }.into_any(),
            Place::Apply => view! { <proxy::Apply/> }.into_any(),
            Place::Done => view! { <proxy::Done/> }.into_any(),
            Place::Report => view! { <report::Report/> }.into_any(),
            Place::Help => view! { <help::Help/> }.into_any(),
            Place::CallBack => view! { <call_back::CallBack/> }.into_any(),
            Place::Privacy => view! { <help::Privacy/> }.into_any(),
        }
    };
    let done = Signal::derive(move || place.get() == Place::Done);
    view! {
        <div class="assist">
            <Bar leaving parking done/>
            {page}
            <NextSheet open=leaving done/>
            <Idle/>
            <ShiftOver/>
        </div>
    }
}

/// Always in sight: who helps, and the way to the next person.
#[component]
fn Bar(leaving: RwSignal<bool>, parking: Parking, done: Signal<bool>) -> impl IntoView {
    let desk = desk();
    let helper = move || tr!(assist.bar.helper, name = desk.helper());
    // What was handed in needs no parking, nor does what was parked.
    let parkable = move || !done.get() && !parking.is_parked();
    view! {
        <div class="assist-bar" role="region" aria-label=tr!(assist.bar.label)>
            <p class="assist-who"><Icon name="people"/>{helper}</p>
            <div class="btns">
                <Show when=parkable>
                    <a class="btn" href="/"><Icon name="home"/>{tr!(assist.bar.home)}</a>
                    <button class="btn" type="button" aria-busy=move || parking.busy() on:click=move |_| park(desk, parking)>
                        <Icon name="save"/>
                        {tr!(assist.bar.park)}
                    </button>
                </Show>
                <button class="btn btn-primary" type="button" on:click=move |_| leaving.set(true)>
                    <Icon name="next"/>
                    {tr!(assist.bar.next)}
                </button>
            </div>
            <p class="error" role="alert">{move || parking.failed()}</p>
        </div>
    }
}

/// What a resident may want.
#[component]
fn Choose() -> impl IntoView {
    view! {
        <Page title=tr!(assist.choose.title) lead=tr!(assist.choose.lead)>
            <ul class="doors">
                <Door href="/proxy" sign="proxy" name=tr!(shell.door_proxy) hint=tr!(shell.door_proxy_hint)/>
                <Door href="/report" sign="camera" name=tr!(shell.door_report) hint=tr!(shell.door_report_hint)/>
                <Door href="/help/call-back" sign="phone" name=tr!(shell.call) hint=tr!(shell.call_back_hint)/>
            </ul>
        </Page>
    }
}

/// The shift ran out under a resident's hand: their answers stay, the volunteer begins another.
#[component]
fn ShiftOver() -> impl IntoView {
    let desk = desk();
    let over = RwSignal::new(false);
    let look = move || {
        let shift = untrack(|| desk.shift());
        let run_out = shift.is_some_and(|shift| when::now() >= shift.expires);
        if run_out && over.try_get_untracked() == Some(false) {
            over.try_set(true);
        }
    };
    let watch = StoredValue::new_local(Interval::new(WATCH_MS, look));
    on_cleanup(move || watch.dispose());
    let on_shift = Callback::new(move |shift| {
        leptos::task::spawn_local(async move { go_on(desk, shift, over).await });
    });
    let pad = move || {
        over.get().then(|| {
            let helper = untrack(|| desk.shift()).map(|shift| shift.volunteer);
            helper.map(|helper| view! { <PinPad id="pin-again" helper on_shift/> })
        })
    };
    view! {
        <Sheet id="shift-over" title=tr!(assist.over.title) open=over>
            <div class="sheet-body">
                <p>{tr!(assist.over.words)}</p>
                {pad}
            </div>
        </Sheet>
    }
}

/// The resident at hand goes on in the new shift.
async fn go_on(desk: Desk, shift: model::api::assist::Shift, over: RwSignal<bool>) {
    let csrf = shift.csrf.clone();
    desk.begin(shift);
    if let Ok(serving) = crate::api::assist::serve(&csrf).await {
        let serving = serving.id;
        assist::change(|now| now.help = Some(assist::Help { serving, csrf }));
        over.try_set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_memory_is_a_page() {
        for (path, place, named) in [
            ("/", Place::Choose, None),
            ("", Place::Choose, None),
            ("/proxy", Place::Find, None),
            (
                "/proxy/elder-card",
                Place::Guide,
                Some(("matter", "elder-card")),
            ),
            (
                "/proxy/elder-card/apply",
                Place::Apply,
                Some(("matter", "elder-card")),
            ),
            (
                "/proxy/done/01935f3e",
                Place::Done,
                Some(("case", "01935f3e")),
            ),
            ("/report", Place::Report, None),
            ("/help/call-back", Place::CallBack, None),
            // Another person's cases are not for this device.
            ("/cases", Place::Choose, None),
            ("/cases/01935f3e", Place::Choose, None),
            ("/circle", Place::Choose, None),
        ] {
            assert_eq!(place_of(path), place, "{path}");
            assert_eq!(param_of(path), named, "{path}");
        }
    }
}
