//! What the unit tests of the staff's pages begin with.

use model::time::TimeMs;
use model::workflow::{Actor, Fact, State};

/// A submission that led to `state`, at the beginning of time.
pub fn fact(state: State) -> Fact {
    Fact::new(TimeMs(0), Actor::Resident, state)
}
