//! What is looked at, as it stands in the address: a link is a view.

use super::COVERAGE;
use crate::pages::staff::queue::query::escape;
use model::facility::Category;
use model::place::Wgs84;

/// Who may walk, by the engine's names; the first where nobody is named.
pub const WALKERS: [&str; 4] = ["older", "adult", "slow", "wheelchair"];

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Looked {
    /// Who walks.
    pub profile: &'static str,
    /// One service alone.
    pub service: Option<(Category, String)>,
    /// Where one more of it would be.
    pub at: Option<Wgs84>,
}

impl Looked {
    /// The same, for another walker.
    pub fn walked_by(self, name: &str) -> Looked {
        let profile = walker(name);
        Looked { profile, ..self }
    }

    /// Another service, and nothing put anywhere yet.
    pub fn of(self, service: Option<(Category, String)>) -> Looked {
        Looked {
            service,
            at: None,
            ..self
        }
    }

    /// One more there.
    pub fn with(self, at: Option<Wgs84>) -> Looked {
        Looked { at, ..self }
    }
}

fn walker(name: &str) -> &'static str {
    let mut walkers = WALKERS.into_iter();
    walkers.find(|walker| *walker == name).unwrap_or(WALKERS[0])
}

/// `health:药店`.
pub fn service(text: &str) -> Option<(Category, String)> {
    let (category, kind) = text.split_once(':')?;
    let category = Category::ALL.into_iter().find(|it| it.name() == category)?;
    (!kind.is_empty()).then(|| (category, kind.to_owned()))
}

/// The other way.
pub fn name((category, kind): &(Category, String)) -> String {
    format!("{}:{kind}", category.name())
}

/// A point as addresses have it; five decimals are a metre.
pub fn point(at: Wgs84) -> String {
    format!("{:.5},{:.5}", at.lat(), at.lon())
}

fn parse_point(text: &str) -> Option<Wgs84> {
    let (lat, lon) = text.split_once(',')?;
    Wgs84::new(lat.parse().ok()?, lon.parse().ok()?).ok()
}

/// Reads an address; what it does not understand counts as not there.
pub fn read(get: impl Fn(&str) -> Option<String>) -> Looked {
    let text = |name: &str| get(name).unwrap_or_default();
    let service = service(&text("service"));
    Looked {
        profile: walker(&text("walker")),
        at: parse_point(&text("at")).filter(|_| service.is_some()),
        service,
    }
}

/// Where it is seen.
pub fn address(looked: &Looked) -> String {
    let service = looked.service.as_ref();
    let service = service.map(|service| format!("&service={}", escape(&name(service))));
    let at = looked.at.map(|at| format!("&at={}", point(at)));
    let parts = [service, at].into_iter().flatten();
    let rest: String = parts.collect();
    format!("{COVERAGE}?walker={}{rest}", looked.profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Looked {
        read(|name| {
            let mut pairs = pairs.iter();
            let found = pairs.find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_link_is_a_view() {
        let looked = of(&[
            ("walker", "slow"),
            ("service", "health:药店"),
            ("at", "39.99117,116.31569"),
        ]);
        assert_eq!(looked.profile, "slow");
        assert_eq!(
            address(&looked),
            "/staff/coverage?walker=slow&service=health%3A%E8%8D%AF%E5%BA%97&at=39.99117,116.31569"
        );
        let plain = address(&looked.clone().of(None));
        assert_eq!(plain, "/staff/coverage?walker=slow");
    }

    #[test]
    fn what_is_not_understood_is_not_there() {
        for pairs in [
            [("walker", "bird"), ("service", "moon:药店"), ("at", "1,2")],
            [("walker", ""), ("service", "health:"), ("at", "91,0")],
            [("walker", ""), ("service", "药店"), ("at", "here")],
        ] {
            assert_eq!(address(&of(&pairs)), "/staff/coverage?walker=older");
        }
    }
}
