//! All that stays on the phone, and the only module that puts it there.
//!
//! `localStorage` holds preferences, links to cases, drafts and the street's facts; what is large
//! or must not be lost goes to IndexedDB, in [`blobs`]. Storage may be refused (a private window,
//! a full phone): reading then finds nothing, and writing says so where it matters.
//!
//! On a shared tablet ([`keep_in_memory`]) everything but public facts stands in memory instead,
//! and goes with the page.

pub mod blobs;

use gloo::storage::{LocalStorage, SessionStorage, Storage, errors::StorageError};
use model::api::Submitted;
use model::id::{CaseId, PhotoId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;

thread_local! {
    /// What would be kept, by key, while nothing of a resident may be written down.
    static MEMORY: RefCell<Option<BTreeMap<String, String>>> = const { RefCell::new(None) };
}

/// From now on nothing of a resident is written down, until the page is loaded anew.
pub fn keep_in_memory() {
    MEMORY.with_borrow_mut(|memory| {
        memory.get_or_insert_default();
    });
}

/// On a device that is a shared one: all its pages, in whatever tab, write nothing down.
const SHARED: &str = "yikezhong.shared";

/// Notes whether this device is a shared one.
pub fn mark_shared(shared: bool) {
    let Some(area) = area() else { return };
    // A browser that refuses to note it writes nothing else down either.
    let _ = match shared {
        true => area.set_item(SHARED, "1"),
        false => area.remove_item(SHARED),
    };
}

/// Begins as a shared device must.
pub fn begin() {
    let noted = area().and_then(|area| area.get_item(SHARED).ok().flatten());
    if noted.is_some() {
        keep_in_memory();
    }
}

/// Whether nothing of a resident is written down.
pub fn in_memory() -> bool {
    MEMORY.with_borrow(Option::is_some)
}

/// What a field says of how the browser may fill it in: not at all where the next person would be
/// offered what this one typed.
pub fn fill_in(usual: &'static str) -> &'static str {
    if in_memory() { "off" } else { usual }
}

/// Does `change` to what stands in memory; none where things are written down as usual.
fn in_memory_do<T>(change: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> Option<T> {
    MEMORY.with_borrow_mut(|memory| memory.as_mut().map(change))
}

/// Preferences that `boot.js` reads too, before the app is there: bare words, not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pref {
    /// 22, 26 or 30: the body size in px of 长辈版.
    Elder,
    /// `light` or `dark`.
    Theme,
    /// `zh-CN` or `en`.
    Language,
    /// Something may wait to be sent: the queue is looked at as soon as the app is there.
    Queued,
    /// `off`: single letters do nothing at the desk.
    Keys,
    /// `58`, `80`, `a5` or `a4`: what the printer beside this device is loaded with.
    Paper,
}

impl Pref {
    fn key(self) -> &'static str {
        match self {
            Pref::Elder => "yikezhong.elder",
            Pref::Theme => "yikezhong.theme",
            Pref::Language => "yikezhong.lang",
            Pref::Queued => "yikezhong.queued",
            Pref::Keys => "yikezhong.keys",
            Pref::Paper => "yikezhong.paper",
        }
    }

    /// The word kept, if any.
    pub fn get(self) -> Option<String> {
        area()?.get_item(self.key()).ok().flatten()
    }

    /// Keeps a word, or forgets it. A refusal only costs the memory of it.
    pub fn set(self, word: Option<&str>) {
        // What one resident likes is not the next one's wish; the paper is the device's.
        if in_memory() && self != Pref::Paper {
            return;
        }
        let Some(area) = area() else { return };
        let _ = match word {
            Some(word) => area.set_item(self.key(), word),
            None => area.remove_item(self.key()),
        };
    }
}

/// A case whose link this phone holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The case.
    pub case: CaseId,
    /// What opens it.
    pub secret: String,
    /// Of which kind, once known.
    #[serde(default)]
    pub kind: Option<KindName>,
    /// What it is about; empty until the case was opened once.
    #[serde(default)]
    pub title: String,
    /// Its number, once known.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// When it was handed in, once known.
    #[serde(default)]
    pub at: Option<TimeMs>,
    /// The receipt as it was given out, on the phone that handed it in.
    #[serde(default)]
    pub submitted: Option<Submitted>,
    /// A family member's link to somebody else's case.
    #[serde(default)]
    pub family: bool,
}

