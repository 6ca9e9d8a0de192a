//! What all pages share, each in a newtype of its own in the context.

use crate::api;
use crate::storage::{self, Pref};
use crate::{Locale, set_locale};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::report::Categories;
use model::api::{Facilities, MapSource, Matters};
use model::field::Context;
use model::id::PhotoId;
use model::street::Street;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use web_sys::SpeechSynthesisUtterance;

/// The size of 长辈版's body text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elder {
    /// 22 px.
    Large,
    /// 26 px.
    Larger,
    /// 30 px.
    Largest,
}

impl Elder {
    /// From smallest to largest.
    pub const ALL: [Elder; 3] = [Elder::Large, Elder::Larger, Elder::Largest];

    /// In px: the value of `data-elder` and of the preference.
    pub fn px(self) -> &'static str {
        match self {
            Elder::Large => "22",
            Elder::Larger => "26",
            Elder::Largest => "30",
        }
    }

    fn of(px: &str) -> Option<Elder> {
        Elder::ALL.into_iter().find(|size| size.px() == px)
    }
}

/// How the reader wants to see the app.
#[derive(Clone, Copy)]
pub struct Prefs {
    /// 长辈版 and its size; none is the normal version.
    pub elder: RwSignal<Option<Elder>>,
    /// The language; a change draws everything anew.
    pub language: RwSignal<Locale>,
}

impl Prefs {
    /// As `boot.js` left them on `<html>`, and as `?lang=` or the phone remembers the language.
    pub fn load(asked: &str) -> Prefs {
        let elder = root_attribute("data-elder").as_deref().and_then(Elder::of);
        if asked_for(asked, "elder").is_some() {
            Pref::Elder.set(elder.map(Elder::px));
        }
        let language = match asked_for(asked, "lang") {
            Some(tag) => Some(tag.to_owned()),
            None => Pref::Language.get(),
        };
        let language = match language.as_deref() {
            Some("en") => Locale::en,
            _ => Locale::zh_CN,
        };
        let prefs = Prefs {
            elder: RwSignal::new(elder),
            language: RwSignal::new(language),
        };
        prefs.speak(language);
        prefs
    }

    /// Sets 长辈版's size, or leaves it.
    pub fn set_elder(&self, elder: Option<Elder>) {
        let px = elder.map(Elder::px);
        set_root_attribute("data-elder", px);
        Pref::Elder.set(px);
        self.elder.set(elder);
    }

    /// Changes the language.
    pub fn speak(&self, language: Locale) {
        set_locale(language);
        let tag = crate::when::language_tag();
        set_root_attribute("lang", Some(tag));
        Pref::Language.set(Some(tag));
        if self.language.get_untracked() != language {
            self.language.set(language);
        }
    }

    /// Whether 长辈版 is on; follows changes.
    pub fn is_elder(&self) -> bool {
        self.elder.get().is_some()
    }

    /// Whether forms ask one question a page: in 长辈版, and on a shared tablet.
    pub fn one_a_page(&self) -> bool {
        self.is_elder() || storage::in_memory()
    }
}

