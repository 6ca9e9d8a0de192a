//! `/proxy/done/:case`: the receipt, or what waits for signal under its key.

use crate::form::help_phone;
use crate::outbox::{Entry, Outbox, Outcome, outbox};
use crate::pages::cases::{ArrivedBefore, FamilyPart, Unkept};
use crate::parts::{
    Contact, Empty, HandOn, Icon, Note, Page, PrintButton, QrCode, Section, Skeleton, origin,
};
use crate::state::{Ground, facts};
use crate::storage::{self, Link, blobs};
use crate::way::{use_navigate, use_params_map};
use crate::{api, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use model::api::{Responsible, Submitted};
use model::calendar::Due;
use model::field::Answers;
use model::id::CaseId;
use model::kinds::KindName;
use model::receipt::Receipt;
use model::workflow::Slot;
use uuid::Uuid;

/// The receipt of a case handed in on this phone.
#[component]
pub fn Done() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("case")).unwrap_or_default());
    move || {
        let name = name.get();
        let case = name.parse::<CaseId>().ok();
        // A phone without room for the link has the receipt in the outbox alone.
        let link = case.and_then(|case| storage::link(case).or_else(|| outbox().unkept(case)));
        match link.and_then(|link| Some((link.submitted.clone()?, link))) {
            Some((submitted, link)) => view! { <ReceiptPage submitted link /> }.into_any(),
            None => view! { <NotYet name /> }.into_any(),
        }
    }
}

/// No receipt: it may wait in the outbox under that key.
#[component]
fn NotYet(name: String) -> impl IntoView {
    let key = name.parse::<Uuid>().ok();
    let found = RwSignal::new(None::<Option<Entry>>);
    spawn_local(async move {
        let queued: Vec<Entry> = blobs::queued().await.unwrap_or_default();
        found.try_set(Some(
            queued.into_iter().find(|entry| Some(entry.key) == key),
        ));
    });
    let outbox = outbox();
    // A phone that keeps nothing still has it in memory.
    let waits = move || {
        outbox
            .entries
            .with(|entries| entries.iter().find(|entry| Some(entry.key) == key).cloned())
    };
    let state = Memo::new(move |_| waits().map(Some).or_else(|| found.get()));
    let navigate = use_navigate();
    Effect::new(move |_| {
        let delivered = outbox
            .delivered
            .get()
            .filter(|(sent, _, _)| Some(*sent) == key);
        if let Some((_, _, submitted)) = delivered {
            let address = format!("/proxy/done/{}", submitted.case);
            navigate(
                &address,
                NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                },
            );
        }
    });
    move || match state.get() {
        None => view! { <Page title=tr!(proxy.done.title)><Skeleton /></Page> }.into_any(),
        Some(Some(Entry {
            receipt: Some(submitted),
            title,
            case,
            ..
        })) => {
            let link = Link::of(submitted.clone(), case.kind, title);
            view! { <ReceiptPage submitted link /> }.into_any()
        }
        Some(Some(entry)) => view! { <Queued entry outbox /> }.into_any(),
        Some(None) => view! { <Unknown /> }.into_any(),
    }
}

#[component]
fn Unknown() -> impl IntoView {
    view! {
        <Page title=tr!(proxy.done.unknown_title) back="/cases">
            <Empty sign="cases" words=tr!(proxy.done.unknown_words)>
                <a class="btn btn-primary" href="/cases">{tr!(proxy.done.unknown_link)}</a>
            </Empty>
        </Page>
    }
}

