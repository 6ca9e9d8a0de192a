//! Writes commit together, fail alone, and are finished before the store closes.

use crate::bed::*;
use server::store::{Error, Store, Taken};

crate::on_both!(
    a_failed_write_undoes_itself_alone,
    what_was_handed_over_is_finished,
    several_programs_write_at_once,
    opening_twice_at_once_migrates_once,
);

async fn a_failed_write_undoes_itself_alone(bed: &Bed) {
    let first = new_case();
    bed.submit(first.clone()).await;
    let all = (0..200).map(|n| {
        let mut new = new_case();
        if n % 3 == 0 {
            new.receipt = first.receipt;
        }
        async move {
            let draft = bed.store.draft_case(new)?;
            bed.store.create_case(draft, None).await
        }
    });
    let results = futures::future::join_all(all).await;
    let made = results.iter().filter(|r| r.is_ok()).count();
    let failed = results
        .iter()
        .filter(|r| matches!(r, Err(Error::Taken(Taken::Receipt))));
    assert_eq!((made, failed.count()), (133, 67));
    let there = bed.store.case_ids(None, 1000).await.expect("read");
    assert_eq!(there.len(), 1 + made);
}

async fn what_was_handed_over_is_finished(bed: &Bed) {
    let store = bed.reopened().await;
    let writes: Vec<_> = (0..100)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let draft = store.draft_case(new_case())?;
                store.create_case(draft, None).await
            })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut finished = 0;
    for write in writes {
        match write.await.expect("no panic") {
            Ok(_) => finished += 1,
            Err(error) => assert!(error.is_busy(), "{error:?}"),
        }
    }
    // Whoever was told it is done finds it done.
    let there = bed.store.case_ids(None, 1000).await.expect("read");
    assert_eq!(there.len(), finished);
    let draft = store.draft_case(new_case()).expect("a draft");
    let closed = store.create_case(draft, None).await;
    assert!(closed.is_err_and(|error| error.is_busy()));
    let read = store.case_ids(None, 1).await;
    assert!(read.is_err_and(|error| error.is_busy()));
}

async fn several_programs_write_at_once(bed: &Bed) {
    let other = bed.reopened().await;
    let write = |store: Store| async move {
        for _ in 0..25 {
            let draft = store.draft_case(new_case())?;
            store.create_case(draft, None).await?;
        }
        Ok::<_, Error>(())
    };
    let (one, two) = tokio::join!(write(bed.store.clone()), write(other.clone()));
    one.expect("written");
    two.expect("written");
    let there = bed.store.case_ids(None, 1000).await.expect("read");
    assert_eq!(there.len(), 50);
    other.close().await;
}

async fn opening_twice_at_once_migrates_once(bed: &Bed) {
    for table in [
        "visits",
        "photos",
        "events",
        "audit",
        "reports",
        "voices",
        "followers",
        "family",
        "called",
        "api_keys",
        "outbox",
        "cases",
        "parked",
        "servings",
        "shifts",
        "tablets",
        "sessions",
        "staff",
        "seed",
        "settings",
        "area_tree",
        "idempotency",
        "tickets",
        "limits",
        "sign_ins",
        "_sqlx_migrations",
    ] {
        bed.sql(&format!("drop table {table}")).await;
    }
    let stores = futures::future::join_all((0..4).map(|_| bed.reopened())).await;
    for store in stores {
        assert_eq!(store.seed_version().await.expect("read"), 0);
        store.close().await;
    }
}

#[tokio::test]
async fn a_closed_database_is_one_file() {
    let bed = Bed::sqlite().await;
    bed.submit(new_case()).await;
    let log = bed.dir.path().join("yikezhong.db-wal");
    assert!(log.exists(), "it is written to the log first");
    bed.store.close().await;
    assert!(!log.exists(), "and then stands in the file to be copied");
}
