//! Lists agree with what a plain filter over all cases gives.

use crate::bed::*;
use model::api::Counts;
use model::id::{CaseId, CategoryId};
use model::kinds::KindName;
use model::place::Wgs84;
use model::time::TimeMs;
use model::workflow::{Call, Fact, Publication, State, Verb};
use server::store::{CaseRecord, NewReport, QueueFilter, QueueScope};
use uuid::Uuid;

crate::on_both!(
    lists_agree_with_a_plain_filter,
    the_order_of_a_queue,
    a_departments_own_clock,
    what_is_on_the_street_is_found_by_it,
    areas_contain
);

fn filter(scope: QueueScope) -> QueueFilter {
    QueueFilter {
        scope,
        states: Vec::new(),
        open_only: false,
        kind: None,
        matter: None,
        category: None,
        publication: None,
        due_from: None,
        due_until: None,
        receipt_part: String::new(),
        after: None,
        limit: 7,
    }
}

/// Follows the cursors to the end.
async fn all_pages(bed: &Bed, mut filter: QueueFilter) -> Vec<CaseRecord> {
    let mut found = Vec::new();
    loop {
        let page = bed.store.queue(&filter).await.expect("a page");
        assert!(page.items.len() <= filter.limit as usize);
        found.extend(page.items.into_iter().map(|queued| queued.record));
        let Some(next) = page.next else { return found };
        filter.after = Some(next.to_string().parse().expect("a cursor"));
    }
}

/// Cases of every state, area, person and deadline.
async fn fill(bed: &Bed) -> Vec<CaseRecord> {
    let grids = ["grid-1", "grid-2", "grid-3", "community"];
    let dues = [None, Some(-30), Some(0), Some(20), Some(200)];
    let mut made = Vec::new();
    for n in 0..80usize {
        let mut fact: Fact = fact(None, State::ALL[n % State::ALL.len()]);
        fact.at = NOW.plus_seconds(n as i64);
        fact.due = dues[n % dues.len()].and_then(|hours| due(NOW.plus_seconds(hours * 3600)));
        let mut new = new_case_with(fact);
        new.area = area_id(grids[n % 7 % grids.len()]);
        new.progress.assignee = [None, Some("li"), Some("wang")][n % 3].map(staff_id);
        if n % 2 == 0 {
            new.matter = None;
        }
        let id = bed.submit(new).await;
        made.push(bed.store.case(id).await.expect("there").record);
    }
    made
}

fn in_scope(case: &CaseRecord, scope: &QueueScope) -> bool {
    match scope {
        QueueScope::Mine(staff) | QueueScope::Called(staff) => {
            case.progress.assignee.as_ref() == Some(staff)
        }
        QueueScope::Area(area) => case.area == *area,
        QueueScope::Within(area) if area.as_str() == "community" => case.area.as_str() != "grid-3",
        QueueScope::Within(area) => case.area == *area,
        QueueScope::Everywhere => true,
    }
}

fn fits(case: &CaseRecord, filter: &QueueFilter) -> bool {
    let open = case.progress.state.is_open();
    let due = case.progress.due.map(|due| due.at).filter(|_| open);
    let coloured = filter.due_from.is_some() || filter.due_until.is_some();
    in_scope(case, &filter.scope)
        && (filter.states.is_empty() || filter.states.contains(&case.progress.state))
        && (open || !filter.open_only)
        && filter.kind.is_none_or(|kind| case.kind == kind)
        && (filter.matter.is_none() || case.matter == filter.matter)
        && (!coloured || due.is_some())
        && filter.due_from.is_none_or(|from| due >= Some(from))
        && filter.due_until.is_none_or(|until| due < Some(until))
        && case.receipt.digits().contains(&filter.receipt_part)
}

fn ids(cases: impl IntoIterator<Item = CaseRecord>) -> Vec<CaseId> {
    let mut ids: Vec<CaseId> = cases.into_iter().map(|case| case.id).collect();
    ids.sort();
    ids
}

