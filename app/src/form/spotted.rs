//! Questions about something seen in the street: photos, place, category and what it asks.

use super::Form;
use super::question::part_error;
use crate::api;
use crate::parts::{
    Asked, Choice, Group, Line, MeToo, Note, OfStreet, PhotoField, PlacePicker, StatusChip,
    TextInput, away,
};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::report::ReportItem;
use model::api::{PhotoSize, path};
use model::field::Field;
use model::id::PhotoId;
use model::issue::{Extra, ExtraAnswer, ExtraAnswers, ExtraKind, IssueCategory, suggest};
use model::place::{Spot, Wgs84};
use wasm_bindgen::JsCast;

/// Photos of the street: camera first, faces to be covered.
pub fn photos(form: Form, field: &'static Field, asked: Asked, max: usize) -> AnyView {
    let photos = Signal::derive(move || {
        form.follow(|_, answers| answers.get::<Vec<PhotoId>>(field.name))
            .unwrap_or_default()
    });
    let on_change = Callback::new(move |photos: Vec<PhotoId>| form.answer(field, &photos));
    let of_street = OfStreet {
        on_place: Callback::new(move |at| form.taken_at.set(Some(at))),
    };
    view! {
        <Group asked=asked>
            <PhotoField
                id="photos-file".to_owned()
                paper=tr!(report.form.photo).to_owned()
                photos=photos
                shots=form.shots
                on_change=on_change
                max=max
                of_street=of_street
            />
        </Group>
    }
    .into_any()
}

/// Where it is.
pub fn place(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let value = Signal::derive(move || form.follow(|_, answers| answers.get::<Spot>(field.name)));
    let (street, facilities) = form
        .ground
        .with_value(|ground| (ground.street.clone(), ground.facilities.clone()));
    view! {
        <Group asked=asked>
            <PlacePicker
                id=field.name
                street=street
                facilities=facilities
                value=value
                taken_at=form.taken_at
                on_change=Callback::new(move |spot: Option<Spot>| form.answer(field, &spot))
            />
        </Group>
    }
    .into_any()
}

/// What it is about: what the words speak of and what was reported close by first, everything in one
/// list below.
pub fn category(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let picked = Memo::new(move |_| form.follow(|_, answers| answers.text(field.name).to_owned()));
    let all = form.ground.with_value(|ground| ground.categories.clone());
    let (listed, named) = (all.clone(), all.clone());
    let around = reported_around(form);
    let fitting = Memo::new(move |_| {
        let said = form.follow(|_, answers| answers.text("words").to_owned());
        let found = suggest(&all.categories, &said).into_iter();
        let found = found.map(|category| (category.id.to_string(), category.name.clone()));
        with_those_around(found.collect(), &around.get())
    });
    let button = move |(id, name): (String, String)| {
        let own = id.clone();
        let pressed = move || picked.with(|picked| *picked == own).to_string();
        view! {
            <button class="btn" type="button" aria-pressed=pressed on:click=move |_| form.answer(field, &id)>
                {name}
            </button>
        }
    };
    let plain = move || {
        let id = picked.get();
        let category = named.categories.iter().find(|one| one.id.as_str() == id)?;
        let secret = (!category.public).then(|| tr!(report.form.never_public));
        Some([category.plain.as_str(), secret.unwrap_or_default()].concat())
    };
    let from_around =
        move || (!around.with(Vec::is_empty)).then(|| tr!(report.form.fitting_around));
    let described = asked.described_by();
    let invalid = asked.error.is_some().then_some("true");
    view! {
        <Line asked=asked>
            <div class="btns" role="group" aria-label=tr!(report.form.fitting)>
                <For each=move || fitting.get() key=|(id, _)| id.clone() children=button/>
            </div>
            <p class="hint" role="status">{from_around}</p>
            <select
                class="select"
                id=field.name
                name=field.name
                autocomplete="off"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || picked.get()
                on:change=move |event| form.answer(field, &event_target_value(&event))
            >
                <option value="" selected=move || picked.with(String::is_empty)>{tr!(report.form.pick_category)}</option>
                {grouped(&listed.categories, picked)}
            </select>
            <p class="hint" role="status">{plain}</p>
        </Line>
        <AlreadyThere form picked/>
    }
    .into_any()
}

