//! Staff, sessions, passes, limits, the trail of openings, imports.

use crate::bed::*;
use model::id::CaseId;
use model::time::TimeMs;
use server::store::{AuditEntry, Error, Rate, SeedRow, Session, Take, Try};
use uuid::Uuid;

crate::on_both!(
    staff_keep_their_passwords,
    wrong_passwords_lock,
    sessions_live_and_end,
    an_import_replaces_the_street,
    a_pass_opens_once,
    limits_refuse_and_refill,
    limits_hold_under_load,
    a_limit_written_by_a_clock_ahead_holds_nobody,
    openings_are_recorded,
);

async fn staff_keep_their_passwords(bed: &Bed) {
    let li = staff_id("li");
    assert_eq!(
        bed.store.staff(&li).await.expect("there").password_hash,
        None
    );
    bed.store.set_password_hash(&li, "hash").await.expect("set");
    let mut moved = staff("li", "grid-2");
    moved.phone = Some("010-12345678".to_owned());
    bed.store.upsert_staff(&moved, NOW).await.expect("changed");
    let row = bed.store.staff(&li).await.expect("there");
    assert_eq!((row.staff, row.active), (moved, true));
    assert_eq!(row.password_hash.as_deref(), Some("hash"));
    let all = bed.store.all_staff().await.expect("read");
    let ids: Vec<_> = all.iter().map(|row| row.staff.id.as_str()).collect();
    assert_eq!(ids, ["li", "wang"]);

    let nobody = staff_id("nobody");
    assert!(matches!(
        bed.store.staff(&nobody).await,
        Err(Error::NotFound)
    ));
    let set = bed.store.set_password_hash(&nobody, "hash").await;
    assert!(matches!(set, Err(Error::NotFound)));
}

async fn wrong_passwords_lock(bed: &Bed) {
    let store = &bed.store;
    let attempt = async |name: &str, now: TimeMs| {
        let begun = store.begin_sign_in(name, now, |tries| i64::from(tries / 3) * 1000);
        begun.await.expect("counted")
    };
    let later = |seconds| NOW.plus_seconds(seconds);
    for name in ["li", "nobody"] {
        for _ in 0..3 {
            assert_eq!(attempt(name, NOW).await, Try::Counted);
        }
        assert_eq!(attempt(name, NOW).await, Try::LockedUntil(later(1)));
        // What was refused was not counted: the next is the fourth.
        assert_eq!(attempt(name, later(1)).await, Try::Counted);
        assert_eq!(attempt(name, later(1)).await, Try::LockedUntil(later(2)));
    }
    store.end_sign_in("li").await.expect("forgotten");
    assert_eq!(attempt("li", NOW).await, Try::Counted);
    assert_eq!(attempt("nobody", NOW).await, Try::LockedUntil(later(2)));

    let li = staff_id("li");
    attempt("li", NOW).await;
    attempt("li", NOW).await;
    store.set_password_hash(&li, "hash").await.expect("set");
    assert_eq!(attempt("li", NOW).await, Try::Counted);
    store.sweep(later(86_400)).await.expect("swept");
    assert_eq!(attempt("nobody", NOW).await, Try::LockedUntil(later(2)));
    store.sweep(later(86_403)).await.expect("swept");
    assert_eq!(attempt("nobody", NOW).await, Try::Counted);
}

fn session(staff: &str, expires_at: TimeMs) -> Session {
    Session {
        staff: staff_id(staff),
        csrf: "csrf".to_owned(),
        created_at: NOW,
        seen_at: NOW,
        expires_at,
    }
}

async fn sessions_live_and_end(bed: &Bed) {
    let store = &bed.store;
    let first = session("li", NOW.plus_days(1));
    store.create_session("one", &first).await.expect("made");
    assert_eq!(store.session("one").await.expect("there"), first);
    assert!(matches!(store.session("two").await, Err(Error::NotFound)));

    for (seconds, seen) in [(59, NOW), (61, NOW.plus_seconds(61))] {
        let now = NOW.plus_seconds(seconds);
        store.touch_session("one", &first, now).await.expect("seen");
        assert_eq!(store.session("one").await.expect("there").seen_at, seen);
    }
    store.delete_session("one").await.expect("ended");
    assert!(matches!(store.session("one").await, Err(Error::NotFound)));

    store.create_session("kept", &first).await.expect("made");
    let ends = session("li", NOW.plus_seconds(-1));
    store.create_session("expired", &ends).await.expect("made");
    store.sweep(NOW).await.expect("swept");
    assert!(matches!(
        store.session("expired").await,
        Err(Error::NotFound)
    ));
    store.session("kept").await.expect("there");

    let li = staff_id("li");
    store.set_password_hash(&li, "new").await.expect("set");
    assert!(matches!(store.session("kept").await, Err(Error::NotFound)));
}