/// What opens a case for a family member has exactly so many characters, so that one cut short by
/// a chat program is told from a whole one.
const FAMILY_SECRET: usize = 32;

impl Link {
    /// A link of which nothing else is known yet.
    pub fn new(case: CaseId, secret: String) -> Link {
        Link {
            case,
            secret,
            kind: None,
            title: String::new(),
            receipt: None,
            at: None,
            submitted: None,
            family: false,
        }
    }

    /// The link made for a family member.
    pub fn of_family(case: CaseId, secret: String) -> Link {
        Link {
            family: true,
            ..Link::new(case, secret)
        }
    }

    /// The link of a case just handed in.
    pub fn of(submitted: Submitted, kind: KindName, title: String) -> Link {
        Link {
            kind: Some(kind),
            case: submitted.case,
            secret: submitted.secret.clone(),
            title,
            receipt: Some(submitted.receipt),
            at: Some(submitted.at),
            submitted: Some(submitted),
            family: false,
        }
    }

    /// The address that opens the case on any phone: the secret stands in the fragment, which
    /// browsers send to nobody.
    pub fn address(&self, origin: &str) -> String {
        let whose = if self.family { 'f' } else { 'c' };
        format!("{origin}/cases#{whose}={}.{}", self.case, self.secret)
    }
}

/// The case and secret in an address's fragment: `#c=<case>.<secret>`, or `#f=…` where it was made
/// for a family member.
pub fn parse_fragment(fragment: &str) -> Option<Link> {
    let family = fragment.starts_with("#f=");
    let rest = fragment.strip_prefix(if family { "#f=" } else { "#c=" })?;
    let (case, secret) = rest.split_once('.')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let length = match family {
        true => FAMILY_SECRET..=FAMILY_SECRET,
        false => 16..=256,
    };
    let good = length.contains(&secret.len()) && secret.chars().all(plain);
    let case = good.then(|| case.parse().ok())??;
    Some(Link {
        family,
        ..Link::new(case, secret.to_owned())
    })
}

const LINKS: &str = "yikezhong.links";

/// The cases of this phone, latest first.
pub fn links() -> Vec<Link> {
    read(LINKS).unwrap_or_default()
}

/// The link of one case.
pub fn link(case: CaseId) -> Option<Link> {
    links().into_iter().find(|link| link.case == case)
}

/// Keeps a link, in place of an older one of the same case; false where the phone refuses.
pub fn keep_link(link: Link) -> bool {
    keep_surely(LINKS, &with_link(links(), link))
}

/// What a resident wanted otherwise after their case had gone out: to be added to it in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Later {
    /// The words.
    pub words: String,
    /// Pictures that the case does not have.
    pub photos: Vec<PhotoId>,
}

fn later_key(case: CaseId) -> String {
    format!("yikezhong.later.{case}")
}

/// What is still to be added to a case.
pub fn later(case: CaseId) -> Option<Later> {
    read(&later_key(case))
}

/// Keeps what is to be added; false where the phone refuses.
pub fn keep_later(case: CaseId, later: &Later) -> bool {
    keep_surely(&later_key(case), later)
}

/// It was added, or is not wanted any more.
pub fn drop_later(case: CaseId) {
    remove(&later_key(case));
}

/// Forgets a link on this phone; the case itself is not touched.
pub fn drop_link(case: CaseId) {
    let mut kept = links();
    kept.retain(|link| link.case != case);
    write(LINKS, &kept);
}

fn with_link(mut links: Vec<Link>, link: Link) -> Vec<Link> {
    match links.iter_mut().find(|old| old.case == link.case) {
        Some(old) => *old = merged(old.clone(), link),
        None => links.insert(0, link),
    }
    links
}

