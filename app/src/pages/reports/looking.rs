//! How the list is looked at. All of it stands in the address, so that a link is a view and the way
//! back works; where the phone is does not: whoever opens a link to what is nearest is told what is
//! nearest to them.

use crate::parts::Named;
use model::api::Facilities;
use model::api::report::{ReportItem, ReportSort, ReportsQuery};
use model::id::{CategoryId, EstateId};
use model::place::{Wgs84, metres_between};
use model::street::Street;

/// Where the list lives.
pub const ADDRESS: &str = "/reports";

/// In which order, or whose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Handed in last, first.
    #[default]
    Newest,
    /// Nearest to a place first.
    Nearest,
    /// Most people first.
    Voices,
    /// What this phone handed in or follows.
    Mine,
}

impl Sort {
    /// As they stand on the page.
    pub const ALL: [Sort; 4] = [Sort::Newest, Sort::Nearest, Sort::Voices, Sort::Mine];

    fn name(self) -> &'static str {
        match self {
            Sort::Newest => "newest",
            Sort::Nearest => "nearest",
            Sort::Voices => "voices",
            Sort::Mine => "mine",
        }
    }
}

/// How somebody looks at the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looking {
    /// In which order.
    pub sort: Sort,
    /// Only what is still open, or only what is over.
    pub open: Option<bool>,
    /// Of this category alone.
    pub category: Option<CategoryId>,
    /// Nearest to the estate or landmark of this id; to the phone where none is named.
    pub from: Option<String>,
}

impl Looking {
    /// As an address asks for it; what it does not know it leaves out.
    pub fn asked(given: impl Fn(&str) -> Option<String>) -> Looking {
        let sort = given("sort").unwrap_or_default();
        let from = given("from").filter(|id| EstateId::parse(id).is_ok());
        let sort = Sort::ALL.into_iter().find(|known| known.name() == sort);
        Looking {
            sort: sort.unwrap_or_default(),
            open: match given("status").as_deref() {
                Some("open") => Some(true),
                Some("closed") => Some(false),
                _ => None,
            },
            category: given("category").and_then(|id| CategoryId::parse(&id).ok()),
            from: from.filter(|_| sort == Some(Sort::Nearest)),
        }
    }

    /// Its address: slugs alone, which need no escaping.
    pub fn address(&self) -> String {
        let sort = (self.sort != Sort::default()).then(|| ("sort", self.sort.name()));
        let status = status_name(self.open).map(|name| ("status", name));
        let category = self.category.as_ref().map(|id| ("category", id.as_str()));
        let from = self.from.as_deref().map(|id| ("from", id));
        let pairs = [sort, status, category, from].into_iter().flatten();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        match pairs.is_empty() {
            true => ADDRESS.to_owned(),
            false => format!("{ADDRESS}?{}", pairs.join("&")),
        }
    }

    /// In another order; a place that was named is not named in the other orders.
    pub fn sorted(&self, sort: Sort) -> Looking {
        Looking {
            sort,
            from: self.from.clone().filter(|_| sort == Sort::Nearest),
            ..self.clone()
        }
    }

    /// What to ask the server for; none while it is not known near to what.
    pub fn query(&self, at: Option<Wgs84>, cursor: &str) -> Option<ReportsQuery> {
        let sort = match self.sort {
            Sort::Newest => ReportSort::Newest,
            Sort::Voices => ReportSort::Voices,
            Sort::Nearest => ReportSort::Nearest,
            Sort::Mine => return None,
        };
        let at = at.filter(|_| sort == ReportSort::Nearest);
        if sort == ReportSort::Nearest && at.is_none() {
            return None;
        }
        let category = self.category.as_ref().map(CategoryId::to_string);
        Some(ReportsQuery {
            sort,
            at: at.map_or_else(String::new, |at| format!("{},{}", at.lat(), at.lon())),
            category: category.unwrap_or_default(),
            status: status_name(self.open).unwrap_or_default().to_owned(),
            cursor: cursor.to_owned(),
        })
    }

    /// The same of cases seen earlier, for the time without signal.
    pub fn arrange(&self, mut items: Vec<ReportItem>, at: Option<Wgs84>) -> Vec<ReportItem> {
        items.retain(|item| {
            let category = self.category.as_ref();
            self.open.is_none_or(|open| item.state.is_open() == open)
                && category.is_none_or(|category| item.category == *category)
        });
        for item in &mut items {
            item.metres = at.map(|at| metres_between(at, item.at).round() as u32);
        }
        match self.sort {
            Sort::Nearest => items.sort_by_key(|item| item.metres),
            Sort::Voices => items.sort_by_key(|item| std::cmp::Reverse(item.voices)),
            Sort::Newest | Sort::Mine => {
                items.sort_by_key(|item| std::cmp::Reverse(item.handed_in));
            }
        }
        items
    }
}

