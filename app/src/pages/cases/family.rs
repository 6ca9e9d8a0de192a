//! 让家人也看得到: links for family members far away, made, listed and taken back by the resident.

use crate::outbox::new_key;
use crate::parts::{
    AskFirst, Asked, Choice, ErrorNote, Group, HandOn, Icon, Note, QrCode, Section, Sheet,
    TextInput, announce, origin,
};
use crate::state::Online;
use crate::storage::{self, Link};
use crate::{api, when};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::family::{FamilyLink, LINKS, MadeFamilyLink, NAME_MAX, check_name};
use model::id::CaseId;
use uuid::Uuid;

/// Whom the resident may choose without writing; the last is to be written.
const KIN: [&str; 4] = ["daughter", "son", "spouse", "other"];

fn kin_words(kin: &str) -> &'static str {
    match kin {
        "daughter" => tr!(cases.family.daughter),
        "son" => tr!(cases.family.son),
        "spouse" => tr!(cases.family.spouse),
        _ => tr!(cases.family.relative),
    }
}

/// The links of one case. Copied into the closures that change them.
#[derive(Clone, Copy)]
struct Family {
    own: StoredValue<(CaseId, String)>,
    links: RwSignal<Option<api::Result<Vec<FamilyLink>>>>,
    /// A link is being made.
    making: RwSignal<bool>,
    /// The link just made: its secret is nowhere else.
    made: RwSignal<Option<MadeFamilyLink>>,
    /// The link that is asked about before it is taken back.
    ending: RwSignal<Option<FamilyLink>>,
}

impl Family {
    fn of(case: CaseId, secret: String) -> Family {
        Family {
            own: StoredValue::new((case, secret)),
            links: RwSignal::new(None),
            making: RwSignal::new(false),
            made: RwSignal::new(None),
            ending: RwSignal::new(None),
        }
    }

    fn look(self) {
        let (case, secret) = self.own.get_value();
        spawn_local(async move {
            let links = api::family::links(case, &secret).await;
            self.links.try_set(Some(links.map(|all| all.links)));
        });
    }

    fn count(self) -> usize {
        self.links.with(|links| {
            links
                .as_ref()
                .map_or(0, |links| links.as_ref().map_or(0, Vec::len))
        })
    }

    async fn make(self, name: String, key: Uuid) -> api::Result<()> {
        let (case, secret) = self.own.get_value();
        let made = api::family::make(case, &secret, name, key).await?;
        self.look();
        self.made.try_set(Some(made));
        Ok(())
    }

    async fn take_back(self, link: Uuid) -> api::Result<()> {
        let (case, secret) = self.own.get_value();
        let ended = api::family::take_back(case, &secret, link).await;
        self.look();
        ended
    }
}

/// The part of a page: for the case's own resident alone.
#[component]
pub fn FamilyPart(
    /// The case.
    case: CaseId,
    /// What its resident opens it by.
    secret: String,
) -> impl IntoView {
    let family = Family::of(case, secret);
    let online = use_context::<Online>();
    let offline = move || online.is_some_and(|online| !online.0.get());
    // Runs now, and when the signal comes back.
    Effect::new(move |_| {
        if !offline() {
            family.look();
        }
    });
    let again = move |_| {
        family.links.set(None);
        family.look();
    };
    let listed = move || match family.links.get()? {
        Ok(links) if links.is_empty() => None,
        Ok(links) => {
            let rows = links
                .into_iter()
                .map(|link| row(family, link))
                .collect_view();
            Some(view! { <ul class="stack">{rows}</ul> }.into_any())
        }
        Err(_) if offline() => None,
        Err(error) => Some(
            view! {
                <ErrorNote error=error>
                    <button class="btn" type="button" on:click=again>{tr!(shell.retry)}</button>
                </ErrorNote>
            }
            .into_any(),
        ),
    };
    let full = Memo::new(move |_| family.count() >= LINKS as usize);
    let give = move || match full.get() {
        _ if offline() => view! { <p class="hint">{tr!(cases.family.offline)}</p> }.into_any(),
        true => view! { <p class="hint">{tr!(cases.family.full, count = LINKS)}</p> }.into_any(),
        false => view! {
            <div class="btns">
                <button class="btn" type="button" on:click=move |_| family.making.set(true)>
                    <Icon name="people"/>
                    {tr!(cases.family.give)}
                </button>
            </div>
        }
        .into_any(),
    };
    view! {
        <Section title=tr!(cases.family.title)>
            <p>{tr!(cases.family.lead)}</p>
            {listed}
            {give}
        </Section>
        <Making family/>
        <Ending family/>
    }
}

fn row(family: Family, link: FamilyLink) -> impl IntoView {
    let used = match link.used {
        Some(at) => tr!(cases.family.used, when = when::moment(at)),
        None => tr!(cases.family.unused, when = when::moment(link.made)),
    };
    let name = link.name.clone();
    let ask = move |_| family.ending.set(Some(link.clone()));
    view! {
        <li class="contact">
            <Icon name="person" size="l"/>
            <div class="contact-words">
                <p class="contact-name">{name.clone()}</p>
                <p class="contact-role">{used}</p>
            </div>
            <button class="btn btn-danger" type="button" on:click=ask>
                {tr!(cases.family.take_back)}
                <span class="sr-only">{name}</span>
            </button>
        </li>
    }
}