/// What is known of a case never becomes less by opening its bare link again.
fn merged(old: Link, new: Link) -> Link {
    // A receipt stands only beside a secret that has opened the case: a link cut short by a chat
    // program must not take its place.
    let proven = old.receipt.is_some() && new.receipt.is_none();
    // A family member is given another link after one that was taken back; their own case is not
    // made somebody else's by it.
    let keeps = match (old.family, new.family) {
        (true, _) => false,
        (false, true) => true,
        (false, false) => proven,
    };
    Link {
        secret: if keeps { old.secret } else { new.secret },
        family: old.family && new.family,
        title: if new.title.is_empty() {
            old.title
        } else {
            new.title
        },
        kind: new.kind.or(old.kind),
        receipt: new.receipt.or(old.receipt),
        at: new.at.or(old.at),
        submitted: new.submitted.or(old.submitted),
        case: new.case,
    }
}

fn draft_key(name: &str) -> String {
    format!("yikezhong.draft.{name}")
}

/// The draft of that name (a kind's name, or kind and matter).
pub fn draft<T: DeserializeOwned>(name: &str) -> Option<T> {
    read(&draft_key(name))
}

/// Keeps a draft; false where the phone refuses.
pub fn keep_draft<T: Serialize>(name: &str, draft: &T) -> bool {
    write(&draft_key(name), draft)
}

/// Forgets a draft.
pub fn drop_draft(name: &str) {
    remove(&draft_key(name));
}

/// The latest of the drafts that stand in memory, by what `saved` says of each.
pub fn latest_in_memory<T: DeserializeOwned>(saved: fn(&T) -> TimeMs) -> Option<T> {
    let texts = in_memory_do(|memory| {
        let of_drafts = memory
            .iter()
            .filter(|(key, _)| key.starts_with(&draft_key("")));
        of_drafts.map(|(_, text)| text.clone()).collect::<Vec<_>>()
    })?;
    let drafts = texts
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok());
    drafts.max_by_key(saved)
}

/// Removes what residents who used this device by themselves left on it: drafts, links, notes.
/// What waits to be sent stays until it is sent.
pub fn forget_residents() {
    for area in [area(), tab_area()].into_iter().flatten() {
        for key in keys(&area).iter().filter(|key| is_residents(key)) {
            // What cannot be removed could not be written either.
            let _ = area.remove_item(key);
        }
    }
}

fn is_residents(key: &str) -> bool {
    let own = key.strip_prefix("yikezhong.").unwrap_or_default();
    let kept = ["draft.", "note.", "later.", "tab."];
    key == LINKS || kept.iter().any(|prefix| own.starts_with(prefix))
}

/// A public fact as last fetched: `street`, `matters`, `facilities`.
pub fn fact<T: DeserializeOwned>(name: &str) -> Option<T> {
    read_area(&format!("yikezhong.fact.{name}"))
}

/// Keeps a public fact for the time without signal. A phone without room simply asks again.
pub fn keep_fact<T: Serialize>(name: &str, fact: &T) {
    write_area(&format!("yikezhong.fact.{name}"), fact);
}

/// Anything else small, under a name of its own (`case.<id>` as last seen, say).
pub fn note<T: DeserializeOwned>(name: &str) -> Option<T> {
    read(&format!("yikezhong.note.{name}"))
}

/// Keeps it; false where the phone refuses.
pub fn keep_note<T: Serialize>(name: &str, note: &T) -> bool {
    write(&format!("yikezhong.note.{name}"), note)
}

/// Keeps a note that nobody can get again; false where the phone refuses all the same.
pub fn keep_note_surely<T: Serialize>(name: &str, note: &T) -> bool {
    keep_surely(&format!("yikezhong.note.{name}"), note)
}

/// Forgets it.
pub fn drop_note(name: &str) {
    remove(&format!("yikezhong.note.{name}"));
}

fn tab_key(name: &str) -> String {
    format!("yikezhong.tab.{name}")
}

