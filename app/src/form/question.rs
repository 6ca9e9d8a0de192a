//! Draws one question. The match over its shape is exhaustive: a new shape does not compile until
//! it has a view.

use super::{Form, spotted, words as form_words};
use crate::parts::{
    Asked, Choice, Group, HomeAnswer, HomePicker, Icon, Line, Note, PhotoField, Signature,
    Skeleton, SlotPicker, StationPicker, nearest_first,
};
use crate::{api, storage, when, words};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::Slots;
use model::area::{Area, Level};
use model::field::{Field, Have, MaterialAnswer, Shape};
use model::id::{EstateId, PhotoId};
use model::kinds::KindName;
use model::matter::Material;
use model::text::parse_date;
use model::workflow::Slot;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::Blob;

/// One question with its words. `heading`: its words are the page's heading.
pub fn question(form: Form, field: &'static Field, heading: bool) -> AnyView {
    let asked = asked(form, field, heading);
    match field.shape {
        Shape::Matter => matter(form, field, asked),
        Shape::Name => line(form, field, asked, Typing::NAME),
        Shape::Phone => line(form, field, asked, Typing::PHONE),
        Shape::IdNumber => line(form, field, asked, Typing::ID_NUMBER),
        Shape::Text { max, lines } if lines > 1 => long_text(form, field, asked, max, lines),
        Shape::Text { .. } => line(form, field, asked, Typing::TEXT),
        Shape::Choice(_) => choice(form, field, asked),
        Shape::Day { within_days } => day(form, field, asked, within_days),
        Shape::Home => home(form, field, asked),
        Shape::Community => community(form, field, asked),
        Shape::Station => station(form, field, asked),
        Shape::Slot => slot(form, field, asked),
        Shape::Materials => materials(form, field, asked),
        Shape::Signature => signature(form, field, asked),
        Shape::Consent => consent(form, field),
        Shape::Photos { max, .. } => spotted::photos(form, field, asked, max),
        Shape::Place => spotted::place(form, field, asked),
        Shape::Category => spotted::category(form, field, asked),
        Shape::Extra => spotted::extra(form, field, asked),
        Shape::Tick => tick(form, field, asked),
    }
}

fn asked(form: Form, field: &'static Field, alone: bool) -> Asked {
    let faults = form.faults_of(field.name);
    let own = faults.iter().find(|fault| fault.field == field.name);
    form.look(|wizard, answers| Asked {
        id: field.name.to_owned(),
        title: form_words::title(field),
        hint: form_words::hint(field, answers, &wizard.context),
        error: own.map(|fault| form_words::fault(fault, field, answers, &wizard.context)),
        optional: !field.required(answers, &wizard.context),
        alone,
    })
}

/// What is wrong with one part of a question, in words.
pub(super) fn part_error(form: Form, field: &'static Field, part: &str) -> Option<String> {
    let faults = form.faults_of(field.name);
    let of_part = |name: &str| {
        name.strip_prefix(field.name)
            .is_some_and(|rest| rest.trim_start_matches('.') == part)
    };
    let fault = faults.iter().find(|fault| of_part(&fault.field))?;
    Some(form.look(|wizard, answers| form_words::fault(fault, field, answers, &wizard.context)))
}

/// How one line is typed.
struct Typing {
    kind: &'static str,
    class: &'static str,
    inputmode: &'static str,
    autocomplete: &'static str,
}

impl Typing {
    const NAME: Typing = Typing {
        kind: "text",
        class: "input",
        inputmode: "text",
        autocomplete: "name",
    };
    const PHONE: Typing = Typing {
        kind: "tel",
        class: "input input-phone",
        inputmode: "tel",
        autocomplete: "tel",
    };
    const ID_NUMBER: Typing = Typing {
        kind: "text",
        class: "input input-id",
        inputmode: "text",
        autocomplete: "off",
    };
    const TEXT: Typing = Typing {
        kind: "text",
        class: "input",
        inputmode: "text",
        autocomplete: "off",
    };
}

