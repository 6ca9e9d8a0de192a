//! Who is being served on a shared tablet just now. It outlives a change of language, which draws
//! everything anew, and nothing else: it goes with the page.

use std::cell::RefCell;
use uuid::Uuid;

/// What a case carries that is handed in with a volunteer's help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The resident being served.
    pub serving: Uuid,
    /// The shift's token.
    pub csrf: String,
}

/// How far the tablet is.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// The page shown, by its address in memory.
    pub address: String,
    /// The resident being served.
    pub help: Option<Help>,
    /// They would rather not have it noted who helped.
    pub unnoted: bool,
}

thread_local! {
    static NOW: RefCell<Now> = RefCell::default();
}

/// How far the tablet is.
pub fn now() -> Now {
    NOW.with_borrow(Now::clone)
}

/// Changes it.
pub fn change(change: impl FnOnce(&mut Now)) {
    NOW.with_borrow_mut(change);
}

/// What a case handed in now is to carry; none on any other device, and where the resident said no.
pub fn help() -> Option<Help> {
    NOW.with_borrow(|now| now.help.clone().filter(|_| !now.unnoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_helped_is_noted_only_while_somebody_is_served_and_does_not_mind() {
        assert_eq!(help(), None);
        let help_of = Help {
            serving: Uuid::nil(),
            csrf: "token".to_owned(),
        };
        change(|now| now.help = Some(help_of.clone()));
        assert_eq!(help(), Some(help_of.clone()));
        change(|now| now.unnoted = true);
        assert_eq!(help(), None);
        assert_eq!(
            now().help,
            Some(help_of),
            "they are being served all the same"
        );
    }
}