async fn an_import_replaces_the_street(bed: &Bed) {
    let store = &bed.store;
    let before = store.seed().await.expect("read").expect("imported");
    assert_eq!((before.version, before.at), (1, NOW));
    for (staff, token) in [("li", "li's"), ("wang", "wang's")] {
        let session = session(staff, NOW.plus_days(1));
        store.create_session(token, &session).await.expect("made");
    }
    let text = [0u8, 255, 7].repeat(1000);
    let seed = SeedRow {
        text: &text,
        areas: &areas()[..4],
        staff: &[staff("li", "grid-1"), staff("zhao", "community")],
    };
    assert_eq!(store.put_seed(seed, NOW).await.expect("imported"), 2);
    assert_eq!(store.seed_version().await.expect("read"), 2);
    let after = store.seed().await.expect("read").expect("imported");
    assert_eq!((after.version, after.text), (2, text));

    let all = store.all_staff().await.expect("read");
    let active: Vec<_> = all
        .iter()
        .map(|s| (s.staff.id.as_str(), s.active))
        .collect();
    assert_eq!(active, [("li", true), ("wang", false), ("zhao", true)]);
    store.session("li's").await.expect("still works here");
    assert!(matches!(
        store.session("wang's").await,
        Err(Error::NotFound)
    ));
    let (street, gone) = (area_id("street"), area_id("grid-3"));
    assert!(!store.area_contains(&street, &gone).await.expect("read"));
}

async fn a_pass_opens_once(bed: &Bed) {
    let case = CaseId(Uuid::now_v7());
    let expires = NOW.plus_seconds(60);
    bed.store
        .create_ticket("pass", case, None, expires)
        .await
        .expect("made");
    let takes = (0..10).map(|_| bed.store.take_ticket("pass", NOW));
    let results = futures::future::join_all(takes).await;
    let opened = results
        .iter()
        .filter(|r| matches!(r, Ok((c, None)) if *c == case));
    assert_eq!(opened.count(), 1);
    let refused = results.iter().filter(|r| matches!(r, Err(Error::NotFound)));
    assert_eq!(refused.count(), 9);

    bed.store
        .create_ticket("late", case, None, expires)
        .await
        .expect("made");
    let late = bed.store.take_ticket("late", expires).await;
    assert!(matches!(late, Err(Error::NotFound)));
}

async fn limits_refuse_and_refill(bed: &Bed) {
    let rate = Rate {
        burst: 3,
        per_s: 60,
    };
    let take = |key: &'static str, seconds| bed.store.take(key, rate, NOW.plus_seconds(seconds));
    for _ in 0..3 {
        assert_eq!(take("a", 0).await.expect("counted"), Take::Ok);
    }
    for (seconds, expected) in [
        (0, Take::RetryAfter { seconds: 20 }),
        (15, Take::RetryAfter { seconds: 5 }),
        (20, Take::Ok),
        (21, Take::RetryAfter { seconds: 19 }),
        (80, Take::Ok),
        (80, Take::Ok),
        (80, Take::Ok),
        (80, Take::RetryAfter { seconds: 20 }),
    ] {
        assert_eq!(
            take("a", seconds).await.expect("counted"),
            expected,
            "{seconds}"
        );
    }
    assert_eq!(take("b", 0).await.expect("counted"), Take::Ok);
    // They outlive a restart, and go when they are empty.
    let again = bed.reopened().await;
    let refused = again.take("a", rate, NOW.plus_seconds(80)).await;
    assert!(matches!(refused, Ok(Take::RetryAfter { .. })));
    again.close().await;
    bed.store.sweep(NOW.plus_days(1)).await.expect("swept");
    assert_eq!(bed.sql("delete from limits").await, 0);
}

async fn limits_hold_under_load(bed: &Bed) {
    let rate = Rate {
        burst: 5,
        per_s: 3600,
    };
    let takes = (0..40).map(|_| bed.store.take("key", rate, NOW));
    let results = futures::future::join_all(takes).await;
    let let_through = results.iter().filter(|r| matches!(r, Ok(Take::Ok)));
    assert_eq!(let_through.count(), 5);
    assert!(results.iter().all(Result::is_ok));
}

async fn a_limit_written_by_a_clock_ahead_holds_nobody(bed: &Bed) {
    let rate = Rate {
        burst: 2,
        per_s: 60,
    };
    let take = |day| bed.store.take("a", rate, NOW.plus_days(day));
    for _ in 0..2 {
        assert_eq!(take(1).await.expect("counted"), Take::Ok);
    }
    assert!(matches!(take(1).await, Ok(Take::RetryAfter { .. })));
    for _ in 0..2 {
        assert_eq!(take(0).await.expect("counted"), Take::Ok);
    }
    assert!(matches!(take(0).await, Ok(Take::RetryAfter { .. })));
}

async fn openings_are_recorded(bed: &Bed) {
    let case = bed.submit(new_case()).await;
    let entry = |seconds, what: &str| AuditEntry {
        case,
        staff: staff_id("li"),
        at: NOW.plus_seconds(seconds),
        what: what.to_owned(),
        why: None,
    };
    for (seconds, what) in [(0, "opened"), (1, "photo"), (2, "accept")] {
        let entry = entry(seconds, what);
        bed.store.record_opening(&entry).await.expect("recorded");
    }
    let trail = bed.store.audit(case, 2).await.expect("read");
    assert_eq!(trail, [entry(2, "accept"), entry(1, "photo")]);
}