/// Handed in without signal: kept, and sent by itself.
#[component]
fn Queued(entry: Entry, outbox: Outbox) -> impl IntoView {
    let trying = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let navigate = use_navigate();
    let key = entry.key;
    let again = move |_| {
        if trying.get_untracked() {
            return;
        }
        trying.set(true);
        let navigate = navigate.clone();
        spawn_local(async move {
            let outcome = outbox.retry(key).await;
            if let Outcome::Sent(receipt) = outcome {
                let address = format!("/proxy/done/{}", receipt.case);
                navigate(
                    &address,
                    NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    },
                );
                return;
            }
            trying.try_set(false);
            failed.try_set(true);
        });
    };
    let flag = move || trying.get().then_some("true");
    let words = move || {
        if trying.get() {
            tr!(proxy.queued.trying)
        } else {
            tr!(proxy.queued.again)
        }
    };
    let refused = entry.problem.map(|problem| {
        view! { <Note tone="urgent" title=tr!(proxy.refused.title)><p>{words::problem(&problem)}</p></Note> }
    });
    view! {
        <Page title=tr!(proxy.queued.title)>
            {refused}
            <p class="muted">{tr!(proxy.form.matter_line, matter = entry.title)}</p>
            <Note tone="good" title=tr!(proxy.queued.words)>
                <p>{tr!(proxy.queued.keep)}</p>
            </Note>
            <p role="status">{move || failed.get().then(|| tr!(proxy.queued.still))}</p>
            <div class="btns">
                <button class="btn btn-primary" type="button" aria-busy=flag aria-disabled=flag on:click=again>
                    {words}
                </button>
                <a class="btn" href="/cases">{tr!(proxy.queued.see)}</a>
                <a class="btn" href="/">{tr!(proxy.queued.home)}</a>
            </div>
        </Page>
    }
}

/// A moment by which somebody answers: `11月23日（周一）下午5点（暂定）`. Due moments are ends of
/// days, which people call by the day.
fn due_words(due: &Due) -> String {
    let day = when::date(due.at.china_date());
    if due.provisional {
        [day, tr!(proxy.done.provisional_short).to_owned()].concat()
    } else {
        day
    }
}

#[component]
fn ReceiptPage(submitted: Submitted, link: Link) -> impl IntoView {
    let number = submitted.receipt.to_string();
    let until = due_words(&submitted.answer_by);
    let name = submitted.responsible.name.clone();
    let who = match submitted.responsible.role {
        Some(_) => tr!(proxy.done.who_until, name = name, when = until),
        None => tr!(proxy.done.desk_until, when = until),
    };
    let provisional = submitted.answer_by.provisional;
    let answers = learn_answers(&link);
    let unkept = storage::link(link.case)
        .is_none()
        .then(|| view! { <Unkept /> });
    view! {
        <Page title=tr!(proxy.done.title) own_heading=true>
            <section class="receipt">
                <h1 class="receipt-title" tabindex="-1">
                    <Icon name="check" size="l" />
                    {tr!(proxy.done.title)}
                </h1>
                <p class="receipt-label">{tr!(proxy.done.number)}</p>
                <p class="receipt-number">{number}</p>
                <p class="receipt-label">{tr!(proxy.done.say)}</p>
                <p class="receipt-said">{sayable(submitted.receipt)}</p>
                <p class="receipt-who">{who}</p>
                {provisional.then(|| view! { <p class="muted">{tr!(proxy.done.provisional)}</p> })}
            </section>
            {unkept}
            <ArrivedBefore case=link.case />
            <Keep link=link.clone() number=submitted.receipt />
            // Nobody's family waits for news of a hole in the road.
            {(link.kind != Some(KindName::IssueReport)).then(|| view! {
                <FamilyPart case=link.case secret=link.secret.clone() />
            })}
            <Next submitted=submitted.clone() kind=link.kind answers />
            {(link.kind == Some(KindName::IssueReport)).then(others)}
            <Call responsible=submitted.responsible.clone() />
            <Slip submitted link answers />
        </Page>
    }
}

/// Whether others will see what was reported, and what others reported.
fn others() -> impl IntoView {
    view! {
        <Section title=tr!(reports.own.title)>
            <p>{tr!(reports.own.private)}</p>
            <a class="btn" href="/reports">
                <Icon name="people" />
                {tr!(report.form.others)}
            </a>
        </Section>
    }
}