/// What is kept for this tab alone: it outlives a reload, and ends with the tab.
pub fn tab_note<T: DeserializeOwned>(name: &str) -> Option<T> {
    if in_memory() {
        return read(&tab_key(name));
    }
    tab_area()?;
    SessionStorage::get(tab_key(name)).ok()
}

/// Keeps it; false where the browser refuses.
pub fn keep_tab_note<T: Serialize>(name: &str, note: &T) -> bool {
    if in_memory() {
        return write(&tab_key(name), note);
    }
    tab_area().is_some() && SessionStorage::set(tab_key(name), note).is_ok()
}

/// Forgets it.
pub fn drop_tab_note(name: &str) {
    if in_memory() {
        return remove(&tab_key(name));
    }
    if tab_area().is_some() {
        SessionStorage::delete(tab_key(name));
    }
}

fn tab_area() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn area() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// None where nothing is kept, or something another version wrote.
fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    match in_memory_do(|memory| memory.get(key).cloned()) {
        Some(text) => serde_json::from_str(&text?).ok(),
        None => read_area(key),
    }
}

fn write<T: Serialize>(key: &str, value: &T) -> bool {
    if !in_memory() {
        return write_area(key, value);
    }
    let Ok(text) = serde_json::to_string(value) else {
        return false;
    };
    in_memory_do(|memory| memory.insert(key.to_owned(), text)).is_some()
}

fn remove(key: &str) {
    if in_memory_do(|memory| memory.remove(key)).is_none() {
        LocalStorage::delete(key);
    }
}

fn read_area<T: DeserializeOwned>(key: &str) -> Option<T> {
    // gloo panics where storage itself is refused.
    area()?;
    LocalStorage::get(key).ok()
}

fn write_area<T: Serialize>(key: &str, value: &T) -> bool {
    let written: Result<(), StorageError> = match area() {
        Some(_) => LocalStorage::set(key, value),
        None => return false,
    };
    written.is_ok()
}

/// Writes what nobody can get again: where there is no room, what can be fetched again goes first.
fn keep_surely<T: Serialize>(key: &str, value: &T) -> bool {
    write(key, value) || {
        make_room();
        write(key, value)
    }
}

/// Lets go of what the server tells again: public facts, and cases as last seen.
fn make_room() {
    let Some(area) = area() else { return };
    for key in keys(&area).iter().filter(|key| can_be_fetched(key)) {
        // What cannot be removed is no room either.
        let _ = area.remove_item(key);
    }
}

fn keys(area: &web_sys::Storage) -> Vec<String> {
    let count = area.length().unwrap_or_default();
    let keys = (0..count).filter_map(|at| area.key(at).ok().flatten());
    keys.collect()
}

