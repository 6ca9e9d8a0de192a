//! Picks a time for a visit, day by day.

use crate::when;
use leptos::prelude::*;
use model::api::{OfferedSlot, SlotDay};
use model::workflow::Slot;

/// Days shown before somebody asks for more.
const SHOWN_DAYS: usize = 3;

/// How many days to show: those before the fold, or up to the day of the time picked.
fn shown_days(days: &[SlotDay], picked: Option<Slot>) -> usize {
    let holds = |day: &SlotDay| day.slots.iter().any(|offered| Some(offered.slot) == picked);
    let picked = days.iter().position(holds).map_or(0, |at| at + 1);
    picked.max(SHOWN_DAYS).min(days.len())
}

/// The times on offer as one radio group over several days; taken ones stand there, closed.
#[component]
pub fn SlotPicker(
    /// The name of the radio group.
    id: &'static str,
    /// Soonest first.
    days: Vec<SlotDay>,
    /// The one picked.
    value: Option<Slot>,
    /// Told the one picked.
    on_pick: Callback<Slot>,
) -> impl IntoView {
    let shown = RwSignal::new(shown_days(&days, value));
    let all = days.len();
    let day_view = move |(at, day): (usize, SlotDay)| {
        let slots = day.slots.into_iter();
        let row = move |offered: OfferedSlot| slot_view(id, offered, value, on_pick);
        view! {
            <fieldset class="slot-day" hidden=move || shown.get() <= at>
                <legend class="slot-date">{when::date(day.date)}</legend>
                <div class="slot-list">{slots.map(row).collect_view()}</div>
            </fieldset>
        }
    };
    view! {
        <div class="slots">
            {days.into_iter().enumerate().map(day_view).collect_view()}
            <Show when=move || shown.get() < all>
                <button class="btn" type="button" on:click=move |_| shown.set(all)>
                    {tr!(proxy.slot.more)}
                </button>
            </Show>
        </div>
    }
}

fn slot_view(
    id: &'static str,
    offered: OfferedSlot,
    value: Option<Slot>,
    on_pick: Callback<Slot>,
) -> impl IntoView {
    let OfferedSlot { slot, free } = offered;
    let taken = (!free).then(|| view! { <small class="slot-note">{tr!(proxy.slot.taken)}</small> });
    view! {
        <label class="slot">
            <input
                type="radio"
                name=id
                value=slot.start.0.to_string()
                disabled=!free
                prop:checked=free && value == Some(slot)
                on:change=move |_| on_pick.run(slot)
            />
            <span>{when::time(slot.start.china().time())} {taken}</span>
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::date;
    use model::time::TimeMs;

    fn day(after: i64) -> SlotDay {
        let date = date(2026, 11, 22) + after.days();
        let start = TimeMs::from_china(date.at(9, 0, 0, 0));
        let slot = Slot {
            start,
            end: start.plus_seconds(3600),
        };
        SlotDay {
            date,
            slots: vec![OfferedSlot { slot, free: true }],
        }
    }

    #[test]
    fn later_days_open_when_the_time_picked_lies_there() {
        let days: Vec<SlotDay> = (0..10).map(day).collect();
        for (picked, expected) in [(None, 3), (Some(1), 3), (Some(6), 7), (Some(9), 10)] {
            let slot = picked.map(|at: usize| days[at].slots[0].slot);
            assert_eq!(shown_days(&days, slot), expected);
        }
        assert_eq!(shown_days(&days[..2], None), 2);
        assert_eq!(shown_days(&[], None), 0);
    }
}
