//! What nodes on one PostgreSQL say to each other, by its NOTIFY: nothing that is kept.

use super::sql::{args, one};
use super::writer::Writer;
use super::{Result, Store};
use sqlx::postgres::PgListener;

/// One server may hold several databases; a channel belongs to one database.
const CHANNEL: &str = "yikezhong_live";

/// What the nodes say, this one among them.
#[derive(Debug)]
pub struct Announcements {
    listener: PgListener,
}

impl Announcements {
    /// The next; none once the connection broke and something may have been missed.
    pub async fn next(&mut self) -> Option<String> {
        // `recv` would connect again by itself and say nothing of what was missed.
        let next = self.listener.try_recv().await.ok()??;
        Some(next.payload().to_owned())
    }
}

impl Store {
    /// Says something to all nodes, at most 8000 bytes. On SQLite there is nobody to say it to.
    pub async fn announce(&self, text: &str) -> Result<()> {
        if matches!(self.inner.writer, Writer::Postgres(_)) {
            let statement = "select cast(pg_notify($1, $2) as text) as said";
            one(self.pool(), statement, args![CHANNEL, text]).await?;
        }
        Ok(())
    }

    /// What is said from now on; none on SQLite.
    pub async fn announcements(&self) -> Result<Option<Announcements>> {
        let Writer::Postgres(pool) = &self.inner.writer else {
            return Ok(None);
        };
        let options = pool.connect_options();
        let mut listener = PgListener::connect(options.database_url.as_str()).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Announcements { listener }))
    }
}
