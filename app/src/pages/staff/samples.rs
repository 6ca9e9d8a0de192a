//! What the unit tests of the staff's pages begin with.

use model::time::TimeMs;
use model::workflow::{Actor, Fact, State};

/// A submission that led to `state`, at the beginning of time.
pub fn fact(state: State) -> Fact {
    Fact {
        verb: None,
        at: TimeMs(0),
        actor: Actor::Resident,
        on_word: false,
        state,
        staff: None,
        visit: None,
        due: None,
        days: None,
        rating: None,
        photos: Vec::new(),
    }
}
