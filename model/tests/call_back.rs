//! The form of 请回电: what it asks, and what it refuses.

use model::area::Estate;
use model::field::{Answers, Context, check_all};
use model::id::{AreaId, EstateId};
use model::kinds::KindName;
use model::place::Wgs84;
use model::street::Street;
use model::text::Fault;
use model::time::TimeMs;
use serde_json::{Value, json};

fn street() -> Street {
    Street {
        name: String::new(),
        sample: true,
        hotlines: Vec::new(),
        retention: Vec::new(),
        areas: Vec::new(),
        estates: vec![Estate {
            id: EstateId::parse("liuan").expect("an id"),
            name: "柳岸".into(),
            aliases: Vec::new(),
            grid: AreaId::parse("grid-1").expect("an id"),
            entrance: Wgs84::new(39.99, 116.31).expect("on the earth"),
            homes: 300,
            dwelling_area_m2: None,
            search: Vec::new(),
        }],
        notices: Vec::new(),
        calendar: model::calendar::Calendar::default(),
    }
}

fn whole() -> Value {
    json!({
        "contact_name": "王秀英",
        "contact_phone": "13800001234",
        "call_at": "any",
        "consent": true,
    })
}

fn faults(of: Value) -> Vec<(String, Fault)> {
    let street = street();
    let context = Context {
        street: &street,
        matters: &[],
        facilities: &[],
        categories: &[],
        now: TimeMs(0),
        vouched: false,
    };
    let answers: Answers = serde_json::from_value(of).expect("answers");
    let found = check_all(KindName::CallBack.fields(), &answers, &context).into_iter();
    found.map(|wrong| (wrong.field, wrong.fault)).collect()
}

#[test]
fn a_name_a_number_and_a_time_are_enough() {
    assert_eq!(faults(whole()), []);
    let mut from_home = whole();
    from_home["home"] = json!({ "estate": "liuan", "door": "5号楼" });
    from_home["note"] = json!("想问问老年饭卡");
    assert_eq!(faults(from_home), []);
}

#[test]
fn what_no_call_can_be_made_with_is_refused() {
    for (field, given, fault) in [
        ("contact_name", json!(""), Fault::Missing),
        ("contact_phone", json!(null), Fault::Missing),
        ("contact_phone", json!("12"), Fault::BadPhone),
        ("call_at", json!("midnight"), Fault::BadChoice),
        ("note", json!("长".repeat(201)), Fault::TooLong),
        ("consent", json!(false), Fault::NotAgreed),
    ] {
        let mut answers = whole();
        answers[field] = given;
        assert_eq!(faults(answers), [(field.to_owned(), fault)], "{field}");
    }
}

#[test]
fn somebody_is_called_within_a_working_day() {
    let limit = KindName::CallBack.limit().expect("a limit");
    assert_eq!(limit.days, 1);
    assert!(
        KindName::ProxyRequest.limit().is_none(),
        "its matter has one"
    );
}

#[test]
fn the_envelope_has_whom_to_call() {
    let answers: Answers = serde_json::from_value(whole()).expect("answers");
    let envelope = KindName::CallBack.envelope(&answers);
    assert_eq!(envelope.contact, "王秀英");
    assert_eq!(envelope.phone, "13800001234");
    assert!(envelope.home.is_none() && envelope.matter.is_none());
}
