//! What is personal cannot be read in the database, and what was recorded cannot be changed
//! unnoticed.

use crate::bed::*;
use model::event::Words;
use model::workflow::{State, Verb};
use server::keys::Keys;
use server::store::verify::Broken;
use server::store::{Error, Fault, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use uuid::Uuid;

crate::on_both!(
    nothing_personal_in_the_clear,
    every_change_is_found,
    another_key_is_refused,
    an_erased_case_still_verifies,
);

const TABLES: [&str; 14] = [
    "settings",
    "seed",
    "staff",
    "sessions",
    "cases",
    "events",
    "photos",
    "visits",
    "idempotency",
    "tickets",
    "limits",
    "sign_ins",
    "audit",
    "family",
];

/// A case with everything personal there can be, and one step.
async fn personal_case(bed: &Bed, staff: &str) -> model::id::CaseId {
    let mut first = fact(None, State::Submitted);
    first.visit = Some(visit(staff, 3));
    let new = new_case_with(first);
    let id = new.id;
    let draft = bed.store.draft_case(new).expect("a draft");
    let answer = once(Uuid::now_v7(), "body", SECRET);
    bed.store
        .create_case(draft, Some(answer))
        .await
        .expect("created");
    let record = bed.store.case(id).await.expect("there").record;
    let words = Words {
        to_resident: Some(WORDS.to_owned()),
        to_staff: Some(NAME.to_owned()),
        papers: vec![PHONE.to_owned()],
        ..Words::default()
    };
    let accepted = fact(Some(Verb::Accept), State::Accepted);
    bed.step_from(&record, accepted, words)
        .await
        .expect("stepped");
    id
}

/// All that stands in a table, as PostgreSQL and SQLite write it out, bytes as hexadecimal.
async fn dump(bed: &Bed, table: &str) -> String {
    let statement = if bed.url.starts_with("postgres") {
        format!("select cast(t as text) as line from {table} t")
    } else {
        let mut db = AnyConnection::connect(&bed.url).await.expect("connected");
        let columns = sqlx::query(AssertSqlSafe(format!(
            "select group_concat('quote(' || name || ')', '||') as line from pragma_table_info('{table}')"
        )))
        .fetch_one(&mut db)
        .await
        .expect("columns");
        let columns: String = columns.get("line");
        format!("select {columns} as line from {table}")
    };
    let mut db = AnyConnection::connect(&bed.url).await.expect("connected");
    let rows = sqlx::query(AssertSqlSafe(statement))
        .fetch_all(&mut db)
        .await;
    let lines = rows
        .expect("rows")
        .into_iter()
        .map(|row| row.get::<String, _>("line"));
    lines.collect::<Vec<_>>().join("\n").to_lowercase()
}

async fn nothing_personal_in_the_clear(bed: &Bed) {
    let id = personal_case(bed, "li").await;
    let store = &bed.store;
    let code = store.door_code(id).await.expect("read").expect("a code");
    let rate = server::store::Rate { burst: 1, per_s: 1 };
    store.take(PHONE, rate, NOW).await.expect("counted");
    store
        .create_ticket(SECRET, id, None, NOW)
        .await
        .expect("made");
    add_family(bed, id, NAME, SECRET).await;
    let mut all = String::new();
    for table in TABLES {
        all += &dump(bed, table).await;
    }
    assert!(all.contains(&id.to_string()), "the dump holds the case");
    for personal in [NAME, PHONE, WORDS, SECRET] {
        let hex = hex::encode(personal);
        assert!(!all.contains(&personal.to_lowercase()), "{personal}");
        assert!(!all.contains(&hex), "{personal} in bytes");
    }
    for digits in [&PHONE[7..], &code] {
        assert!(!stands_alone(&all, digits), "{digits}");
    }
}

/// Whether so few digits stand somewhere by themselves: within a digest or an id they may well stand
/// by chance.
fn stands_alone(all: &str, digits: &str) -> bool {
    let apart = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_hexdigit() || c == '-');
    all.match_indices(digits).any(|(at, _)| {
        let after = &all[at + digits.len()..];
        apart(all[..at].chars().next_back()) && apart(after.chars().next())
    })
}

