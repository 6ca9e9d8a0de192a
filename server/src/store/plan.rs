//! For tests: how SQLite means to answer a statement.

use super::schema;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};

/// An empty database in memory with this version's tables.
pub async fn database() -> AnyConnection {
    sqlx::any::install_default_drivers();
    let connected = AnyConnection::connect("sqlite::memory:").await;
    let mut db = connected.expect("a database");
    schema::migrate(&mut db, schema::Backend::Sqlite)
        .await
        .expect("tables");
    db
}

/// The plan of a statement, a step a line.
pub async fn plan(db: &mut AnyConnection, statement: &str) -> String {
    let explain = AssertSqlSafe(format!("explain query plan {statement}"));
    let rows = sqlx::query(explain).fetch_all(db).await.expect("a plan");
    let lines = rows.iter().map(|row| row.get::<String, _>("detail"));
    lines.collect::<Vec<_>>().join("\n")
}
