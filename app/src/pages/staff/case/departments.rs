//! Departments called to the case (街道吹哨、部门报到): who, until when, what they answered.

use super::act::Act;
use super::act_fields::{Days, error};
use super::actions::panel_buttons;
use super::desk::{Acting, Desk};
use super::typed::Typed;
use crate::parts::{Choice, DueChip, Icon};
use crate::state::facts;
use crate::{when, words};
use leptos::prelude::*;
use model::api::StaffCase;
use model::api::report::Department;
use model::id::StaffId;
use model::time::TimeMs;
use model::workflow::{CALL_MAX_DAYS, Call, Verb};

/// The calls of a case, the latest first, and calling one more.
#[component]
pub fn CallsPanel(desk: Desk) -> impl IntoView {
    let concerned = desk.see(|case| super::knows(case, Verb::CallDepartment));
    let calls = desk.see(lines);
    let may_end = desk.see(|case| case.view.allowed.contains(&Verb::EndCall));
    let list = move || {
        let calls = calls.get();
        match calls.is_empty() {
            true => view! { <p class="muted">{tr!(handling.call.none)}</p> }.into_any(),
            false => {
                let line = |line| drawn(desk, line, may_end);
                view! { <ul class="calls">{calls.into_iter().map(line).collect_view()}</ul> }
                    .into_any()
            }
        }
    };
    view! {
        <Show when=move || concerned.get()>
            <section class="panel" aria-labelledby="calls-title">
                <h2 class="panel-title" id="calls-title">{tr!(handling.call.title)}</h2>
                {list}
                {panel_buttons(desk, &[Verb::CallDepartment])}
            </section>
        </Show>
    }
}

/// One call, with what was said at its beginning and its end.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    call: Call,
    name: String,
    asked: Option<String>,
    answered: Option<String>,
    open: bool,
}

fn lines(case: &StaffCase) -> Vec<Line> {
    let said = |verb: Verb, at: TimeMs| {
        let mut entries = case.view.timeline.iter();
        let entry = entries.find(|entry| entry.fact.verb == Some(verb) && entry.fact.at == at)?;
        entry.to_staff.clone()
    };
    let line = |call: &Call| Line {
        name: name_of(case, &call.staff),
        asked: said(Verb::CallDepartment, call.at),
        answered: call.ended.and_then(|at| said(Verb::ReplyCall, at)),
        open: call.ended.is_none() && case.progress.state.is_open(),
        call: call.clone(),
    };
    case.progress.calls.iter().rev().map(line).collect()
}

/// The department's name; a member of staff's where it is none any more.
fn name_of(case: &StaffCase, id: &StaffId) -> String {
    let mut departments = case.departments.iter();
    let department = departments.find(|department| department.staff == *id);
    let staff = || case.colleagues.iter().find(|staff| staff.id == *id);
    department
        .map(|department| department.name.clone())
        .or_else(|| staff().map(|staff| staff.name.clone()))
        .unwrap_or_else(|| words::role(model::area::Role::Department).to_owned())
}

fn part(lead: bool) -> &'static str {
    match lead {
        true => tr!(handling.call.lead),
        false => tr!(handling.call.helper),
    }
}

fn drawn(desk: Desk, line: Line, may_end: Memo<bool>) -> impl IntoView {
    let Line {
        call,
        name,
        asked,
        answered,
        open,
    } = line;
    let due = call.due;
    let street = facts().street();
    let light = move || {
        let street = street.here()?;
        Some(street.calendar.light(due, when::now()))
    };
    let outcome = move || {
        match (open, call.ended) {
        (true, _) => view! { <DueChip due=due light=light()/> }.into_any(),
        (false, Some(at)) if call.replied => {
            let words = tr!(handling.call.replied, when = when::moment(at));
            view! { <span class="status" data-tone="done"><Icon name="check" size="s"/>{words}</span> }.into_any()
        }
        (false, Some(at)) => {
            let words = tr!(handling.call.ended, when = when::moment(at));
            view! { <span class="status" data-tone="closed"><Icon name="lock" size="s"/>{words}</span> }.into_any()
        }
        (false, None) => {
            view! { <span class="status" data-tone="closed"><Icon name="lock" size="s"/>{tr!(handling.call.over)}</span> }.into_any()
        }
    }
    };
    let staff = StoredValue::new(call.staff.clone());
    let end = move |_| {
        desk.about.set(Some(staff.get_value()));
        desk.acting.set(Some(Acting {
            verb: Verb::EndCall,
            on_word: false,
        }));
    };
    let beside = StoredValue::new(name.clone());
    view! {
        <li>
            <p><strong>{name}</strong>" "<span class="tag">{part(call.lead)}</span></p>
            <p class="case-chips">{outcome}</p>
            {asked.map(|words| view! { <p class="muted">{tr!(handling.call.asked, words = words)}</p> })}
            {answered.map(|words| view! { <blockquote class="words">{words}</blockquote> })}
            <Show when=move || open && may_end.get()>
                <div class="btns">
                    <button class="btn" type="button" aria-haspopup="dialog" on:click=end>
                        {words::verb(Verb::EndCall)}<span class="sr-only">" "{beside.get_value()}</span>
                    </button>
                </div>
            </Show>
        </li>
    }
}