async fn lists_agree_with_a_plain_filter(bed: &Bed) {
    let cases = fill(bed).await;
    let soon = NOW.plus_days(1);
    let scopes = [
        QueueScope::Mine(staff_id("li")),
        QueueScope::Called(staff_id("wang")),
        QueueScope::Area(area_id("grid-1")),
        QueueScope::Area(area_id("community")),
        QueueScope::Within(area_id("community")),
        QueueScope::Within(area_id("grid-3")),
        QueueScope::Everywhere,
    ];
    for scope in scopes {
        let plain = filter(scope.clone());
        let mut filters = vec![plain.clone()];
        filters.push(QueueFilter {
            open_only: true,
            ..plain.clone()
        });
        filters.push(QueueFilter {
            states: vec![State::Done, State::InProgress],
            ..plain.clone()
        });
        filters.push(QueueFilter {
            matter: cases[1].matter.clone(),
            ..plain.clone()
        });
        filters.push(QueueFilter {
            due_until: Some(NOW),
            ..plain.clone()
        });
        filters.push(QueueFilter {
            due_from: Some(NOW),
            due_until: Some(soon),
            ..plain.clone()
        });
        filters.push(QueueFilter {
            due_from: Some(soon),
            ..plain.clone()
        });
        let digits = cases[3].receipt.digits();
        for part in [&digits[..], &digits[2..5], &digits[..1]] {
            filters.push(QueueFilter {
                receipt_part: part.to_owned(),
                ..plain.clone()
            });
        }
        for filter in filters {
            let expected = cases.iter().filter(|case| fits(case, &filter)).cloned();
            let found = all_pages(bed, filter.clone()).await;
            assert_eq!(ids(found), ids(expected), "{filter:?}");
        }
        counts_agree(bed, &cases, &scope, soon).await;
    }
    for hostile in ["%", "_", "1%", "' or 1=1", "１"] {
        let mut filter = filter(QueueScope::Everywhere);
        filter.receipt_part = hostile.to_owned();
        assert!(all_pages(bed, filter).await.is_empty(), "{hostile}");
    }
}

async fn counts_agree(bed: &Bed, cases: &[CaseRecord], scope: &QueueScope, soon: TimeMs) {
    let mut expected = Counts {
        red: 0,
        amber: 0,
        green: 0,
    };
    let open = cases
        .iter()
        .filter(|case| in_scope(case, scope) && case.progress.state.is_open());
    for due in open.filter_map(|case| case.progress.due) {
        match due.at {
            at if at < NOW => expected.red += 1,
            at if at <= soon => expected.amber += 1,
            _ => expected.green += 1,
        }
    }
    let counts = bed.store.queue_counts(scope, NOW, soon).await;
    assert_eq!(counts.expect("counted"), expected, "{scope:?}");
}

async fn the_order_of_a_queue(bed: &Bed) {
    fill(bed).await;
    let listed = all_pages(bed, filter(QueueScope::Everywhere)).await;
    assert_eq!(listed.len(), 80);
    let key = |case: &CaseRecord| match (case.progress.state.is_open(), case.progress.due) {
        (true, Some(due)) => (0, due.at.0),
        (true, None) => (1, 0),
        (false, _) => (2, -case.updated_at.0),
    };
    assert!(listed.is_sorted_by_key(key));
}

/// A case on the street, due so many hours from now.
async fn on_street(bed: &Bed, category: &str, hours: i64) -> CaseId {
    let mut fact = fact(None, State::Submitted);
    fact.due = due(NOW.plus_seconds(hours * 3600));
    let mut new = new_case_with(fact);
    new.kind = KindName::IssueReport;
    new.matter = None;
    new.report = Some(NewReport {
        category: CategoryId::parse(category).expect("an id"),
        at: Wgs84::new(39.99, 116.31).expect("on the earth"),
        token: None,
        words: String::new(),
    });
    bed.submit(new).await
}

/// Calls the department `li` to it, to answer within so many hours.
async fn call(bed: &Bed, case: CaseId, hours: i64) {
    let mut called = fact(Some(Verb::CallDepartment), State::Submitted);
    called.call = Some(Call {
        staff: staff_id("li"),
        lead: true,
        at: NOW,
        due: due(NOW.plus_seconds(hours * 3600)).expect("a day"),
        ended: None,
        replied: false,
    });
    bed.step(case, called).await.expect("called");
}

async fn answer(bed: &Bed, case: CaseId) {
    let mut answered = fact(Some(Verb::ReplyCall), State::Submitted);
    answered.staff = Some(staff_id("li"));
    answered.at = NOW.plus_seconds(60);
    bed.step(case, answered).await.expect("answered");
}