/// The number as it is said on the telephone, in its three groups.
fn sayable(receipt: Receipt) -> String {
    let spoken: Vec<&str> = tr!(proxy.done.digits).split(' ').collect();
    let say = |digit: char| {
        digit
            .to_digit(10)
            .and_then(|at| spoken.get(at as usize))
            .copied()
    };
    let group = |digits: &str| {
        digits
            .chars()
            .filter_map(say)
            .collect::<Vec<_>>()
            .join(tr!(proxy.done.digit_gap))
    };
    let number = receipt.to_string();
    number
        .split(' ')
        .map(group)
        .collect::<Vec<_>>()
        .join(tr!(proxy.done.group_gap))
}

/// How it is handled, in the two lines of its step, as far as the case says.
fn handled(answers: &Answers, ground: Option<&Ground>) -> Option<(String, String)> {
    let slot = answers.get::<Slot>("slot").map(when::slot);
    match answers.text("handling") {
        "accompany" => Some((slot?, tr!(proxy.done.next_accompany_words).to_owned())),
        "station" => {
            let mut facilities = ground?.facilities.facilities.iter();
            let station =
                facilities.find(|facility| facility.id.as_str() == answers.text("station"))?;
            let words = tr!(
                proxy.done.next_station_words,
                station = station.name.clone()
            );
            Some((tr!(proxy.done.next_station).to_owned(), words))
        }
        _ => Some((slot?, tr!(proxy.done.next_call_words).to_owned())),
    }
}

/// What happens next, and when.
#[component]
fn Next(
    submitted: Submitted,
    kind: Option<KindName>,
    answers: RwSignal<Option<Answers>>,
) -> impl IntoView {
    let facts = facts();
    let step = |title: String, words: String| {
        view! {
            <li>
                <p class="next-title">{title}</p>
                <p>{words}</p>
            </li>
        }
    };
    let answer = step(
        tr!(
            proxy.done.next_answer,
            when = due_words(&submitted.answer_by)
        ),
        answer_words(kind, submitted.responsible.name),
    );
    let handling = move || {
        let ground = facts.together();
        let known = answers.with(|answers| handled(answers.as_ref()?, ground.as_ref()));
        known.map(|(title, words)| step(title, words))
    };
    let end = step(
        tr!(proxy.done.next_end).to_owned(),
        tr!(proxy.done.next_end_words).to_owned(),
    );
    view! {
        <Section title=tr!(proxy.done.next_title)>
            <ol class="next-steps">{answer} {handling} {end}</ol>
        </Section>
    }
}

/// Nobody who tells of a hole in the road is asked for papers.
fn answer_words(kind: Option<KindName>, name: String) -> String {
    match kind {
        Some(KindName::IssueReport) => tr!(proxy.done.next_report_words, name = name),
        Some(KindName::CallBack) => tr!(proxy.done.next_call_back_words, name = name),
        Some(KindName::ProxyRequest) | None => tr!(proxy.done.next_answer_words, name = name),
    }
}

/// What was handed in, as the server tells whoever holds the link.
fn learn_answers(link: &Link) -> RwSignal<Option<Answers>> {
    let answers = RwSignal::new(None);
    let (case, secret) = (link.case, link.secret.clone());
    spawn_local(async move {
        // Without signal the page goes without the step that depends on it.
        if let Ok(view) = api::case(case, &secret).await {
            answers.try_set(Some(view.answers));
        }
    });
    answers
}

/// Whom to call: who answers for it, else the street's number.
#[component]
fn Call(responsible: Responsible) -> impl IntoView {
    let street = facts();
    let phone = responsible
        .phone
        .or_else(|| street.together().map(|ground| help_phone(&ground)));
    let role = responsible
        .role
        .map_or(tr!(proxy.done.call_desk), words::role);
    let role = [role, " · ", tr!(proxy.done.call_hint)].concat();
    view! {
        <Section title=tr!(proxy.done.call_title)>
            <Contact name=responsible.name role=Some(role) phone=phone />
        </Section>
    }
}

