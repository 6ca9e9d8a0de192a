//! What happened to a case, as staff read it.

use crate::parts::Moment;
use crate::{when, words};
use model::api::{Entry, Party, Why};
use model::workflow::{State, Verb};

/// The timeline, newest first.
pub fn moments(timeline: &[Entry]) -> Vec<Moment> {
    timeline.iter().rev().map(moment).collect()
}

fn moment(entry: &Entry) -> Moment {
    let (tone, sign) = tone_of(entry.fact.state, entry.fact.verb);
    Moment {
        tone,
        sign,
        title: title(entry),
        at: entry.fact.at,
        words: details(entry),
        more: None,
    }
}

fn tone_of(state: State, verb: Option<Verb>) -> (&'static str, &'static str) {
    match (state, verb) {
        (State::Rejected | State::Withdrawn, _) => ("bad", "cross"),
        (State::AwaitingResident, _) => ("wait", "hand"),
        (_, Some(Verb::BookVisit)) => ("done", "visit"),
        (_, Some(Verb::Urge | Verb::Reopen)) => ("wait", "alert"),
        (_, Some(Verb::TakeOriginals | Verb::ReturnOriginals)) => ("done", "document"),
        (_, None) => ("done", "send"),
        _ => ("done", "check"),
    }
}

/// `赵春梅：受理`: who did what.
pub fn title(entry: &Entry) -> String {
    let what = entry
        .fact
        .verb
        .map_or(tr!(staff.history.handed_in), words::verb);
    tr!(staff.history.title, who = who(entry), what = what)
}

fn who(entry: &Entry) -> String {
    match entry.fact.actor {
        Party::Resident => tr!(staff.history.resident).to_owned(),
        Party::Family => match entry.by.clone() {
            Some(name) => tr!(staff.history.family, name = name),
            None => tr!(staff.history.some_family).to_owned(),
        },
        Party::System => tr!(staff.history.system).to_owned(),
        Party::Staff { role } => {
            let name = entry.by.clone();
            name.unwrap_or_else(|| words::role(role).to_owned())
        }
    }
}

/// What was said and set, a line each.
pub fn details(entry: &Entry) -> Vec<String> {
    let fact = &entry.fact;
    let mut lines = Vec::new();
    if fact.on_word {
        lines.push(tr!(staff.history.on_word).to_owned());
    }
    if let Some(visit) = &fact.visit {
        lines.push(tr!(staff.history.visit, when = when::slot(visit.slot)));
    }
    if let Some(to) = &entry.to {
        let name = to.clone();
        let of_department = matches!(
            fact.verb,
            Some(Verb::CallDepartment | Verb::ReplyCall | Verb::EndCall)
        );
        lines.push(match fact.visit {
            None if of_department => tr!(handling.call.told, name = name),
            Some(_) => tr!(staff.history.visitor, name = name),
            None => tr!(staff.history.to, name = name),
        });
    }
    if let Some(days) = fact.days {
        lines.push(tr!(staff.history.days, days = days));
    }
    if let Some(stars) = fact.rating {
        lines.push(tr!(staff.history.rating, words = rating(stars)));
    }
    if !entry.papers.is_empty() {
        lines.push(tr!(
            staff.history.papers,
            papers = entry.papers.join(tr!(staff.history.comma))
        ));
    }
    if let Some(said) = &entry.to_resident {
        let said = said.clone();
        lines.push(match fact.actor {
            Party::Resident => tr!(staff.history.said, words = said),
            Party::Family => tr!(staff.history.family_said, words = said),
            _ if fact.on_word => tr!(staff.history.said, words = said),
            _ => tr!(staff.history.to_resident, words = said),
        });
    }
    if let Some(said) = &entry.to_staff {
        lines.push(tr!(staff.history.to_staff, words = said.clone()));
    }
    if !fact.photos.is_empty() {
        lines.push(tr!(staff.history.photos, count = fact.photos.len()));
    }
    lines
}

/// How satisfied: 1 (bad) to 5 (good).
pub fn rating(stars: u8) -> &'static str {
    match stars {
        5 => tr!(staff.rating.r5),
        4 => tr!(staff.rating.r4),
        3 => tr!(staff.rating.r3),
        2 => tr!(staff.rating.r2),
        _ => tr!(staff.rating.r1),
    }
}

/// What happened from the event numbered `seen` on, oldest first.
pub fn since(timeline: &[Entry], seen: u32) -> Vec<&Entry> {
    timeline.iter().filter(|entry| entry.seq >= seen).collect()
}

/// A set of originals with us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which papers.
    pub papers: Vec<String>,
    /// Who took them.
    pub by: String,
    /// When.
    pub at: model::time::TimeMs,
}

/// The originals taken and not yet handed back, oldest first.
pub fn custody(timeline: &[Entry]) -> Vec<Held> {
    let mut held = Vec::new();
    for entry in timeline {
        match entry.fact.verb {
            Some(Verb::TakeOriginals) => {
                held.push(Held {
                    papers: entry.papers.clone(),
                    by: who(entry),
                    at: entry.fact.at,
                });
            }
            Some(Verb::ReturnOriginals) => held.clear(),
            _ => {}
        }
    }
    held
}

