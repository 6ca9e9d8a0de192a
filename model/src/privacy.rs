//! Masking: what may be shown where the whole is not needed.

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

    proptest! {
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
