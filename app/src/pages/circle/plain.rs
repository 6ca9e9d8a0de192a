//! The list by category: what stands while nobody has said where from, and where the walking
//! engine is missing.

use crate::parts::{CallButton, Icon, More, Section, Tag};
use crate::{when, words};
use jiff::civil::DateTime;
use leptos::prelude::*;
use model::calendar::Calendar;
use model::facility::{Category, Facility};
use model::hours::Hours;
use model::search::{Match, Term, best_match};
use model::street::Street;

/// A search looks through everything; a category narrows the list that stands without one. `folded`,
/// the whole of it waits behind a press: categories lead to what one looks for.
pub fn lists(
    all: &[Facility],
    category: Option<Category>,
    query: &str,
    street: Option<&Street>,
    folded: bool,
) -> AnyView {
    let found = search(all, query);
    if !query.trim().is_empty() {
        return by_category(&found, &Category::ALL, street).into_any();
    }
    match category {
        Some(category) => view! {
            <p class="section"><a class="link" href="/circle">{tr!(shell.circle_all)}</a></p>
            {by_category(&found, &[category], street)}
        }
        .into_any(),
        None => {
            let whole = by_category(&found, &Category::ALL, street);
            let whole = match folded {
                true => view! { <div class="section"><More words=tr!(circle.whole_list)>{whole}</More></div> }.into_any(),
                false => whole.into_any(),
            };
            view! {
                <nav class="section" aria-label=tr!(shell.circle_category)>{categories()}</nav>
                {whole}
            }
            .into_any()
        }
    }
}

fn categories() -> impl IntoView {
    let tiles = Category::ALL.map(|category| {
        let (name, sign) = name_and_icon(category);
        view! {
            <li>
                <a class="life" href=format!("/circle?category={name}")>
                    <Icon name=sign/>
                    {words::category(category)}
                </a>
            </li>
        }
    });
    view! { <ul class="lives">{tiles}</ul> }
}

pub fn category_of(name: &str) -> Option<Category> {
    Category::ALL
        .into_iter()
        .find(|category| name_and_icon(*category).0 == name)
}

/// Its name in the address, as on the wire, and its icon.
pub fn name_and_icon(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Government => ("government", "station"),
        Category::Health => ("health", "health"),
        Category::Care => ("care", "heart"),
        Category::Education => ("education", "school"),
        Category::Culture => ("culture", "people"),
        Category::Shopping => ("shopping", "money"),
        Category::Daily => ("daily", "tools"),
        Category::Public => ("public", "pin"),
    }
}

/// The facilities that answer a query, best first; all of them for an empty one.
pub fn search<'a>(facilities: &'a [Facility], query: &str) -> Vec<&'a Facility> {
    if query.trim().is_empty() {
        return facilities.iter().collect();
    }
    let ranked = facilities
        .iter()
        .filter_map(|facility| Some((rank(facility, query)?, facility)));
    let mut found: Vec<_> = ranked.collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, facility)| facility).collect()
}

/// How well a facility answers, then by which of its terms: a name before an address.
fn rank(facility: &Facility, query: &str) -> Option<(Match, usize)> {
    let matches = terms(facility).into_iter().enumerate();
    matches
        .filter_map(|(at, term)| Some((best_match(&[term], query)?, at)))
        .filter(|(how, _)| *how != Match::Scattered)
        .min()
}

/// Under what one may look for a facility. Facilities carry no pinyin.
fn terms(facility: &Facility) -> [Term; 3] {
    [&facility.name, &facility.kind, &facility.address].map(|word| Term {
        word: word.clone(),
        pinyin: String::new(),
        initials: String::new(),
    })
}

fn by_category(
    facilities: &[&Facility],
    categories: &[Category],
    street: Option<&Street>,
) -> impl IntoView + use<> {
    let sections = categories.iter().filter_map(|category| {
        let of_category = facilities
            .iter()
            .filter(|facility| facility.category == *category);
        let places: Vec<_> = of_category
            .map(|facility| place(facility, street))
            .collect();
        (!places.is_empty()).then(|| {
            view! {
                <Section title=words::category(*category)>
                    <ul class="places">{places}</ul>
                </Section>
            }
        })
    });
    sections.collect::<Vec<_>>()
}

