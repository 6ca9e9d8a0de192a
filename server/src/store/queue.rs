//! Lists of cases for staff.
//!
//! `sort_at` holds the whole order: open cases by what is due, open ones without a deadline, then
//! closed ones, latest first. So each scope needs one index, a page is one short walk along it,
//! and both "open" and a colour are ranges of it.

use super::case::{CaseRecord, case_columns, case_tables};
use super::draft::NO_DUE;
use super::sql::{all, args, found, one};
use super::{Result, Store};
use model::api::Counts;
use model::id::{AreaId, CaseId, CategoryId, MatterId, StaffId};
use model::kinds::KindName;
use model::time::TimeMs;
use model::workflow::{Publication, State};
use std::fmt;
use std::str::FromStr;

/// Whose cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueScope {
    /// Assigned to one person.
    Mine(StaffId),
    /// Called to a department, or assigned to it.
    Called(StaffId),
    /// Of one area itself.
    Area(AreaId),
    /// Of an area and all below it.
    Within(AreaId),
    /// All there are: for those whose area is the root.
    Everywhere,
}

/// Which cases to list.
#[derive(Clone, Debug)]
pub struct QueueFilter {
    /// Whose.
    pub scope: QueueScope,
    /// In these states; in any where empty.
    pub states: Vec<State>,
    /// Only those somebody has still to do something about.
    pub open_only: bool,
    /// Of this kind.
    pub kind: Option<KindName>,
    /// Of this matter.
    pub matter: Option<MatterId>,
    /// On the street, and of this category.
    pub category: Option<CategoryId>,
    /// On the street, and seen so far.
    pub publication: Option<Publication>,
    /// Open and due at this moment or later.
    pub due_from: Option<TimeMs>,
    /// Open and due before this moment.
    pub due_until: Option<TimeMs>,
    /// Digits of the receipt number, in a row; all nine find the one case at once.
    pub receipt_part: String,
    /// Where the page before ended.
    pub after: Option<QueueCursor>,
    /// At most so many.
    pub limit: u32,
}

/// A case of a list.
#[derive(Clone, Debug)]
pub struct Queued {
    /// The case.
    pub record: CaseRecord,
    /// People who met the same; 0 for what is not on the street.
    pub voices: u32,
}

/// A page of cases.
#[derive(Clone, Debug)]
pub struct QueuePage {
    /// In order.
    pub items: Vec<Queued>,
    /// Where the next page begins; none at the end.
    pub next: Option<QueueCursor>,
}

/// A place between two cases of a list; on the wire a text to hand back as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueCursor {
    sort_at: i64,
    id: CaseId,
}

/// A cursor that did not come from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no cursor")]
pub struct BadCursor;

impl fmt::Display for QueueCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.sort_at, self.id)
    }
}

impl FromStr for QueueCursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> std::result::Result<QueueCursor, BadCursor> {
        let (sort_at, id) = text.split_once('.').ok_or(BadCursor)?;
        Ok(QueueCursor {
            sort_at: sort_at.parse().map_err(|_| BadCursor)?,
            id: id.parse().map_err(|_| BadCursor)?,
        })
    }
}

/// What the particulars of a filter let through, of the cases called `$c`.
macro_rules! let_through {
    ($c:literal, $last:expr, $receipt:expr) => {
        concat!(
            $c,
            ".sort_at >= $2 and ",
            $c,
            ".sort_at <= ",
            $last,
            " and (",
            $c,
            ".sort_at, ",
            $c,
            ".id) > ($4, $5)",
            " and ($6 = '' or $6 like '%,' || ",
            $c,
            ".state || ',%')",
            " and ($7 = '' or ",
            $c,
            ".matter = $7) and ($10 = '' or ",
            $c,
            ".kind = $10)",
            " and (($11 = '' and $12 = '') or exists (select 1 from reports p where p.case_id = ",
            $c,
            ".id and ($11 = '' or p.category = $11) and ($12 = '' or p.publication = $12)))",
            " and ",
            $receipt
        )
    };
}

/// What a line of a list says.
macro_rules! line {
    () => {
        concat!(
            "select ",
            case_columns!(),
            ", coalesce((select v.voices from reports v where v.case_id = c.id), 0) as voices"
        )
    };
}

/// A page of one scope; `$1` is whose. Each scope has its statement, so that it finds its index.
macro_rules! page {
    ($scope:expr, $last:expr, $receipt:expr) => {
        page!(case_tables!(), $scope, $last, $receipt)
    };
    ($tables:expr, $scope:expr, $last:expr, $receipt:expr) => {
        concat!(
            line!(),
            $tables,
            "where ",
            $scope,
            " and ",
            let_through!("c", $last, $receipt),
            " order by c.sort_at, c.id limit $9"
        )
    };
}

