//! The queue's filters as they stand in the address: a link is a view.

use crate::pages::staff::on_street::{PUBLICATIONS, publication_name};
use model::api::{QueueQuery, Scope};
use model::area::Role;
use model::id::{CategoryId, MatterId};
use model::kinds::KindName;
use model::workflow::State;

/// What somebody of this role looks at first.
pub fn usual_scope(role: Role) -> Scope {
    match role {
        Role::Window | Role::Supervisor => Scope::All,
        Role::Grid => Scope::Area,
        Role::Department | Role::Volunteer => Scope::Mine,
    }
}

/// The name of a scope in addresses.
pub fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Mine => "mine",
        Scope::Area => "area",
        Scope::All => "all",
    }
}

/// Reads the filters; what is no filter counts as none, so that an old link still opens.
pub fn read(usual: Scope, get: impl Fn(&str) -> Option<String>) -> QueueQuery {
    let text = |name: &str| get(name).unwrap_or_default();
    let scopes = [Scope::Mine, Scope::Area, Scope::All];
    let scope = scopes
        .into_iter()
        .find(|scope| scope_name(*scope) == text("scope"));
    let of = |name: &str, good: fn(&str) -> bool| {
        Some(text(name))
            .filter(|value| good(value))
            .unwrap_or_default()
    };
    QueueQuery {
        scope: scope.unwrap_or(usual),
        state: of("state", |name| {
            name == "all" || State::ALL.iter().any(|state| state.name() == name)
        }),
        kind: of("kind", |name| KindName::of(name).is_some()),
        matter: of("matter", |id| MatterId::parse(id).is_ok()),
        category: of("category", |id| CategoryId::parse(id).is_ok()),
        publication: of("publication", |name| {
            let mut all = PUBLICATIONS.into_iter();
            all.any(|publication| publication_name(publication) == name)
        }),
        light: of("light", |name| ["red", "amber", "green"].contains(&name)),
        q: of("q", |number| number.contains(|c: char| c.is_numeric())),
        cursor: text("cursor"),
    }
}

/// The filters as a query with its `?`; empty ones are left out, the scope never is.
pub fn text(asked: &QueueQuery) -> String {
    let pairs = [
        ("state", &asked.state),
        ("kind", &asked.kind),
        ("matter", &asked.matter),
        ("category", &asked.category),
        ("publication", &asked.publication),
        ("light", &asked.light),
        ("q", &asked.q),
        ("cursor", &asked.cursor),
    ];
    let mut text = format!("?scope={}", scope_name(asked.scope));
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("&{name}={}", escape(value)));
    }
    text
}

/// Where these filters are seen, from the first page on.
pub fn address(asked: &QueueQuery, change: impl FnOnce(&mut QueueQuery)) -> String {
    let mut asked = QueueQuery {
        cursor: String::new(),
        ..asked.clone()
    };
    change(&mut asked);
    format!("/staff{}", text(&asked))
}

/// Looks a number up: whoever names one means that case, finished or not.
pub fn look_up(asked: &mut QueueQuery, number: &str) {
    asked.q = number.trim().to_owned();
    if !asked.q.is_empty() && asked.state.is_empty() {
        asked.state = "all".to_owned();
    }
}

/// Looks at cases of one kind; what only another kind has no longer narrows them.
pub fn of_kind(asked: &mut QueueQuery, kind: &str) {
    asked.kind = kind.to_owned();
    if kind != KindName::IssueReport.name() && !kind.is_empty() {
        asked.category.clear();
        asked.publication.clear();
    }
    if kind != KindName::ProxyRequest.name() && !kind.is_empty() {
        asked.matter.clear();
    }
}

/// Whether anything narrows the scope.
pub fn is_narrowed(asked: &QueueQuery) -> bool {
    let QueueQuery {
        scope: _,
        state,
        kind,
        matter,
        category,
        publication,
        light,
        q,
        cursor: _,
    } = asked;
    let filters = [state, kind, matter, category, publication, light, q];
    filters.iter().any(|filter| !filter.is_empty())
}

/// A value as it may stand in a query.
pub fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> QueueQuery {
        let pairs: Vec<_> = text
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        read(Scope::Area, |name| {
            pairs
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_link_is_a_view() {
        for link in [
            "?scope=mine",
            "?scope=all&state=in_progress&light=red",
            "?scope=area&matter=elder-allowance&cursor=12.0198",
            "?scope=all&kind=issue_report&category=light&publication=private",
        ] {
            assert_eq!(text(&of(link)), link);
        }
    }

    #[test]
    fn what_is_no_filter_counts_as_none() {
        for (link, expected) in [
            ("", "?scope=area"),
            (
                "?scope=moon&state=flying&light=blue&matter=A B&kind=wish&publication=secret",
                "?scope=area",
            ),
            ("?state=all", "?scope=area&state=all"),
            ("?q=abc", "?scope=area"),
            ("?q=123", "?scope=area&q=123"),
        ] {
            assert_eq!(text(&of(link)), expected, "{link}");
        }
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let asked = of("?scope=all&light=red&cursor=5.1");
        let link = address(&asked, |asked| asked.light.clear());
        assert_eq!(link, "/staff?scope=all");
        assert!(is_narrowed(&asked) && !is_narrowed(&of("?scope=all&cursor=5.1")));
    }

    #[test]
    fn a_number_is_looked_for_among_finished_cases_too() {
        for (before, number, after) in [
            (
                "?scope=all",
                " 054 897 ",
                "?scope=all&state=all&q=054%20897",
            ),
            ("?scope=all&state=done", "7", "?scope=all&state=done&q=7"),
            ("?scope=all&state=all&q=7", "", "?scope=all&state=all"),
        ] {
            let mut asked = of(before);
            look_up(&mut asked, number);
            assert_eq!(text(&asked), after);
        }
    }

    #[test]
    fn another_kind_takes_its_own_filters_with_it() {
        for (before, kind, after) in [
            (
                "?scope=all&category=light&publication=private",
                "proxy_request",
                "?scope=all&kind=proxy_request",
            ),
            (
                "?scope=all&matter=elder-allowance&light=red",
                "issue_report",
                "?scope=all&kind=issue_report&light=red",
            ),
            (
                "?scope=all&kind=issue_report&category=light",
                "",
                "?scope=all&category=light",
            ),
        ] {
            let mut asked = of(before);
            of_kind(&mut asked, kind);
            assert_eq!(text(&asked), after);
            assert!(is_narrowed(&asked));
        }
    }

    #[test]
    fn values_are_escaped() {
        assert_eq!(escape("a b&c=1/回"), "a%20b%26c%3D1%2F%E5%9B%9E");
    }
}