async fn every_change_is_found(bed: &Bed) {
    let id = personal_case(bed, "li").await;
    let other = personal_case(bed, "wang").await;
    let verify = |id| async move { bed.store.verify_case(id).await };
    assert_eq!(verify(id).await.expect("read"), Ok(()));

    let here = format!("case_id = '{id}'");
    let there = format!("case_id = '{other}'");
    let zeros = if bed.url.starts_with("postgres") {
        "decode(repeat('00', 32), 'hex')"
    } else {
        "zeroblob(32)"
    };
    let column =
        |name: &str, seq: u32| format!("(select {name} from events where {there} and seq = {seq})");
    let changes = [
        format!(
            "update events set facts = replace(facts, 'accepted', 'rejected') where {here} and seq = 1"
        ),
        format!("update events set link = {zeros} where {here} and seq = 0"),
        format!("update events set words_digest = {zeros} where {here} and seq = 1"),
        format!(
            "update events set words = {} where {here} and seq = 1",
            column("words", 1)
        ),
        format!("update events set words = null where {here} and seq = 0"),
        format!(
            "update events set salt = {} where {here} and seq = 0",
            column("salt", 0)
        ),
        format!(
            "update events set id = {} where {here} and seq = 1",
            column("id", 1)
        ),
        format!("delete from events where {here} and seq = 1"),
        format!("update events set seq = 5 where {here} and seq = 0"),
        format!("update cases set head = {zeros} where id = '{id}'"),
        format!("update cases set state = 'done' where id = '{id}'"),
        format!(
            "update cases set progress = replace(progress, 'accepted', 'done') where id = '{id}'"
        ),
        format!(
            "update cases set progress = replace(progress, '\"rating\":null', '\"rating\":5') where id = '{id}'"
        ),
        format!(
            "update cases set wrapped_key = (select wrapped_key from cases where id = '{other}') where id = '{id}'"
        ),
    ];
    keep(bed).await;
    for change in changes {
        assert_eq!(bed.sql(&change).await, 1, "{change}");
        let verified = verify(id).await.expect("read");
        assert!(verified.is_err(), "{change}");
        assert_eq!(verify(other).await.expect("read"), Ok(()), "{change}");
        restore(bed).await;
        assert_eq!(verify(id).await.expect("read"), Ok(()));
    }
    bed.sql(&format!("delete from events where {here} and seq = 1"))
        .await;
    let head = Err(Broken::Chain(model::event::Broken::Head));
    assert_eq!(verify(id).await.expect("read"), head);
}

async fn keep(bed: &Bed) {
    for table in ["cases", "events"] {
        bed.sql(&format!(
            "create table kept_{table} as select * from {table}"
        ))
        .await;
    }
}

async fn restore(bed: &Bed) {
    bed.sql("delete from events").await;
    bed.sql(
        "update cases set state = k.state, progress = k.progress, head = k.head,
            wrapped_key = k.wrapped_key from kept_cases k where k.id = cases.id",
    )
    .await;
    bed.sql("insert into events select * from kept_events")
        .await;
}

async fn another_key_is_refused(bed: &Bed) {
    let refused = Store::open(&bed.url, Keys::from_master(&[8; 32])).await;
    let Err(Error::Broken(fault)) = refused else {
        panic!("opened with another key");
    };
    assert!(matches!(&*fault, Fault::WrongKey));
}

async fn an_erased_case_still_verifies(bed: &Bed) {
    let id = personal_case(bed, "li").await;
    bed.sql(&format!(
        "update cases set wrapped_key = null where id = '{id}'"
    ))
    .await;
    bed.sql(&format!(
        "update events set words = null, salt = null where case_id = '{id}'"
    ))
    .await;
    assert_eq!(bed.store.verify_case(id).await.expect("read"), Ok(()));
    let case = bed.store.case(id).await.expect("there");
    assert!(case.record.answers.0.is_empty());
    assert!(case.events.iter().all(|event| event.words.is_empty()));
    assert_eq!(bed.store.door_code(id).await.expect("read"), None);
    let refused = bed.step(id, assigned("li")).await;
    assert!(matches!(refused, Err(Error::Conflict)), "{refused:?}");
}