fn can_be_fetched(key: &str) -> bool {
    ["yikezhong.fact.", "yikezhong.note.case."]
        .iter()
        .any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: &str = "01935f3e-7b2a-7c3d-8e4f-5a6b7c8d9e0f";

    #[test]
    fn a_secret_link_is_read_back() {
        let case = CASE.parse().expect("a case id");
        let link = Link::new(case, "q3vN8-k_2LxYw0Zt5RbC".into());
        let address = link.address("https://example.org");
        let (_, fragment) = address.split_at(address.find('#').expect("a fragment"));
        assert_eq!(parse_fragment(fragment), Some(link));
    }

    #[test]
    fn a_family_members_link_is_told_from_the_residents() {
        let case = CASE.parse().expect("a case id");
        let link = Link::of_family(case, "a".repeat(FAMILY_SECRET));
        let address = link.address("");
        let (_, fragment) = address.split_at(address.find('#').expect("a fragment"));
        assert_eq!(parse_fragment(fragment), Some(link));
        assert_eq!(parse_fragment(&fragment[..fragment.len() - 1]), None);
    }

    #[test]
    fn another_link_takes_the_place_of_one_taken_back() {
        let case = CASE.parse().expect("a case id");
        let secret = |letter: &str| letter.repeat(FAMILY_SECRET);
        let mut taken_back = Link::of_family(case, secret("a"));
        taken_back.receipt = Some(Receipt::of(7));
        let again = Link::of_family(case, secret("b"));
        let links = with_link(vec![taken_back.clone()], again.clone());
        assert_eq!(
            (links[0].secret.as_str(), links[0].family),
            (secret("b").as_str(), true)
        );
        // Whoever handed it in scans their daughter's code: it stays their own case.
        let own = Link::new(case, "own-secret-0123456789".into());
        let links = with_link(vec![own.clone()], again);
        assert_eq!(
            (links[0].secret.as_str(), links[0].family),
            (own.secret.as_str(), false)
        );
        // The other way round it becomes theirs.
        let links = with_link(vec![taken_back], own.clone());
        assert_eq!(
            (links[0].secret.as_str(), links[0].family),
            (own.secret.as_str(), false)
        );
    }

    #[test]
    fn other_fragments_are_not_links() {
        for fragment in [
            "",
            "#main",
            "#c=",
            &format!("#c={CASE}"),
            &format!("#c={CASE}.short"),
            &format!("#c={CASE}.with space and more"),
            "#c=not-a-case.q3vN8-k_2LxYw0Zt5RbC",
            &format!("c={CASE}.q3vN8-k_2LxYw0Zt5RbC"),
        ] {
            assert_eq!(parse_fragment(fragment), None, "{fragment}");
        }
    }

    #[test]
    fn opening_a_bare_link_again_loses_nothing() {
        let case = CASE.parse().expect("a case id");
        let mut known = Link::new(case, "old-secret-0123456789".into());
        known.title = "高龄津贴".into();
        known.receipt = Some(Receipt::of(7));
        let links = with_link(vec![known], Link::new(case, "new-secret-0123456789".into()));
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].title, "高龄津贴");
        assert_eq!(links[0].receipt, Some(Receipt::of(7)));
        assert_eq!(
            links[0].secret, "old-secret-0123456789",
            "it has opened the case"
        );
    }

    #[test]
    fn only_what_the_server_tells_again_makes_room() {
        for key in ["yikezhong.fact.street", "yikezhong.note.case.01935f3e"] {
            assert!(can_be_fetched(key), "{key}");
        }
        let draft = draft_key("proxy_request.elder-allowance");
        for key in [LINKS, &draft, Pref::Elder.key(), "another-site's"] {
            assert!(!can_be_fetched(key), "{key}");
        }
    }

    #[test]
    fn on_a_shared_tablet_everything_stands_in_memory() {
        assert!(!in_memory());
        keep_in_memory();
        assert!(keep_draft("a", &"early") && keep_tab_note("t", &3));
        // Asked for twice it forgets nothing.
        keep_in_memory();
        assert_eq!(draft::<String>("a").as_deref(), Some("early"));
        assert_eq!(tab_note::<u8>("t"), Some(3));
        keep_draft("b", &"latest");
        let longer = |text: &String| TimeMs(text.len() as i64);
        assert_eq!(latest_in_memory(longer).as_deref(), Some("latest"));
        drop_draft("b");
        assert_eq!(latest_in_memory(longer).as_deref(), Some("early"));
    }

    #[test]
    fn what_is_a_residents_is_known_by_its_name() {
        for key in [
            LINKS,
            &draft_key("call_back"),
            &later_key(CASE.parse().expect("an id")),
            "yikezhong.note.case.01935f3e",
            &tab_key("replies"),
        ] {
            assert!(is_residents(key), "{key}");
        }
        for key in [
            "yikezhong.fact.street",
            Pref::Theme.key(),
            "another-site's.draft.",
        ] {
            assert!(!is_residents(key), "{key}");
        }
    }

    #[test]
    fn a_secret_that_opened_nothing_yet_gives_way() {
        let case = CASE.parse().expect("a case id");
        let cut = Link::new(case, "cut-secret-01234".into());
        let links = with_link(vec![cut], Link::new(case, "new-secret-0123456789".into()));
        assert_eq!(links[0].secret, "new-secret-0123456789");
    }
}