/// The cases a department has to do with, called `c`, each standing where the department's own
/// clock puts it: the call's, and the whole case's only where it handles that too. Sorted anew for
/// each page, but no more of them than `$range` lets in.
macro_rules! called {
    ($range:literal) => {
        concat!(
            "(select x.id, x.receipt, x.kind, x.matter, x.matter_name, x.area, x.estate, x.station,
                x.state, x.created_at, x.updated_at, x.progress, x.head, x.helper, x.secret_hash,
                x.wrapped_key, k.sort_at
              from cases x join (select o.case_id, min(o.sort_at) as sort_at from
                (select case_id, sort_at from called where staff = $1 and ",
            $range,
            " union all select id, sort_at from cases where assignee = $1 and ",
            $range,
            ") o group by o.case_id) k on k.case_id = x.id) c"
        )
    };
}

/// [`called`] with its first events.
macro_rules! called_tables {
    () => {
        concat!(
            " from ",
            called!("sort_at >= $2 and sort_at <= $3"),
            " join events e on e.case_id = c.id and e.seq = 0 "
        )
    };
}

/// Any receipt number with these digits in it.
macro_rules! part_of {
    ($c:literal) => {
        concat!("($8 = '' or ", $c, ".receipt like '%' || $8 || '%')")
    };
}

/// A page of several areas goes no further than any one of them alone would fill it. Without
/// this bound all that is open in them would be sorted for fifty lines.
macro_rules! page_within {
    () => {
        page!(
            "c.area in (select area from area_tree where ancestor = $1)",
            concat!(
                "(select coalesce(min((select x.sort_at from cases x where x.area = t.area and ",
                let_through!("x", "$3", part_of!("x")),
                " order by x.sort_at, x.id limit 1 offset $9 - 1)), $3)",
                " from area_tree t where t.ancestor = $1)"
            ),
            part_of!("c")
        )
    };
}

/// A statement for each scope: what is read, from which tables, a department's own instead of
/// them, and what comes after the scope's condition.
macro_rules! by_scope {
    ($scope:expr, $read:expr, $tables:expr, $called:expr, $after:expr) => {
        match $scope {
            QueueScope::Mine(_) => concat!($read, $tables, "where c.assignee = $1", $after),
            QueueScope::Called(_) => concat!($read, $called, "where $1 <> ''", $after),
            QueueScope::Area(_) => concat!($read, $tables, "where c.area = $1", $after),
            QueueScope::Within(_) => concat!(
                $read,
                $tables,
                "where c.area in (select area from area_tree where ancestor = $1)",
                $after
            ),
            QueueScope::Everywhere => concat!($read, $tables, "where $1 = ''", $after),
        }
    };
}

impl QueueScope {
    fn whose(&self) -> &str {
        match self {
            QueueScope::Mine(staff) | QueueScope::Called(staff) => staff.as_str(),
            QueueScope::Area(area) | QueueScope::Within(area) => area.as_str(),
            QueueScope::Everywhere => "",
        }
    }
}

impl QueueFilter {
    /// The list's statement: with a whole receipt number it goes straight to the one case.
    fn statement(&self) -> &'static str {
        if self.receipt_part.len() == 9 {
            return by_scope!(
                self.scope,
                line!(),
                case_tables!(),
                called_tables!(),
                concat!(
                    " and ",
                    let_through!("c", "$3", "c.receipt = $8"),
                    " order by c.sort_at, c.id limit $9"
                )
            );
        }
        match self.scope {
            QueueScope::Mine(_) => page!("c.assignee = $1", "$3", part_of!("c")),
            QueueScope::Called(_) => {
                page!(called_tables!(), "$1 <> ''", "$3", part_of!("c"))
            }
            QueueScope::Area(_) => page!("c.area = $1", "$3", part_of!("c")),
            QueueScope::Within(_) => page_within!(),
            QueueScope::Everywhere => page!("$1 = ''", "$3", part_of!("c")),
        }
    }

    /// The first and last `sort_at` that may be listed.
    fn range(&self) -> (i64, i64) {
        let coloured = self.due_from.is_some() || self.due_until.is_some();
        let from = self.due_from.map_or(i64::MIN, |at| at.0);
        let last = match self.due_until {
            Some(until) => until.0.saturating_sub(1).min(NO_DUE - 1),
            None if coloured => NO_DUE - 1,
            None if self.open_only => NO_DUE,
            None => i64::MAX,
        };
        (from, last)
    }

    /// `,submitted,done,`, for one parameter however many states there are.
    fn states(&self) -> String {
        let names: Vec<&str> = self.states.iter().map(|state| state.name()).collect();
        match names.as_slice() {
            [] => String::new(),
            names => format!(",{},", names.join(",")),
        }
    }
}

impl Store {
    /// A page of cases: open ones by what is due, then closed ones, latest first.
    pub async fn queue(&self, filter: &QueueFilter) -> Result<QueuePage> {
        let (from, last) = filter.range();
        let publication = filter.publication.map(super::sql::name).transpose()?;
        let publication = publication.unwrap_or_default();
        let (after, after_id) = match &filter.after {
            Some(cursor) => (cursor.sort_at, cursor.id.to_string()),
            None => (i64::MIN, String::new()),
        };
        let rows = all(
            self.pool(),
            filter.statement(),
            args![
                filter.scope.whose(),
                // What lies before the cursor need not be walked through.
                from.max(after),
                last,
                after,
                after_id,
                filter.states(),
                filter.matter.as_ref().map_or("", MatterId::as_str),
                digits(&filter.receipt_part),
                i64::from(filter.limit) + 1,
                filter.kind.map_or("", KindName::name),
                filter.category.as_ref().map_or("", CategoryId::as_str),
                publication,
            ],
        )
        .await?;
        // One more than asked for was read, to know whether there is a next page.
        let limit = filter.limit as usize;
        let shown = &rows[..rows.len().min(limit)];
        let next = match shown.last() {
            Some(last) if rows.len() > limit => Some(QueueCursor {
                sort_at: last.int("sort_at")?,
                id: last.id("id")?,
            }),
            _ => None,
        };
        let items = shown.iter().map(|row| {
            Ok(Queued {
                record: self.record(row)?,
                voices: row.number("voices")?,
            })
        });
        Ok(QueuePage {
            items: items.collect::<Result<_>>()?,
            next,
        })
    }

    /// How many open cases there are by colour. `soon` is the last moment that is amber.
    pub async fn queue_counts(
        &self,
        scope: &QueueScope,
        now: TimeMs,
        soon: TimeMs,
    ) -> Result<Counts> {
        let statement = by_scope!(
            *scope,
            "select count(case when c.sort_at < $2 then 1 end) as red,
                count(case when c.sort_at >= $2 and c.sort_at <= $3 then 1 end) as amber,
                count(case when c.sort_at >= $2 and c.sort_at > $3 then 1 end) as green from ",
            "cases c ",
            concat!(called!("sort_at < $4"), " "),
            " and c.sort_at < $4"
        );
        let args = args![scope.whose(), now, soon, NO_DUE];
        let row = found(one(self.pool(), statement, args).await?)?;
        Ok(Counts {
            red: row.number("red")?,
            amber: row.number("amber")?,
            green: row.number("green")?,
        })
    }

    /// Whether `inner` is `outer` or lies in it.
    pub async fn area_contains(&self, outer: &AreaId, inner: &AreaId) -> Result<bool> {
        let row = one(
            self.pool(),
            "select area from area_tree where ancestor = $1 and area = $2",
            args![outer.as_str(), inner.as_str()],
        )
        .await?;
        Ok(row.is_some())
    }
}

/// Digits alone: what else somebody types matches nothing, and no wildcard gets through.
fn digits(part: &str) -> &str {
    match part.bytes().all(|byte| byte.is_ascii_digit()) {
        true => part,
        false => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::{database, plan};
    use super::*;
    use proptest::prelude::*;

    fn filter(scope: QueueScope) -> QueueFilter {
        QueueFilter {
            scope,
            states: Vec::new(),
            open_only: true,
            kind: None,
            matter: None,
            category: None,
            publication: None,
            due_from: None,
            due_until: None,
            receipt_part: String::new(),
            after: None,
            limit: 50,
        }
    }

    /// A page costs the same in a small street and in one with a million cases: one walk along
    /// the index of its scope, nothing read that is not shown, nothing sorted.
    #[tokio::test]
    async fn each_scope_walks_its_index() {
        let mut db = database().await;
        let area = AreaId::parse("grid").expect("an id");
        let staff = StaffId::parse("li").expect("an id");
        for (scope, index, sorted) in [
            (QueueScope::Mine(staff.clone()), "cases_assignee", true),
            // What two clocks may put in another order is sorted, but only what is open.
            (QueueScope::Called(staff), "called_order", false),
            (QueueScope::Area(area.clone()), "cases_area", true),
            (QueueScope::Everywhere, "cases_order", true),
            // What several grids' walks bring is sorted, but each walk is short.
            (QueueScope::Within(area), "cases_area", false),
        ] {
            let mut filter = filter(scope);
            let listed = plan(&mut db, filter.statement()).await;
            assert!(listed.contains(index), "{listed}");
            assert!(!listed.contains("SCAN c"), "{listed}");
            assert_eq!(!listed.contains("TEMP B-TREE"), sorted, "{listed}");
            filter.receipt_part = "123456789".to_owned();
            let found = plan(&mut db, filter.statement()).await;
            assert!(found.contains("(receipt=?)"), "{found}");
        }
    }

    proptest! {
        #[test]
        fn cursors_round_trip(sort_at in any::<i64>(), id in any::<u128>()) {
            let cursor = QueueCursor { sort_at, id: CaseId(uuid::Uuid::from_u128(id)) };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn anything_else_is_refused(text in "\\PC{0,60}") {
            let parsed: std::result::Result<QueueCursor, _> = text.parse();
            prop_assert!(parsed.is_err() || text.contains('.'));
        }
    }
}
