//! What stands beside a case on the street: who met the same, and the cases merged with it.

use super::case::CaseRecord;
use super::reports::Report;
use super::sql::{args, found, one};
use super::{Error, Result, Store};
use model::field::Shape;
use model::id::CaseId;
use model::kinds::KindName;
use model::receipt::Receipt;
use model::workflow::Progress;

/// What stands beside a case. Empty for kinds that have no place on the street.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The case as everybody may see it.
    pub report: Option<Report>,
    /// The case that stands for it, and where that one stands.
    pub parent: Option<(Report, Progress)>,
    /// The cases for which it stands.
    pub stands_for: Vec<Other>,
}

/// Another case in a list.
#[derive(Clone, Debug)]
pub struct Other {
    /// What everybody may see of it.
    pub report: Report,
    /// Its number.
    pub receipt: Receipt,
    /// Its events so far.
    pub seq: u32,
}

impl Store {
    /// What stands beside the case.
    pub(super) async fn beside(&self, record: &CaseRecord) -> Result<Beside> {
        if !has_place(record.kind) {
            return Ok(Beside::default());
        }
        let report = match self.report(record.id).await {
            Ok(report) => report,
            Err(Error::NotFound) => return Ok(Beside::default()),
            Err(error) => return Err(error),
        };
        let parent = match &record.progress.merged {
            Some(merged) => Some((
                self.report(merged.into).await?,
                self.history(merged.into).await?.progress,
            )),
            None => None,
        };
        let mut stands_for = Vec::new();
        for report in self.merged_into(record.id).await? {
            stands_for.push(self.other(report).await?);
        }
        Ok(Beside {
            report: Some(report),
            parent,
            stands_for,
        })
    }

    /// A case on the street with its number.
    pub async fn other(&self, report: Report) -> Result<Other> {
        let (receipt, seq) = self.number_of(report.case).await?;
        Ok(Other {
            report,
            receipt,
            seq,
        })
    }

    async fn number_of(&self, case: CaseId) -> Result<(Receipt, u32)> {
        let statement = "select receipt, seq from cases where id = $1";
        let row = found(one(self.pool(), statement, args![case.to_string()]).await?)?;
        Ok((row.slug("receipt")?, row.number("seq")?))
    }
}

/// Whether cases of this kind are somewhere on the street.
fn has_place(kind: KindName) -> bool {
    let mut fields = kind.fields().iter();
    fields.any(|field| matches!(field.shape, Shape::Place))
}
