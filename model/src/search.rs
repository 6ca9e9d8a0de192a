//! Finding a matter or an estate by word, pinyin or initials.

use serde::{Deserialize, Serialize};

/// One name under which a thing can be found. Pinyin is computed at import, where the
/// dictionary is; the phone only compares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// The name itself, in Chinese.
    pub word: String,
    /// Syllables without tones, separated by spaces ("gao ling jin tie").
    pub pinyin: String,
    /// First letters of the syllables ("gljt").
    pub initials: String,
}

/// How well a term answers a query; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// The word, the pinyin or the initials entire.
    Whole,
    /// It begins with the query.
    Start,
    /// The query stands inside it, at a syllable or character boundary.
    Inside,
    /// Every character of the query occurs, in order, with gaps.
    Scattered,
}

/// The best match of `query` among `terms`; none where nothing fits. Case, spaces,
/// full-width letters and the tone-mark-free ü/v spelling make no difference.
pub fn best_match(terms: &[Term], query: &str) -> Option<Match> {
    let query = fold(query);
    if query.is_empty() {
        return None;
    }
    terms
        .iter()
        .filter_map(|term| match_term(term, &query))
        .min()
}

fn match_term(term: &Term, query: &str) -> Option<Match> {
    let by_letters = query.is_ascii();
    if !by_letters {
        return match_word(&fold(&term.word), query);
    }
    let by_initials = match_word(&term.initials, query);
    let by_pinyin = match_pinyin(&term.pinyin, query);
    let by_word = match_word(&fold(&term.word), query).filter(|m| *m != Match::Scattered);
    [by_initials, by_pinyin, by_word]
        .into_iter()
        .flatten()
        .min()
}

fn match_word(word: &str, query: &str) -> Option<Match> {
    if word == query {
        return Some(Match::Whole);
    }
    if word.starts_with(query) {
        return Some(Match::Start);
    }
    if word.contains(query) {
        return Some(Match::Inside);
    }
    // One character scattered is "inside"; two or more may skip what lies between.
    let long_enough = query.chars().count() >= 2;
    (long_enough && is_subsequence(word, query)).then_some(Match::Scattered)
}

/// Pinyin matches from a syllable's beginning only: "an" must not find "tian".
fn match_pinyin(pinyin: &str, query: &str) -> Option<Match> {
    let joined: String = pinyin.split(' ').collect();
    if joined == query {
        return Some(Match::Whole);
    }
    if joined.starts_with(query) {
        return Some(Match::Start);
    }
    let mut at = 0;
    for syllable in pinyin.split(' ') {
        if joined[at..].starts_with(query) {
            return Some(Match::Inside);
        }
        at += syllable.len();
    }
    None
}

fn is_subsequence(word: &str, query: &str) -> bool {
    let mut rest = word.chars();
    query.chars().all(|wanted| rest.any(|c| c == wanted))
}

/// Lower case, half width, no spaces or punctuation, ü as v.
pub(crate) fn fold(text: &str) -> String {
    text.chars()
        .map(half_width)
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ü' { 'v' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Full-width forms (U+FF01–U+FF5E) stand 0xFEE0 above their ASCII twins.
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(word: &str, pinyin: &str) -> Term {
        let initials = pinyin.split(' ').filter_map(|s| s.chars().next()).collect();
        Term {
            word: word.into(),
            pinyin: pinyin.into(),
            initials,
        }
    }

    #[test]
    fn the_ways_people_type() {
        let terms = [
            term("高龄津贴", "gao ling jin tie"),
            term("老人补贴", "lao ren bu tie"),
        ];
        for (query, expected) in [
            ("高龄津贴", Some(Match::Whole)),
            ("gljt", Some(Match::Whole)),
            ("GLJT", Some(Match::Whole)),
            ("ｇｌｊｔ", Some(Match::Whole)),
            ("gaoling", Some(Match::Start)),
            ("gao ling jin", Some(Match::Start)),
            ("jintie", Some(Match::Inside)),
            ("津贴", Some(Match::Inside)),
            ("高贴", Some(Match::Scattered)),
            ("butie", Some(Match::Inside)),
            ("ing", None),
            ("医保", None),
            ("", None),
            ("  ", None),
        ] {
            assert_eq!(best_match(&terms, query), expected, "{query}");
        }
    }
}
