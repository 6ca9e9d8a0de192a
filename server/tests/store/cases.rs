//! What was handed in comes back, and steps follow one another.

use crate::bed::*;
use model::event::Words;
use model::id::CaseId;
use model::workflow::{State, Verb};
use server::store::{Done, Error, Holder, Taken};
use uuid::Uuid;

crate::on_both!(
    comes_back_as_handed_in,
    a_step_is_added,
    of_many_who_act_at_once_one_does,
    a_step_that_skips_one_is_refused,
    a_receipt_number_is_given_once,
    photos_belong_to_one_case,
    clocks_that_ran_out,
);

async fn comes_back_as_handed_in(bed: &Bed) {
    let photo = bed.photo(NOW).await;
    let mut new = new_case();
    new.photos = vec![(photo, "signature".to_owned())];
    let draft = bed.store.draft_case(new.clone()).expect("a draft");
    let head = draft.head_hex();
    bed.store.create_case(draft, None).await.expect("created");

    let case = bed.store.case(new.id).await.expect("there");
    assert_eq!(case.record.head_hex(), head);
    assert_eq!(case.record.answers, new.answers);
    assert_eq!(case.record.progress, new.progress);
    assert_eq!(
        (case.record.receipt, case.record.kind, case.record.area),
        (new.receipt, new.kind, new.area)
    );
    assert_eq!(case.record.matter, new.matter);
    assert_eq!(case.record.matter_name, new.matter_name);
    assert_eq!((case.record.at, case.record.updated_at), (NOW, NOW));
    assert_eq!(case.events.len(), 1);
    assert_eq!(case.events[0].fact, new.fact);
    assert_eq!(case.photos.len(), 1);
    assert_eq!((case.photos[0].id, case.photos[0].seq), (photo, Some(0)));
    assert_eq!(case.photos[0].field, "signature");

    let tracked = bed.store.case_by_receipt(new.receipt).await.expect("there");
    assert_eq!((tracked.id, tracked.answers), (new.id, new.answers));
    let opened = bed.store.held_case(new.id, SECRET).await;
    let (case, holder) = opened.expect("opened");
    assert_eq!((case.record.id, holder), (new.id, Holder::Resident));
    let stranger = CaseId(Uuid::now_v7());
    for (id, secret) in [(new.id, "wrong"), (new.id, ""), (stranger, SECRET)] {
        let refused = bed.store.held_case(id, secret).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{secret}");
    }
}

async fn a_step_is_added(bed: &Bed) {
    let id = bed.submit(new_case()).await;
    let before = bed.store.case(id).await.expect("there").record;
    let words = Words {
        to_resident: Some(WORDS.to_owned()),
        ..Words::default()
    };
    let mut accepted = fact(Some(Verb::Accept), State::Accepted);
    accepted.at = NOW.plus_seconds(60);
    accepted.due = due(NOW.plus_days(7));
    let step = next(&before, accepted.clone(), words.clone());
    let draft = bed.store.draft_step(&before, step).expect("a draft");
    let head = draft.head_hex();
    bed.store.append_step(draft, None).await.expect("added");

    let case = bed.store.case(id).await.expect("there");
    assert_eq!(case.record.head_hex(), head);
    assert_eq!(case.record.progress.state, State::Accepted);
    assert_eq!(case.record.progress.due, accepted.due);
    assert_eq!(case.record.updated_at, accepted.at);
    assert_eq!(case.events.len(), 2);
    assert_eq!((case.events[1].seq, &case.events[1].words), (1, &words));
    assert_eq!(case.events[1].fact, accepted);
    assert_eq!(bed.store.verify_case(id).await.expect("read"), Ok(()));
}

