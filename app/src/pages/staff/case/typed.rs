//! What somebody types into an action, and the action that becomes of it.
//!
//! It is about residents: it is kept for the tab alone, through reloads, until it is sent or its
//! writer signs out, and nobody else who signs in here finds it. Pictures taken for it stay on the
//! device as long.

use super::faces::Faces;
use crate::storage::{self, blobs};
use leptos::task::spawn_local;
use model::id::{CaseId, PhotoId, StaffId};
use model::issue::Nature;
use model::workflow::{Action, Needs, Refused, Slot, Tags, Verb};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The name of what is kept for the tab, and of the list of pictures on the device.
const NAME: &str = "staff";

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The forms of one person that are not sent yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    of: Option<StaffId>,
    forms: Vec<(CaseId, Verb, Typed)>,
}

impl Kept {
    fn get(&self, case: CaseId, verb: Verb) -> Option<&Typed> {
        let mut forms = self.forms.iter();
        let found = forms.find(|(of, by, _)| (*of, *by) == (case, verb));
        found.map(|(_, _, typed)| typed)
    }

    fn put(&mut self, case: CaseId, verb: Verb, typed: Typed) {
        self.remove(case, verb);
        self.forms.push((case, verb, typed));
    }

    fn remove(&mut self, case: CaseId, verb: Verb) {
        self.forms.retain(|(of, by, _)| (*of, *by) != (case, verb));
    }

    fn photos(&self, case: CaseId) -> Vec<PhotoId> {
        let forms = self.forms.iter().filter(|(of, _, _)| *of == case);
        forms.flat_map(|(_, _, typed)| typed.pictures()).collect()
    }

    /// What there is for `staff`: nothing of what somebody else left.
    fn for_staff(self, staff: &StaffId) -> Kept {
        let of = Some(staff.clone());
        let forms = if self.of == of {
            self.forms
        } else {
            Vec::new()
        };
        Kept { of, forms }
    }
}

/// Pictures on the device that were taken for actions, and by whom.
#[derive(Default, Serialize, Deserialize)]
struct Taken {
    of: Option<StaffId>,
    photos: BTreeSet<PhotoId>,
}

/// Takes up what `staff` left in this tab; what anybody else left is forgotten.
pub fn begin_for(staff: &StaffId) {
    let kept: Kept = storage::tab_note(NAME).unwrap_or_default();
    KEPT.set(kept.for_staff(staff));
    write_down();
    let taken: Taken = storage::note(NAME).unwrap_or_default();
    if taken.of.as_ref() != Some(staff) {
        drop_taken(taken);
    }
}

/// What is kept for an action of a case.
pub fn kept(case: CaseId, verb: Verb) -> Option<Typed> {
    KEPT.with_borrow(|kept| kept.get(case, verb).cloned())
}

/// The pictures taken for actions of a case.
pub fn photos_of(case: CaseId) -> Vec<PhotoId> {
    KEPT.with_borrow(|kept| kept.photos(case))
}

/// Keeps what is typed.
pub fn keep(case: CaseId, verb: Verb, typed: Typed) {
    note_taken(&typed.pictures());
    KEPT.with_borrow_mut(|kept| kept.put(case, verb, typed));
    write_down();
}

/// It was sent: the server has its pictures.
pub fn forget(case: CaseId, verb: Verb) {
    let sent = kept(case, verb)
        .map(|typed| typed.pictures())
        .unwrap_or_default();
    KEPT.with_borrow_mut(|kept| kept.remove(case, verb));
    write_down();
    let mut taken: Taken = storage::note(NAME).unwrap_or_default();
    taken.photos.retain(|photo| !sent.contains(photo));
    storage::keep_note(NAME, &taken);
    drop_photos(sent);
}

/// Whoever sat here has signed out.
pub fn forget_all() {
    KEPT.take();
    storage::drop_tab_note(NAME);
    drop_taken(storage::note(NAME).unwrap_or_default());
}

fn write_down() {
    // A browser that refuses has it as long as the page is open.
    KEPT.with_borrow(|kept| storage::keep_tab_note(NAME, kept));
}

