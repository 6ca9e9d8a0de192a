//! Masking: what may be shown where the whole is not needed; and what in somebody's words looks
//! as if it should be shown to nobody.

use crate::field::{Answers, Field, Shape};
use crate::search::half_width;

/// The family name and stars: 王秀英 → 王**; a name of Latin letters keeps its first letter.
pub fn mask_name(name: &str) -> String {
    let mut letters = name.trim().chars();
    let first: String = letters.next().into_iter().collect();
    let hidden = letters.count().clamp(1, 4);
    if first.is_empty() {
        String::new()
    } else {
        first + &"*".repeat(hidden)
    }
}

/// The first three and last four digits: 138****0000; shorter numbers keep the last two.
pub fn mask_phone(phone: &str) -> String {
    let digits: Vec<char> = phone.chars().collect();
    let (head, tail) = if digits.len() >= 10 {
        (3, 4)
    } else {
        (0, 2.min(digits.len() / 2))
    };
    mask_middle(&digits, head, tail)
}

/// The first six (the place of registration is shown on maps of millions) are hidden too:
/// only the first and the last character stay.
pub fn mask_id_number(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let keep = usize::from(characters.len() > 4);
    mask_middle(&characters, keep, keep)
}

/// The last four characters, as a resident is asked for to track a case.
pub fn last_four(phone: &str) -> &str {
    let start = phone.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    &phone[start..]
}

/// Whether a family member is shown what answers a question. They help with the case, and a link
/// sent by chat goes on to others: numbers of people, signatures and pictures of papers are not
/// needed for that and stay with the resident.
pub fn family_sees(shape: &Shape) -> bool {
    !matches!(shape, Shape::Phone | Shape::IdNumber | Shape::Signature)
}

/// Whether a family member is shown the pictures that answer a question. Which papers there are,
/// they read; the papers themselves they do not see.
pub fn family_sees_pictures(shape: &Shape) -> bool {
    family_sees(shape) && !matches!(shape, Shape::Materials)
}

/// The answers that a family member is shown.
pub fn for_family(fields: &'static [Field], answers: &Answers) -> Answers {
    let mut shown = answers.clone();
    for field in fields.iter().filter(|field| !family_sees(&field.shape)) {
        shown.0.remove(field.name);
    }
    shown
}

/// What in a text tells who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A telephone number.
    Phone,
    /// An identity card number.
    IdNumber,
    /// The plate of a car.
    Plate,
}

/// The first characters of plates: the provinces, and those of embassies and consulates.
const PLATE_HEADS: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使";
/// The last characters of plates that are no letters or digits.
const PLATE_TAILS: &str = "挂学警港澳领";