/// A category's id and name.
type Choosable = (String, String);

/// The place that is answered; follows its changes and nothing else.
fn spot_of(form: Form) -> Memo<Option<Wgs84>> {
    Memo::new(move |_| {
        let spot = form.follow(|_, answers| answers.get::<Spot>("place"));
        spot.map(|spot| spot.at)
    })
}

/// What was reported within 50 m and is still open, nearest first; asked anew with each place.
fn reported_around(form: Form) -> RwSignal<Vec<Choosable>> {
    let around = RwSignal::new(Vec::new());
    let at = spot_of(form);
    Effect::new(move |_| {
        around.set(Vec::new());
        let Some(asked) = at.get() else { return };
        spawn_local(async move {
            // Without an answer the words suggest alone.
            let Ok(near) = api::nearby(asked, "").await else {
                return;
            };
            if at.try_get_untracked() == Some(Some(asked)) {
                let items = near.items.into_iter();
                let items = items.map(|item| (item.category.to_string(), item.category_name));
                around.try_set(items.collect());
            }
        });
    });
    around
}

/// What the words speak of comes first; then what is around, each once, as many as fit a phone.
fn with_those_around(mut said: Vec<Choosable>, around: &[Choosable]) -> Vec<Choosable> {
    const SHOWN: usize = 4;
    for near in around {
        if said.len() < SHOWN && !said.iter().any(|(id, _)| *id == near.0) {
            said.push(near.clone());
        }
    }
    said
}

/// The categories under what they belong to, in the order of the file.
fn grouped(all: &[IssueCategory], picked: Memo<String>) -> impl IntoView + use<> {
    let mut names: Vec<&str> = Vec::new();
    for category in all {
        if !names.contains(&category.group.as_str()) {
            names.push(&category.group);
        }
    }
    let option = |category: &IssueCategory| {
        let id = category.id.to_string();
        let own = id.clone();
        let selected = move || picked.with(|picked| *picked == own);
        view! { <option value=id selected=selected>{category.name.clone()}</option> }
    };
    let group = |name: &str| {
        let of = all.iter().filter(|category| category.group == name);
        view! { <optgroup label=name.to_owned()>{of.map(option).collect_view()}</optgroup> }
    };
    names.into_iter().map(group).collect_view()
}

/// Open cases of the category close by: adding one's voice is quicker than writing it again.
#[component]
fn AlreadyThere(form: Form, picked: Memo<String>) -> impl IntoView {
    let found = RwSignal::new(Vec::<ReportItem>::new());
    let at = spot_of(form);
    Effect::new(move |_| {
        let (at, category) = (at.get(), picked.get());
        found.set(Vec::new());
        let Some(at) = at.filter(|_| !category.is_empty()) else {
            return;
        };
        spawn_local(async move {
            // Without an answer the report is handed in; staff join what is the same.
            let Ok(near) = api::nearby(at, &category).await else {
                return;
            };
            if picked.try_get_untracked().as_ref() == Some(&category) {
                found.try_set(near.items);
            }
        });
    });
    let items = move || {
        let items = found.get();
        (!items.is_empty()).then(|| {
            view! {
                <Note title=tr!(report.near.title)>
                    <p>{tr!(report.near.words)}</p>
                    <ul class="cards">
                        {items.into_iter().map(|item| view! { <Known item/> }).collect_view()}
                    </ul>
                </Note>
            }
        })
    };
    view! { <div role="status">{items}</div> }
}

#[component]
fn Known(item: ReportItem) -> impl IntoView {
    let case = item.case;
    let photo = item.photo.map(|photo| {
        let src = path::of_photo(path::REPORT_PHOTO, case, photo, PhotoSize::Thumb);
        view! { <img class="photo-thumb" src=src alt=tr!(report.near.photo)/> }
    });
    let away = item.metres.map(|metres| away(f64::from(metres)));
    view! {
        <li class="card">
            {photo}
            <p class="card-line">{item.words.clone()}</p>
            <p class="card-line">{away}</p>
            <StatusChip state=item.state/>
            <MeToo item/>
        </li>
    }
}

