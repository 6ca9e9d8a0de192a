//! Of several questions on their way, the newest: answers come back in any order.

use leptos::prelude::*;

/// Counts the questions of one place on a page.
#[derive(Clone, Copy)]
pub struct Turns(StoredValue<u32>);

impl Default for Turns {
    /// None asked yet.
    fn default() -> Turns {
        Turns(StoredValue::new(0))
    }
}

impl Turns {
    /// A question is asked; none where the page is gone.
    pub fn next(self) -> Option<u32> {
        self.0.try_update_value(|turn| {
            *turn += 1;
            *turn
        })
    }

    /// Whether nothing was asked since, and the page is still there.
    pub fn is_newest(self, turn: u32) -> bool {
        self.0.try_get_value() == Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_answer_is_told_apart() {
        Owner::new().with(|| {
            let turns = Turns::default();
            let [first, second] = [turns.next().expect("here"), turns.next().expect("here")];
            assert!(!turns.is_newest(first));
            assert!(turns.is_newest(second));
        });
    }
}
