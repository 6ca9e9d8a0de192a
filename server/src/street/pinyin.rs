//! Chinese names as pinyin and initials, with 多音字 (characters of several readings) read by the
//! phrase they stand in.
//!
//! Longest match from the left: first in the street's own table, then in `phrases.txt`, which
//! holds only what single characters get wrong; what is left is read character by character.
//! The whole dictionary in a crate (`pinyin-converter`) costs 0.8 s and 137 MB at the first
//! name, more than the server may use when it starts; this table is 370 KB and is searched in
//! place.

use model::search::Term;
use pinyin::ToPinyin;
use std::collections::BTreeMap;

const PHRASES: &str = include_str!("phrases.txt");
/// Characters in the longest entry of [`PHRASES`].
const LONGEST: usize = 4;

/// Reads names.
pub struct Reader {
    own: BTreeMap<String, Vec<String>>,
    phrases: Vec<(&'static str, &'static str)>,
    longest: usize,
}

impl Reader {
    /// `own`: words of the street's table with their syllables, one a character; they come first.
    pub fn new(own: BTreeMap<String, Vec<String>>) -> Reader {
        let lines = PHRASES.lines().filter(|line| !line.starts_with('#'));
        let own_longest = own.keys().map(|word| word.chars().count()).max();
        Reader {
            phrases: lines.filter_map(|line| line.split_once('\t')).collect(),
            longest: own_longest.unwrap_or(0).max(LONGEST),
            own,
        }
    }

    /// `word` with what one may type to find it.
    pub fn term(&self, word: &str) -> Term {
        let syllables = self.syllables(word);
        Term {
            word: word.to_owned(),
            pinyin: syllables.join(" "),
            initials: syllables.iter().map(|s| initial(s)).collect(),
        }
    }

    /// The syllables of `word`, toneless, ü as v. A run of digits or Latin letters is one
    /// syllable, in lower case; punctuation is none.
    pub fn syllables(&self, word: &str) -> Vec<String> {
        let chars: Vec<char> = word.chars().collect();
        let mut syllables = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            at += self.read(&chars[at..], &mut syllables);
        }
        syllables
    }

    /// Reads what `rest` begins with; returns how many characters that was, at least 1.
    fn read(&self, rest: &[char], syllables: &mut Vec<String>) -> usize {
        for length in (2..=self.longest.min(rest.len())).rev() {
            let phrase: String = rest[..length].iter().collect();
            if let Some(reading) = self.look_up(&phrase) {
                syllables.extend(reading);
                return length;
            }
        }
        let latin = rest.iter().take_while(|c| c.is_ascii_alphanumeric());
        let run: String = latin.map(char::to_ascii_lowercase).collect();
        if !run.is_empty() {
            let length = run.len();
            syllables.push(run);
            return length;
        }
        syllables.extend(self.one(rest[0]));
        1
    }

    fn look_up(&self, phrase: &str) -> Option<Vec<String>> {
        if let Some(reading) = self.own.get(phrase) {
            return Some(reading.clone());
        }
        let found = self.phrases.binary_search_by_key(&phrase, |entry| entry.0);
        let (_, reading) = self.phrases[found.ok()?];
        Some(reading.split(' ').map(str::to_owned).collect())
    }

    fn one(&self, c: char) -> Option<String> {
        let own = self.own.get(c.encode_utf8(&mut [0; 4]) as &str);
        let own = own.and_then(|reading| reading.first().cloned());
        own.or_else(|| c.to_pinyin().map(|read| read.plain().replace('ü', "v")))
    }
}

/// The first letter; all of a run of digits, since "4050" is typed whole.
fn initial(syllable: &str) -> &str {
    if syllable.bytes().all(|b| b.is_ascii_digit()) {
        return syllable;
    }
    let end = syllable.chars().next().map_or(0, char::len_utf8);
    &syllable[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        let reader = Reader::new(BTreeMap::new());
        assert!(reader.phrases.len() > 20_000);
        assert!(reader.phrases.is_sorted_by(|a, b| a.0 < b.0));
        for (word, reading) in &reader.phrases {
            let length = word.chars().count();
            assert!((2..=LONGEST).contains(&length), "{word}");
            assert_eq!(reading.split(' ').count(), length, "{word}");
        }
    }

    #[test]
    fn letters_digits_and_marks() {
        let reader = Reader::new(BTreeMap::new());
        for (word, pinyin, initials) in [
            ("4050补贴", "4050 bu tie", "4050bt"),
            ("AED急救仪", "aed ji jiu yi", "ajjy"),
            ("（女）、绿", "nv lv", "nl"),
            ("", "", ""),
        ] {
            let term = reader.term(word);
            assert_eq!((&*term.pinyin, &*term.initials), (pinyin, initials));
        }
    }

    #[test]
    fn the_streets_own_words_come_first() {
        let own = BTreeMap::from([
            ("乐山路口站".to_owned(), syllables("yao shan lu kou zhan")),
            ("行".to_owned(), syllables("hang")),
        ]);
        let reader = Reader::new(own);
        assert_eq!(
            reader.term("乐山路口站前").pinyin,
            "yao shan lu kou zhan qian"
        );
        assert_eq!(reader.term("行").pinyin, "hang");
    }

    fn syllables(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }
}