/// What a call begins with: the category's own department, leading unless one leads already.
pub fn begin(case: &StaffCase, typed: &mut Typed) {
    let own = callable(case).into_iter().find(|department| department.own);
    typed.days = own
        .as_ref()
        .map(|department| department.days.to_string())
        .unwrap_or_default();
    typed.staff = own.map(|department| department.staff);
    let mut open = case.progress.calls.iter().filter(|call| is_open(call));
    typed.lead = !open.any(|call| call.lead);
}

fn is_open(call: &Call) -> bool {
    call.ended.is_none()
}

/// Those that are not waited for already.
fn callable(case: &StaffCase) -> Vec<Department> {
    let free = |department: &&Department| case.progress.open_call(&department.staff).is_none();
    case.departments.iter().filter(free).cloned().collect()
}

/// Which department, which part it has, and how long it may take.
#[component]
pub fn CallFields(act: Act) -> impl IntoView {
    let departments = act.desk.now(callable).unwrap_or_default();
    let usual: Vec<String> = departments.iter().map(|d| d.days.to_string()).collect();
    let usual = StoredValue::new(usual);
    let row = move |department: Department| {
        let Department {
            staff,
            name,
            own,
            days,
        } = department;
        let hint = own.then(|| tr!(handling.call.own).to_owned());
        let checked = act
            .typed
            .with_untracked(|typed| typed.staff.as_ref() == Some(&staff));
        let value = staff.to_string();
        let pick = move |_| {
            act.change(|typed| {
                typed.staff = Some(staff.clone());
                // Days that somebody chose by hand stay as they are.
                let untouched = usual.with_value(|usual| usual.contains(&typed.days));
                if typed.days.is_empty() || untouched {
                    typed.days = days.to_string();
                }
            });
        };
        view! { <Choice group="act-department" value=value words=name hint=hint checked=checked on_pick=pick/> }
    };
    let none = departments
        .is_empty()
        .then(|| view! { <p class="hint">{tr!(handling.call.all_called)}</p> });
    let part = move |lead: bool| {
        let (value, hint) = match lead {
            true => ("lead", tr!(handling.call.lead_hint)),
            false => ("helper", tr!(handling.call.helper_hint)),
        };
        let checked = act.typed.with_untracked(|typed| typed.lead == lead);
        view! {
            <Choice group="act-part" value=value words=part(lead) hint=Some(hint.to_owned()) checked=checked
                on_pick=move |_| act.change(|typed| typed.lead = lead)/>
        }
    };
    view! {
        <fieldset class="question" id="act-people" tabindex="-1" aria-describedby="act-people-error"
            class:is-wrong=move || act.wrong_at("act-people").is_some()>
            <legend class="label">{tr!(handling.call.which)}</legend>
            {error(act, "act-people")}
            {none}
            <div class="choices">{departments.into_iter().map(row).collect_view()}</div>
        </fieldset>
        <fieldset class="question">
            <legend class="label">{tr!(handling.call.part)}</legend>
            <div class="choices">{part(true)}{part(false)}</div>
        </fieldset>
        <Days act label=tr!(handling.call.days) hint=tr!(handling.call.days_hint, most = CALL_MAX_DAYS)/>
    }
}

/// Which of the departments that are waited for is let go.
#[component]
pub fn EndFields(act: Act) -> impl IntoView {
    let waited = act.desk.now(|case| {
        let open = case.progress.calls.iter().filter(|call| is_open(call));
        open.map(|call| (call.staff.clone(), name_of(case, &call.staff)))
            .collect::<Vec<_>>()
    });
    let row = move |(staff, name): (StaffId, String)| {
        let checked = act
            .typed
            .with_untracked(|typed| typed.staff.as_ref() == Some(&staff));
        let value = staff.to_string();
        view! {
            <Choice group="act-department" value=value words=name checked=checked
                on_pick=move |_| act.change(|typed| typed.staff = Some(staff.clone()))/>
        }
    };
    let rows = waited.unwrap_or_default().into_iter().map(row);
    view! {
        <fieldset class="question" id="act-people" tabindex="-1" aria-describedby="act-people-error"
            class:is-wrong=move || act.wrong_at("act-people").is_some()>
            <legend class="label">{tr!(handling.call.end_which)}</legend>
            {error(act, "act-people")}
            <div class="choices">{rows.collect_view()}</div>
        </fieldset>
    }
}