fn note_taken(photos: &[PhotoId]) {
    let mut taken: Taken = storage::note(NAME).unwrap_or_default();
    if photos.iter().all(|photo| taken.photos.contains(photo)) {
        return;
    }
    taken.of = KEPT.with_borrow(|kept| kept.of.clone());
    taken.photos.extend(photos);
    storage::keep_note(NAME, &taken);
}

fn drop_taken(taken: Taken) {
    storage::drop_note(NAME);
    drop_photos(taken.photos.into_iter().collect());
}

fn drop_photos(photos: Vec<PhotoId>) {
    if !photos.is_empty() {
        spawn_local(async move {
            // What a broken store keeps, it also cannot show to anybody.
            let _ = blobs::drop_photos(&photos).await;
        });
    }
}

/// What stands in the form of one action.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Words to the resident.
    pub to_resident: String,
    /// The template these came from: as written, and as filled in.
    pub template: Option<(String, String)>,
    /// Words to colleagues.
    pub to_staff: String,
    /// Who is to do it.
    pub staff: Option<StaffId>,
    /// When.
    pub slot: Option<Slot>,
    /// Papers ticked.
    pub ticked: BTreeSet<String>,
    /// More papers, one a line.
    pub more_papers: String,
    /// Working days more.
    pub days: String,
    /// Stars.
    pub rating: Option<u8>,
    /// Photos taken.
    pub photos: Vec<PhotoId>,
    /// The department answers for the whole.
    pub lead: bool,
    /// What everybody may read and see.
    pub faces: Faces,
    /// Which sort of trouble it is.
    pub nature: Option<Nature>,
    /// Tags, and the one still being typed.
    pub tags: Vec<String>,
    /// The tag still being typed.
    pub tag: String,
    /// The case that is to stand for this one.
    pub into: Option<CaseId>,
    /// What was sent last, with its key: the same again goes under the same key.
    sent: Option<(Action, u32, Uuid)>,
}

impl Typed {
    /// The action as it stands.
    pub fn action(&self, verb: Verb, on_word: bool, asks: &Asks) -> Action {
        let said = |text: &str, want: Want| {
            Some(text.trim().to_owned()).filter(|text| want.is_asked() && !text.is_empty())
        };
        let mut action = Action::new(verb);
        action.on_word = on_word;
        action.to_resident = said(&self.to_resident, asks.resident);
        action.to_staff = said(&self.to_staff, asks.staff);
        action.staff = self
            .staff
            .clone()
            .filter(|_| asks.people || asks.department);
        action.lead = self.lead && asks.department;
        action.slot = self.slot.filter(|_| asks.slot);
        action.days = self
            .days
            .trim()
            .parse()
            .ok()
            .filter(|_| asks.days || asks.department);
        action.rating = self.rating.filter(|_| asks.rating);
        if asks.photos {
            action.photos.clone_from(&self.photos);
        }
        if asks.papers {
            action.papers = self.papers();
        }
        action.face = asks.face.then(|| self.faces.face());
        action.tags = asks.tags.then(|| self.all_tags());
        action.into = self.into.filter(|_| asks.case);
        action
    }

    /// All pictures made for it on this device.
    fn pictures(&self) -> Vec<PhotoId> {
        self.photos
            .iter()
            .copied()
            .chain(self.faces.copies())
            .collect()
    }

    /// The tags, with the one that was typed and not added.
    fn all_tags(&self) -> Tags {
        let mut tags = self.clone();
        tags.add_tag();
        Tags {
            nature: tags.nature,
            words: tags.tags,
        }
    }

    /// Adds the tag being typed, once.
    pub fn add_tag(&mut self) {
        let tag = std::mem::take(&mut self.tag).trim().to_owned();
        if !tag.is_empty() && !self.tags.contains(&tag) {
            self.tags.push(tag);
        }
    }

    /// All papers named, each once.
    fn papers(&self) -> Vec<String> {
        let lines = self.more_papers.lines().map(|line| line.trim().to_owned());
        let mut papers: Vec<String> = self.ticked.iter().cloned().collect();
        for line in lines.filter(|line| !line.is_empty()) {
            if !papers.contains(&line) {
                papers.push(line);
            }
        }
        papers
    }