/// Why a case was opened: what somebody had to do with it, or what they said. Nothing beside an
/// action, which speaks for itself, and for a reason newer than this program.
pub fn opened_because(why: &str) -> Option<&'static str> {
    Some(match why {
        "handles" => tr!(staff.opening.handles),
        "visits" => tr!(staff.opening.visits),
        "called" => tr!(staff.opening.called),
        "may_act" => tr!(staff.opening.may_act),
        said => {
            return Why::ALL
                .into_iter()
                .find(|why| why.name() == said)
                .map(why_words);
        }
    })
}

/// A reason in words.
pub fn why_words(why: Why) -> &'static str {
    match why {
        Why::ResidentAsks => tr!(staff.opening.resident_asks),
        Why::StandsIn => tr!(staff.opening.stands_in),
        Why::Checks => tr!(staff.opening.checks),
        Why::Related => tr!(staff.opening.related),
    }
}

/// What the audit says somebody saw or did.
pub fn opened_as(what: &str) -> String {
    let verb = || serde_json::from_value::<Verb>(what.into()).ok();
    match what {
        "opened" => tr!(staff.audit.opened).to_owned(),
        "photo" => tr!(staff.audit.photo).to_owned(),
        _ => verb().map_or_else(|| what.to_owned(), |verb| words::verb(verb).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::staff::samples;
    use crate::{Locale, set_locale};
    use model::api::Happened;
    use model::area::Role;
    use model::id::StaffId;
    use model::workflow::{Actor, Fact};

    fn entry(seq: u32, verb: Option<Verb>, papers: &[&str]) -> Entry {
        let actor = match verb {
            None => Actor::Resident,
            Some(_) => Actor::Staff {
                id: StaffId::parse("grid").expect("a slug"),
                role: Role::Grid,
            },
        };
        let fact = Fact {
            verb,
            actor,
            ..samples::fact(State::InProgress)
        };
        Entry {
            seq,
            fact: Happened::from(&fact),
            by: verb.map(|_| "赵春梅".to_owned()),
            to: None,
            to_resident: None,
            to_staff: None,
            papers: papers.iter().map(|paper| (*paper).to_owned()).collect(),
        }
    }

    #[test]
    fn a_family_member_is_told_from_the_resident() {
        set_locale(Locale::zh_CN);
        let mut helped = entry(1, Some(Verb::Supplement), &[]);
        helped.fact.actor = Party::Family;
        helped.by = Some("女儿".to_owned());
        helped.to_resident = Some("妈妈下午在家".to_owned());
        assert_eq!(title(&helped), "家人（女儿）：补充说明");
        assert_eq!(details(&helped), ["家人说：妈妈下午在家"]);
        helped.by = None;
        assert_eq!(title(&helped), "家人：补充说明", "erased with the words");
    }

    #[test]
    fn originals_are_held_from_taking_to_handing_back() {
        let mut timeline = vec![
            entry(0, None, &[]),
            entry(1, Some(Verb::TakeOriginals), &["户口本"]),
            entry(2, Some(Verb::ReturnOriginals), &["户口本"]),
            entry(3, Some(Verb::TakeOriginals), &["医保卡", "身份证"]),
            entry(4, Some(Verb::TakeOriginals), &["存折"]),
        ];
        let papers: Vec<_> = custody(&timeline)
            .into_iter()
            .flat_map(|held| held.papers)
            .collect();
        assert_eq!(papers, ["医保卡", "身份证", "存折"]);
        assert_eq!(custody(&timeline)[0].by, "赵春梅");
        timeline.push(entry(5, Some(Verb::ReturnOriginals), &[]));
        assert!(custody(&timeline).is_empty());
    }

    #[test]
    fn what_changed_meanwhile_is_what_came_after() {
        let timeline = [
            entry(0, None, &[]),
            entry(1, Some(Verb::Accept), &[]),
            entry(2, Some(Verb::Assign), &[]),
        ];
        let seqs = |seen| -> Vec<u32> {
            since(&timeline, seen)
                .iter()
                .map(|entry| entry.seq)
                .collect()
        };
        assert_eq!(seqs(1), [1, 2]);
        assert!(seqs(3).is_empty());
    }

    #[test]
    fn each_line_says_who_did_what() {
        for language in [Locale::zh_CN, Locale::en] {
            set_locale(language);
            let accepted = entry(1, Some(Verb::Accept), &[]);
            assert!(
                title(&accepted).contains("赵春梅")
                    && title(&accepted).contains(words::verb(Verb::Accept))
            );
            let mut on_word = entry(2, Some(Verb::Supplement), &[]);
            on_word.fact.on_word = true;
            on_word.to_resident = Some("腿脚不便".to_owned());
            let said = details(&on_word).join("\n");
            assert!(
                said.contains(tr!(staff.history.on_word)) && said.contains("腿脚不便"),
                "{said}"
            );
        }
    }

    #[test]
    fn the_audit_has_words_for_whatever_the_server_records() {
        set_locale(Locale::zh_CN);
        assert_eq!(opened_as("book_visit"), words::verb(Verb::BookVisit));
        for what in ["opened", "photo"] {
            assert_ne!(opened_as(what), what);
        }
        assert_eq!(opened_as("something newer"), "something newer");
    }
}
