//! Draws the page of the form where somebody stands.

use super::alarm::Alarm;
use super::check::CheckPage;
use super::question::{one_paper, question};
use super::wizard::{CHECK, Stand};
use super::{Form, words as form_words};
use crate::parts::{ErrorSummary, Note, Page, Step, Wrong, focus_id};
use crate::way::{use_navigate, use_query_map};
use crate::{storage, words};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use model::field::{self, Field, FieldFault, Shape};
use model::kinds::KindName;

/// The form at the page its address names (`?page=…`), drawn anew when the address, 长辈版 or the
/// list of faults changes.
#[component]
pub fn FormPages(
    /// The form.
    form: Form,
    /// Where the way back from the first page leads.
    guide: String,
    /// Stands under the form on its first page.
    #[prop(optional, into)]
    below: Option<ViewFn>,
) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            (
                query.get("page"),
                query.get("back").as_deref() == Some(CHECK),
            )
        })
    });
    let one_a_page = Memo::new(move |_| form.prefs.one_a_page());
    move || {
        let (wanted, returning) = asked.get();
        one_a_page.track();
        form.drawn.track();
        if let Some(alarm) = form.alarm.get() {
            return view! { <Alarm form alarm /> }.into_any();
        }
        let stand = form.look(|wizard, answers| wizard.stand(answers, wanted.as_deref()));
        form.draft
            .update_untracked(|draft| draft.page = stand.name().to_owned());
        form.keep();
        let before = back_link(form, stand.name(), returning, &guide);
        match stand {
            Stand::Check => view! { <CheckPage form before=before.0 /> }.into_any(),
            Stand::Page(page) => {
                let title = form.look(|wizard, answers| {
                    form_words::page_title(&page, answers, &wizard.context)
                });
                let first = form
                    .look(|wizard, answers| wizard.previous(answers, &page.name))
                    .is_none();
                let below = below.as_ref().filter(|_| first).map(ViewFn::run);
                view! { <OnePage form page title returning before below /> }.into_any()
            }
        }
    }
}

/// Where the second button leads, and its words.
fn back_link(form: Form, name: &str, returning: bool, guide: &str) -> (String, &'static str) {
    if returning {
        return (form.link(CHECK, false), tr!(proxy.form.to_check));
    }
    match form.look(|wizard, answers| wizard.previous(answers, name)) {
        Some(before) => (form.link(&before, false), tr!(proxy.form.previous)),
        None => (guide.to_owned(), to_first(form)),
    }
}

/// What the way back from the first page is called: only a matter has a guide.
fn to_first(form: Form) -> &'static str {
    match form.draft.with_untracked(|draft| draft.kind) {
        KindName::ProxyRequest => tr!(proxy.form.to_guide),
        KindName::IssueReport => tr!(report.form.leave),
        KindName::CallBack => tr!(shell.back),
    }
}