    /// The Idempotency-Key to send `action` under: another action is another intent.
    pub fn key_for(&mut self, action: &Action, seen_seq: u32, new: impl FnOnce() -> Uuid) -> Uuid {
        if let Some((sent, seq, key)) = &self.sent
            && (sent, *seq) == (action, seen_seq)
        {
            return *key;
        }
        let key = new();
        self.sent = Some((action.clone(), seen_seq, key));
        key
    }

    /// Puts a template's filled words in.
    pub fn put(&mut self, raw: String, filled: String) {
        self.to_resident.clone_from(&filled);
        self.template = Some((raw, filled));
    }

    /// Fills the template anew after a fact has changed, unless its words were changed by hand.
    pub fn refill(&mut self, fill: impl FnOnce(&str) -> String) {
        if let Some((raw, filled)) = self.template.take()
            && self.to_resident == filled
        {
            let filled = fill(&raw);
            self.put(raw, filled);
        }
    }
}

/// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Not at all.
    No,
    /// It may be left out.
    May,
    /// It must be there.
    Must,
}

impl Want {
    /// May or must.
    pub fn is_asked(self) -> bool {
        self != Want::No
    }
}

/// What the form of an action asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asks {
    /// Words to the resident.
    pub resident: Want,
    /// Words to colleagues.
    pub staff: Want,
    /// Somebody to do it.
    pub people: bool,
    /// A time.
    pub slot: bool,
    /// Papers.
    pub papers: bool,
    /// Days.
    pub days: bool,
    /// Stars.
    pub rating: bool,
    /// Photos.
    pub photos: bool,
    /// A department, days to answer in, and which part it has.
    pub department: bool,
    /// What everybody may read and see.
    pub face: bool,
    /// Tags.
    pub tags: bool,
    /// Another case.
    pub case: bool,
}

/// What the form of `verb` asks for, given what the workflow needs.
pub fn asks(verb: Verb, needs: Needs) -> Asks {
    use Verb::*;
    Asks {
        resident: match (needs, verb) {
            (Needs::WordsToResident, _) => Want::Must,
            (_, AskReturn | AllowReturn | RefuseReturn | RefuseExtension | Urge) => Want::No,
            // What was decided is told by the event itself, or is nothing to the resident.
            (_, CallDepartment | EndCall | Review | Publish | Tag) => Want::No,
            _ => Want::May,
        },
        staff: match (needs, verb) {
            (Needs::Reason | Needs::DaysAndReason | Needs::Department, _) => Want::Must,
            (_, EndCall | Merge | Unmerge) => Want::May,
            (_, Assign | Reassign | AllowReturn | AllowExtension | BookVisit) => Want::May,
            _ => Want::No,
        },
        people: needs == Needs::Staff,
        slot: needs == Needs::Slot,
        papers: needs == Needs::Papers,
        days: needs == Needs::DaysAndReason,
        rating: needs == Needs::Rating,
        photos: needs == Needs::WordsOrPhotos
            || matches!(verb, Finish | TakeOriginals | ReturnOriginals | ReplyCall),
        department: needs == Needs::Department,
        face: needs == Needs::Face,
        tags: needs == Needs::Tags,
        case: needs == Needs::Case,
    }
}