/// One facility: where it is, whether it is open, how to get in, how to call.
/// Without the street nobody knows the holidays, and nothing is said of the hours.
pub fn place(facility: &Facility, street: Option<&Street>) -> impl IntoView + use<> {
    let call = facility.phone.clone().map(|phone| {
        view! { <CallButton phone=phone name=facility.name.clone()/> }
    });
    view! {
        <li class="place">
            <div class="place-words">
                <p class="place-name">{facility.name.clone()}</p>
                <p class="place-line">{format!("{} · {}", facility.kind, facility.address)}</p>
                <p class="matter-tags">{tags(facility, street)}</p>
            </div>
            {call}
        </li>
    }
}

/// Whether it is open, whether there are steps, whether requests can be handed in.
pub fn tags(facility: &Facility, street: Option<&Street>) -> impl IntoView + use<> {
    let opening = street.map(|street| opening(facility, street));
    let steps = match facility.step_free {
        Some(true) => Some(view! { <Tag tone="can" words=tr!(shell.circle_step_free)/> }),
        Some(false) => Some(view! { <Tag tone="not" words=tr!(shell.circle_steps)/> }),
        None => None,
    };
    let station = facility
        .station
        .then(|| view! { <Tag tone="can" words=tr!(shell.circle_station)/> });
    view! { {opening} {steps} {station} }
}

/// Whether it is open now.
fn opening(facility: &Facility, street: &Street) -> impl IntoView + use<> {
    let (tone, words) = match is_open(facility, &street.calendar, when::now().china()) {
        Some(true) => ("can", tr!(shell.circle_open)),
        Some(false) => ("not", tr!(shell.circle_closed)),
        None => ("maybe", tr!(shell.circle_hours_unknown)),
    };
    view! { <Tag tone=tone words=words/> }
}

/// None where no hours are published.
pub fn is_open(facility: &Facility, calendar: &Calendar, now: DateTime) -> Option<bool> {
    let hours: Hours = facility.hours.as_deref()?.parse().ok()?;
    Some(hours.is_open_at(now, |date| calendar.is_holiday(date)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    fn facility(name: &str, kind: &str, hours: Option<&str>) -> Facility {
        let hours = hours.map_or("null".to_owned(), |hours| format!("\"{hours}\""));
        let text = format!(
            r#"{{"id":"f","name":"{name}","category":"daily","kind":"{kind}",
            "at":{{"lat":39.9,"lon":116.3}},"address":"河东路1号","hours":{hours}}}"#
        );
        serde_json::from_str(&text).expect("a facility")
    }

    #[test]
    fn found_by_name_kind_and_address() {
        let all = [
            facility("平安药店", "药店", None),
            facility("河东理发", "理发店", None),
        ];
        for (query, expected) in [
            ("", vec!["平安药店", "河东理发"]),
            ("药店", vec!["平安药店"]),
            ("理发", vec!["河东理发"]),
            ("河东", vec!["河东理发", "平安药店"]),
            ("菜场", vec![]),
        ] {
            let found: Vec<_> = search(&all, query)
                .iter()
                .map(|f| f.name.as_str())
                .collect();
            assert_eq!(found, expected, "{query}");
        }
    }

    #[test]
    fn names_in_the_address_are_those_on_the_wire() {
        for category in Category::ALL {
            let wire = serde_json::to_string(&category).expect("a name");
            assert_eq!(wire, format!("\"{}\"", name_and_icon(category).0));
            assert_eq!(category_of(name_and_icon(category).0), Some(category));
        }
    }

    #[test]
    fn open_by_the_hours_of_the_day() {
        let calendar = Calendar::default();
        // A Sunday and a Monday.
        let (sunday, monday) = (
            datetime(2026, 11, 22, 9, 0, 0, 0),
            datetime(2026, 11, 23, 9, 0, 0, 0),
        );
        for (hours, now, expected) in [
            (Some("Mo-Fr 08:30-17:30"), monday, Some(true)),
            (Some("Mo-Fr 08:30-17:30"), sunday, Some(false)),
            (None, monday, None),
            (Some("sometimes"), monday, None),
        ] {
            let one = facility("站", "服务站", hours);
            assert_eq!(is_open(&one, &calendar, now), expected, "{hours:?}");
        }
    }
}