#[component]
fn OnePage(
    form: Form,
    page: field::Page,
    title: String,
    returning: bool,
    before: (String, &'static str),
    below: Option<AnyView>,
) -> impl IntoView {
    let navigate = use_navigate();
    let field::Page { name, paper, .. } = page;
    let (name, paper) = (StoredValue::new(name), StoredValue::new(paper));
    // A choice may open a question on the same page.
    let open = Memo::new(move |_| {
        let pages = form.follow(|wizard, answers| wizard.pages(answers));
        let page = name.with_value(|name| pages.into_iter().find(|page| page.name == *name));
        page.map(|page| {
            page.fields
                .iter()
                .map(|field| field.name)
                .collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    // The first question's words head the page where they say the same as the page's own.
    let first = open.with_untracked(|open| open.first().copied());
    let leads = first.and_then(words::field) == Some(title.as_str());
    let draw = move |name: &'static str| {
        let heading = leads && Some(name) == first;
        field_of(form, name).map(|field| match paper.get_value() {
            Some(code) => one_paper(form, field, &code),
            None => question(form, field, heading),
        })
    };
    let go_on = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(to) = form.go_on(&name.get_value(), returning) {
            navigate(&to, NavigateOptions::default());
        }
    };
    let heading =
        (!leads).then(|| view! { <h1 class="page-title" tabindex="-1">{title.clone()}</h1> });
    let step = form.look(|wizard, answers| wizard.step(answers, &name.get_value()));
    let alone = paper.with_value(|paper| paper.is_some());
    let wrongs = form.wrongs(|fault, field| match alone {
        true => name.with_value(|name| fault.field == *name),
        false => open.with_untracked(|open| open.contains(&field.name)),
    });
    let shown = document_title(&title, !wrongs.is_empty());
    let (before, before_words) = before;
    view! {
        <Page title=shown own_heading=true back=before.clone()>
            <form class="form" novalidate on:submit=go_on>
                <Where form />
                <Step at=step.number of=step.of />
                <Trouble form wrongs />
                {heading}
                <For each=move || open.get() key=|name| *name children=draw />
                <div class="form-nav">
                    <button class="btn btn-primary" type="submit">{tr!(proxy.form.go_on)}</button>
                    <a class="btn" href=before>{before_words}</a>
                </div>
                {(!storage::in_memory()).then(|| view! { <p class="hint">{tr!(proxy.form.saved)}</p> })}
            </form>
            {below}
        </Page>
    }
}

/// What is being asked for: on each page, since a form may be taken up again days later.
#[component]
pub fn Where(form: Form) -> impl IntoView {
    let matter = form.look(|wizard, answers| {
        wizard
            .context
            .matter(answers)
            .map(|matter| matter.name.clone())
    });
    matter
        .map(|matter| view! { <p class="muted">{tr!(proxy.form.matter_line, matter = matter)}</p> })
}

/// What the server said, and the summary of what is wrong.
#[component]
pub fn Trouble(form: Form, wrongs: Vec<Wrong>) -> impl IntoView {
    const REFUSED: &str = "refused";
    let refused = form.refused.get_value().map(|problem| {
        focus_id(REFUSED);
        view! {
            <div role="alert" id=REFUSED tabindex="-1">
                <Note tone="warn" title=tr!(proxy.refused.title)>
                    <p>{words::problem(&problem)}</p>
                    <p>{tr!(proxy.refused.kept)} " " {tr!(proxy.refused.call, phone = form.phone())}</p>
                </Note>
            </div>
        }
    });
    let unsent = form.unsent.get_value().then(|| {
        focus_id(REFUSED);
        view! {
            <div role="alert" id=REFUSED tabindex="-1">
                <Note tone="warn" title=tr!(assist.unsent.title)>
                    <p>{tr!(assist.unsent.words)}</p>
                </Note>
            </div>
        }
    });
    let summary = (!wrongs.is_empty()).then(|| view! { <ErrorSummary wrongs /> });
    (refused, unsent, summary)
}

/// The document's title; it begins 出错了 where something is wrong.
pub fn document_title(title: &str, wrong: bool) -> String {
    if wrong {
        tr!(shell.error_prefix, title = title.to_owned())
    } else {
        title.to_owned()
    }
}

fn field_of(form: Form, name: &str) -> Option<&'static Field> {
    let kind = form.draft.with_untracked(|draft| draft.kind);
    kind.fields().iter().find(|field| field.name == name)
}

impl Form {
    /// Continue: where to go, or none where the page has faults; they are then shown on it.
    pub(super) fn go_on(self, name: &str, returning: bool) -> Option<String> {
        self.refused.set_value(None);
        self.unsent.set_value(false);
        let faults = self.look(|wizard, answers| match wizard.stand(answers, Some(name)) {
            Stand::Page(page) => wizard.faults(&page, answers),
            Stand::Check => Vec::new(),
        });
        let any = !faults.is_empty();
        self.faults.set_value(faults);
        if any {
            self.draw_again();
            return None;
        }
        if self.hear() {
            return None;
        }
        self.send_early();
        let next = self.look(|wizard, answers| wizard.next(answers, name, returning));
        Some(self.link(&next, returning && next != CHECK))
    }

    /// Sends the pictures while the form is still being filled in. Those that may be covered go
    /// when it is handed in: what was covered late has never left the phone.
    fn send_early(self) {
        let kind = self.draft.with_untracked(|draft| draft.kind);
        let covered = |field: &Field| matches!(field.shape, Shape::Photos { .. });
        if !kind.fields().iter().any(covered) {
            self.shots.send_waiting();
        }
    }

    /// What the summary lists: the faults that `shown` has on the page.
    pub(super) fn wrongs(self, shown: impl Fn(&FieldFault, &Field) -> bool) -> Vec<Wrong> {
        let line = |fault: &FieldFault| {
            let field = field_of(self, super::wizard::head(&fault.field))
                .filter(|field| shown(fault, field))?;
            let words = self
                .look(|wizard, answers| form_words::fault(fault, field, answers, &wizard.context));
            Some(Wrong {
                id: form_words::control(fault),
                words,
            })
        };
        self.faults
            .with_value(|faults| faults.iter().filter_map(line).collect())
    }
}