/// The part of the form at which a refusal is said; none for what no part of it can mend.
pub fn place_of(refused: Refused) -> Option<&'static str> {
    Some(match refused {
        Refused::WordsNeeded | Refused::NothingAdded => "act-resident",
        Refused::ReasonNeeded => "act-staff",
        Refused::StaffNeeded => "act-people",
        Refused::SlotNeeded | Refused::SlotPast => "act-slot",
        Refused::PapersNeeded => "act-papers",
        Refused::RatingNeeded => "act-rating",
        Refused::DaysNeeded => "act-days",
        Refused::AlreadyCalled | Refused::NotCalled => "act-people",
        Refused::PhotoNeeded => "act-photos",
        Refused::PublicWordsNeeded => "act-public",
        Refused::BadTags => "act-tags",
        Refused::CaseNeeded | Refused::StandsForOthers => "act-case",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::staff::samples;
    use model::calendar::Calendar;
    use model::calendar::Due;
    use model::kinds::KindName;
    use model::time::TimeMs;
    use model::workflow::{
        Actor, Call, Flow, Merged, Progress, Publication, Rules, State, needs_of, step,
    };

    const ALL_PLACES: [Refused; 13] = [
        Refused::WordsNeeded,
        Refused::NothingAdded,
        Refused::ReasonNeeded,
        Refused::StaffNeeded,
        Refused::SlotNeeded,
        Refused::PapersNeeded,
        Refused::DaysNeeded,
        Refused::AlreadyCalled,
        Refused::NotCalled,
        Refused::PhotoNeeded,
        Refused::PublicWordsNeeded,
        Refused::BadTags,
        Refused::CaseNeeded,
    ];

    fn filled() -> Typed {
        Typed {
            to_resident: " 好了 ".to_owned(),
            to_staff: "请看".to_owned(),
            staff: StaffId::parse("grid").ok(),
            slot: Some(Slot {
                start: TimeMs(1_000),
                end: TimeMs(2_000),
            }),
            ticked: ["户口本".to_owned()].into(),
            days: "3".to_owned(),
            rating: Some(5),
            photos: vec![PhotoId(Uuid::from_u128(1))],
            faces: Faces {
                words: "路灯不亮".to_owned(),
                pictures: Vec::new(),
            },
            tag: "夜里黑".to_owned(),
            into: Some(CaseId(Uuid::from_u128(2))),
            ..Typed::default()
        }
    }

    /// Every form asks for whatever the workflow would refuse to go without.
    #[test]
    fn a_filled_form_lacks_nothing_and_an_empty_one_says_where() {
        for kind in KindName::ALL {
            every_form_of(kind.flow());
        }
    }

    fn every_form_of(flow: Flow) {
        let calendar = Calendar::default();
        for rule in flow
            .iter()
            .copied()
            .flatten()
            .filter(|rule| !matches!(rule.verb, Verb::Lapse | Verb::WithdrawSilent))
        {
            let asks = asks(rule.verb, rule.needs);
            for state in rule.from {
                assert_eq!(needs_of(flow, *state, rule.verb), Some(rule.needs));
                let progress = ready(*state, rule.verb);
                let rules = Rules {
                    flow,
                    calendar: &calendar,
                    limit: None,
                    photo_at_finish: false,
                    now: TimeMs(0),
                };
                let by = |typed: &Typed, on_word| {
                    let action = typed.action(rule.verb, on_word, &asks);
                    let actors = [
                        Actor::Staff {
                            id: StaffId::parse("grid").expect("a slug"),
                            role: model::area::Role::Supervisor,
                        },
                        Actor::Resident,
                    ];
                    actors.map(|actor| step(&rules, &progress, &action, &actor))
                };
                assert!(
                    by(&filled(), true).iter().any(Result::is_ok),
                    "{:?} {state:?}",
                    rule.verb
                );
                let nothing = by(&Typed::default(), true);
                let refused: Vec<_> = nothing
                    .iter()
                    .filter_map(|answer| answer.as_ref().err())
                    .collect();
                let said = refused.iter().any(|refused| place_of(**refused).is_some());
                // No tags at all are an answer too.
                assert_eq!(
                    said,
                    !matches!(rule.needs, Needs::Nothing | Needs::Tags),
                    "{:?} {refused:?}",
                    rule.verb
                );
            }
        }
    }

    /// A case in which nothing but the particulars stands in the verb's way.
    fn ready(state: State, verb: Verb) -> Progress {
        use model::workflow::Pending;
        let mut progress = Progress::submitted(&samples::fact(state));
        progress.state = state;
        progress.assignee = StaffId::parse("grid").ok();
        progress.silent = true;
        progress.pending = match verb {
            Verb::AllowReturn | Verb::RefuseReturn => Some(Pending::Return),
            Verb::AllowExtension | Verb::RefuseExtension => Some(Pending::Extension { days: 1 }),
            _ => None,
        };
        progress.originals_held = u16::from(verb == Verb::ReturnOriginals);
        progress.publication = match verb {
            Verb::Publish => Publication::Reviewed,
            Verb::Hide => Publication::Public,
            _ => Publication::Private,
        };
        if matches!(verb, Verb::ReplyCall | Verb::EndCall) {
            progress.calls.push(Call {
                staff: StaffId::parse("grid").expect("a slug"),
                lead: true,
                at: TimeMs(0),
                due: Due {
                    at: TimeMs(0),
                    provisional: false,
                },
                ended: None,
                replied: false,
            });
        }
        if state == State::Merged {
            progress.merged = Some(Merged {
                into: CaseId(Uuid::from_u128(2)),
                state: State::Submitted,
                due: None,
            });
        }
        progress
    }

    #[test]
    fn the_tag_still_being_typed_is_one_too() {
        let mut typed = filled();
        typed.tags = vec!["夜里黑".to_owned()];
        assert_eq!(typed.all_tags().words, ["夜里黑"]);
        typed.tag = " 老人多 ".to_owned();
        assert_eq!(typed.all_tags().words, ["夜里黑", "老人多"]);
        typed.add_tag();
        assert_eq!((typed.tags.len(), typed.tag.as_str()), (2, ""));
    }

    #[test]
    fn every_lack_has_its_place() {
        for refused in ALL_PLACES {
            assert!(place_of(refused).is_some(), "{refused}");
        }
        assert_eq!(place_of(Refused::OriginalsHeld), None);
    }

    #[test]
    fn papers_are_named_once() {
        let mut typed = filled();
        typed.more_papers = "医保卡\n\n户口本 \n".to_owned();
        assert_eq!(typed.papers(), ["户口本", "医保卡"]);
    }

    #[test]
    fn the_same_again_goes_under_the_same_key() {
        let mut typed = filled();
        let mut counter = 0;
        let mut key = |typed: &mut Typed, seq| {
            let action = typed.action(
                Verb::Finish,
                false,
                &asks(Verb::Finish, Needs::WordsToResident),
            );
            typed.key_for(&action, seq, || {
                counter += 1;
                Uuid::from_u128(counter)
            })
        };
        let first = key(&mut typed, 3);
        assert_eq!(key(&mut typed, 3), first);
        assert_ne!(key(&mut typed, 4), first);
        typed.to_resident = "办好了".to_owned();
        assert_ne!(key(&mut typed, 4), first);
    }

    #[test]
    fn words_changed_by_hand_are_not_filled_anew() {
        let mut typed = Typed::default();
        typed.put("{visit}来".to_owned(), "周一来".to_owned());
        typed.refill(|raw| raw.replace("{visit}", "周二"));
        assert_eq!(typed.to_resident, "周二来");
        typed.to_resident.push_str("，等我");
        typed.refill(|raw| raw.replace("{visit}", "周三"));
        assert_eq!(typed.to_resident, "周二来，等我");
    }

    #[test]
    fn what_is_typed_outlives_a_reload_and_not_the_person() {
        let (case, other) = (CaseId(Uuid::from_u128(7)), CaseId(Uuid::from_u128(8)));
        let me = StaffId::parse("grid").expect("a slug");
        let mut typed = filled();
        typed.photos.push(PhotoId(Uuid::from_u128(1)));
        let mut kept = Kept::default().for_staff(&me);
        kept.put(case, Verb::Finish, filled());
        kept.put(case, Verb::Finish, typed.clone());
        let text = serde_json::to_string(&kept).expect("JSON");
        let again: Kept = serde_json::from_str(&text).expect("what is kept");
        let mut mine = again.clone().for_staff(&me);
        assert_eq!(mine.get(case, Verb::Finish), Some(&typed));
        assert_eq!(mine.get(case, Verb::Accept), None);
        assert_eq!(
            (mine.photos(case), mine.photos(other)),
            (typed.photos, vec![])
        );
        mine.remove(case, Verb::Finish);
        assert_eq!(mine.get(case, Verb::Finish), None);
        let next = StaffId::parse("window").expect("a slug");
        assert_eq!(again.for_staff(&next).get(case, Verb::Finish), None);
    }
}
