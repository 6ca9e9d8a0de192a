//! Picks an estate from the list, by name, alias, pinyin or initials, and takes the door.

use crate::parts::{Asked, Choice, Line, TextInput};
use crate::storage;
use leptos::prelude::*;
use model::area::Estate;
use model::search::{Match, best_match};
use model::street::Street;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// As many estates as fit on a phone without losing the door below them.
const SHOWN: usize = 6;

/// A home as far as it is filled in; complete, it reads as [`model::place::Home`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HomeAnswer {
    /// The estate's id; empty until one is picked.
    pub estate: String,
    /// Building, entrance and flat, as typed.
    pub door: String,
}

impl HomeAnswer {
    /// Whether nothing is filled in yet.
    pub fn is_empty(&self) -> bool {
        self.estate.is_empty() && self.door.is_empty()
    }
}

/// What to show for what was typed.
#[derive(Clone, Debug, PartialEq)]
struct Hits {
    /// Indices of the estates shown, best first.
    at: Vec<usize>,
    /// How many fit.
    found: usize,
    /// How many of those are not shown.
    more: usize,
}

/// The picked estate is always among those shown, so that it can be seen and left.
fn shown(estates: &[Estate], query: &str, picked: &str) -> Hits {
    let mut fitting: Vec<(Option<Match>, usize)> = (0..estates.len())
        .map(|at| (fit(&estates[at], query), at))
        .filter(|(fit, _)| query.trim().is_empty() || fit.is_some())
        .collect();
    fitting.sort();
    let found = fitting.len();
    let mut at: Vec<usize> = fitting.into_iter().map(|(_, at)| at).take(SHOWN).collect();
    let more = found - at.len();
    let picked = estates
        .iter()
        .position(|estate| estate.id.as_str() == picked);
    if let Some(picked) = picked.filter(|picked| !at.contains(picked)) {
        at.insert(0, picked);
    }
    Hits { at, found, more }
}

/// Indices of the estates that fit what was typed, best first, no more than a phone shows; and how
/// many fit.
pub fn fitting(estates: &[Estate], query: &str) -> (Vec<usize>, usize) {
    let hits = shown(estates, query, "");
    (hits.at, hits.found)
}

fn fit(estate: &Estate, query: &str) -> Option<Match> {
    let named = || estate.name.contains(query.trim()).then_some(Match::Inside);
    best_match(&estate.search, query).or_else(named)
}

/// The estate and the door. `id` is the question's; its parts are `{id}-search` and `{id}-door`.
#[component]
pub fn HomePicker(
    /// The question's id.
    id: &'static str,
    /// Where to pick from.
    street: Arc<Street>,
    /// What is answered so far.
    #[prop(into)]
    value: Signal<HomeAnswer>,
    /// Told of each change.
    on_change: Callback<HomeAnswer>,
    /// What is wrong with the estate, in words.
    estate_error: Option<String>,
    /// What is wrong with the door, in words.
    door_error: Option<String>,
    /// Whom to call when the estate is not on the list.
    phone: String,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let list = street.clone();
    let hits = Memo::new(move |_| {
        let picked = value.with_untracked(|home| home.estate.clone());
        query.with(|query| shown(&list.estates, query, &picked))
    });
    let told = move || match (query.with(|query| query.trim().is_empty()), hits.get()) {
        (true, hits) => more_words(hits.more),
        (false, hits) if hits.found == 0 => tr!(proxy.home.none, phone = phone.clone()),
        (false, hits) => tr!(proxy.home.found, count = hits.found),
    };
    let pick = move |estate: String| {
        on_change.run(HomeAnswer {
            estate,
            ..value.get_untracked()
        })
    };
    let row = move |at: usize| {
        street
            .estates
            .get(at)
            .map(|estate| estate_row(id, estate, value, pick))
    };
    let search = Asked {
        id: format!("{id}-search"),
        title: tr!(proxy.home.search).to_owned(),
        hint: Some(tr!(proxy.home.search_hint).to_owned()),
        error: estate_error,
        ..Asked::default()
    };
    let described = search.described_by();
    view! {
        <Line asked=search>
            <input
                class="input"
                type="search"
                id=format!("{id}-search")
                autocomplete="off"
                enterkeyhint="search"
                aria-describedby=described
                prop:value=query
                on:input=move |event| query.set(event_target_value(&event))
                on:keydown=keep_enter
            />
            <p class="hint" role="status">{told}</p>
        </Line>
        <div class="choices" role="radiogroup" aria-label=tr!(proxy.home.legend)>
            <For each=move || hits.get().at key=|at| *at children=row />
        </div>
        <DoorField id value on_change error=door_error />
    }
}

