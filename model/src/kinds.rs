//! The one list of kinds.

use crate::field::{Answers, Envelope, Field};
use crate::kind::{Kind, kinds};
use crate::workflow::Flow;

kinds! {
    /// 我要代办: government business done for a resident.
    ProxyRequest => proxy_request,
    /// 随手拍: something wrong in the street, photographed.
    IssueReport => issue_report,
    /// 请回电: somebody asks to be called.
    CallBack => call_back,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workflow::State;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_what_serde_writes() {
        for kind in KindName::ALL {
            let written = serde_json::to_string(kind).expect("a name");
            assert_eq!(written, format!("\"{}\"", kind.name()));
            assert_eq!(KindName::of(kind.name()), Some(*kind));
        }
    }

    #[test]
    fn field_names_are_unique_and_pages_unbroken() {
        for kind in KindName::ALL {
            let names: BTreeSet<_> = kind.fields().iter().map(|f| f.name).collect();
            assert_eq!(names.len(), kind.fields().len(), "{}", kind.name());
            let mut pages: Vec<_> = kind.fields().iter().map(|f| f.page).collect();
            pages.dedup();
            let distinct: BTreeSet<_> = pages.iter().collect();
            assert_eq!(
                distinct.len(),
                pages.len(),
                "{} returns to a page",
                kind.name()
            );
        }
    }

    #[test]
    fn every_state_is_reached_and_no_rule_stands_twice() {
        let mut ever = BTreeSet::new();
        for kind in KindName::ALL {
            let mut reached = BTreeSet::from([State::Submitted]);
            let mut left = BTreeSet::new();
            let mut seen = BTreeSet::new();
            for rule in kind.flow().iter().copied().flatten() {
                for from in rule.from {
                    left.insert(*from);
                    assert!(seen.insert((*from, format!("{:?}", rule.verb))), "{rule:?}");
                }
                if let crate::workflow::To::State(to) = rule.to {
                    reached.insert(to);
                }
            }
            let of_private = kind.private_flow().iter().copied().flatten();
            let verbs: BTreeSet<_> = of_private.map(|rule| format!("{:?}", rule.verb)).collect();
            let all: BTreeSet<_> = seen.iter().map(|(_, verb)| verb.clone()).collect();
            assert_eq!(verbs, all, "{} has both lives whole", kind.name());
            assert!(left.is_subset(&reached), "{}", kind.name());
            ever.extend(reached);
        }
        assert_eq!(ever.len(), State::ALL.len());
    }
}
