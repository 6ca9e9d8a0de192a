//! What can be reported from the street (随手拍): categories as data, and finding the right one.

use crate::id::CategoryId;
use crate::matter::Limit;
use crate::search::{Term, fold};
use crate::text::Fault;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Photos one report may carry.
pub const PHOTOS_MAX: usize = 6;
/// Words of a report: the 4000 that Open311 allows, and what else another system sends below them.
pub const WORDS_MAX: usize = 8000;
/// Within this distance, open cases of the category may be the same thing.
pub const NEAR_M: f64 = 50.0;
/// A free answer to a category's question is at most this many characters.
const EXTRA_TEXT_MAX: usize = 200;

/// One category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssueCategory {
    /// Its id; Open311's `service_code`.
    pub id: CategoryId,
    /// What people call it.
    pub name: String,
    /// One plain sentence: what belongs here.
    pub plain: String,
    /// What it stands under in a list ("环境卫生").
    pub group: String,
    /// Other names of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Words in a description from which it is suggested.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The name of its sign in the app.
    pub icon: String,
    /// The name of the department that is called to it (吹哨); none where the grid worker does it.
    #[serde(default)]
    pub department: Option<String>,
    /// How long it may take.
    pub limit: Limit,
    /// Whether it may be reported without a name.
    #[serde(default)]
    pub anonymous: bool,
    /// Whether it is finished only with a photo of how it is now.
    #[serde(default)]
    pub photo_at_finish: bool,
    /// Whether everybody may see it, once reviewed; a neighbour in trouble is nobody else's to see.
    #[serde(default = "yes")]
    pub public: bool,
    /// The [`Emergency`] it may be; asked before anything is typed.
    #[serde(default)]
    pub emergency: Option<String>,
    /// What it usually is, for analysis.
    #[serde(default)]
    pub nature: Option<Nature>,
    /// Its own questions.
    #[serde(default)]
    pub extra: Vec<Extra>,
    /// What one may type to find it; filled at import.
    #[serde(default)]
    pub search: Vec<Term>,
}

fn yes() -> bool {
    true
}

/// What kind of trouble something is, as the street sorts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// 痛点: what hurts people every day.
    Pain,
    /// 难点: what is hard to solve.
    Hard,
    /// 堵点: where the work of offices is stuck.
    Stuck,
}

impl Nature {
    /// Every nature.
    pub const ALL: [Nature; 3] = [Nature::Pain, Nature::Hard, Nature::Stuck];
}

/// A question of one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extra {
    /// Its key in the answers, `a-z0-9_-`.
    pub code: String,
    /// The question.
    pub label: String,
    /// What an answer looks like.
    pub kind: ExtraKind,
    /// Whether an answer is needed.
    #[serde(default)]
    pub required: bool,
    /// What may be chosen; empty for text and numbers.
    #[serde(default)]
    pub values: Vec<ExtraValue>,
}

/// What an answer to a category's question looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExtraKind {
    /// One of the values.
    Choice,
    /// Some of the values.
    Choices,
    /// A number.
    Number,
    /// A short text.
    Text,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExtraValue {
    /// Its key.
    pub key: String,
    /// What people read.
    pub name: String,
}

/// The answers to a category's own questions, by code.
pub type ExtraAnswers = BTreeMap<String, ExtraAnswer>;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ExtraAnswer {
    /// A text, a number as typed, or the key of the chosen value.
    One(String),
    /// The keys of the chosen values.
    Several(Vec<String>),
}

/// Trouble that waits for nobody: turned to 110, 119 or 120 before the form goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Emergency {
    /// Its name in the file, `a-z0-9_-`.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// What to do this moment, in a sentence or two.
    pub advice: String,
    /// Whom to call, most important first.
    pub phones: Vec<String>,
    /// Words in a description that tell of it.
    pub words: Vec<String>,
}