fn more_words(more: usize) -> String {
    match more {
        0 => String::new(),
        more => tr!(proxy.home.more, count = more),
    }
}

/// Enter in the search box looks, it does not send the form.
fn keep_enter(event: web_sys::KeyboardEvent) {
    if event.key() == "Enter" {
        event.prevent_default();
    }
}

fn estate_row(
    id: &'static str,
    estate: &Estate,
    value: Signal<HomeAnswer>,
    pick: impl Fn(String) + Copy + 'static,
) -> AnyView {
    let checked = value.with_untracked(|home| home.estate == estate.id.as_str());
    let names = || estate.aliases.join(tr!(proxy.home.comma));
    let also = (!estate.aliases.is_empty()).then(|| tr!(proxy.home.also, names = names()));
    view! {
        <Choice
            group=format!("{id}-estate")
            value=estate.id.as_str()
            words=estate.name.clone()
            hint=also
            checked
            on_pick=pick
        />
    }
    .into_any()
}

#[component]
fn DoorField(
    id: &'static str,
    value: Signal<HomeAnswer>,
    on_change: Callback<HomeAnswer>,
    error: Option<String>,
) -> impl IntoView {
    let typed = move |door| {
        on_change.run(HomeAnswer {
            door,
            ..value.get_untracked()
        })
    };
    view! {
        <TextInput
            id=format!("{id}-door")
            label=tr!(proxy.home.door)
            value=value.get_untracked().door
            hint=tr!(proxy.hint.home_door).to_owned()
            error=error
            autocomplete=storage::fill_in("address-line2")
            on_input=typed
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::{AreaId, EstateId};
    use model::place::Wgs84;
    use model::search::Term;

    fn estate(id: &str, name: &str, pinyin: &str) -> Estate {
        let initials = pinyin.split(' ').filter_map(|s| s.chars().next()).collect();
        Estate {
            id: EstateId::parse(id).expect("a slug"),
            name: name.into(),
            aliases: Vec::new(),
            grid: AreaId::parse("grid-01").expect("a slug"),
            entrance: Wgs84::new(40.0, 116.0).expect("on the earth"),
            homes: 100,
            dwelling_area_m2: None,
            search: vec![Term {
                word: name.into(),
                pinyin: pinyin.into(),
                initials,
            }],
        }
    }

    fn names(found: &Hits, estates: &[Estate]) -> Vec<String> {
        found
            .at
            .iter()
            .map(|at| estates[*at].name.clone())
            .collect()
    }

    #[test]
    fn found_by_word_pinyin_and_initials_best_first() {
        let estates = [
            estate("a", "南长乐里", "nan chang le li"),
            estate("b", "长乐里", "chang le li"),
            estate("c", "重华园", "chong hua yuan"),
        ];
        for query in ["长乐", "changle", "cll"] {
            let found = shown(&estates, query, "");
            assert_eq!(names(&found, &estates)[0], "长乐里", "{query}");
            assert!(
                !names(&found, &estates).contains(&"重华园".to_owned()),
                "{query}"
            );
        }
        assert_eq!(shown(&estates, "不存在", "").found, 0);
    }

    #[test]
    fn the_picked_one_stays_in_sight() {
        let estates: Vec<Estate> = (0..9)
            .map(|n| estate(&format!("e{n}"), &format!("第{n}里"), "di li"))
            .collect();
        let hits = shown(&estates, "", "e8");
        assert_eq!(
            (hits.at[0], hits.at.len(), hits.found, hits.more),
            (8, SHOWN + 1, 9, 3)
        );
        assert_eq!(shown(&estates, "第3", "e8").at, [8, 3]);
    }
}