fn line(form: Form, field: &'static Field, asked: Asked, typing: Typing) -> AnyView {
    let described = asked.described_by();
    let invalid = asked.error.is_some().then_some("true");
    // The phone knows its owner's name and number, not those of the person they help.
    let owner = ["proxy_", "contact_"]
        .iter()
        .any(|own| field.name.starts_with(own))
        || form.look(|_, answers| answers.text("for_whom") == "me");
    view! {
        <Line asked=asked>
            <input
                class=typing.class
                id=field.name
                name=field.name
                type=typing.kind
                inputmode=typing.inputmode
                autocomplete=if owner { storage::fill_in(typing.autocomplete) } else { "off" }
                aria-describedby=described
                aria-invalid=invalid
                prop:value=form.typed(field.name)
                on:input=move |event| form.answer(field, &event_target_value(&event))
            />
        </Line>
    }
    .into_any()
}

fn long_text(form: Form, field: &'static Field, asked: Asked, max: usize, lines: u8) -> AnyView {
    let described = asked.described_by();
    let left = move || {
        let typed = form.follow(|_, answers| answers.text(field.name).chars().count());
        // Told only near the end, so that a screen reader is not told at every letter.
        (typed * 5 >= max * 4).then(|| match typed > max {
            true => tr!(proxy.form.too_many, count = typed - max),
            false => tr!(proxy.form.left, count = max - typed),
        })
    };
    view! {
        <Line asked=asked>
            <textarea
                class="textarea"
                autocomplete=storage::fill_in("on")
                id=field.name
                name=field.name
                rows=lines.to_string()
                aria-describedby=described
                prop:value=form.typed(field.name)
                on:input=move |event| form.answer(field, &event_target_value(&event))
            ></textarea>
            <p class="counter" role="status">{left}</p>
        </Line>
    }
    .into_any()
}

fn matter(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let picked = form.typed(field.name);
    let row = move |matter: &model::matter::Matter| {
        view! {
            <Choice
                group=field.name
                value=matter.id.as_str()
                words=matter.name.clone()
                hint=matter.plain.clone()
                checked=matter.id.as_str() == picked
                on_pick=move |id| form.answer(field, &id)
            />
        }
    };
    let rows = form
        .ground
        .with_value(|ground| ground.matters.matters.iter().map(row).collect_view());
    view! { <Group asked=asked><div class="choices">{rows}</div></Group> }.into_any()
}

fn choice(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let Shape::Choice(choices) = field.shape else {
        return ().into_any();
    };
    let picked = form.typed(field.name);
    let row = |name: &&'static str| {
        view! {
            <Choice
                group=field.name
                value=*name
                words=words::choice(field.name, name).unwrap_or(name)
                checked=picked == *name
                on_pick=move |name| form.answer(field, &name)
            />
        }
    };
    let rows = form.look(|wizard, answers| {
        choices(answers, &wizard.context)
            .iter()
            .map(row)
            .collect_view()
    });
    view! { <Group asked=asked><div class="choices">{rows}</div></Group> }.into_any()
}

/// The stretches people mean, and their last day seen from `today`.
fn stretches(today: Date, within_days: i64) -> Vec<(&'static str, Date)> {
    let end = |span: Span| today.checked_add(span).ok();
    let last = end(within_days.days());
    let named = [
        (tr!(proxy.day.month), end(1.month())),
        (tr!(proxy.day.quarter), end(3.months())),
        (tr!(proxy.day.half_year), end(6.months())),
    ];
    let known = named
        .into_iter()
        .filter_map(|(words, day)| Some((words, day?)));
    known
        .filter(|(_, day)| last.is_some_and(|last| *day <= last))
        .collect()
}

