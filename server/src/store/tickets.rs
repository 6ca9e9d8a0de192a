//! Passes for the live stream: each opens it once.

use super::sql::{Columns, args, found, one};
use super::writer::Write;
use super::{Result, Store};
use crate::keys::Purpose;
use model::id::CaseId;
use model::time::TimeMs;
use sqlx::AnyConnection;

impl Store {
    /// Records a pass for the case's stream.
    pub async fn create_ticket(&self, token: &str, case: CaseId, expires: TimeMs) -> Result<()> {
        self.execute(
            "insert into tickets (token_hash, case_id, expires_at) values ($1, $2, $3)",
            args![
                self.ticket_hash(token).as_slice(),
                case.to_string(),
                expires
            ],
        )
        .await
        .map(drop)
    }

    /// Uses a pass up. [`super::Error::NotFound`] where it was used, has expired or never was.
    pub async fn take_ticket(&self, token: &str, now: TimeMs) -> Result<CaseId> {
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
    type Answer = CaseId;

    async fn run(&self, db: &mut AnyConnection) -> Result<CaseId> {
        let row = one(
            &mut *db,
            "delete from tickets where token_hash = $1 and expires_at > $2 returning case_id",
            args![self.token_hash.as_slice(), self.now],
        )
        .await?;
        found(row)?.id("case_id")
    }
}