/// What the chosen category asks.
pub fn extra(form: Form, field: &'static Field, asked: Asked) -> AnyView {
    let questions = Memo::new(move |_| {
        let category = form.follow(|wizard, answers| wizard.context.category(answers).cloned());
        category.map(|category| category.extra).unwrap_or_default()
    });
    let draw = move || {
        let asked = questions.get().into_iter();
        asked
            .map(|question| one_extra(form, field, question))
            .collect_view()
    };
    let whole = Asked {
        error: None,
        ..asked
    };
    view! { <Group asked=whole>{draw}</Group> }.into_any()
}

fn one_extra(form: Form, field: &'static Field, question: Extra) -> AnyView {
    let given: ExtraAnswers = form.given(field.name).unwrap_or_default();
    let now = given.get(&question.code).cloned();
    let wholly = part_error(form, field, "").filter(|_| question.required && now.is_none());
    let error = part_error(form, field, &question.code).or(wholly);
    let id = format!("{}-{}", field.name, question.code);
    let code = StoredValue::new(question.code.clone());
    let set = move |answer: ExtraAnswer| {
        let mut all: ExtraAnswers = form.given(field.name).unwrap_or_default();
        // What another category asked is not an answer any more.
        let asked = form.look(|wizard, answers| wizard.context.category(answers).cloned());
        all.retain(|code, _| {
            asked
                .as_ref()
                .is_some_and(|c| c.extra.iter().any(|extra| extra.code == *code))
        });
        all.insert(code.get_value(), answer);
        form.answer(field, &all);
    };
    let asked = Asked {
        id: id.clone(),
        title: question.label.clone(),
        error: error.clone(),
        optional: !question.required,
        ..Asked::default()
    };
    let typed = match &now {
        Some(ExtraAnswer::One(text)) => text.clone(),
        _ => String::new(),
    };
    match question.kind {
        ExtraKind::Choice => {
            let row = |value: &model::issue::ExtraValue| {
                view! {
                    <Choice group=id.clone() value=value.key.clone() words=value.name.clone()
                        checked=typed == value.key on_pick=move |key| set(ExtraAnswer::One(key))/>
                }
            };
            let rows = question.values.iter().map(row).collect_view();
            view! { <Group asked=asked><div class="choices">{rows}</div></Group> }.into_any()
        }
        ExtraKind::Choices => {
            let picked = match now {
                Some(ExtraAnswer::Several(keys)) => keys,
                _ => Vec::new(),
            };
            let picked = StoredValue::new(picked);
            let row = |value: &model::issue::ExtraValue| {
                let key = value.key.clone();
                let checked = picked.with_value(|picked| picked.contains(&key));
                let tick = move |event: web_sys::Event| {
                    picked.update_value(|picked| {
                        picked.retain(|other| *other != key);
                        if is_ticked(&event) {
                            picked.push(key.clone());
                        }
                    });
                    set(ExtraAnswer::Several(picked.get_value()));
                };
                view! {
                    <label class="choice">
                        <input type="checkbox" prop:checked=checked on:change=tick/>
                        <span class="choice-words"><span class="choice-name">{value.name.clone()}</span></span>
                    </label>
                }
            };
            let rows = question.values.iter().map(row).collect_view();
            view! { <Group asked=asked><div class="choices">{rows}</div></Group> }.into_any()
        }
        ExtraKind::Number | ExtraKind::Text => {
            let number = question.kind == ExtraKind::Number;
            view! {
                <TextInput id=id label=question.label value=typed error=error optional=!question.required
                    inputmode=if number { "decimal" } else { "text" }
                    on_input=move |text| set(ExtraAnswer::One(text))/>
            }
            .into_any()
        }
    }
}

fn is_ticked(event: &web_sys::Event) -> bool {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.is_some_and(|input| input.checked())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_comes_before_what_is_around() {
        let named = |id: &str| (id.to_owned(), id.to_owned());
        let around = ["light", "road", "light", "noise", "dog"].map(named);
        let all = with_those_around(vec![named("garbage"), named("road")], &around);
        assert_eq!(all, ["garbage", "road", "light", "noise"].map(named));
        assert_eq!(with_those_around(Vec::new(), &[]), []);
    }
}