/// The value of one parameter in a query (`?a=1&b=2`); no escapes, since none is needed here.
fn asked_for<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let pairs = query.trim_start_matches('?').split('&');
    pairs
        .filter_map(|pair| pair.split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

fn root_attribute(name: &str) -> Option<String> {
    root()?.get_attribute(name)
}

/// Sets or removes an attribute of `<html>`.
pub(crate) fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    // Both fail for a name that is no attribute name; ours are.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Whether the page, or the sheet before it, is being read aloud.
#[derive(Clone, Copy)]
pub struct Aloud(pub RwSignal<bool>);

impl Aloud {
    /// Begins to read, or stops.
    pub fn turn(self) {
        let on = !self.0.get_untracked();
        if on {
            begin_to_speak();
        }
        self.0.set(on);
    }

    /// Reads no further: what was being read is not in front any more.
    pub fn hush(self) {
        // Gone with the page it belongs to.
        self.0.try_set(false);
    }
}

/// Says nothing, at once: an iPhone lets a page speak only if a press began it, and what reads
/// may still have to be fetched.
fn begin_to_speak() {
    let synthesis = gloo::utils::window().speech_synthesis();
    if let (Ok(synthesis), Ok(nothing)) = (synthesis, SpeechSynthesisUtterance::new()) {
        synthesis.speak(&nothing);
    }
}

/// Whether the phone believes to have signal.
#[derive(Clone, Copy)]
pub struct Online(pub RwSignal<bool>);

/// A public fact on its way to the page.
#[derive(Debug)]
pub enum Known<T> {
    /// Asked for.
    Waiting,
    /// Here; perhaps from an earlier visit.
    Here(Arc<T>),
    /// Not to be had, and nothing kept from before.
    Lacking(api::Error),
}

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        match self {
            Known::Waiting => Known::Waiting,
            Known::Here(fact) => Known::Here(Arc::clone(fact)),
            Known::Lacking(error) => Known::Lacking(error.clone()),
        }
    }
}

/// A public fact: what the phone kept at once, then what the server says.
pub struct Fact<T: 'static> {
    name: &'static str,
    known: RwSignal<Known<T>>,
    asked: StoredValue<bool>,
}

impl<T> Clone for Fact<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fact<T> {}

impl<T: Serialize + DeserializeOwned + PartialEq + Send + Sync + 'static> Fact<T> {
    fn new(name: &'static str) -> Self {
        let known = RwSignal::new(Known::Waiting);
        Fact {
            name,
            known,
            asked: StoredValue::new(false),
        }
    }

    fn ask<F: Future<Output = api::Result<T>> + 'static>(self, fetch: impl FnOnce() -> F) {
        if self.asked.get_value() {
            return;
        }
        self.asked.set_value(true);
        if let Some(kept) = storage::fact(self.name) {
            self.known.set(Known::Here(Arc::new(kept)));
        }
        let answer = fetch();
        spawn_local(async move { self.learn(answer.await) });
    }

    fn learn(self, answer: api::Result<T>) {
        match answer {
            Ok(fresh) if self.now().is_some_and(|kept| *kept == fresh) => {}
            Ok(fresh) => {
                storage::keep_fact(self.name, &fresh);
                self.known.try_set(Known::Here(Arc::new(fresh)));
            }
            Err(error) => {
                // The next one who needs it asks again.
                self.asked.try_set_value(false);
                if self.now().is_none() {
                    self.known.try_set(Known::Lacking(error));
                }
            }
        }
    }

    /// What is known; follows changes.
    pub fn get(self) -> Known<T> {
        self.known.get()
    }

    /// The fact itself where it is here; follows changes.
    pub fn here(self) -> Option<Arc<T>> {
        match self.known.get() {
            Known::Here(fact) => Some(fact),
            _ => None,
        }
    }

    /// The fact itself where it is here, without following changes.
    pub fn now(self) -> Option<Arc<T>> {
        match self.known.try_get_untracked()? {
            Known::Here(fact) => Some(fact),
            _ => None,
        }
    }
}

/// The street's public facts; each is fetched when first asked for.
#[derive(Clone, Copy)]
pub struct Facts {
    street: Fact<Street>,
    matters: Fact<Matters>,
    facilities: Fact<Facilities>,
    categories: Fact<Categories>,
    map: Fact<MapSource>,
}

impl Facts {
    /// Nothing asked for yet.
    pub fn new() -> Facts {
        Facts {
            street: Fact::new("street"),
            matters: Fact::new("matters"),
            facilities: Fact::new("facilities"),
            categories: Fact::new("categories"),
            map: Fact::new("map"),
        }
    }

    /// The street: areas, estates, numbers to call, notices, calendar.
    pub fn street(&self) -> Fact<Street> {
        self.street.ask(api::street);
        self.street
    }

