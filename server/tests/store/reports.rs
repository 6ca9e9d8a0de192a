//! Cases on the street: lists, voices, merging, on both databases.

use crate::bed::{Bed, NOW, new_case};
use model::id::{CaseId, CategoryId};
use model::place::{Wgs84, metres_between};
use model::time::TimeMs;
use model::workflow::{Actor, Fact, Publication, State, Verb};
use server::store::{
    Error, NewReport, Report, ReportCursor, ReportFilter, ReportOrder, ReportPage,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

crate::on_both!(
    lists_agree_with_a_plain_sort,
    voices_and_merging_agree_with_a_plain_count,
    of_many_voices_at_once_each_counts_once,
    of_two_that_merge_into_each_other_one_does,
    a_report_stands_where_its_events_have_led,
);

fn category(name: &str) -> CategoryId {
    CategoryId::parse(name).expect("an id")
}

fn at(n: i64) -> Wgs84 {
    // Scattered over cells of all sizes, some on one spot.
    let step = [3.0, 700.0, 6_000.0][n.rem_euclid(3) as usize];
    let metres = (n / 3) as f64 * step / 20.0;
    Wgs84::new(39.99 + metres / 111_195.0, 116.31 + metres / 90_000.0).expect("on the earth")
}

async fn hand_in(bed: &Bed, name: &str, at: Wgs84, when: TimeMs) -> CaseId {
    let mut new = new_case();
    new.fact.at = when;
    new.report = Some(NewReport {
        category: category(name),
        at,
        token: None,
        words: String::new(),
    });
    bed.submit(new).await
}

fn fact(verb: Verb, state: State) -> Fact {
    Fact {
        verb: Some(verb),
        ..Fact::new(NOW, Actor::System, state)
    }
}

async fn publish(bed: &Bed, case: CaseId) {
    let public = Fact {
        publication: Some(Publication::Public),
        ..fact(Verb::Publish, State::Submitted)
    };
    bed.step(case, public).await.expect("published");
}

async fn merge(bed: &Bed, case: CaseId, into: CaseId) -> Result<(), Error> {
    let merged = Fact {
        into: Some(into),
        ..fact(Verb::Merge, State::Merged)
    };
    bed.step(case, merged).await.map(drop)
}

async fn unmerge(bed: &Bed, case: CaseId) {
    bed.step(case, fact(Verb::Unmerge, State::Submitted))
        .await
        .expect("apart");
}

async fn every(
    of: Option<&str>,
    open: Option<bool>,
    list: impl AsyncFn(&ReportFilter) -> ReportPage,
) -> Vec<CaseId> {
    let mut filter = ReportFilter {
        category: of.map(category),
        open,
        after: None,
        limit: 7,
    };
    let mut cases = Vec::new();
    loop {
        let page = list(&filter).await;
        assert!(page.items.len() <= 7);
        cases.extend(page.items.iter().map(|(report, _)| report.case));
        let Some(next) = page.next else { return cases };
        let text = next.to_string();
        filter.after = Some(text.parse::<ReportCursor>().expect("a cursor"));
    }
}

async fn lists_agree_with_a_plain_sort(bed: &Bed) {
    let mut all: Vec<Report> = Vec::new();
    for n in 0..60i64 {
        let name = ["light", "road"][(n % 2) as usize];
        // Some at the same moment.
        let case = hand_in(bed, name, at(n), NOW.plus_seconds(n / 2)).await;
        if n % 5 > 0 {
            publish(bed, case).await;
        }
        if n % 7 == 0 {
            let mut done = fact(Verb::Finish, State::Done);
            done.at = NOW.plus_seconds(1000 + n);
            bed.step(case, done).await.expect("done");
        }
        for _ in 0..n % 4 {
            if n % 5 > 0 && n % 7 > 0 {
                let voice = bed.store.add_voice(case, Uuid::now_v7(), NOW).await;
                voice.expect("heard").expect("open");
            }
        }
        all.push(bed.store.report(case).await.expect("there"));
    }
    let here = at(9);
    for of in [None, Some("light")] {
        for open in [None, Some(true), Some(false)] {
            let mut plain: Vec<&Report> = all
                .iter()
                .filter(|report| report.shown)
                .filter(|report| of.is_none_or(|name| report.category.as_str() == name))
                .filter(|report| open.is_none_or(|open| report.state.is_open() == open))
                .collect();
            let ids = |plain: &[&Report]| plain.iter().map(|r| r.case).collect::<Vec<_>>();
            plain.sort_by_key(|report| std::cmp::Reverse((report.handed_in, report.case)));
            let newest = every(of, open, async |filter| {
                let page = bed.store.reports(ReportOrder::Newest, filter).await;
                page.expect("listed")
            });
            assert_eq!(newest.await, ids(&plain), "{of:?} {open:?}");
            plain.sort_by_key(|report| std::cmp::Reverse((report.voices, report.case)));
            let loudest = every(of, open, async |filter| {
                let page = bed.store.reports(ReportOrder::Voices, filter).await;
                page.expect("listed")
            });
            assert_eq!(loudest.await, ids(&plain), "{of:?} {open:?}");
            let away = |report: &Report| (metres_between(here, report.at) * 1000.0).round() as i64;
            plain.sort_by_key(|report| (away(report), report.case));
            let nearest = every(of, open, async |filter| {
                bed.store
                    .nearest(here, f64::INFINITY, filter)
                    .await
                    .expect("listed")
            });
            let within: Vec<&Report> = plain
                .iter()
                .copied()
                .filter(|report| metres_between(here, report.at) < 7_000.0)
                .collect();
            let nearest = nearest.await;
            assert_eq!(nearest[..within.len()], ids(&within)[..], "{of:?} {open:?}");
        }
    }
}

/// Merging, taking apart and voices in any order give what plain counting gives.
async fn voices_and_merging_agree_with_a_plain_count(bed: &Bed) {
    let mut cases = Vec::new();
    for n in 0..5 {
        let case = hand_in(bed, "road", at(n), NOW).await;
        publish(bed, case).await;
        cases.push(case);
    }
    let mut parent: BTreeMap<CaseId, CaseId> = BTreeMap::new();
    let mut spoken: BTreeMap<CaseId, BTreeSet<Uuid>> = BTreeMap::new();
    let mut seed = 42u64;
    let mut draw = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % below
    };
    for _ in 0..120 {
        let case = cases[draw(5) as usize];
        let other = cases[draw(5) as usize];
        match draw(4) {
            0 if parent.contains_key(&case) => {
                unmerge(bed, case).await;
                parent.remove(&case);
            }
            0 | 1 if !parent.contains_key(&case) => {
                let stands = parent.values().any(|of| *of == case);
                let fits = case != other && !parent.contains_key(&other) && !stands;
                let merged = merge(bed, case, other).await;
                assert_eq!(merged.is_ok(), fits, "{merged:?}");
                if fits {
                    parent.insert(case, other);
                }
            }
            _ => {
                let key = Uuid::from_u128(u128::from(draw(6)));
                let heard = bed.store.add_voice(case, key, NOW).await;
                heard.expect("heard").expect("open");
                spoken.entry(case).or_default().insert(key);
            }
        }
        for case in cases.iter().filter(|case| !parent.contains_key(case)) {
            let its = |of: &CaseId| 1 + spoken.get(of).map_or(0, BTreeSet::len);
            let children = parent.iter().filter(|(_, of)| *of == case);
            let expected = its(case) + children.map(|(child, _)| its(child)).sum::<usize>();
            let report = bed.store.report(*case).await.expect("there");
            assert_eq!(report.voices as usize, expected);
        }
    }
}

