//! Where one is, and how one goes on: by the address bar as a rule. On a shared tablet the address
//! stays the same throughout, so that neither history nor the back button tells of a resident;
//! pages then go by an address in memory, [`Inside`], and need not know.

use gloo::utils::window;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks;
use leptos_router::params::ParamsMap;

/// An address in memory, in the context of the pages that go by it.
#[derive(Clone, Copy)]
pub struct Inside {
    address: RwSignal<String>,
    params: Memo<ParamsMap>,
}

impl Inside {
    /// At `address`, of whose path `params_of` reads the parameters.
    pub fn at(address: String, params_of: fn(&str) -> ParamsMap) -> Inside {
        let address = RwSignal::new(address);
        Inside {
            address,
            params: Memo::new(move |_| address.with(|address| params_of(path_of(address)))),
        }
    }

    /// The address; follows changes.
    pub fn address(self) -> String {
        self.address.get()
    }

    /// Goes to another address, and to the top of its page.
    pub fn go(self, address: &str) {
        self.address.try_set(address.to_owned());
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// The part of an address before its query.
pub fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// The query's parameters.
fn query_of(address: &str) -> ParamsMap {
    let mut map = ParamsMap::new();
    for (name, value) in pairs_of(address) {
        map.insert(name.to_owned(), value.to_owned());
    }
    map
}

/// The names and values of a query. They are names and ids of ours, which need no escapes.
fn pairs_of(address: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').filter_map(|pair| pair.split_once('='))
}

/// What stands after the question mark at the page that asks. On the way to another page it stays
/// what it was: a form would take the other's query for its own first page.
pub fn use_query_map() -> Memo<ParamsMap> {
    let Some(Inside { address, .. }) = use_context::<Inside>() else {
        return hooks::use_query_map();
    };
    let own = address.with_untracked(|address| path_of(address).to_owned());
    Memo::new(move |before: Option<&ParamsMap>| {
        address.with(|address| match before {
            Some(before) if path_of(address) != own => before.clone(),
            _ => query_of(address),
        })
    })
}

/// What the route names in its path.
pub fn use_params_map() -> Memo<ParamsMap> {
    use_context::<Inside>().map_or_else(hooks::use_params_map, |inside| inside.params)
}

/// Goes to another page.
pub fn use_navigate() -> impl Fn(&str, NavigateOptions) + Clone + 'static {
    let inside = use_context::<Inside>();
    let outside = hooks::use_navigate();
    move |to: &str, options: NavigateOptions| match inside {
        Some(inside) => inside.go(to),
        None => outside(to, options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_the_bar_would() {
        for (address, path, page) in [
            (
                "/proxy/a/apply?page=home&back=check",
                "/proxy/a/apply",
                Some("home"),
            ),
            ("/report", "/report", None),
            ("/report?page=check#words", "/report", Some("check")),
            ("", "", None),
        ] {
            assert_eq!(path_of(address), path);
            let mut pairs = pairs_of(address);
            let asked = pairs.find(|(name, _)| *name == "page");
            assert_eq!(asked.map(|(_, value)| value), page, "{address}");
        }
    }
}
