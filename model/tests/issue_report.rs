//! The form of 随手拍: what it asks of whom.

use model::area::Estate;
use model::field::{Answers, Context, FieldFault, check_all, normalised, photos};
use model::id::{AreaId, EstateId, PhotoId};
use model::issue::IssueCategory;
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

fn categories() -> Vec<IssueCategory> {
    let category = |id: &str, anonymous: bool, extra: Value| {
        serde_json::from_value(json!({
            "id": id, "name": id, "plain": "", "group": "", "icon": "dot", "anonymous": anonymous,
            "limit": { "days": 3, "unit": "working_days" }, "extra": extra,
        }))
        .expect("a category")
    };
    let lamp = json!([{
        "code": "lamp", "label": "几盏灯", "kind": "choice", "required": true,
        "values": [{ "key": "one", "name": "一盏" }, { "key": "row", "name": "一排" }],
    }]);
    vec![
        category("garbage", true, json!([])),
        category("light", false, lamp),
    ]
}

fn with<T>(vouched: bool, test: impl FnOnce(&Context<'_>) -> T) -> T {
    let (street, categories) = (street(), categories());
    test(&Context {
        street: &street,
        matters: &[],
        facilities: &[],
        categories: &categories,
        now: TimeMs(0),
        vouched,
    })
}

fn answers(of: Value) -> Answers {
    serde_json::from_value(of).expect("answers")
}

fn spot(lat: f64) -> Value {
    json!({ "at": { "lat": lat, "lon": 116.31 }, "found": "map" })
}

fn faults(of: Value, vouched: bool) -> Vec<(String, Fault)> {
    let fields = KindName::IssueReport.fields();
    let found = with(vouched, |context| check_all(fields, &answers(of), context));
    found
        .into_iter()
        .map(|FieldFault { field, fault }| (field, fault))
        .collect()
}

#[test]
fn what_is_asked_of_whom() {
    let photo = "0191d3c0-0000-7000-8000-000000000001";
    for (given, vouched, expected) in [
        (
            json!({ "photos": [photo], "place": spot(39.99), "category": "garbage",
                "anonymous": true, "consent": true }),
            false,
            vec![],
        ),
        // Without a photo somebody has to say it; without a name only where that is allowed.
        (
            json!({ "photos": [], "place": spot(39.99), "category": "light",
                "extra": { "lamp": "row" }, "anonymous": true, "consent": true }),
            false,
            vec![("words", Fault::Missing), ("contact_phone", Fault::Missing)],
        ),
        (
            json!({ "place": spot(39.99), "words": "灯坏了", "category": "light",
                "contact_phone": "13800000000", "consent": true }),
            false,
            vec![("extra", Fault::Missing)],
        ),
        (
            json!({ "photos": [photo, photo], "place": spot(31.2), "category": "tree",
                "contact_phone": "13800000000", "consent": true }),
            false,
            vec![
                ("photos", Fault::Malformed),
                ("place", Fault::FarAway),
                ("category", Fault::Unknown),
            ],
        ),
        (
            json!({ "photos": "x", "place": { "at": { "lat": 99, "lon": 0 }, "found": "map" },
                "category": 7, "extra": [], "anonymous": "yes", "consent": true }),
            false,
            vec![
                ("photos", Fault::Malformed),
                ("place", Fault::Malformed),
                ("words", Fault::Missing),
                ("category", Fault::Unknown),
                ("contact_phone", Fault::Missing),
            ],
        ),
        // Another system answers for who it was.
        (
            json!({ "place": spot(39.99), "category": "garbage" }),
            true,
            vec![],
        ),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(field, fault)| (field.to_owned(), fault))
            .collect();
        assert_eq!(faults(given.clone(), vouched), expected, "{given}");
    }
}

#[test]
fn what_was_not_asked_is_not_kept() {
    let given = answers(json!({
        "place": { "at": { "lat": 39.99, "lon": 116.31 }, "found": "device", "words": " 北门 ",
            "junk": "x" },
        "words": "满了", "category": "garbage", "anonymous": true,
        "contact_name": "王秀英", "contact_phone": "13800000000", "consent": true,
    }));
    let fields = KindName::IssueReport.fields();
    let kept = with(false, |context| normalised(fields, &given, context)).expect("good answers");
    assert!(!kept.has("contact_name") && !kept.has("contact_phone"));
    assert_eq!(
        kept.0["place"],
        json!({ "at": { "lat": 39.99, "lon": 116.31 }, "found": "device", "words": "北门" })
    );
    let envelope = KindName::IssueReport.envelope(&kept);
    assert!(envelope.anonymous && envelope.phone.is_empty());
    assert_eq!(envelope.at.map(Wgs84::lat), Some(39.99));
    assert_eq!(envelope.category.expect("one").as_str(), "garbage");
}

#[test]
fn its_photos_are_named() {
    let photo = PhotoId(uuid::Uuid::from_u128(1));
    let mut given = Answers::default();
    given.set("photos", &vec![photo]);
    let named = photos(KindName::IssueReport.fields(), &given);
    assert_eq!(named, [(photo, "photos")]);
}
