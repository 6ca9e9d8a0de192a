//! A time is one visit's, and a code holds once.

use crate::bed::*;
use model::id::CaseId;
use model::workflow::{State, Verb, Visit};
use server::store::{CODE_TRIES, Done, Error, Taken, VisitAnswer};

crate::on_both!(
    of_many_who_want_a_time_one_gets_it,
    visits_do_not_overlap,
    rebooking_and_withdrawing_free_the_time,
    a_code_holds_once,
    a_code_cannot_be_guessed,
    taken_slots_are_those_of_one_person,
);

async fn with_visit(bed: &Bed, visit: Visit) -> server::store::Result<CaseId> {
    let mut fact = fact(None, State::Submitted);
    fact.visit = Some(visit);
    let new = new_case_with(fact);
    let id = new.id;
    let draft = bed.store.draft_case(new)?;
    bed.store.create_case(draft, None).await.map(|_| id)
}

async fn of_many_who_want_a_time_one_gets_it(bed: &Bed) {
    let all = (0..20).map(|_| with_visit(bed, visit("li", 3)));
    let results = futures::future::join_all(all).await;
    let got = results.iter().filter(|r| r.is_ok()).count();
    let taken = results
        .iter()
        .filter(|r| matches!(r, Err(Error::Taken(Taken::Slot))))
        .count();
    assert_eq!((got, taken), (1, 19));
    let cases = bed.store.case_ids(None, 100).await.expect("read");
    assert_eq!(cases.len(), 1, "who got no time left nothing behind");
}

async fn visits_do_not_overlap(bed: &Bed) {
    with_visit(bed, visit("li", 3)).await.expect("booked");
    let mut overlapping = visit("li", 3);
    overlapping.slot.start = overlapping.slot.start.plus_seconds(1800);
    overlapping.slot.end = overlapping.slot.end.plus_seconds(1800);
    let refused = with_visit(bed, overlapping).await;
    assert!(matches!(refused, Err(Error::Taken(Taken::Slot))));
    with_visit(bed, visit("li", 4))
        .await
        .expect("the next hour");
    with_visit(bed, visit("wang", 3))
        .await
        .expect("another person");
}

async fn rebooking_and_withdrawing_free_the_time(bed: &Bed) {
    let id = with_visit(bed, visit("li", 3)).await.expect("booked");
    let first_code = bed.store.door_code(id).await.expect("read");
    let other = bed.submit(new_case()).await;
    bed.step(other, assigned("li")).await.expect("assigned");
    let refused = bed.step(other, booked(visit("li", 3))).await;
    assert!(matches!(refused, Err(Error::Taken(Taken::Slot))));

    bed.step(id, assigned("li")).await.expect("assigned");
    let same = bed.store.door_code(id).await.expect("read");
    assert_eq!(
        same, first_code,
        "a step that moves no visit keeps its code"
    );
    // Half an hour later: overlaps its own old time, which is free by then.
    let mut later = visit("li", 3);
    later.slot.start = later.slot.start.plus_seconds(1800);
    later.slot.end = later.slot.end.plus_seconds(1800);
    bed.step(id, booked(later)).await.expect("rebooked");
    bed.step(id, booked(visit("li", 5)))
        .await
        .expect("rebooked");
    let done = bed.step(other, booked(visit("li", 3))).await;
    assert_eq!(done.expect("the time is free"), Done::New);

    let withdrawn = fact(Some(Verb::Withdraw), State::Withdrawn);
    bed.step(id, withdrawn).await.expect("withdrawn");
    assert_eq!(bed.store.door_code(id).await.expect("read"), None);
    with_visit(bed, visit("li", 5)).await.expect("free again");
}

async fn a_code_holds_once(bed: &Bed) {
    let id = with_visit(bed, visit("li", 3)).await.expect("booked");
    let code = bed
        .store
        .door_code(id)
        .await
        .expect("read")
        .expect("a code");
    assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()));
    let checks = (0..10).map(|_| bed.store.check_visit(id, &code, NOW));
    let results = futures::future::join_all(checks).await;
    let genuine = results
        .iter()
        .filter(|r| matches!(r, Ok(VisitAnswer::Genuine { staff }) if *staff == staff_id("li")));
    let used = results
        .iter()
        .filter(|r| matches!(r, Ok(VisitAnswer::Used { at }) if *at == NOW));
    assert_eq!((genuine.count(), used.count()), (1, 9));
}

async fn a_code_cannot_be_guessed(bed: &Bed) {
    let id = with_visit(bed, visit("li", 3)).await.expect("booked");
    let code = bed
        .store
        .door_code(id)
        .await
        .expect("read")
        .expect("a code");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for tries_left in (0..CODE_TRIES).rev() {
        let answer = bed.store.check_visit(id, wrong, NOW).await.expect("read");
        assert_eq!(answer, VisitAnswer::Wrong { tries_left });
    }
    // Not even the right one any more.
    let answer = bed.store.check_visit(id, &code, NOW).await.expect("read");
    assert_eq!(answer, VisitAnswer::Closed);
    let without = bed.submit(new_case()).await;
    let none = bed.store.check_visit(without, &code, NOW).await;
    assert!(matches!(none, Err(Error::NotFound)));
}

async fn taken_slots_are_those_of_one_person(bed: &Bed) {
    for (staff, hours) in [("li", 30), ("li", 3), ("li", 4), ("wang", 4)] {
        with_visit(bed, visit(staff, hours)).await.expect("booked");
    }
    let (from, until) = (visit("li", 3).slot.start, visit("li", 30).slot.start);
    let taken = bed.store.taken_slots(&staff_id("li"), from, until).await;
    assert_eq!(
        taken.expect("read"),
        [visit("li", 3).slot, visit("li", 4).slot]
    );
    let visits = bed.store.visits_of(&staff_id("wang"), from, until).await;
    let visits = visits.expect("read");
    assert_eq!(visits.len(), 1);
    let (case, slot) = visits[0];
    assert_eq!(slot, visit("wang", 4).slot);
    let booked = bed
        .store
        .case(case)
        .await
        .expect("read")
        .record
        .progress
        .visit;
    assert_eq!(booked.map(|visit| visit.staff), Some(staff_id("wang")));
}
