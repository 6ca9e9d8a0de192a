//! How long personal data is kept.

use super::{its, unique};
use crate::street::Fault;
use crate::street::records::Record;
use model::street::Retention;

/// A closed case can be taken up again for thirty days, and its resident may be told no sooner
/// that nobody knows them any more.
const MIN_DAYS: u32 = 60;

pub(super) fn retention(
    records: Vec<Record<Retention>>,
    faults: &mut Vec<Fault>,
) -> Vec<Retention> {
    unique(&records, "kind", |rule| rule.kind.name(), faults);
    for record in &records {
        if record.it.days < MIN_DAYS {
            let message = format!(
                "{} days: at least {MIN_DAYS}, for a closed case can be reopened",
                record.it.days
            );
            faults.push(record.place.fault("days", message));
        }
    }
    its(records)
}
