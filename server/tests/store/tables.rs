//! Tables as an earlier version of the program left them, and as one that was killed while it made
//! them.

use crate::bed::*;
use server::store::Store;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, SqlSafeStr};
use std::path::Path;

crate::on_both!(
    every_earlier_version_is_brought_up_to_date,
    half_a_migration_is_undone_and_made_again,
);

/// The released migrations of this database: number, name, text.
fn released(url: &str) -> Vec<(i64, String, String)> {
    let backend = if url.starts_with("sqlite") {
        "sqlite"
    } else {
        "postgres"
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(backend);
    let files = std::fs::read_dir(folder).expect("migrations");
    let mut all: Vec<_> = files
        .map(|file| file_of(&file.expect("a file").path()))
        .collect();
    all.sort();
    all
}

fn file_of(path: &Path) -> (i64, String, String) {
    let stem = path.file_stem().expect("a name").to_string_lossy();
    let (number, name) = stem.split_once('_').expect("a number and a name");
    let text = std::fs::read_to_string(path).expect("a text");
    (number.parse().expect("a number"), name.to_owned(), text)
}

/// Applies migrations as a program did that knew no others.
async fn apply(db: &mut AnyConnection, migrations: &[(i64, String, String)]) {
    let migrations = migrations.iter().map(|(number, name, text)| {
        let text = AssertSqlSafe(text.clone()).into_sql_str();
        Migration::new(
            *number,
            name.clone().into(),
            MigrationType::Simple,
            text,
            false,
        )
    });
    let migrator = Migrator::with_migrations(migrations.collect());
    migrator.run(db).await.expect("applied");
}

async fn works(bed: &Bed, url: &str) {
    let store = Store::open(url, keys()).await.expect("brought up to date");
    let seed = server::store::SeedRow {
        text: b"{}",
        areas: &areas(),
        staff: &[staff("li", "grid-1")],
    };
    store.put_seed(seed, NOW).await.expect("imported");
    let new = new_case();
    let id = new.id;
    let draft = store.draft_case(new).expect("a draft");
    store.create_case(draft, None).await.expect("created");
    assert_eq!(store.case(id).await.expect("there").record.id, id);
    let photos = server::photos::Photos::open(None, bed.dir.path(), store.clone());
    let photos = photos.expect("a photo store");
    let verified = server::ops::verify(&store, &photos).await.expect("read");
    assert_eq!(verified.broken, Vec::<String>::new());
    store.close().await;
}

async fn every_earlier_version_is_brought_up_to_date(bed: &Bed) {
    let released = released(&bed.url);
    assert!(released.len() > 5);
    for known in 0..released.len() {
        let url = bed.empty().await;
        let mut db = AnyConnection::connect(&url).await.expect("connected");
        apply(&mut db, &released[..known]).await;
        db.close().await.expect("closed");
        works(bed, &url).await;
    }
}

/// The program is gone in the middle of each migration: its connection breaks with some of the
/// statements done, none committed.
async fn half_a_migration_is_undone_and_made_again(bed: &Bed) {
    let released = released(&bed.url);
    for (known, (_, _, text)) in released.iter().enumerate() {
        let url = bed.empty().await;
        let mut db = AnyConnection::connect(&url).await.expect("connected");
        apply(&mut db, &released[..known]).await;
        let statements = statements(text);
        let mut killed = db.begin().await.expect("begun");
        for statement in &statements[..statements.len().div_ceil(2)] {
            let statement = AssertSqlSafe(statement.clone());
            sqlx::raw_sql(statement)
                .execute(&mut *killed)
                .await
                .expect("done");
        }
        drop(killed);
        // As a kill does it: the file is let go, nothing is finished.
        db.close_hard().await.expect("gone");
        works(bed, &url).await;
    }
}

/// The statements of a file; none of ours has a semicolon inside.
fn statements(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    let plain = lines.collect::<Vec<_>>().join("\n");
    let statements = plain.split(';').map(str::trim);
    statements
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}
