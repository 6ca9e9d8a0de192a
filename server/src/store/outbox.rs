//! Messages waiting to go out. Each is written in the transaction of the event it tells of, claimed
//! by one node at a time, and kept for a while afterwards so that it is never written again.

use super::db::{Db, Row};
use super::sql::{self, args, execute, found, one};
use super::writer::Write;
use super::{Result, Store};
use crate::notify::{Audience, Occasion};
use model::id::{CaseId, StaffId};
use model::time::TimeMs;

/// Sent messages are remembered for so many days: longer than anything looks back.
pub(super) const SENT_KEPT_DAYS: i64 = 30;

/// A message to somebody about a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What is told, and to whom: `CASE.OCCASION.MARK.WHO`. The receiving system may count on it.
    pub id: String,
    /// The case.
    pub case: CaseId,
    /// Why.
    pub occasion: Occasion,
    /// As what they are told.
    pub audience: Audience,
    /// Who is told; none is the case's resident.
    pub staff: Option<StaffId>,
}

/// A message taken to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The message.
    pub message: Message,
    /// How often it was taken, this time counted.
    pub tries: u32,
}

impl Store {
    /// Writes messages that come with no event. Those written before stay as they are.
    pub async fn post(&self, messages: Vec<Message>, now: TimeMs) -> Result<()> {
        self.write(Post { messages, now }).await
    }

    /// Takes at most `limit` messages that are due, oldest first; nobody else takes them before
    /// `until`, when they are due again unless they were sent.
    pub async fn claim_messages(
        &self,
        now: TimeMs,
        until: TimeMs,
        limit: u32,
    ) -> Result<Vec<Claimed>> {
        self.write(Claim { now, until, limit }).await
    }

    /// Since when the message that has waited longest waits; none where none does.
    pub async fn oldest_message(&self) -> Result<Option<TimeMs>> {
        let statement = "select min(created_at) as oldest from outbox where next_at is not null";
        let row = one(self.pool(), statement, vec![]).await?;
        Ok(found(row)?.opt_int("oldest")?.map(TimeMs))
    }

    /// The message was sent, or nobody will send it any more.
    pub async fn settle_message(&self, id: &str) -> Result<()> {
        let statement = "update outbox set next_at = null where id = $1";
        self.execute(statement, args![id]).await.map(drop)
    }

    /// The message is to be tried again at `next`.
    pub async fn postpone_message(&self, id: &str, next: TimeMs) -> Result<()> {
        let statement = "update outbox set next_at = $2 where id = $1 and next_at is not null";
        self.execute(statement, args![id, next]).await.map(drop)
    }

    /// Open cases that had to be answered by `to` and after `after`, a moment and a case of it, the
    /// earliest first. Many share a moment: days end for all at once.
    pub async fn overdue(
        &self,
        after: (TimeMs, CaseId),
        to: TimeMs,
        limit: u32,
    ) -> Result<Vec<(TimeMs, CaseId)>> {
        let args = args![after.0, after.1.to_string(), to, limit];
        let rows = sql::all(self.pool(), OVERDUE, args).await?;
        rows.iter()
            .map(|row| Ok((row.time("due_at")?, row.id("id")?)))
            .collect()
    }
}

const OVERDUE: &str = "select id, due_at from cases
     where state in ('submitted', 'accepted', 'assigned', 'in_progress')
        and (due_at, id) > ($1, $2) and due_at <= $3
     order by due_at, id limit $4";

/// Writes messages beside what else the transaction does.
pub(super) async fn insert(db: &mut Db<'_>, messages: &[Message], now: TimeMs) -> Result<()> {
    for message in messages {
        execute(
            db,
            "insert into outbox (id, case_id, occasion, audience, staff, tries, next_at, created_at)
             values ($1, $2, $3, $4, $5, 0, $6, $6) on conflict (id) do nothing",
            args![
                message.id.as_str(),
                message.case.to_string(),
                sql::name(message.occasion)?,
                sql::name(message.audience)?,
                sql::optional(message.staff.as_ref()),
                now,
            ],
        )
        .await?;
    }
    Ok(())
}

struct Post {
    messages: Vec<Message>,
    now: TimeMs,
}

impl Write for Post {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        insert(db, &self.messages, self.now).await
    }
}

struct Claim {
    now: TimeMs,
    until: TimeMs,
    limit: u32,
}

impl Write for Claim {
    type Answer = Vec<Claimed>;

    /// Two nodes that choose the same rows at once wait for each other at the update, and the
    /// second finds them no longer due.
    async fn run(&self, db: &mut Db<'_>) -> Result<Vec<Claimed>> {
        let rows = sql::all(
            &mut *db,
            "update outbox set tries = tries + 1, next_at = $2
             where next_at <= $1 and id in
                (select id from outbox where next_at <= $1 order by next_at, id limit $3)
             returning id, case_id, occasion, audience, staff, tries",
            args![self.now, self.until, self.limit],
        )
        .await?;
        let mut claimed: Vec<Claimed> = rows.iter().map(claimed).collect::<Result<_>>()?;
        claimed.sort_by(|a, b| a.message.id.cmp(&b.message.id));
        Ok(claimed)
    }
}

fn claimed(row: &Row) -> Result<Claimed> {
    Ok(Claimed {
        message: Message {
            id: row.text("id")?,
            case: row.id("case_id")?,
            occasion: row.named("occasion")?,
            audience: row.named("audience")?,
            staff: row.opt_slug("staff")?,
        },
        tries: row.number("tries")?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::plan::{database, plan};
    use super::*;

    #[tokio::test]
    async fn overdue_cases_are_found_by_their_day() {
        let plan = plan(&mut database().await, OVERDUE).await;
        assert!(
            plan.contains("cases_overdue ((due_at,id)>(?,?) AND due_at<?)"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