/// The receipt kept: on this phone, as a code, as a link, on paper.
#[component]
fn Keep(link: Link, number: Receipt) -> impl IntoView {
    let address = link.address(&origin());
    if storage::in_memory() {
        return keep_shared(address).into_any();
    }
    let case = format!("/cases/{}", link.case);
    let first = view! {
        <a class="btn btn-primary" href=case>{tr!(proxy.done.this_case)}</a>
        <a class="btn" href="/cases">
            <Icon name="cases" />
            {tr!(proxy.done.my_cases)}
        </a>
    };
    view! {
        <Section title=tr!(proxy.done.keep_title)>
            <p>{tr!(proxy.done.on_phone)}</p>
            <QrCode text=address.clone() note=tr!(proxy.done.qr_note) />
            <HandOn
                address
                title=move || tr!(proxy.done.share_title, number = number)
                share=tr!(proxy.done.share)
                copy=tr!(proxy.done.copy)
                copied=tr!(proxy.done.copied)
                copy_failed=tr!(proxy.done.copy_failed)
                first=first.into_any()
            >
                <PrintButton words=tr!(proxy.done.print) />
            </HandOn>
        </Section>
    }
    .into_any()
}

/// On a shared tablet nothing is kept: on paper, or by the resident's own phone.
fn keep_shared(address: String) -> impl IntoView {
    view! {
        <Section title=tr!(proxy.done.keep_title)>
            <p>{tr!(assist.keep)}</p>
            <QrCode text=address note=tr!(proxy.done.qr_note) />
            <div class="share">
                <PrintButton words=tr!(proxy.done.print) class="btn btn-primary" />
            </div>
        </Section>
    }
}

/// The slip, for those without a phone; the printer prints it alone.
#[component]
fn Slip(submitted: Submitted, link: Link, answers: RwSignal<Option<Answers>>) -> impl IntoView {
    let fact = |name: &'static str, value: String| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let visit = move || answers.with(|answers| answers.as_ref()?.get::<Slot>("slot"));
    let until = tr!(
        proxy.done.next_answer,
        when = due_words(&submitted.answer_by)
    );
    let call = submitted.responsible.phone.clone();
    let call = call.or_else(|| facts().together().map(|ground| help_phone(&ground)));
    view! {
        <article class="slip only-print">
            <h2 class="slip-title">{tr!(proxy.done.slip_title)}</h2>
            <p class="slip-number">{submitted.receipt.to_string()}</p>
            <QrCode text=link.address(&origin()) note=tr!(cases.slip.qr) />
            <dl class="slip-facts">
                {fact(tr!(proxy.done.slip_matter), link.title)}
                {fact(tr!(proxy.done.slip_at), when::moment(submitted.at))}
                {fact(tr!(proxy.done.slip_who), submitted.responsible.name)}
                {fact(tr!(proxy.done.slip_answer), until)}
                {move || visit().map(|slot| fact(tr!(proxy.done.slip_visit), when::slot(slot)))}
            </dl>
            {call.map(|phone| view! {
                <p class="slip-call">{tr!(proxy.done.slip_call)} " " <strong class="num">{phone}</strong></p>
            })}
            <p class="slip-chain num">{tr!(proxy.done.slip_chain)} " " {submitted.head}</p>
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    #[test]
    fn a_number_is_said_as_on_the_telephone() {
        set_locale(Locale::zh_CN);
        let said = sayable(Receipt::of(48_273_615));
        assert!(said.starts_with("四八二，七三六，幺五"), "{said}");
        set_locale(Locale::en);
        let said = sayable(Receipt::of(48_273_615));
        assert!(
            said.starts_with("four eight two, seven three six, one five "),
            "{said}"
        );
    }
}
