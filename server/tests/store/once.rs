//! The same request twice is one case.

use crate::bed::*;
use model::workflow::{State, Verb};
use server::store::{Answer, Done, Error, Result};
use uuid::Uuid;

crate::on_both!(
    many_at_once_make_one_case,
    another_body_is_refused,
    what_failed_may_be_tried_again,
    steps_are_taken_once,
    answers_are_forgotten_in_time,
);

async fn create(bed: &Bed, key: Uuid, body: &str, answer: &str) -> Result<Done> {
    let draft = bed.store.draft_case(new_case())?;
    bed.store
        .create_case(draft, Some(once(key, body, answer)))
        .await
}

async fn cases(bed: &Bed) -> usize {
    bed.store.case_ids(None, 1000).await.expect("read").len()
}

async fn many_at_once_make_one_case(bed: &Bed) {
    let key = Uuid::now_v7();
    let answers: Vec<String> = (0..50).map(|n| format!("answer {n}")).collect();
    let all = answers
        .iter()
        .map(|answer| create(bed, key, "body", answer));
    let results = futures::future::join_all(all).await;

    let winner = results.iter().position(|r| matches!(r, Ok(Done::New)));
    let expected = Answer {
        status: 201,
        body: answers[winner.expect("one was first")].as_bytes().to_vec(),
    };
    let repeated = results
        .iter()
        .filter(|r| matches!(r, Ok(Done::Repeated(answer)) if *answer == expected));
    assert_eq!(repeated.count(), 49);
    assert_eq!(cases(bed).await, 1);

    // After a restart, and without doing anything, the answer is known.
    let again = bed.reopened().await;
    let known = again.answered(&once(key, "body", "").key).await;
    assert_eq!(known.expect("read"), Some(Done::Repeated(expected)));
    again.close().await;
}

async fn another_body_is_refused(bed: &Bed) {
    let key = Uuid::now_v7();
    let fresh = bed.store.answered(&once(key, "one", "").key).await;
    assert_eq!(fresh.expect("read"), None);
    assert_eq!(create(bed, key, "one", "a").await.expect("done"), Done::New);
    let other = create(bed, key, "two", "b").await;
    assert_eq!(other.expect("read"), Done::Reused);
    let known = bed.store.answered(&once(key, "two", "").key).await;
    assert_eq!(known.expect("read"), Some(Done::Reused));
    assert_eq!(cases(bed).await, 1);

    // The same key of somebody else is another key.
    let mut theirs = once(key, "two", "c");
    theirs.key.scope = "li".to_owned();
    let draft = bed.store.draft_case(new_case()).expect("a draft");
    let done = bed.store.create_case(draft, Some(theirs)).await;
    assert_eq!(done.expect("done"), Done::New);
}

async fn what_failed_may_be_tried_again(bed: &Bed) {
    let key = Uuid::now_v7();
    let first = new_case();
    bed.submit(first.clone()).await;
    let mut clash = new_case();
    clash.receipt = first.receipt;
    let draft = bed.store.draft_case(clash).expect("a draft");
    let failed = bed
        .store
        .create_case(draft, Some(once(key, "body", "a")))
        .await;
    assert!(matches!(failed, Err(Error::Taken(_))));
    let again = create(bed, key, "body", "b").await;
    assert_eq!(again.expect("done"), Done::New);
}

async fn steps_are_taken_once(bed: &Bed) {
    let id = bed.submit(new_case()).await;
    let record = bed.store.case(id).await.expect("there").record;
    let key = Uuid::now_v7();
    let steps = (0..20).map(|_| async {
        let accepted = fact(Some(Verb::Accept), State::Accepted);
        let step = next(&record, accepted, model::event::Words::default());
        let draft = bed.store.draft_step(&record, step)?;
        bed.store
            .append_step(draft, Some(once(key, "accept", "done")))
            .await
    });
    let results = futures::future::join_all(steps).await;
    let new = results.iter().filter(|r| matches!(r, Ok(Done::New)));
    let repeated = results
        .iter()
        .filter(|r| matches!(r, Ok(Done::Repeated(_))));
    assert_eq!((new.count(), repeated.count()), (1, 19));
}

async fn answers_are_forgotten_in_time(bed: &Bed) {
    let key = Uuid::now_v7();
    create(bed, key, "body", "a").await.expect("done");
    for (days, kept) in [(29, true), (31, false)] {
        bed.store.sweep(NOW.plus_days(days)).await.expect("swept");
        let known = bed.store.answered(&once(key, "body", "").key).await;
        assert_eq!(known.expect("read").is_some(), kept, "{days}");
    }
}