fn status_name(open: Option<bool>) -> Option<&'static str> {
    open.map(|open| if open { "open" } else { "closed" })
}

/// The estate or landmark of an address.
pub fn place_named(id: &str, street: &Street, facilities: &Facilities) -> Option<Named> {
    let estate = street
        .estates
        .iter()
        .find(|estate| estate.id.as_str() == id);
    let estate = estate.map(|estate| Named {
        id: id.to_owned(),
        name: estate.name.clone(),
        at: estate.entrance,
        estate: Some(estate.id.clone()),
    });
    let landmark = || {
        let mut all = facilities.facilities.iter();
        let facility = all.find(|facility| facility.id.as_str() == id)?;
        Some(Named {
            id: id.to_owned(),
            name: facility.name.clone(),
            at: facility.at,
            estate: None,
        })
    };
    estate.or_else(landmark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::CaseId;
    use model::time::TimeMs;
    use model::workflow::State;
    use uuid::Uuid;

    fn read_back(address: &str) -> Looking {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let given = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
        };
        Looking::asked(given)
    }

    #[test]
    fn a_link_is_a_view() {
        let category = CategoryId::parse("light").ok();
        for sort in Sort::ALL {
            for open in [None, Some(true), Some(false)] {
                for category in [None, category.clone()] {
                    for from in [None, Some("changle-li".to_owned())] {
                        let looking = Looking {
                            sort,
                            open,
                            category: category.clone(),
                            from: from.filter(|_| sort == Sort::Nearest),
                        };
                        assert_eq!(read_back(&looking.address()), looking);
                    }
                }
            }
        }
        assert_eq!(Looking::default().address(), ADDRESS);
    }

    #[test]
    fn what_an_address_should_not_say_is_left_out() {
        for query in [
            "sort=nearness",
            "status=OPEN&category=%3Cb%3E",
            "from=changle-li",
            "sort=nearest&from=../..",
            "category=&from=&sort=",
        ] {
            let looking = read_back(&format!("{ADDRESS}?{query}"));
            assert_eq!(
                (looking.open, looking.category, looking.from),
                (None, None, None),
                "{query}"
            );
        }
    }

    fn item(number: u128, state: State, handed_in: i64, voices: u32, lat: f64) -> ReportItem {
        ReportItem {
            case: CaseId(Uuid::from_u128(number)),
            category: CategoryId::parse("light").expect("a slug"),
            category_name: String::new(),
            words: String::new(),
            at: Wgs84::new(lat, 116.0).expect("on the earth"),
            state,
            handed_in: TimeMs(handed_in),
            updated: TimeMs(handed_in),
            voices,
            photo: None,
            metres: None,
        }
    }

    #[test]
    fn what_was_seen_earlier_is_arranged_as_the_server_would() {
        let all = vec![
            item(1, State::Submitted, 10, 5, 40.002),
            item(2, State::Confirmed, 30, 1, 40.0),
            item(3, State::InProgress, 20, 9, 40.001),
        ];
        let at = Wgs84::new(40.0, 116.0).ok();
        for (sort, open, expected) in [
            (Sort::Newest, None, vec![2, 3, 1]),
            (Sort::Voices, None, vec![3, 1, 2]),
            (Sort::Nearest, None, vec![2, 3, 1]),
            (Sort::Newest, Some(true), vec![3, 1]),
            (Sort::Nearest, Some(false), vec![2]),
        ] {
            let looking = Looking {
                sort,
                open,
                ..Looking::default()
            };
            let found = looking.arrange(all.clone(), at);
            let found: Vec<u128> = found.iter().map(|item| item.case.0.as_u128()).collect();
            assert_eq!(found, expected, "{sort:?} {open:?}");
        }
        let other = Looking {
            category: CategoryId::parse("road").ok(),
            ..Looking::default()
        };
        assert!(other.arrange(all, None).is_empty());
    }

    #[test]
    fn nearest_is_not_asked_before_it_is_known_to_what() {
        let nearest = Looking::default().sorted(Sort::Nearest);
        assert_eq!(nearest.query(None, ""), None);
        let at = Wgs84::new(40.0, 116.25).expect("on the earth");
        let asked = nearest.query(Some(at), "7.x").expect("a question");
        assert_eq!(
            (asked.at.as_str(), asked.cursor.as_str()),
            ("40,116.25", "7.x")
        );
        let newest = Looking::default().query(Some(at), "").expect("a question");
        assert_eq!(newest.at, "", "where the phone is concerns nobody then");
    }
}
