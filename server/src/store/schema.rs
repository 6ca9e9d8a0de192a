//! The tables, by numbered migrations compiled into the program.

use super::{Fault, Result};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Connection, SqlSafeStr};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

/// Number, name, and the text for each database. What was released is never edited: add a line.
/// Listed by hand, not by `migrate!`: that macro needs sqlx's macros, which compile for a minute.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "first",
        include_str!("../../migrations/sqlite/0001_first.sql"),
        include_str!("../../migrations/postgres/0001_first.sql"),
    ),
    (
        2,
        "sign_ins",
        include_str!("../../migrations/sqlite/0002_sign_ins.sql"),
        include_str!("../../migrations/postgres/0002_sign_ins.sql"),
    ),
    (
        3,
        "reports",
        include_str!("../../migrations/sqlite/0003_reports.sql"),
        include_str!("../../migrations/postgres/0003_reports.sql"),
    ),
    (
        4,
        "call_order",
        include_str!("../../migrations/sqlite/0004_call_order.sql"),
        include_str!("../../migrations/postgres/0004_call_order.sql"),
    ),
    (
        5,
        "outbox",
        include_str!("../../migrations/sqlite/0005_outbox.sql"),
        include_str!("../../migrations/postgres/0005_outbox.sql"),
    ),
    (
        6,
        "assist",
        include_str!("../../migrations/sqlite/0006_assist.sql"),
        include_str!("../../migrations/postgres/0006_assist.sql"),
    ),
    (
        7,
        "family",
        include_str!("../../migrations/sqlite/0007_family.sql"),
        include_str!("../../migrations/postgres/0007_family.sql"),
    ),
    (
        8,
        "reasons_and_words",
        include_str!("../../migrations/sqlite/0008_reasons_and_words.sql"),
        include_str!("../../migrations/postgres/0008_reasons_and_words.sql"),
    ),
    (
        9,
        "copies",
        include_str!("../../migrations/sqlite/0009_copies.sql"),
        include_str!("../../migrations/postgres/0009_copies.sql"),
    ),
];

/// Applies what is missing. Several servers may start at once: on PostgreSQL sqlx takes a lock of
/// its own, on SQLite all of it stands inside one transaction that keeps others out.
pub(super) async fn migrate(connection: &mut AnyConnection, backend: Backend) -> Result<()> {
    let migrator = migrator(backend);
    match backend {
        Backend::Postgres => run(&migrator, connection).await,
        Backend::Sqlite => {
            let mut transaction = connection.begin_with("begin immediate").await?;
            run(&migrator, &mut transaction).await?;
            Ok(transaction.commit().await?)
        }
    }
}

async fn run(migrator: &Migrator, connection: &mut AnyConnection) -> Result<()> {
    let done = migrator.run(connection).await;
    done.map_err(|error| Fault::Migration(error).into())
}

fn migrator(backend: Backend) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, name, sqlite, postgres)| {
        let text = match backend {
            Backend::Sqlite => sqlite,
            Backend::Postgres => postgres,
        };
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}