async fn of_many_who_act_at_once_one_does(bed: &Bed) {
    let id = bed.submit(new_case()).await;
    let record = bed.store.case(id).await.expect("there").record;
    let steps = (0..30).map(|_| {
        let accepted = fact(Some(Verb::Accept), State::Accepted);
        bed.step_from(&record, accepted, Words::default())
    });
    let results = futures::future::join_all(steps).await;
    let won = results.iter().filter(|r| matches!(r, Ok(Done::New)));
    let lost = results.iter().filter(|r| matches!(r, Err(Error::Conflict)));
    assert_eq!((won.count(), lost.count()), (1, 29));
    assert_eq!(bed.store.case(id).await.expect("there").events.len(), 2);
    assert_eq!(bed.store.verify_case(id).await.expect("read"), Ok(()));
}

async fn a_step_that_skips_one_is_refused(bed: &Bed) {
    let id = bed.submit(new_case()).await;
    let record = bed.store.case(id).await.expect("there").record;
    let mut step = next(
        &record,
        fact(Some(Verb::Accept), State::Accepted),
        Words::default(),
    );
    step.progress.seq += 1;
    let refused = bed.store.draft_step(&record, step);
    assert!(matches!(refused, Err(Error::Conflict)));
}

async fn a_receipt_number_is_given_once(bed: &Bed) {
    let first = new_case();
    let mut second = new_case();
    second.receipt = first.receipt;
    bed.submit(first.clone()).await;
    let draft = bed.store.draft_case(second.clone()).expect("a draft");
    let refused = bed.store.create_case(draft, None).await;
    assert!(matches!(refused, Err(Error::Taken(Taken::Receipt))));
    let nothing = bed.store.case(second.id).await;
    assert!(matches!(nothing, Err(Error::NotFound)));
}

async fn photos_belong_to_one_case(bed: &Bed) {
    let (photo, missing) = (bed.photo(NOW).await, model::id::PhotoId(Uuid::now_v7()));
    let with = |photo| {
        let mut new = new_case();
        new.photos = vec![(photo, "signature".to_owned())];
        new
    };
    let first = bed.submit(with(photo)).await;
    for taken in [photo, missing] {
        let new = with(taken);
        let id = new.id;
        let draft = bed.store.draft_case(new).expect("a draft");
        let refused = bed.store.create_case(draft, None).await;
        assert!(matches!(refused, Err(Error::Taken(Taken::Photo(p))) if p == taken));
        assert!(matches!(bed.store.case(id).await, Err(Error::NotFound)));
    }
    let row = bed.store.photo(photo).await.expect("there");
    assert_eq!(row.case, Some(first));

    // A step brings photos too, or does not happen.
    let record = bed.store.case(first).await.expect("there").record;
    let added = bed.photo(NOW.plus_seconds(1)).await;
    for (brought, happens) in [(missing, false), (added, true)] {
        let mut step = next(
            &record,
            fact(Some(Verb::Supplement), State::Submitted),
            Words::default(),
        );
        step.photos = vec![(brought, "event".to_owned())];
        let draft = bed.store.draft_step(&record, step).expect("a draft");
        assert_eq!(bed.store.append_step(draft, None).await.is_ok(), happens);
    }
    let case = bed.store.case(first).await.expect("there");
    let shown: Vec<_> = case.photos.iter().map(|p| (p.id, p.seq)).collect();
    assert_eq!(shown, [(photo, Some(0)), (added, Some(1))]);
}

async fn clocks_that_ran_out(bed: &Bed) {
    let with_due = |state, hours: i64| {
        let mut fact = fact(None, state);
        fact.due = due(NOW.plus_seconds(hours * 3600));
        new_case_with(fact)
    };
    let later = bed.submit(with_due(State::Done, -1)).await;
    let sooner = bed.submit(with_due(State::AwaitingResident, -2)).await;
    bed.submit(with_due(State::Done, 1)).await;
    bed.submit(with_due(State::InProgress, -3)).await;
    bed.submit(new_case()).await;
    let due = bed.store.due_before(NOW, 10).await.expect("read");
    assert_eq!(due, [sooner, later]);
    assert_eq!(bed.store.due_before(NOW, 1).await.expect("read"), [sooner]);
}
