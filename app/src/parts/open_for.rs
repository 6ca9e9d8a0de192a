//! A sheet that stands open for something: for a verb, for an entry that is to be deleted.

use leptos::prelude::*;

/// Whether the sheet stands open: as long as something is `wanted` that `mine` says is its own.
/// Closed by its own button or Escape, nothing is wanted any more.
pub fn open_for<T: Send + Sync + 'static>(
    wanted: RwSignal<Option<T>>,
    mine: impl Fn(&T) -> bool + Copy + 'static,
) -> RwSignal<bool> {
    let is_mine = move |wanted: &Option<T>| wanted.as_ref().is_some_and(mine);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(wanted.with(is_mine)));
    Effect::new(move |was: Option<bool>| {
        let is = open.get();
        if was == Some(true) && !is && wanted.with_untracked(is_mine) {
            wanted.set(None);
        }
        is
    });
    open
}