fn day(form: Form, field: &'static Field, asked: Asked, within_days: i64) -> AnyView {
    let today = when::now().china_date();
    let stretches = stretches(today, within_days);
    let typed = form.typed(field.name);
    let named = stretches.iter().any(|(_, day)| day.to_string() == typed);
    let other = RwSignal::new(!typed.is_empty() && !named);
    let group = format!("{}-stretch", field.name);
    let row = |(words, day): &(&'static str, Date)| {
        view! {
            <Choice
                group=group.clone()
                value=day.to_string()
                words=*words
                hint=tr!(proxy.day.until, date = when::date(*day))
                checked=day.to_string() == typed
                on_pick=move |day| {
                    other.set(false);
                    form.answer(field, &day);
                }
            />
        }
    };
    let rows = stretches.iter().map(row).collect_view();
    let last = today.checked_add(within_days.days()).unwrap_or(today);
    let date = move || {
        view! {
            <div class="field">
                <label class="label" for=format!("{}-date", field.name)>{tr!(proxy.day.date_label)}</label>
                <input
                    class="input input-phone"
                    type="date"
                    autocomplete="off"
                    id=format!("{}-date", field.name)
                    min=today.to_string()
                    max=last.to_string()
                    prop:value=form.typed(field.name)
                    on:input=move |event| form.answer(field, &event_target_value(&event))
                />
            </div>
        }
    };
    view! {
        <Group asked=asked>
            <div class="choices">
                {rows}
                <Choice
                    group=group.clone()
                    value="other"
                    words=tr!(proxy.day.other)
                    checked=other.get_untracked()
                    on_pick=move |_| other.set(true)
                />
            </div>
            <Show when=move || other.get()>{date}</Show>
        </Group>
    }
    .into_any()
}

fn home(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let value = Signal::derive(move || {
        form.follow(|_, answers| answers.get(field.name))
            .unwrap_or_default()
    });
    let on_change = Callback::new(move |home: HomeAnswer| {
        let answer = (!home.is_empty()).then_some(home);
        form.answer(field, &answer);
    });
    let wholly = part_error(form, field, "");
    view! {
        <Group asked=Asked { error: None, ..asked }>
            <HomePicker
                id=field.name
                street=form.ground.with_value(|ground| ground.street.clone())
                value=value
                on_change=on_change
                estate_error=part_error(form, field, "estate").or(wholly)
                door_error=part_error(form, field, "door")
                phone=form.phone()
            />
        </Group>
    }
    .into_any()
}

fn community(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let picked = form.typed(field.name);
    let areas = form.ground.with_value(|ground| ground.street.clone());
    let communities = areas
        .areas
        .iter()
        .filter(|area| area.level == Level::Community);
    let row = |area: &Area| {
        view! {
            <Choice
                group=field.name
                value=area.id.as_str()
                words=area.name.clone()
                checked=area.id.as_str() == picked
                on_pick=move |id| form.answer(field, &id)
            />
        }
    };
    let rows = communities.map(row).collect_view();
    view! {
        <Group asked=asked>
            <div class="choices">
                {rows}
                <Choice
                    group=field.name
                    value=""
                    words=tr!(proxy.community.unsure)
                    checked=picked.is_empty()
                    on_pick=move |_| form.answer(field, &"")
                />
            </div>
        </Group>
    }
    .into_any()
}

/// The estate of the home answered, by the first question of that shape.
fn estate_of(form: Form) -> Option<EstateId> {
    let kind = form.draft.with_untracked(|draft| draft.kind);
    let field = kind
        .fields()
        .iter()
        .find(|field| matches!(field.shape, Shape::Home))?;
    let home: HomeAnswer = form.given(field.name)?;
    EstateId::parse(&home.estate).ok()
}

fn station(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let estate = estate_of(form);
    let stations = form.ground.with_value(|ground| {
        let estate = ground
            .street
            .estates
            .iter()
            .find(|known| Some(&known.id) == estate.as_ref());
        nearest_first(&ground.facilities, estate)
    });
    view! {
        <Group asked=asked>
            <StationPicker
                id=field.name
                stations=stations
                value=form.typed(field.name)
                on_pick=Callback::new(move |id: String| form.answer(field, &id))
            />
        </Group>
    }
    .into_any()
}