    /// The matters and their guides.
    pub fn matters(&self) -> Fact<Matters> {
        self.matters.ask(api::matters);
        self.matters
    }

    /// The facilities.
    pub fn facilities(&self) -> Fact<Facilities> {
        self.facilities.ask(api::facilities);
        self.facilities
    }

    /// What may be reported from the street.
    pub fn categories(&self) -> Fact<Categories> {
        self.categories.ask(api::categories);
        self.categories
    }

    /// What the map is drawn from; asked for by the first page with one.
    pub fn map(&self) -> Fact<MapSource> {
        self.map.ask(api::map);
        self.map
    }

    /// Street, matters and facilities once they are here: what forms are checked against.
    pub fn together(&self) -> Option<Ground> {
        let (street, matters, facilities) = (
            self.street().here(),
            self.matters().here(),
            self.facilities().here(),
        );
        Some(Ground {
            street: street?,
            matters: matters?,
            facilities: facilities?,
            categories: Arc::new(no_categories()),
        })
    }

    /// What a report from the street is checked against, once it is here.
    pub fn for_reports(&self) -> Option<Ground> {
        let (street, facilities, categories) = (
            self.street().here(),
            self.facilities().here(),
            self.categories().here(),
        );
        Some(Ground {
            street: street?,
            matters: Arc::new(Matters {
                matters: Vec::new(),
            }),
            facilities: facilities?,
            categories: categories?,
        })
    }

    /// Asks again for what is lacking.
    pub fn retry(&self) {
        let _ = (self.street(), self.matters(), self.facilities());
    }
}

impl Default for Facts {
    fn default() -> Self {
        Facts::new()
    }
}

/// 代办 asks about none.
fn no_categories() -> Categories {
    Categories {
        categories: Vec::new(),
        emergencies: Vec::new(),
    }
}

/// Street, matters and facilities at hand.
#[derive(Clone)]
pub struct Ground {
    /// The street.
    pub street: Arc<Street>,
    /// The matters.
    pub matters: Arc<Matters>,
    /// The facilities.
    pub facilities: Arc<Facilities>,
    /// What may be reported; empty in forms that ask about no category.
    pub categories: Arc<Categories>,
}

impl Ground {
    /// What [`model::field`] checks answers with, at this moment.
    pub fn context(&self) -> Context<'_> {
        Context {
            street: &self.street,
            matters: &self.matters.matters,
            facilities: &self.facilities.facilities,
            categories: &self.categories.categories,
            vouched: false,
            now: crate::when::now(),
        }
    }
}

/// The street's facts, from the context.
pub fn facts() -> Facts {
    use_context().unwrap_or_default()
}

/// The reader's preferences, from the context.
pub fn prefs() -> Prefs {
    use_context().unwrap_or_else(|| Prefs::load(""))
}

/// A new UUIDv7, for a photo or an idempotency key.
pub fn new_uuid() -> uuid::Uuid {
    let mut random = [0u8; 10];
    let crypto = web_sys::window().and_then(|window| window.crypto().ok());
    if let Some(crypto) = crypto {
        // Fails only above 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    let now_ms = crate::when::now().0.unsigned_abs();
    uuid::Builder::from_unix_timestamp_millis(now_ms, &random).into_uuid()
}

/// The id of a photo just taken.
pub fn new_photo() -> PhotoId {
    PhotoId(new_uuid())
}

#[cfg(test)]
mod tests {
    use super::asked_for;

    #[test]
    fn what_the_address_asks_for() {
        for (query, name, expected) in [
            ("?elder=1", "elder", Some("1")),
            ("?a=2&elder=0&lang=en", "lang", Some("en")),
            ("?elders=1", "elder", None),
            ("?elder", "elder", None),
            ("", "elder", None),
        ] {
            assert_eq!(asked_for(query, name), expected, "{query}");
        }
    }
}