/// What `words` seem to hold of that, each once. It looks for shapes alone: whoever reads the words
/// still has to see for themselves.
pub fn personal_in(words: &str) -> Vec<Personal> {
    // Whatever people put between the groups of a number.
    let between = |c: &char| !(c.is_whitespace() || "-－—·•.".contains(*c));
    let plain: Vec<char> = words
        .chars()
        .filter(between)
        .map(|c| half_width(c).to_ascii_uppercase())
        .collect();
    let mut found: Vec<Personal> = runs(&plain).filter_map(number_of).collect();
    if (0..plain.len()).any(|at| is_plate(&plain[at..])) {
        found.push(Personal::Plate);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The digits in a row, an X at their end among them.
fn runs(plain: &[char]) -> impl Iterator<Item = &[char]> {
    let joined = |before: &char, after: &char| {
        before.is_ascii_digit() && (after.is_ascii_digit() || *after == 'X')
    };
    plain.chunk_by(joined)
}

fn number_of(run: &[char]) -> Option<Personal> {
    let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
    match (run, run.len()) {
        (_, 15 | 18) if digits >= run.len() - 1 => Some(Personal::IdNumber),
        (['1', '3'..='9', ..], 11) if digits == 11 => Some(Personal::Phone),
        // +86 before it.
        (['8', '6', '1', '3'..='9', ..], 13) if digits == 13 => Some(Personal::Phone),
        (['0', '1'..='9', ..], 10..=12) if digits == run.len() => Some(Personal::Phone),
        _ => None,
    }
}

/// Whether a text begins with a plate: the province, a letter, then five or six characters.
fn is_plate(text: &[char]) -> bool {
    let [head, letter, rest @ ..] = text else {
        return false;
    };
    let of_plate = |c: &char| c.is_ascii_uppercase() || c.is_ascii_digit();
    let length = rest.iter().take_while(|c| of_plate(c)).count();
    let tail = rest.get(length).is_some_and(|c| PLATE_TAILS.contains(*c));
    let digits = rest[..length].iter().any(char::is_ascii_digit);
    PLATE_HEADS.contains(*head)
        && letter.is_ascii_uppercase()
        && digits
        && matches!(length + usize::from(tail), 5 | 6)
}

fn mask_middle(characters: &[char], head: usize, tail: usize) -> String {
    let shown = |at: usize| at < head || at >= characters.len().saturating_sub(tail);
    characters
        .iter()
        .enumerate()
        .map(|(at, &c)| if shown(at) { c } else { '*' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left() {
        assert_eq!(mask_name("王秀英"), "王**");
        assert_eq!(mask_name("李娜"), "李*");
        assert_eq!(mask_name("王"), "王*");
        assert_eq!(mask_name(""), "");
        assert_eq!(mask_phone("13800001234"), "138****1234");
        assert_eq!(mask_phone("110"), "**0");
        assert_eq!(mask_id_number("11010519491231002X"), "1****************X");
        assert_eq!(last_four("13800001234"), "1234");
        assert_eq!(last_four("12"), "12");
    }

    #[test]
    fn a_family_member_is_shown_no_numbers_and_no_papers() {
        for kind in crate::kinds::KindName::ALL {
            let given = kind.fields().iter().map(|field| {
                let said = serde_json::Value::from("given");
                (field.name.to_owned(), said)
            });
            let shown = for_family(kind.fields(), &Answers(given.collect()));
            for field in kind.fields() {
                let private = matches!(
                    field.shape,
                    Shape::Phone | Shape::IdNumber | Shape::Signature
                );
                assert_eq!(shown.has(field.name), !private, "{}", field.name);
                let papers = private || matches!(field.shape, Shape::Materials);
                assert_eq!(
                    family_sees_pictures(&field.shape),
                    !papers,
                    "{}",
                    field.name
                );
            }
        }
    }

    #[test]
    fn what_looks_personal_is_found() {
        use Personal::{IdNumber, Phone, Plate};
        for (words, expected) in [
            ("3号楼门口的路灯不亮了，2026年11月25日", vec![]),
            ("张三 13800001234 说的", vec![Phone]),
            ("打１３８－００００－１２３４", vec![Phone]),
            ("+86 138 0000 1234", vec![Phone]),
            ("座机 010-5550 0104", vec![Phone]),
            ("11010519491231002x 是我的", vec![IdNumber]),
            ("110105 1949 1231 0021", vec![IdNumber]),
            ("黑色的浙F·8K123堵着门", vec![Plate]),
            ("京AD12345 乱停", vec![Plate]),
            ("使A12345领", vec![Plate]),
            ("粤Z1234港", vec![Plate]),
            ("13800001234，浙f12345", vec![Phone, Plate]),
            // An order's number, a meter, a height: long, but of no such shape.
            ("电表 20261125001234567890", vec![]),
            ("京ABCDEF 是店名", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(personal_in(words), expected, "{words}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_found_however_it_is_written(
            before in "[\u{4e00}-\u{4eff}]{0,8}", after in "[\u{4e00}-\u{4eff}]{0,8}",
            tail in "[0-9]{9}", gap in "[ -]{0,2}",
        ) {
            let phone = format!("{before}13{}{gap}{}{after}", &tail[..4], &tail[4..]);
            prop_assert!(personal_in(&phone).contains(&Personal::Phone), "{}", phone);
        }

        #[test]
        fn no_words_break_the_search(words in "\\PC{0,80}") {
            prop_assert!(personal_in(&words).len() <= 3);
        }

        #[test]
        fn most_is_hidden(text in "\\PC{0,24}") {
            let stars = |masked: &str| masked.chars().filter(|c| *c == '*').count();
            let length = text.chars().count();
            let own = text.chars().filter(|c| *c == '*').count();
            prop_assert!(length == 0 || stars(&mask_phone(&text)) + own >= length.saturating_sub(7));
            prop_assert!(length < 5 || stars(&mask_id_number(&text)) + own >= length - 2);
            let _ = last_four(&text);
        }
    }
}
