//! `/proxy`: find the matter, by what has happened or by a word.

use crate::errand::ErrandStrip;
use crate::parts::{Icon, More, Page, SearchBox, Section, Tag, loaded};
use crate::state::{facts, prefs};
use crate::way::use_query_map;
use crate::words;
use leptos::prelude::*;
use model::matter::{Channel, LifeEvent, Matter};
use model::search::best_match;
use std::sync::Arc;

/// `/proxy`.
#[component]
pub fn Find() -> impl IntoView {
    view! {
        <Page title=tr!(guides.find_title) lead=tr!(guides.find_lead) back="/">
            <ErrandStrip/>
            <Finder base="/proxy"/>
        </Page>
    }
}

/// Search, life events and the list of matters, each leading to `base/<matter>`.
#[component]
pub(super) fn Finder(
    /// `/proxy` or `/guides`.
    base: &'static str,
) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let address = use_query_map();
    let event = Memo::new(move |_| address.with(|map| map.get_str("event").and_then(event_of)));
    let matters = facts().matters();
    let found = move || {
        let typed = query.get();
        let Some(all) = matters.here().filter(|_| !typed.trim().is_empty()) else {
            return String::new();
        };
        match find(&all.matters, None, &typed).len() {
            0 => tr!(guides.none).to_owned(),
            count => tr!(guides.found, count = count),
        }
    };
    let lists = loaded(matters, move |all| {
        let all = Arc::clone(&all);
        move || lists(&all.matters, event.get(), &query.get(), base)
    });
    view! {
        <SearchBox id="matter" label=tr!(guides.search) hint=tr!(guides.search_hint)
            query=query found=Signal::derive(found)/>
        {lists}
    }
}

/// A search looks through everything; a life event narrows the list that stands without one.
fn lists(matters: &[Matter], event: Option<LifeEvent>, query: &str, base: &'static str) -> AnyView {
    if !query.trim().is_empty() {
        return matter_list(&find(matters, None, query), base).into_any();
    }
    let list = matter_list(&find(matters, event, ""), base);
    match event {
        Some(event) => view! {
            <Section title=words::life_event(event)>
                <a class="btn btn-quiet" href=base>{tr!(guides.all_back)}</a>
                {list}
            </Section>
        }
        .into_any(),
        // 长辈版: what they come for most, and the rest after a press.
        None if prefs().is_elder() => view! {
            <Section title=tr!(guides.by_event)>
                {life_events(&OF_ELDERS, base)}
                <More words=tr!(shell.more)>{life_events(&rest(), base)}</More>
            </Section>
            <More words=tr!(guides.all)>{list}</More>
        }
        .into_any(),
        None => view! {
            <Section title=tr!(guides.by_event)>{life_events(&LifeEvent::ALL, base)}</Section>
            <Section title=tr!(guides.all)>{list}</Section>
        }
        .into_any(),
    }
}

/// The matters of a life event that answer a query, best first; without a query in their order.
fn find<'a>(matters: &'a [Matter], event: Option<LifeEvent>, query: &str) -> Vec<&'a Matter> {
    let of_event = matters
        .iter()
        .filter(|matter| event.is_none_or(|event| matter.events.contains(&event)));
    if query.trim().is_empty() {
        return of_event.collect();
    }
    let mut found: Vec<_> = of_event
        .filter_map(|matter| Some((best_match(&matter.search, query)?, matter)))
        .collect();
    found.sort_by_key(|(how, _)| *how);
    found.into_iter().map(|(_, matter)| matter).collect()
}

/// What older people come for most.
const OF_ELDERS: [LifeEvent; 4] = [
    LifeEvent::OldAge,
    LifeEvent::Illness,
    LifeEvent::Retirement,
    LifeEvent::Papers,
];

/// The other life events, in their order.
fn rest() -> Vec<LifeEvent> {
    let all = LifeEvent::ALL.into_iter();
    all.filter(|event| !OF_ELDERS.contains(event)).collect()
}

fn life_events(events: &[LifeEvent], base: &'static str) -> impl IntoView + use<> {
    let row = |event: &LifeEvent| {
        let (name, sign) = name_and_icon(*event);
        view! {
            <li>
                <a class="life" href=format!("{base}?event={name}")>
                    <Icon name=sign/>
                    {words::life_event(*event)}
                </a>
            </li>
        }
    };
    let rows = events.iter().map(row).collect_view();
    view! { <ul class="lives">{rows}</ul> }
}