/// The categories that `words` speak of, the likeliest first; at most three.
pub fn suggest<'c>(categories: &'c [IssueCategory], words: &str) -> Vec<&'c IssueCategory> {
    let said = fold(words);
    let mut found: Vec<_> = categories
        .iter()
        .map(|category| (weight(category, &said), category))
        .filter(|(weight, _)| *weight > 0)
        .collect();
    // Stable: what fits equally well stays in the order of the file.
    found.sort_by_key(|(weight, _)| Reverse(*weight));
    found.into_iter().take(3).map(|(_, c)| c).collect()
}

/// Characters of a category's words that were said: a long word tells more than a short one.
fn weight(category: &IssueCategory, said: &str) -> usize {
    let names = std::iter::once(&category.name).chain(&category.aliases);
    names
        .chain(&category.keywords)
        .map(|word| fold(word))
        .filter(|word| !word.is_empty() && said.contains(word.as_str()))
        .map(|word| word.chars().count())
        .sum()
}

/// The emergency that `words` tell of, or that the category may be; the words come first.
pub fn emergency<'e>(
    emergencies: &'e [Emergency],
    words: &str,
    category: Option<&IssueCategory>,
) -> Option<&'e Emergency> {
    let said = fold(words);
    let tells = |emergency: &&Emergency| {
        let mut words = emergency.words.iter().map(|word| fold(word));
        words.any(|word| !word.is_empty() && said.contains(word.as_str()))
    };
    let named = category.and_then(|category| category.emergency.as_deref());
    emergencies
        .iter()
        .find(tells)
        .or_else(|| emergencies.iter().find(|e| Some(e.id.as_str()) == named))
}

/// What is wrong with the answers to a category's questions, each with its code.
pub fn check_extra(asked: &[Extra], given: &ExtraAnswers) -> Vec<(String, Fault)> {
    let unknown = given
        .keys()
        .filter(|code| !asked.iter().any(|extra| extra.code == **code))
        .map(|code| (code.clone(), Fault::Unknown));
    let wrong = asked.iter().filter_map(|extra| {
        let fault = check_one(extra, given.get(&extra.code)).err()?;
        Some((extra.code.clone(), fault))
    });
    unknown.chain(wrong).collect()
}

fn check_one(extra: &Extra, given: Option<&ExtraAnswer>) -> Result<(), Fault> {
    let ensure = |good: bool, fault: Fault| if good { Ok(()) } else { Err(fault) };
    let given = given.filter(|answer| !answer.is_empty());
    let known = |key: &String| extra.values.iter().any(|value| value.key == *key);
    match (extra.kind, given) {
        (_, None) => ensure(!extra.required, Fault::Missing),
        (ExtraKind::Choice, Some(ExtraAnswer::One(key))) => ensure(known(key), Fault::BadChoice),
        (ExtraKind::Choices, Some(ExtraAnswer::Several(keys))) => {
            let few = keys.len() <= extra.values.len();
            ensure(few && keys.iter().all(known), Fault::BadChoice)
        }
        (ExtraKind::Number, Some(ExtraAnswer::One(text))) => {
            let number = text.trim().parse::<f64>().ok();
            let short = text.len() <= 20;
            ensure(
                short && number.is_some_and(f64::is_finite),
                Fault::BadNumber,
            )
        }
        (ExtraKind::Text, Some(ExtraAnswer::One(text))) => {
            ensure(text.chars().count() <= EXTRA_TEXT_MAX, Fault::TooLong)
        }
        _ => Err(Fault::Malformed),
    }
}