async fn a_departments_own_clock(bed: &Bed) {
    // Whose case is due first is not whose answer is due first.
    let (late, soon, answered) = (
        on_street(bed, "road", 1).await,
        on_street(bed, "road", 90).await,
        on_street(bed, "road", -5).await,
    );
    on_street(bed, "road", 2).await;
    call(bed, late, 50).await;
    call(bed, soon, -1).await;
    call(bed, answered, 3).await;
    answer(bed, answered).await;
    let department = QueueScope::Called(staff_id("li"));
    let order = async |open_only| {
        let filter = QueueFilter {
            open_only,
            ..filter(department.clone())
        };
        let pages = all_pages(bed, filter).await;
        pages.into_iter().map(|case| case.id).collect::<Vec<_>>()
    };
    assert_eq!(order(true).await, [soon, late], "what waits for its answer");
    assert_eq!(order(false).await, [soon, late, answered]);
    let counts = async || {
        let counts = bed.store.queue_counts(&department, NOW, NOW.plus_days(1));
        let Counts { red, amber, green } = counts.await.expect("counted");
        (red, amber, green)
    };
    assert_eq!(counts().await, (1, 0, 1), "by its calls, not by the cases");
    let red = QueueFilter {
        due_until: Some(NOW),
        ..filter(department.clone())
    };
    let red = all_pages(bed, red).await;
    assert_eq!(red.iter().map(|case| case.id).collect::<Vec<_>>(), [soon]);

    // Where it handles the whole, that clock is its own too.
    let mut assigned = fact(Some(Verb::Assign), State::Assigned);
    assigned.staff = Some(staff_id("li"));
    bed.step(late, assigned).await.expect("assigned");
    assert_eq!(order(true).await, [soon, late]);
    assert_eq!(counts().await, (1, 1, 0), "due in an hour");

    // A case that ends waits for nobody, and waits again when it is taken up again.
    bed.step(soon, fact(Some(Verb::Finish), State::Done))
        .await
        .expect("done");
    assert_eq!(order(true).await, [late]);
    bed.step(soon, fact(Some(Verb::Reopen), State::Assigned))
        .await
        .expect("reopened");
    assert_eq!(order(true).await, [soon, late]);
}

async fn what_is_on_the_street_is_found_by_it(bed: &Bed) {
    let (road, light, seen) = (
        on_street(bed, "road", 1).await,
        on_street(bed, "light", 2).await,
        on_street(bed, "light", 3).await,
    );
    let papers = bed.submit(new_case()).await;
    let public = Fact {
        publication: Some(Publication::Public),
        ..fact(Some(Verb::Publish), State::Submitted)
    };
    bed.step(seen, public).await.expect("published");
    let voice = bed.store.add_voice(seen, Uuid::now_v7(), NOW).await;
    voice.expect("heard").expect("open");
    let light_only = CategoryId::parse("light").ok();
    for (kind, category, publication, expected) in [
        (None, None, None, vec![road, light, seen, papers]),
        (Some(KindName::ProxyRequest), None, None, vec![papers]),
        (
            Some(KindName::IssueReport),
            None,
            None,
            vec![road, light, seen],
        ),
        (None, light_only.clone(), None, vec![light, seen]),
        (None, None, Some(Publication::Private), vec![road, light]),
        (
            None,
            light_only.clone(),
            Some(Publication::Private),
            vec![light],
        ),
        (Some(KindName::ProxyRequest), light_only, None, Vec::new()),
    ] {
        for scope in [
            QueueScope::Everywhere,
            QueueScope::Within(area_id("street")),
        ] {
            let filter = QueueFilter {
                kind,
                category: category.clone(),
                publication,
                ..filter(scope)
            };
            let found = all_pages(bed, filter.clone()).await;
            let mut expected = expected.clone();
            expected.sort();
            assert_eq!(ids(found), expected, "{filter:?}");
        }
    }
    let page = bed.store.queue(&filter(QueueScope::Everywhere)).await;
    let page = page.expect("a page");
    let voices = |case| {
        let mut items = page.items.iter();
        items.find(|item| item.record.id == case).map(|i| i.voices)
    };
    assert_eq!((voices(seen), voices(road)), (Some(2), Some(1)));
    assert_eq!(voices(papers), Some(0));
}

async fn areas_contain(bed: &Bed) {
    for (outer, inner, contains) in [
        ("street", "grid-3", true),
        ("street", "street", true),
        ("community", "grid-1", true),
        ("community", "grid-3", false),
        ("grid-1", "community", false),
        ("nowhere", "grid-1", false),
    ] {
        let (one, other) = (area_id(outer), area_id(inner));
        let found = bed.store.area_contains(&one, &other).await;
        assert_eq!(found.expect("read"), contains, "{outer} {inner}");
    }
}