fn slot(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let Some(estate) = estate_of(form) else {
        return view! { <Group asked=asked><p>{tr!(proxy.slot.need_home)}</p></Group> }.into_any();
    };
    let offer = RwSignal::new(None::<api::Result<Slots>>);
    let taken = RwSignal::new(form.slot_taken.get_value());
    let look = Callback::new(move |()| {
        offer.set(None);
        let estate = estate.clone();
        spawn_local(async move {
            let found = api::slots(&estate).await;
            if let Ok(slots) = &found {
                taken.try_update(|taken| *taken |= drop_lost_slot(form, field, slots));
            }
            offer.try_set(Some(found));
        });
    });
    look.run(());
    let lost = move || {
        taken
            .get()
            .then(|| view! { <Note tone="warn" title=tr!(proxy.slot.taken_meanwhile) /> })
    };
    let times = move || match offer.get() {
        None => Skeleton().into_any(),
        Some(Ok(slots)) if slots.days.is_empty() => view! { <NoSlots form /> }.into_any(),
        Some(Ok(slots)) => {
            let on_pick = Callback::new(move |slot: Slot| {
                form.slot_taken.set_value(false);
                form.answer(field, &slot);
            });
            view! { <SlotPicker id=field.name days=slots.days value=form.given(field.name) on_pick=on_pick /> }
                .into_any()
        }
        Some(Err(error)) => view! { <SlotsLacking error again=look /> }.into_any(),
    };
    view! {
        <Group asked=asked>
            <div role="status">{lost}</div>
            {times}
        </Group>
    }
    .into_any()
}

/// Drops a time picked earlier that nobody can have any more; whether there was one.
fn drop_lost_slot(form: Form, field: &'static Field, slots: &Slots) -> bool {
    let Some(picked) = form.given::<Slot>(field.name) else {
        return false;
    };
    let mut offered = slots.days.iter().flat_map(|day| &day.slots);
    let lost = !offered.any(|offered| offered.free && offered.slot == picked);
    if lost {
        form.answer(field, &"");
    }
    lost
}

#[component]
fn NoSlots(form: Form) -> impl IntoView {
    view! { <Note tone="warn" title=tr!(proxy.slot.none, phone = form.phone()) /> }
}

#[component]
fn SlotsLacking(error: api::Error, again: Callback<()>) -> impl IntoView {
    let title = match error {
        api::Error::Offline => tr!(proxy.slot.offline).to_owned(),
        error => [tr!(proxy.slot.failed).to_owned(), words::error(&error)].concat(),
    };
    view! {
        <Note tone="warn" title=title>
            <button class="btn" type="button" on:click=move |_| again.run(())>
                <Icon name="refresh" />
                {tr!(proxy.slot.retry)}
            </button>
        </Note>
    }
}

type Papers = BTreeMap<String, MaterialAnswer>;

/// The papers to bring, and those the office has.
fn papers(form: Form) -> (Vec<Material>, Vec<Material>) {
    let papers = form.look(|wizard, answers| {
        let matter = wizard.context.matter(answers);
        matter
            .map(|matter| matter.materials.clone())
            .unwrap_or_default()
    });
    papers.into_iter().partition(|paper| !paper.office_has)
}

fn materials(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let (asked_for, office) = papers(form);
    let rows = asked_for
        .into_iter()
        .map(|paper| view! { <Paper form field paper /> })
        .collect_view();
    view! {
        <Group asked=asked>
            <ul class="materials">{rows}</ul>
            {not_needed(office)}
        </Group>
    }
    .into_any()
}