fn event_of(name: &str) -> Option<LifeEvent> {
    LifeEvent::ALL
        .into_iter()
        .find(|event| name_and_icon(*event).0 == name)
}

/// Its name in the address, as on the wire, and its icon.
fn name_and_icon(event: LifeEvent) -> (&'static str, &'static str) {
    match event {
        LifeEvent::Retirement => ("retirement", "money"),
        LifeEvent::OldAge => ("old_age", "parent"),
        LifeEvent::Illness => ("illness", "health"),
        LifeEvent::Birth => ("birth", "baby"),
        LifeEvent::Disability => ("disability", "wheelchair"),
        LifeEvent::Hardship => ("hardship", "heart"),
        LifeEvent::Work => ("work", "work"),
        LifeEvent::Moving => ("moving", "house-move"),
        LifeEvent::Veteran => ("veteran", "star"),
        LifeEvent::Death => ("death", "memorial"),
        LifeEvent::Papers => ("papers", "document"),
        LifeEvent::Law => ("law", "people"),
    }
}

fn matter_list(matters: &[&Matter], base: &'static str) -> impl IntoView + use<> {
    let rows: Vec<_> = matters.iter().map(|matter| row(matter, base)).collect();
    view! { <ul class="matters">{rows}</ul> }
}

fn row(matter: &Matter, base: &'static str) -> impl IntoView + use<> {
    view! {
        <li>
            <a class="matter" href=format!("{base}/{}", matter.id)>
                <span class="matter-name">{matter.name.clone()}</span>
                <span class="matter-why">{matter.plain.clone()}</span>
                <span class="matter-tags">{tags(matter)}</span>
            </a>
        </li>
    }
}

/// Whether others may do it, and where.
pub(super) fn tags(matter: &Matter) -> impl IntoView + use<> {
    let channel = match matter.channel {
        Channel::Proxy => view! { <Tag tone="can" words=tr!(guides.can_proxy)/> },
        Channel::Accompany { .. } => view! { <Tag tone="maybe" words=tr!(guides.accompany)/> },
    };
    let visit = matter
        .visit
        .then(|| view! { <Tag tone="can" words=tr!(guides.can_visit)/> });
    view! { {channel} {visit} }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::search::Term;

    fn matter(id: &str, events: &str, word: &str, pinyin: &str) -> Matter {
        let initials = pinyin
            .split(' ')
            .filter_map(|syllable| syllable.chars().next())
            .collect();
        let text = format!(
            r#"{{"id":"{id}","name":"{word}","plain":"","events":["{events}"],"who":"","fee":null,
            "limit":null,"channel":{{"kind":"proxy"}},"visit":true,"source":null}}"#
        );
        let mut matter: Matter = serde_json::from_str(&text).expect("a matter");
        matter.search = vec![Term {
            word: word.into(),
            pinyin: pinyin.into(),
            initials,
        }];
        matter
    }

    #[test]
    fn the_best_match_comes_first() {
        let matters = [
            matter("a", "old_age", "居家养老服务", "ju jia yang lao fu wu"),
            matter("b", "old_age", "养老服务补贴", "yang lao fu wu bu tie"),
            matter("c", "birth", "生育登记", "sheng yu deng ji"),
        ];
        let ids = |event, query: &str| -> Vec<&str> {
            find(&matters, event, query)
                .into_iter()
                .map(|matter| matter.id.as_str())
                .collect()
        };
        for (event, query, expected) in [
            (None, "", vec!["a", "b", "c"]),
            (None, "养老", vec!["b", "a"]),
            (None, "syd", vec!["c"]),
            (Some(LifeEvent::Birth), "", vec!["c"]),
            (Some(LifeEvent::Birth), "养老", vec![]),
            (None, "  ", vec!["a", "b", "c"]),
        ] {
            assert_eq!(ids(event, query), expected, "{query}");
        }
    }

    #[test]
    fn a_press_away_are_all_others() {
        let all: Vec<_> = OF_ELDERS.into_iter().chain(rest()).collect();
        assert_eq!(all.len(), LifeEvent::ALL.len());
        assert!(LifeEvent::ALL.iter().all(|event| all.contains(event)));
    }

    #[test]
    fn names_in_the_address_are_those_on_the_wire() {
        for event in LifeEvent::ALL {
            let wire = serde_json::to_string(&event).expect("a name");
            assert_eq!(wire, format!("\"{}\"", name_and_icon(event).0));
            assert_eq!(event_of(name_and_icon(event).0), Some(event));
        }
    }
}