/// Asks for whom, then shows the link, once.
#[component]
fn Making(family: Family) -> impl IntoView {
    // Closed in whatever way, what was made is not shown again.
    Effect::new(move |_| {
        if !family.making.get() {
            family.made.set(None);
        }
    });
    let body = move || match family.made.get() {
        Some(made) => view! { <Made family made/> }.into_any(),
        None => view! { <Naming family/> }.into_any(),
    };
    view! {
        <Sheet id="family-new" title=tr!(cases.family.give) open=family.making>
            <Show when=move || family.making.get()>{body}</Show>
        </Sheet>
    }
}

/// What is wrong with the name, in words.
fn wrong_name(name: &str) -> Option<String> {
    let fault = check_name(name).err()?;
    Some(match fault {
        model::text::Fault::TooLong => tr!(cases.family.name_long, max = NAME_MAX),
        _ => tr!(cases.family.name_missing).to_owned(),
    })
}

#[component]
fn Naming(family: Family) -> impl IntoView {
    let kin = RwSignal::new(KIN[0].to_owned());
    let written = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let failed = RwSignal::new(None::<api::Error>);
    let busy = RwSignal::new(false);
    // The same name under the same key, however often it is sent.
    let attempt = StoredValue::new(None::<(String, Uuid)>);
    let make = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let name = match kin.get_untracked().as_str() {
            "other" => written.get_untracked(),
            kin => kin_words(kin).to_owned(),
        };
        wrong.set(wrong_name(&name));
        if wrong.with_untracked(Option::is_some) {
            crate::parts::focus_id("family-name");
            return;
        }
        let kept = attempt.get_value().filter(|(of, _)| *of == name);
        let (name, key) = kept.unwrap_or_else(|| (name, new_key()));
        attempt.set_value(Some((name.clone(), key)));
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            if let Err(error) = family.make(name, key).await {
                if !error.passes() {
                    attempt.try_set_value(None);
                }
                failed.try_set(Some(error));
            }
            busy.try_set(false);
        });
    };
    let asked = Asked {
        id: "family-kin".to_owned(),
        title: tr!(cases.family.for_whom).to_owned(),
        ..Asked::default()
    };
    let choices = KIN.map(|name| {
        let checked = kin.get_untracked() == name;
        view! {
            <Choice group="family-kin" value=name words=kin_words(name) checked=checked
                on_pick=move |picked| kin.set(picked)/>
        }
    });
    let name = move || {
        (kin.get() == "other").then(|| {
            view! {
                <TextInput id="family-name" label=tr!(cases.family.name) hint=Some(tr!(cases.family.name_hint).to_owned())
                    value=written.get_untracked() error=wrong.get()
                    autocomplete="off" on_input=move |text| written.set(text)/>
            }
        })
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <form novalidate on:submit=make>
            <div class="sheet-body">
                <Group asked=asked><div class="choices">{choices}</div></Group>
                {name}
                <p>{tr!(cases.family.may)}</p>
                {move || failed.get().map(|error| view! { <ErrorNote error=error/> })}
            </div>
            <div class="sheet-foot">
                <button class="btn btn-primary" type="submit" aria-busy=flag aria-disabled=flag>
                    {tr!(cases.family.make)}
                </button>
                <button class="btn" type="button" on:click=move |_| family.making.set(false)>
                    {tr!(cases.family.not_now)}
                </button>
            </div>
        </form>
    }
}

#[component]
fn Made(family: Family, made: MadeFamilyLink) -> impl IntoView {
    let name = made.link.name;
    let case = family.own.with_value(|(case, _)| *case);
    let address = Link::of_family(case, made.secret).address(&origin());
    announce(&tr!(cases.family.made, name = name.clone()));
    crate::parts::focus_id("family-made");
    view! {
        <div class="sheet-body">
            <p id="family-made" tabindex="-1"><strong>{tr!(cases.family.made, name = name.clone())}</strong></p>
            <QrCode text=address.clone() note=tr!(cases.family.scan, name = name.clone())/>
            // On a shared tablet it goes by a photograph: the tablet's own chat is nobody's.
            {(!storage::in_memory()).then(|| view! { <Handing address name/> })}
            <Note tone="warn" title=tr!(cases.family.once)/>
        </div>
        <div class="sheet-foot">
            <button class="btn btn-primary" type="button" on:click=move |_| family.making.set(false)>
                {tr!(cases.family.scanned)}
            </button>
        </div>
    }
}

#[component]
fn Handing(address: String, name: String) -> impl IntoView {
    view! {
        <HandOn
            address
            title=|| tr!(cases.family.share_title).to_owned()
            share=tr!(cases.family.share, name = name)
            copy=tr!(cases.family.copy)
            copied=tr!(cases.family.copied)
            copy_failed=tr!(cases.keep.copy_failed)
        />
    }
}

/// Asks before a link is taken back.
#[component]
fn Ending(family: Family) -> impl IntoView {
    let name = move || {
        let name = |link: &Option<FamilyLink>| link.as_ref().map(|link| link.name.clone());
        family.ending.with(name).unwrap_or_default()
    };
    let end = move |link: FamilyLink| async move {
        family.take_back(link.id).await?;
        announce(&tr!(cases.family.taken_back, name = link.name));
        Ok(())
    };
    view! {
        <AskFirst id="family-end" title=tr!(cases.family.end_title) asked=family.ending act=end
            yes=tr!(cases.family.end_yes) no=tr!(cases.family.end_no)>
            <p>{move || tr!(cases.family.end_words, name = name())}</p>
        </AskFirst>
    }
}