/// One paper on a page of its own; after the last one, what need not be brought.
pub fn one_paper(form: Form, field: &'static Field, code: &str) -> AnyView {
    let (mut asked_for, office) = papers(form);
    let is_last = asked_for.last().is_some_and(|paper| paper.code == code);
    asked_for.retain(|paper| paper.code == code);
    let paper = asked_for
        .into_iter()
        .map(|paper| view! { <Paper form field paper /> })
        .collect_view();
    let hint = form.look(|wizard, answers| form_words::hint(field, answers, &wizard.context));
    view! {
        {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
        <ul class="materials">{paper}</ul>
        {is_last.then(|| not_needed(office))}
    }
    .into_any()
}

fn not_needed(office: Vec<Material>) -> impl IntoView {
    let names: Vec<_> = office.into_iter().map(|paper| paper.name).collect();
    (!names.is_empty()).then(|| {
        let names = names.join(tr!(proxy.home.comma));
        view! {
            <Note title=tr!(proxy.materials.office_title)>
                <p>{tr!(proxy.materials.office_words, papers = names)}</p>
            </Note>
        }
    })
}

/// One paper: whether it is there, and its photos.
#[component]
fn Paper(form: Form, field: &'static Field, paper: Material) -> impl IntoView {
    let id = format!("{}-{}", field.name, paper.code);
    let code = StoredValue::new(paper.code.clone());
    let given = Memo::new(move |_| {
        let papers: Option<Papers> = form.follow(|_, answers| answers.get(field.name));
        papers.and_then(|mut papers| code.with_value(|code| papers.remove(code)))
    });
    let set = move |change: &dyn Fn(&mut MaterialAnswer)| {
        let mut papers: Papers = form.given(field.name).unwrap_or_default();
        let empty = MaterialAnswer {
            have: Have::Photo,
            photos: Vec::new(),
        };
        change(papers.entry(code.get_value()).or_insert(empty));
        form.answer(field, &papers);
    };
    let error = part_error(form, field, &paper.code);
    let now = given.get_untracked().map(|answer| answer.have);
    let row = |have: Have| {
        view! {
            <Choice
                group=id.clone()
                value=have_name(have)
                words=words::have(have)
                checked=now == Some(have)
                on_pick=move |_| set(&|answer| answer.have = have)
            />
        }
    };
    let rows = [Have::Photo, Have::Home, Have::Missing, Have::Unsure].map(row);
    let photographed = move || {
        given.with(|given| {
            given
                .as_ref()
                .is_some_and(|answer| answer.have == Have::Photo)
        })
    };
    let photos =
        Signal::derive(move || given.get().map(|answer| answer.photos).unwrap_or_default());
    let on_change =
        Callback::new(move |photos: Vec<PhotoId>| set(&|answer| answer.photos.clone_from(&photos)));
    let (photo_id, name) = (
        StoredValue::new(format!("{id}-photo-file")),
        StoredValue::new(paper.name.clone()),
    );
    let (tone, need) = if paper.mandatory {
        ("need", tr!(proxy.materials.need))
    } else {
        ("maybe", tr!(proxy.materials.maybe))
    };
    let asked = Asked {
        id: id.clone(),
        hint: paper.hint.clone(),
        error,
        ..Asked::default()
    };
    view! {
        <li>
            <fieldset
                class="question material"
                class:is-wrong=asked.error.is_some()
                id=id
                tabindex="-1"
                aria-describedby=asked.described_by()
            >
                <legend class="sr-only">{paper.name.clone()}</legend>
                <p class="material-name">
                    <span aria-hidden="true">{paper.name.clone()}</span>
                    <span class="tag" data-tone=tone>{need}</span>
                </p>
                {asked.notes()}
                <div class="choices choices-row">{rows}</div>
                <Show when=photographed>
                    <PhotoField
                        id=photo_id.get_value()
                        paper=name.get_value()
                        photos=photos
                        shots=form.shots
                        on_change=on_change
                    />
                </Show>
            </fieldset>
        </li>
    }
}

fn have_name(have: Have) -> &'static str {
    match have {
        Have::Photo => "photo",
        Have::Home => "home",
        Have::Missing => "missing",
        Have::Unsure => "unsure",
    }
}

fn signature(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let signed = Memo::new(move |_| form.follow(|_, answers| answers.has(field.name)));
    let earlier = form.given::<PhotoId>(field.name);
    let picture = Memo::new(move |_| {
        earlier
            .and_then(|photo| form.shots.get(photo))
            .map(|shot| shot.url)
    });
    let on_change = Callback::new(move |picture: Option<Blob>| {
        if let Some(old) = form.given::<PhotoId>(field.name) {
            form.shots.forget(old);
        }
        match picture {
            None => form.answer(field, &""),
            Some(picture) => spawn_local(async move {
                let photo = form.shots.keep(picture).await;
                if form.draft.try_with_untracked(|_| ()).is_some() {
                    form.answer(field, &photo);
                }
            }),
        }
    });
    view! {
        {statement(form)}
        <Group asked=asked>
            <Signature id=field.name signed=signed earlier=picture on_change=on_change />
        </Group>
    }
    .into_any()
}

/// What the signature stands under.
fn statement(form: Form) -> AnyView {
    match form.draft.with_untracked(|draft| draft.kind) {
        KindName::ProxyRequest => authority(form),
        KindName::IssueReport | KindName::CallBack => ().into_any(),
    }
}

