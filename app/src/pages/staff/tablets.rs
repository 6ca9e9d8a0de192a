//! `/staff/tablets`: the shared tablets of one's area, and the volunteers who work on them: a locked
//! PIN, and hours as a record. Nobody is compared with anybody: names stand in their own order.

mod pin;

use self::pin::PinSheet;
use super::calls;
use super::session::{Session, not_yours, session, signed_in};
use crate::api;
use crate::parts::{AskFirst, Empty, Icon, Note, Page, Section, announce, resolved};
use crate::{when, words};
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::assist::{TabletRow, Tablets, VolunteerRow, VolunteerShift, Volunteers};
use model::area::Role;

/// Its address.
pub const TABLETS: &str = "/staff/tablets";

/// Whether the server tells somebody of this role; `KEEPERS` in `server/src/auth.rs`.
pub fn may_keep(role: Role) -> bool {
    matches!(role, Role::Window | Role::Supervisor)
}

/// The page.
#[component]
pub fn TabletsPage() -> impl IntoView {
    signed_in(|me| match may_keep(me.staff.role) {
        true => view! { <Board/> }.into_any(),
        false => not_yours(tr!(staff.tablets.title), tr!(staff.tablets.not_yours)).into_any(),
    })
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
struct Desk {
    session: Session,
    tablets: RwSignal<Option<api::Result<Tablets>>>,
    volunteers: RwSignal<Option<api::Result<Volunteers>>>,
    /// The month looked at, by its first day.
    month: RwSignal<Date>,
    /// The tablet that is asked about before it is ended.
    ending: RwSignal<Option<TabletRow>>,
    /// The volunteer whose PIN is being set.
    pin_of: RwSignal<Option<VolunteerRow>>,
}

impl Desk {
    fn open() -> Desk {
        let desk = Desk {
            session: session(),
            tablets: RwSignal::new(None),
            volunteers: RwSignal::new(None),
            month: RwSignal::new(when::now().china_date().first_of_month()),
            ending: RwSignal::new(None),
            pin_of: RwSignal::new(None),
        };
        desk.fetch_tablets();
        Effect::new(move || {
            let month = desk.month.get();
            desk.volunteers.set(None);
            desk.fetch_volunteers(month);
        });
        desk
    }

    fn fetch_tablets(self) {
        spawn_local(async move {
            let answer = calls::tablets(self.session).await;
            self.tablets.try_set(Some(answer));
        });
    }

    fn fetch_volunteers(self, month: Date) {
        spawn_local(async move {
            let asked = month.strftime("%Y-%m").to_string();
            let answer = calls::volunteers(self.session, &asked).await;
            // Another month was asked for meanwhile.
            if self.month.try_get_untracked() == Some(month) {
                self.volunteers.try_set(Some(answer));
            }
        });
    }
}

#[component]
fn Board() -> impl IntoView {
    let desk = Desk::open();
    let again = Callback::new(move |()| desk.fetch_tablets());
    let look = Callback::new(move |()| desk.fetch_volunteers(desk.month.get_untracked()));
    view! {
        <Page title=tr!(staff.tablets.title) lead=tr!(staff.tablets.lead) wide=true>
            <Section title=tr!(staff.tablets.devices)>
                {resolved(desk.tablets, again, move |tablets| devices(desk, tablets))}
            </Section>
            <Section title=tr!(staff.tablets.volunteers)>
                <Months desk/>
                {resolved(desk.volunteers, look, move |told| people(desk, told))}
            </Section>
            <Ending desk/>
            <PinSheet desk/>
        </Page>
    }
}

fn devices(desk: Desk, tablets: Tablets) -> impl IntoView {
    let (ended, used): (Vec<_>, Vec<_>) = tablets
        .tablets
        .into_iter()
        .partition(|tablet| tablet.ended.is_some());
    let none = used.is_empty().then(|| {
        view! {
            <Empty sign="people" words=tr!(staff.tablets.none)>
                <p>{tr!(staff.tablets.how)}</p>
            </Empty>
        }
    });
    let used = used
        .into_iter()
        .map(|tablet| device(desk, tablet))
        .collect_view();
    let ended = (!ended.is_empty()).then(|| {
        let rows = ended.into_iter().map(old_device).collect_view();
        view! {
            <details class="service-others">
                <summary class="btn">{tr!(staff.tablets.ended_title)}</summary>
                <ul class="log">{rows}</ul>
            </details>
        }
    });
    view! { {none} <ul class="stack">{used}</ul> {ended} }
}

fn device(desk: Desk, tablet: TabletRow) -> impl IntoView {
    let made = made_words(&tablet);
    let used = match tablet.used {
        Some(at) => tr!(staff.tablets.used, when = when::moment(at)),
        None => tr!(staff.tablets.unused).to_owned(),
    };
    let at_work = tablet.at_work.clone().map(|name| {
        view! { <span class="tag" data-tone="can">{tr!(staff.tablets.at_work, name = name)}</span> }
    });
    let (name, area) = (tablet.name.clone(), tablet.area_name.clone());
    let heard = name.clone();
    let ask = move |_| desk.ending.set(Some(tablet.clone()));
    view! {
        <li class="contact">
            <div class="contact-words">
                <p class="contact-name">{name}</p>
                <p class="contact-role">{area}" · "{made}</p>
                <p class="cluster"><span>{used}</span>{at_work}</p>
            </div>
            <button class="btn btn-danger" type="button" on:click=ask>
                {tr!(staff.tablets.end)}
                <span class="sr-only">{heard}</span>
            </button>
        </li>
    }
}

fn made_words(tablet: &TabletRow) -> String {
    let since = when::moment(tablet.since);
    match tablet.by.clone() {
        Some(name) => tr!(staff.tablets.made_by, name = name, when = since),
        None => tr!(staff.tablets.made, when = since),
    }
}

fn old_device(tablet: TabletRow) -> impl IntoView {
    let ended = tablet.ended.map(when::moment).unwrap_or_default();
    view! {
        <li>
            <strong>{tablet.name.clone()}</strong>
            <span>{made_words(&tablet)}</span>
            <span>{tr!(staff.tablets.ended, when = ended)}</span>
        </li>
    }
}

/// Asks before a tablet is ended.
#[component]
fn Ending(desk: Desk) -> impl IntoView {
    let name = move || {
        let name = |tablet: &Option<TabletRow>| tablet.as_ref().map(|tablet| tablet.name.clone());
        desk.ending.with(name).unwrap_or_default()
    };
    let end = move |tablet: TabletRow| async move {
        calls::end_tablet(desk.session, tablet.id).await?;
        announce(&tr!(staff.tablets.end_done, name = tablet.name));
        desk.fetch_tablets();
        Ok(())
    };
    view! {
        <AskFirst id="tablet-end" title=tr!(staff.tablets.end_title) asked=desk.ending act=end
            yes=tr!(staff.tablets.end_yes) no=tr!(staff.tablets.end_no)>
            <p><strong>{name}</strong></p>
            <p>{tr!(staff.tablets.end_words)}</p>
        </AskFirst>
    }
}

/// The month, and those beside it.
#[component]
fn Months(desk: Desk) -> impl IntoView {
    let this = when::now().china_date().first_of_month();
    let go = move |months: i64| {
        let to = desk.month.get_untracked().checked_add(months.months());
        if let Ok(month) = to {
            desk.month.set(month);
        }
    };
    let is_last = Memo::new(move |_| desk.month.get() >= this);
    view! {
        <div class="cluster" role="group" aria-label=tr!(staff.tablets.month)>
            <button class="btn" type="button" on:click=move |_| go(-1)>
                <Icon name="back"/>
                {tr!(staff.tablets.month_before)}
            </button>
            <strong aria-live="polite">{move || when::month_year(desk.month.get())}</strong>
            <Show when=move || !is_last.get()>
                <button class="btn" type="button" on:click=move |_| go(1)>
                    {tr!(staff.tablets.month_after)}
                    <Icon name="next"/>
                </button>
            </Show>
        </div>
    }
}

fn people(desk: Desk, told: Volunteers) -> impl IntoView {
    let rows = told.volunteers.into_iter().map(|row| person(desk, row));
    let rows: Vec<_> = rows.collect();
    let none = rows
        .is_empty()
        .then(|| view! { <Note tone="info" title=tr!(staff.tablets.nobody)/> });
    view! { {none} <ul class="stack">{rows}</ul> }
}

fn person(desk: Desk, row: VolunteerRow) -> impl IntoView {
    let locked = row.locked_until.map(|until| {
        let clock = when::time(until.china().time());
        let name = row.name.clone();
        view! {
            <span class="tag" data-tone="need">{tr!(staff.tablets.locked, until = clock)}</span>
            <Unlock desk volunteer=row.id.to_string() name/>
        }
    });
    let no_pin = (!row.pin).then(|| view! { <p class="hint">{tr!(staff.tablets.no_pin)}</p> });
    let set_pin = match row.pin {
        true => tr!(staff.tablets.change_pin),
        false => tr!(staff.tablets.set_pin),
    };
    let (whose, of) = (row.clone(), row.name.clone());
    let sum = tr!(
        staff.tablets.sum,
        hours = row.minutes / 60,
        minutes = row.minutes % 60,
        shifts = row.shifts.len()
    );
    let shifts = (!row.shifts.is_empty()).then(|| {
        let lines = row.shifts.into_iter().map(shift).collect_view();
        view! {
            <details class="service-others">
                <summary class="btn">{tr!(staff.tablets.shifts)}<span class="sr-only">{row.name.clone()}</span></summary>
                <ul class="log">{lines}</ul>
            </details>
        }
    });
    view! {
        <li class="panel">
            <p class="cluster"><strong>{row.name}</strong><span class="muted">{row.area_name}</span></p>
            <div class="cluster">
                {locked}
                <button class="btn" type="button" on:click=move |_| desk.pin_of.set(Some(whose.clone()))>
                    <Icon name="key"/>
                    {set_pin}
                    <span class="sr-only">{of}</span>
                </button>
            </div>
            {no_pin}
            <p>{sum}</p>
            {shifts}
        </li>
    }
}

fn shift(shift: VolunteerShift) -> impl IntoView {
    let end = match shift.ended {
        Some(_) => tr!(staff.tablets.minutes, count = shift.minutes),
        None => tr!(staff.tablets.running, count = shift.minutes),
    };
    view! {
        <li>
            <time>{when::moment(shift.began)}</time>
            <span>{tr!(staff.tablets.shift, tablet = shift.tablet, minutes = end, residents = shift.residents)}</span>
        </li>
    }
}

#[component]
fn Unlock(desk: Desk, volunteer: String, name: String) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let (heard, volunteer) = (name.clone(), StoredValue::new(volunteer));
    let press = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            let id = volunteer.get_value();
            match calls::unlock(desk.session, &id).await {
                Ok(()) => {
                    announce(&tr!(staff.tablets.unlocked, name = name));
                    desk.fetch_volunteers(desk.month.get_untracked());
                }
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
            busy.try_set(false);
        });
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <button class="btn" type="button" aria-busy=flag aria-disabled=flag on:click=press>
            <Icon name="key"/>
            {tr!(staff.tablets.unlock)}
            <span class="sr-only">{heard}</span>
        </button>
        <p role="alert">{move || failed.get()}</p>
    }
}