impl ExtraAnswer {
    fn is_empty(&self) -> bool {
        match self {
            ExtraAnswer::One(text) => text.trim().is_empty(),
            ExtraAnswer::Several(keys) => keys.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn category(id: &str, keywords: &[&str]) -> IssueCategory {
        let value = serde_json::json!({
            "id": id, "name": id, "plain": "", "group": "", "icon": "dot",
            "keywords": keywords, "limit": { "days": 3, "unit": "working_days" }
        });
        serde_json::from_value(value).expect("a category")
    }

    fn street() -> Vec<IssueCategory> {
        let mut light = category("light", &["路灯", "灯不亮", "太黑"]);
        light.emergency = Some("power".to_owned());
        vec![
            category("garbage", &["垃圾", "垃圾桶", "臭"]),
            category("road", &["坑", "路面", "井盖"]),
            light,
        ]
    }

    fn gas() -> Vec<Emergency> {
        let emergency = |id: &str, words: &[&str]| Emergency {
            id: id.to_owned(),
            title: String::new(),
            advice: String::new(),
            phones: vec!["119".to_owned()],
            words: words.iter().map(|word| (*word).to_owned()).collect(),
        };
        vec![
            emergency("gas", &["煤气", "燃气味"]),
            emergency("power", &["漏电"]),
        ]
    }

    #[test]
    fn what_words_suggest() {
        let street = street();
        for (words, expected) in [
            ("3号楼下面垃圾桶满了，很臭", vec!["garbage"]),
            ("路 灯 坏了，路面有坑", vec!["road", "light"]),
            ("井盖没了", vec!["road"]),
            ("你好", vec![]),
            ("", vec![]),
        ] {
            let found = suggest(&street, words);
            let ids: Vec<_> = found.iter().map(|c| c.id.as_str()).collect();
            assert_eq!(ids, expected, "{words}");
        }
    }

    #[test]
    fn emergencies_are_heard() {
        let (all, street) = (gas(), street());
        for (words, category, expected) in [
            ("楼道里有煤 气味", None, Some("gas")),
            ("路灯漏电", Some(&street[2]), Some("power")),
            ("路灯不亮", Some(&street[2]), Some("power")),
            ("煤气", Some(&street[2]), Some("gas")),
            ("垃圾满了", Some(&street[0]), None),
        ] {
            let found = emergency(&all, words, category);
            assert_eq!(found.map(|e| e.id.as_str()), expected, "{words}");
        }
    }

    #[test]
    fn a_categorys_own_questions() {
        let extra = |code: &str, kind, required| Extra {
            code: code.to_owned(),
            label: String::new(),
            kind,
            required,
            values: vec![ExtraValue {
                key: "a".to_owned(),
                name: "A".to_owned(),
            }],
        };
        let asked = [
            extra("pick", ExtraKind::Choice, true),
            extra("some", ExtraKind::Choices, false),
            extra("count", ExtraKind::Number, false),
            extra("free", ExtraKind::Text, false),
        ];
        for (given, faults) in [
            (r#"{"pick":"a"}"#, vec![]),
            (
                r#"{"pick":"a","some":["a"],"count":"2.5","free":"x"}"#,
                vec![],
            ),
            ("{}", vec![("pick", Fault::Missing)]),
            (r#"{"pick":"b"}"#, vec![("pick", Fault::BadChoice)]),
            (r#"{"pick":["a"]}"#, vec![("pick", Fault::Malformed)]),
            (
                r#"{"pick":"a","some":["a","b"]}"#,
                vec![("some", Fault::BadChoice)],
            ),
            (
                r#"{"pick":"a","count":"NaN"}"#,
                vec![("count", Fault::BadNumber)],
            ),
            (
                r#"{"pick":"a","other":"1"}"#,
                vec![("other", Fault::Unknown)],
            ),
        ] {
            let answers = serde_json::from_str(given).expect("answers");
            let found = check_extra(&asked, &answers);
            let found: Vec<_> = found.iter().map(|(c, f)| (c.as_str(), *f)).collect();
            assert_eq!(found, faults, "{given}");
        }
    }

    proptest! {
        #[test]
        fn no_words_panic(words in "\\PC{0,80}") {
            let (all, street) = (gas(), street());
            prop_assert!(suggest(&street, &words).len() <= 3);
            let _ = emergency(&all, &words, street.first());
        }
    }
}
