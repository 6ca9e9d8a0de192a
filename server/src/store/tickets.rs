//! Passes for the live stream: each opens it once.

use super::db::Db;
use super::sql::{args, found, one, optional};
use super::writer::Write;
use super::{Fault, Result, Store};
use crate::keys::Purpose;
use model::id::CaseId;
use model::time::TimeMs;
use uuid::Uuid;

impl Store {
    /// Records a pass for the case's stream, got by a family member's link or not.
    pub async fn create_ticket(
        &self,
        token: &str,
        case: CaseId,
        family: Option<Uuid>,
        expires: TimeMs,
    ) -> Result<()> {
        self.execute(
            "insert into tickets (token_hash, case_id, family, expires_at)
             values ($1, $2, $3, $4)",
            args![
                self.ticket_hash(token).as_slice(),
                case.to_string(),
                optional(family.as_ref()),
                expires
            ],
        )
        .await
        .map(drop)
    }

    /// Uses a pass up: its case, and the family member's link it was got by.
    /// [`super::Error::NotFound`] where it was used, has expired or never was.
    pub async fn take_ticket(&self, token: &str, now: TimeMs) -> Result<(CaseId, Option<Uuid>)> {
        let token_hash = self.ticket_hash(token);
        self.write(TakeTicket { token_hash, now }).await
    }

    fn ticket_hash(&self, token: &str) -> [u8; 32] {
        self.keys().digest(Purpose::Ticket, token.as_bytes())
    }
}

struct TakeTicket {
    token_hash: [u8; 32],
    now: TimeMs,
}

impl Write for TakeTicket {
    type Answer = (CaseId, Option<Uuid>);

    async fn run(&self, db: &mut Db<'_>) -> Result<Self::Answer> {
        let row = one(
            &mut *db,
            "delete from tickets where token_hash = $1 and expires_at > $2 
             returning case_id, family",
            args![self.token_hash.as_slice(), self.now],
        )
        .await?;
        let row = found(row)?;
        let family = row.opt_text("family")?.map(|id| id.parse()).transpose();
        let family = family.map_err(|_| Fault::Row("family"))?;
        Ok((row.id("case_id")?, family))
    }
}
