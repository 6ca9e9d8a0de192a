//! What everybody sees of a case from the street, as its resident is told; and the case that stands
//! for it.

use super::case::Case;
use crate::parts::{DueChip, Icon, Section, StatusChip};
use crate::state::facts;
use crate::when;
use leptos::prelude::*;
use model::api::CaseView;
use model::api::report::StandsFor;
use model::id::CategoryId;
use model::kinds::KindName;
use model::workflow::Publication;

/// Whether others see it, in words; and the way to what they see.
#[component]
pub fn InPublic(
    /// The case.
    case: Case,
) -> impl IntoView {
    let seen = case.part(|view| {
        let of_street = view.kind == KindName::IssueReport;
        // While another case stands for it, that one is what others see.
        let own = of_street && view.merged.is_none();
        own.then(|| (view.publication, view.category.clone(), view.voices))
    });
    move || {
        let (publication, category, voices) = seen.get().flatten()?;
        let voices =
            (voices > 1).then(|| view! { <p>{tr!(reports.own.voices, count = voices)}</p> });
        let see = (publication == Publication::Public).then(|| {
            view! {
                <a class="btn" href=format!("/reports/{}", case.id())>
                    <Icon name="eye"/>
                    {tr!(reports.own.see)}
                </a>
            }
        });
        Some(view! {
            <Section title=tr!(reports.own.title)>
                <p>{words(publication, category.as_ref())}</p>
                {voices}
                {see}
            </Section>
        })
    }
}

fn words(publication: Publication, category: Option<&CategoryId>) -> &'static str {
    match publication {
        Publication::Public => tr!(reports.own.public),
        Publication::Hidden => tr!(reports.own.hidden),
        _ if category.is_some_and(is_secret) => tr!(reports.own.never),
        Publication::Reviewed => tr!(reports.own.reviewed),
        Publication::Private => tr!(reports.own.private),
    }
}

/// A category that is never public.
fn is_secret(category: &CategoryId) -> bool {
    let all = facts().categories().here();
    let mut all = all.iter().flat_map(|all| &all.categories);
    all.any(|one| one.id == *category && !one.public)
}

/// How far the case has come that stands for it.
#[component]
pub fn Beside(
    /// The case.
    case: Case,
) -> impl IntoView {
    let parent = case.part(|view: &CaseView| view.merged.clone());
    move || parent.get().flatten().map(beside)
}

fn beside(parent: StandsFor) -> impl IntoView {
    let running = parent.due.filter(|_| parent.light.is_some());
    let due = running.map(|due| view! { <DueChip due light=parent.light/> });
    let see = parent.public.then(|| {
        view! {
            <a class="btn btn-primary" href=format!("/reports/{}", parent.case)>
                <Icon name="eye"/>
                {tr!(reports.beside.see)}
            </a>
        }
    });
    view! {
        <Section title=tr!(reports.beside.title)>
            <p class="receipt-chips report-chips">
                <StatusChip state=parent.state say=crate::parts::state_to_neighbours/>
                {due}
            </p>
            <p>{tr!(reports.beside.since, when = when::moment(parent.since))}</p>
            <p>{tr!(reports.beside.words)}</p>
            {see}
        </Section>
    }
}
