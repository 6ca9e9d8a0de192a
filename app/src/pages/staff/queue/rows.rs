//! The rows on the screen, and how news comes among them without moving what is under the hand.

use model::api::QueueItem;
use model::id::CaseId;

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The case.
    pub item: QueueItem,
    /// It came while one was looking.
    pub fresh: bool,
    /// It no longer belongs here, and stays only for the others' sake.
    pub gone: bool,
}

/// The queue in its own order, what is due first, first. Rows that were not there before are
/// marked where anything was.
pub fn settled(before: &[Row], items: Vec<QueueItem>) -> Vec<Row> {
    let is_new =
        |case: CaseId| !before.is_empty() && !before.iter().any(|row| row.item.case == case);
    items
        .into_iter()
        .map(|item| Row {
            fresh: is_new(item.case),
            gone: false,
            item,
        })
        .collect()
}

/// The news with every row in its old place: changed ones change where they stand, new ones come
/// at the end, those that left stay as gone.
pub fn in_place(before: &[Row], mut items: Vec<QueueItem>) -> Vec<Row> {
    let mut rows: Vec<Row> = before
        .iter()
        .map(
            |row| match items.iter().position(|item| item.case == row.item.case) {
                Some(at) => Row {
                    item: items.remove(at),
                    fresh: row.fresh,
                    gone: false,
                },
                None => Row {
                    gone: true,
                    ..row.clone()
                },
            },
        )
        .collect();
    rows.extend(items.into_iter().map(|item| Row {
        item,
        fresh: true,
        gone: false,
    }));
    rows
}

/// Whether the rows stand as the queue's own order has them.
pub fn is_settled(rows: &[Row], items: &[QueueItem]) -> bool {
    let shown = rows.iter().map(|row| (row.item.case, row.gone));
    shown.eq(items.iter().map(|item| (item.case, false)))
}

/// How many came that were not there.
pub fn newcomers(before: &[Row], after: &[Row]) -> usize {
    let known = |row: &&Row| !before.iter().any(|old| old.item.case == row.item.case);
    after.iter().filter(known).count()
}

/// The row that `steps` leads to from the one `at`; the first or last where nothing is reached yet.
pub fn step(rows: &[Row], at: Option<CaseId>, steps: isize) -> Option<CaseId> {
    let last = rows.len().checked_sub(1)?;
    let here = rows.iter().position(|row| Some(row.item.case) == at);
    let to = match here {
        Some(here) => here.saturating_add_signed(steps).min(last),
        None if steps > 0 => 0,
        None => last,
    };
    rows.get(to).map(|row| row.item.case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::staff::samples;
    use model::id::AreaId;
    use model::kinds::KindName;
    use model::receipt::Receipt;
    use model::time::TimeMs;
    use model::workflow::{Progress, State};

    fn case(n: u128) -> CaseId {
        CaseId(uuid::Uuid::from_u128(n))
    }

    fn item(n: u128, assignee: &str) -> QueueItem {
        QueueItem {
            case: case(n),
            receipt: Receipt::of(n as u32),
            kind: KindName::ProxyRequest,
            matter_name: None,
            category_name: None,
            progress: Progress::submitted(&samples::fact(State::Submitted)),
            due: None,
            light: None,
            at: TimeMs(0),
            place: None,
            voices: 0,
            grid: AreaId::parse("grid-01").expect("a slug"),
            grid_name: String::new(),
            applicant: String::new(),
            assignee: Some(assignee.to_owned()),
        }
    }

    fn shape(rows: &[Row]) -> Vec<(u128, bool, bool)> {
        rows.iter()
            .map(|row| (row.item.case.0.as_u128(), row.fresh, row.gone))
            .collect()
    }

    #[test]
    fn news_never_moves_a_row() {
        let before = settled(&[], vec![item(1, "a"), item(2, "a"), item(3, "a")]);
        assert_eq!(
            shape(&before),
            [(1, false, false), (2, false, false), (3, false, false)]
        );
        let items = vec![item(4, "a"), item(3, "b"), item(1, "a")];
        let after = in_place(&before, items.clone());
        assert_eq!(
            shape(&after),
            [
                (1, false, false),
                (2, false, true),
                (3, false, false),
                (4, true, false)
            ]
        );
        assert_eq!(after[2].item.assignee.as_deref(), Some("b"));
        assert_eq!(newcomers(&before, &after), 1);
        assert!(!is_settled(&after, &items));
        let sorted = settled(&before, items.clone());
        assert_eq!(
            shape(&sorted),
            [(4, true, false), (3, false, false), (1, false, false)]
        );
        assert!(is_settled(&sorted, &items));
    }

    #[test]
    fn a_row_that_comes_back_is_there_again() {
        let before = settled(&[], vec![item(1, "a")]);
        let gone = in_place(&before, Vec::new());
        assert_eq!(shape(&gone), [(1, false, true)]);
        assert_eq!(
            shape(&in_place(&gone, vec![item(1, "a")])),
            [(1, false, false)]
        );
    }

    #[test]
    fn keys_walk_the_rows_and_stop_at_both_ends() {
        let rows = settled(&[], vec![item(1, "a"), item(2, "a"), item(3, "a")]);
        for (at, steps, expected) in [
            (None, 1, Some(1)),
            (None, -1, Some(3)),
            (Some(1), 1, Some(2)),
            (Some(3), 1, Some(3)),
            (Some(1), -1, Some(1)),
            (Some(9), 1, Some(1)),
        ] {
            assert_eq!(
                step(&rows, at.map(case), steps),
                expected.map(case),
                "{at:?} {steps}"
            );
        }
        assert_eq!(step(&[], None, 1), None);
    }
}