async fn of_many_voices_at_once_each_counts_once(bed: &Bed) {
    let case = hand_in(bed, "road", at(0), NOW).await;
    publish(bed, case).await;
    let keys: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    let calls = (0..100).map(|n| bed.store.add_voice(case, keys[n % 10], NOW));
    let heard = futures::future::join_all(calls).await;
    let secrets: BTreeSet<String> = heard
        .into_iter()
        .map(|voiced| voiced.expect("heard").expect("open").secret)
        .collect();
    assert_eq!(secrets.len(), 10, "the same key has the same link");
    let report = bed.store.report(case).await.expect("there");
    assert_eq!(report.voices, 11);
}

async fn of_two_that_merge_into_each_other_one_does(bed: &Bed) {
    for _ in 0..8 {
        let one = hand_in(bed, "road", at(0), NOW).await;
        let two = hand_in(bed, "road", at(1), NOW).await;
        let both = futures::future::join(merge(bed, one, two), merge(bed, two, one)).await;
        let reports = [one, two].map(|case| bed.store.report(case));
        let merged = futures::future::join_all(reports).await;
        let merged: Vec<_> = merged
            .into_iter()
            .filter(|report| report.as_ref().expect("there").merged_into.is_some())
            .collect();
        assert_eq!(merged.len(), 1, "{both:?}");
    }
}

async fn a_report_stands_where_its_events_have_led(bed: &Bed) {
    let case = hand_in(bed, "road", at(0), NOW).await;
    publish(bed, case).await;
    let sound = bed.store.verify_case(case).await.expect("read");
    assert_eq!(sound.map_err(|why| why.to_string()), Ok(()));
    for change in [
        "update reports set state = 'done'",
        "update reports set publication = 'private', state = 'submitted'",
        "update reports set publication = 'public', merged_into = 'x'",
    ] {
        bed.sql(change).await;
        let broken = bed.store.verify_case(case).await.expect("read");
        assert!(broken.is_err(), "{change}");
    }
}
