//! Who it is about and where, what was answered, who handles it, what is held, who looked.

use super::desk::Desk;
use super::history;
use crate::api;
use crate::form::rows;
use crate::pages::staff::calls;
use crate::parts::{self, AnswerRow, CallButton, Contact, resolved};
use crate::state::facts;
use crate::{when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Audit, Opening, StaffCase};
use model::field::{Field, Shape};
use model::kinds::KindName;

/// Whom it is for, whom to call, where.
#[component]
pub fn Resident(desk: Desk) -> impl IntoView {
    let who = desk.see(resident);
    move || {
        let Who {
            applicant,
            contact,
            phone,
            place,
            grid,
            note,
        } = who.get();
        let call =
            (!phone.is_empty()).then(|| view! { <CallButton phone=phone name=contact.clone()/> });
        let other = (contact != applicant).then(|| {
            view! { <div><dt>{tr!(staff.resident.contact)}</dt><dd>{contact}</dd></div> }
        });
        view! {
            <section class="panel" aria-labelledby="resident-title">
                <h2 class="panel-title" id="resident-title">{tr!(staff.resident.title)}</h2>
                <dl class="facts">
                    <div><dt>{tr!(staff.resident.applicant)}</dt><dd>{applicant}</dd></div>
                    {other}
                    <div><dt>{tr!(staff.resident.place)}</dt><dd>{place}</dd></div>
                    <div><dt>{tr!(staff.resident.grid)}</dt><dd>{grid}</dd></div>
                </dl>
                {(!note.is_empty()).then(|| view! { <blockquote class="words">{note}</blockquote> })}
                <div class="btns">{call}</div>
            </section>
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Who {
    applicant: String,
    contact: String,
    phone: String,
    place: String,
    grid: String,
    note: String,
}

fn resident(case: &StaffCase) -> Who {
    let envelope = Desk::envelope(case);
    let door = envelope.home.map(|home| home.door).unwrap_or_default();
    let estate = case.estate_name.clone().unwrap_or_default();
    let place = [estate.as_str(), door.trim()].join(" ").trim().to_owned();
    Who {
        applicant: envelope.applicant,
        contact: envelope.contact,
        phone: envelope.phone,
        place: if place.is_empty() {
            tr!(staff.resident.no_place).to_owned()
        } else {
            place
        },
        grid: case.grid_name.clone(),
        note: case.view.answers.text("note").to_owned(),
    }
}

/// All answers, in the order of the form.
#[component]
pub fn Answers(desk: Desk) -> impl IntoView {
    let facts = facts();
    let answers = desk.see(|case| Some((case.view.kind, case.view.answers.clone())));
    let rows = move || {
        let (kind, answers) = answers.get()?;
        let street = |field: &Field| matches!(field.shape, Shape::Category);
        let ground = match kind.fields().iter().any(street) {
            true => facts.for_reports()?,
            false => facts.together()?,
        };
        let context = ground.context();
        let told = |field: &&Field| answers.has(field.name) && !is_told_elsewhere(kind, field);
        let asked = kind.fields().iter().filter(told);
        let row = |field| AnswerRow {
            name: name(field),
            value: rows::value(field, &answers, &context),
            change: None,
        };
        let rows: Vec<_> = asked.map(row).collect();
        Some(view! { <parts::Answers rows=rows/> })
    };
    view! {
        <section class="panel" aria-labelledby="answers-title">
            <h2 class="panel-title" id="answers-title">{tr!(staff.case.answers)}</h2>
            {move || rows().map_or_else(|| parts::Skeleton().into_any(), IntoAny::into_any)}
        </section>
    }
}

/// Without its consents a case cannot have been handed in; and what was seen on the street stands
/// above, with its map and its pictures.
fn is_told_elsewhere(kind: KindName, field: &Field) -> bool {
    let mut all = kind.fields().iter();
    let on_street = all.any(|field| matches!(field.shape, Shape::Place));
    match field.shape {
        Shape::Consent | Shape::Place => true,
        Shape::Photos { .. } | Shape::Text { .. } => on_street,
        _ => false,
    }
}

fn name(field: &Field) -> String {
    words::field(field.name).unwrap_or(field.name).to_owned()
}

/// Who answers for it.
#[component]
pub fn People(desk: Desk) -> impl IntoView {
    let responsible = desk.see(|case| Some(case.view.responsible.clone()));
    let helper = desk.see(|case| case.view.helped_by.clone());
    let helped = move || {
        helper
            .get()
            .map(|name| view! { <p class="muted">{tr!(staff.case.helped_by, name = name)}</p> })
    };
    move || {
        responsible.get().map(|person| {
            let role = person.role.map(|role| words::role(role).to_owned());
            view! {
                <section class="panel" aria-labelledby="people-title">
                    <h2 class="panel-title" id="people-title">{tr!(staff.case.responsible)}</h2>
                    <Contact name=person.name role=role phone=person.phone/>
                    {helped}
                </section>
            }
        })
    }
}

/// Originals that are with us.
#[component]
pub fn Custody(desk: Desk) -> impl IntoView {
    let held = desk.see(|case| history::custody(&case.view.timeline));
    move || {
        let held = held.get();
        (!held.is_empty()).then(|| {
            let set = |held: history::Held| {
                let papers = held.papers.into_iter().map(|paper| view! { <li>{paper}</li> }).collect_view();
                view! {
                    <p class="muted">{tr!(staff.custody.by, name = held.by, when = when::moment(held.at))}</p>
                    <ul class="prose">{papers}</ul>
                }
            };
            view! {
                <section class="panel" aria-labelledby="custody-title">
                    <h2 class="panel-title" id="custody-title">{tr!(staff.custody.title)}</h2>
                    {held.into_iter().map(set).collect_view()}
                    <p class="hint">{tr!(staff.custody.hint)}</p>
                </section>
            }
        })
    }
}

/// Who opened the case; asked for by hand.
#[component]
pub fn AuditPanel(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    let answer = RwSignal::new(None::<api::Result<Audit>>);
    let ask = move || {
        answer.set(None);
        spawn_local(async move {
            let audit = calls::audit(desk.session, desk.id).await;
            answer.try_set(Some(audit));
        });
    };
    let again = Callback::new(move |()| ask());
    let toggle = move |_| {
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            ask();
        }
    };
    view! {
        <section class="panel" aria-labelledby="audit-title">
            <h2 class="panel-title" id="audit-title">{tr!(staff.audit.title)}</h2>
            <button class="btn" type="button" aria-expanded=move || open.get().to_string() on:click=toggle>
                {move || if open.get() { tr!(staff.audit.hide) } else { tr!(staff.audit.show) }}
            </button>
            <Show when=move || open.get()>{resolved(answer, again, log)}</Show>
        </section>
    }
}

fn log(audit: Audit) -> impl IntoView {
    let line = |opening: Opening| {
        let because = opening.why.as_deref().and_then(history::opened_because);
        view! {
            <li>
                <span>{when::moment(opening.at)}</span>
                <span>{opening.name}" "{history::opened_as(&opening.what)}</span>
                {because.map(|why| view! { <span class="muted">{why}</span> })}
            </li>
        }
    };
    view! { <ul class="log">{audit.openings.into_iter().map(line).collect_view()}</ul> }
}