/// Who authorises whom, for which matter, until when, and how it is taken back.
fn authority(form: Form) -> AnyView {
    let name = |field: &str, nobody: &'static str| match form.typed(field).trim() {
        "" => nobody.to_owned(),
        name => name.to_owned(),
    };
    let applicant = name("applicant_name", tr!(proxy.authority.nobody));
    let proxy = name("proxy_name", tr!(proxy.authority.proxy_nobody));
    let matter = form.look(|wizard, answers| {
        wizard
            .context
            .matter(answers)
            .map(|matter| matter.name.clone())
    });
    let until = move || {
        let until = form.follow(|_, answers| parse_date(answers.text("authorised_until")));
        until.map_or_else(
            |_| tr!(proxy.authority.until_open).to_owned(),
            |day| tr!(proxy.authority.until, date = when::date(day)),
        )
    };
    let words = tr!(
        proxy.authority.words,
        applicant = applicant.clone(),
        proxy = proxy,
        matter = matter.unwrap_or_default()
    );
    view! {
        <section class="note" data-tone="info" aria-labelledby="authority-title">
            <Icon name="document" />
            <div class="stack">
                <h2 class="note-title" id="authority-title">{tr!(proxy.authority.title)}</h2>
                <p>{words}</p>
                <p>{until}</p>
                <p>{withdrawal(&form.phone())}</p>
            </div>
        </section>
        <p>{tr!(proxy.authority.who_signs, applicant = applicant)}</p>
    }
    .into_any()
}

/// How the authority is taken back; the number stays on one line.
fn withdrawal(phone: &str) -> impl IntoView + use<> {
    const GAP: &str = "\u{0}";
    let words = tr!(proxy.authority.withdraw, phone = GAP);
    let (before, after) = words.split_once(GAP).unwrap_or((&words, ""));
    let (before, after) = (before.to_owned(), after.to_owned());
    view! { {before}<span class="nowrap">{phone.to_owned()}</span>{after} }
}

/// A box that may stay empty.
fn tick(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    // The box has words of its own; a page to itself has a heading all the same.
    let heading = asked
        .alone
        .then(|| view! { <h1 class="question-title" tabindex="-1">{asked.title}</h1> });
    view! { {heading} {consent(form, field)} }.into_any()
}

/// An agreement in plain words, with why it is asked for.
pub fn consent(form: Form, field: &'static Field) -> AnyView {
    let reports = form.draft.with_untracked(|draft| draft.kind) == KindName::IssueReport;
    let (words, why) = match field.name {
        "consent" if reports => (
            tr!(report.form.consent),
            Some(tr!(report.form.consent_hint)),
        ),
        "consent" => (
            tr!(proxy.check.consent),
            Some(tr!(proxy.check.consent_hint)),
        ),
        "consent_sensitive" => (
            tr!(proxy.check.consent_sensitive),
            Some(tr!(proxy.check.consent_sensitive_hint)),
        ),
        "anonymous" => (
            tr!(report.form.nameless),
            Some(tr!(report.form.nameless_hint)),
        ),
        name => (words::field(name).unwrap_or(name), None),
    };
    let agreed: bool = form.given(field.name).unwrap_or_default();
    let wrong = part_error(form, field, "");
    let asked = Asked {
        id: field.name.to_owned(),
        error: wrong,
        ..Asked::default()
    };
    let ticked = move |event: web_sys::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let agreed = input.is_some_and(|input| input.checked());
        form.answer(field, &agreed.then_some(true));
    };
    view! {
        <div class="question" class:is-wrong=asked.error.is_some()>
            {asked.notes()}
            <label class="choice consent">
                <input
                    type="checkbox"
                    id=field.name
                    name=field.name
                    aria-describedby=asked.described_by()
                    prop:checked=agreed
                    on:change=ticked
                />
                <span class="choice-words">
                    <span class="choice-name">{words}</span>
                    {why.map(|why| view! { <span class="choice-hint">{why}</span> })}
                </span>
            </label>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn stretches_end_on_real_days_within_reach() {
        let days = |within| {
            stretches(date(2026, 8, 31), within)
                .into_iter()
                .map(|(_, day)| day)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            days(365),
            [date(2026, 9, 30), date(2026, 11, 30), date(2027, 2, 28)]
        );
        assert_eq!(days(40), [date(2026, 9, 30)]);
        assert_eq!(days(3), []);
    }
}
