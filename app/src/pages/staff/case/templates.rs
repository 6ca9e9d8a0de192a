//! Ready-made words: which ones fit, and filling their facts in.

use model::id::MatterId;
use model::street::Template;
use model::workflow::Verb;

/// How well a template fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Written for this matter.
    Own,
    /// Written for any.
    Any,
    /// Written for another matter: it asks before it goes in.
    Other,
}

/// The templates of `verb`, best first.
pub fn fitting(
    templates: &[Template],
    verb: Verb,
    matter: Option<&MatterId>,
) -> Vec<(Fit, Template)> {
    let fit = |template: &Template| match &template.matter {
        None => Fit::Any,
        own if own.as_ref() == matter => Fit::Own,
        _ => Fit::Other,
    };
    let of_verb = templates.iter().filter(|template| template.verb == verb);
    let mut fitting: Vec<_> = of_verb
        .map(|template| (fit(template), template.clone()))
        .collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    fitting
}

/// What the placeholders stand for; what is not known yet is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Whom one speaks to.
    pub name: Option<String>,
    /// The matter.
    pub matter: Option<String>,
    /// The case's number.
    pub receipt: Option<String>,
    /// When somebody comes.
    pub visit: Option<String>,
    /// Until when it is done.
    pub due: Option<String>,
    /// Who does it.
    pub staff: Option<String>,
}

impl Facts {
    /// A template's words with the facts in their places, and a gap for what is not known.
    pub fn fill(&self, words: &str) -> String {
        let mut filled = words.to_owned();
        for (place, fact, gap) in self.places() {
            if filled.contains(place) {
                filled = filled.replace(place, fact.unwrap_or(gap));
            }
        }
        filled
    }

    fn places(&self) -> [(&'static str, Option<&str>, &'static str); 6] {
        [
            ("{name}", self.name.as_deref(), tr!(staff.gap.name)),
            ("{matter}", self.matter.as_deref(), tr!(staff.gap.matter)),
            ("{receipt}", self.receipt.as_deref(), tr!(staff.gap.receipt)),
            ("{visit}", self.visit.as_deref(), tr!(staff.gap.visit)),
            ("{due}", self.due.as_deref(), tr!(staff.gap.due)),
            ("{staff}", self.staff.as_deref(), tr!(staff.gap.staff)),
        ]
    }

    /// The first gap that still stands in words about to be sent.
    pub fn gap_in(&self, words: &str) -> Option<&'static str> {
        let places = self.places().into_iter();
        let mut gaps = places.flat_map(|(place, _, gap)| [(place, gap), (gap, gap)]);
        gaps.find(|(sought, _)| words.contains(sought))
            .map(|(_, gap)| gap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Locale, set_locale};

    fn template(matter: Option<&str>, verb: Verb, title: &str) -> Template {
        let matter = matter.map(|id| MatterId::parse(id).expect("a slug"));
        Template {
            matter,
            verb,
            title: title.to_owned(),
            words: String::new(),
        }
    }

    #[test]
    fn this_matters_words_come_first_and_anothers_last() {
        let all = [
            template(Some("moving"), Verb::Finish, "other"),
            template(None, Verb::Finish, "any"),
            template(Some("elder-allowance"), Verb::Accept, "another verb"),
            template(Some("elder-allowance"), Verb::Finish, "own"),
        ];
        let matter = MatterId::parse("elder-allowance").expect("a slug");
        let titles = |matter| -> Vec<String> {
            fitting(&all, Verb::Finish, matter)
                .into_iter()
                .map(|(_, template)| template.title)
                .collect()
        };
        assert_eq!(titles(Some(&matter)), ["own", "any", "other"]);
        assert_eq!(titles(None), ["any", "other", "own"]);
    }

    #[test]
    fn facts_stand_in_their_places_and_gaps_are_seen() {
        set_locale(Locale::zh_CN);
        let facts = Facts {
            name: Some("王秀英".to_owned()),
            staff: Some("赵春梅".to_owned()),
            ..Facts::default()
        };
        let words = facts.fill("{name}，{staff}会在 {visit} 到您家。{name}再见");
        assert!(
            words.starts_with("王秀英，赵春梅会在 ") && words.ends_with("王秀英再见"),
            "{words}"
        );
        assert_eq!(facts.gap_in(&words), Some(tr!(staff.gap.visit)));
        assert_eq!(facts.gap_in("{due}前办好"), Some(tr!(staff.gap.due)));
        assert_eq!(facts.gap_in("都写好了"), None);
    }
}
