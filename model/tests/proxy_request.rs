//! The 代办 form: what is asked of whom, and what is wrong with an answer.

use jiff::civil::date;
use model::area::{Area, Estate, Level};
use model::calendar::Calendar;
use model::facility::{Category, Facility};
use model::field::{self, Answers, Context, FieldFault};
use model::id::{AreaId, EstateId, FacilityId, MatterId};
use model::kinds::KindName;
use model::matter::{Channel, Material, Matter, RouteBy};
use model::place::Wgs84;
use model::street::Street;
use model::text::Fault;
use model::time::TimeMs;
use proptest::prelude::*;
use serde_json::{Value, json};

const PHOTO: &str = "0193b3a0-0000-4000-8000-000000000001";

struct Town {
    street: Street,
    matters: Vec<Matter>,
    facilities: Vec<Facility>,
}

fn matter(id: &str, channel: Channel, visit: bool, route_by: RouteBy) -> Matter {
    let material = |code: &str, office_has| Material {
        code: code.into(),
        name: "身份证".into(),
        mandatory: true,
        office_has,
        hint: None,
    };
    Matter {
        id: MatterId::parse(id).expect("an id"),
        name: "高龄津贴".into(),
        plain: "满八十岁，每月领一笔钱".into(),
        aliases: Vec::new(),
        events: Vec::new(),
        who: "满八十岁".into(),
        materials: vec![material("id_card", false), material("register", true)],
        limit: None,
        fee: None,
        channel,
        visit,
        route_by,
        sensitive: false,
        source: None,
        search: Vec::new(),
    }
}

impl Town {
    fn new() -> Town {
        let at = Wgs84::new(40.0, 116.32).expect("on the earth");
        let grid = AreaId::parse("grid-1").expect("an id");
        let community = AreaId::parse("community-1").expect("an id");
        let area = |id: &AreaId, level, parent| Area {
            id: id.clone(),
            name: "桥东".into(),
            level,
            parent,
            phone: None,
            boundary: Vec::new(),
        };
        let accompany = Channel::Accompany {
            reason: "要按指纹".into(),
        };
        Town {
            street: Street {
                name: "示例街道".into(),
                sample: true,
                hotlines: Vec::new(),
                retention: Vec::new(),
                areas: vec![
                    area(&community, Level::Community, None),
                    area(&grid, Level::Grid, Some(community.clone())),
                ],
                estates: vec![Estate {
                    id: EstateId::parse("estate-1").expect("an id"),
                    name: "柳岸".into(),
                    aliases: Vec::new(),
                    grid,
                    entrance: at,
                    homes: 300,
                    dwelling_area_m2: None,
                    search: Vec::new(),
                }],
                notices: Vec::new(),
                calendar: Calendar::default(),
            },
            matters: vec![
                matter("old-age", Channel::Proxy, true, RouteBy::Residence),
                matter("at-the-desk", Channel::Proxy, false, RouteBy::Register),
                matter("id-card", accompany, false, RouteBy::Residence),
            ],
            facilities: vec![Facility {
                id: FacilityId::parse("station-1").expect("an id"),
                name: "便民服务站".into(),
                category: Category::Government,
                kind: "社区服务站".into(),
                at,
                address: "桥东街1号".into(),
                phone: None,
                hours: None,
                step_free: None,
                station: true,
                floor_area_m2: None,
                source: None,
            }],
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            street: &self.street,
            matters: &self.matters,
            facilities: &self.facilities,
            categories: &[],
            vouched: false,
            now: TimeMs::start_of(date(2026, 3, 2)),
        }
    }

    fn pages(&self, answers: &Answers, one_a_page: bool) -> Vec<field::Page> {
        let fields = KindName::ProxyRequest.fields();
        field::pages(fields, answers, &self.context(), one_a_page)
    }

    fn faults(&self, answers: &Answers) -> Vec<(String, Fault)> {
        let faults = field::check_all(KindName::ProxyRequest.fields(), answers, &self.context());
        faults
            .into_iter()
            .map(|FieldFault { field, fault }| (field, fault))
            .collect()
    }
}

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).expect("answers are an object")
}

fn for_a_parent() -> Value {
    let ten = TimeMs::start_of(date(2026, 3, 4)).0;
    json!({
        "matter": "old-age",
        "for_whom": "parent",
        "applicant_name": "王秀英",
        "applicant_id": "11010519491231002x",
        "proxy_name": "李建国",
        "proxy_phone": "138 0000 1234",
        "authorised_until": "2026-06-01",
        "signature": PHOTO,
        "home": {"estate": "estate-1", "door": " 3号楼2单元501 "},
        "handling": "visit",
        "slot": {"start": ten, "end": ten + 3_600_000},
        "materials": {"id_card": {"have": "photo", "photos": [PHOTO]}},
        "note": "她耳朵不好，请大声敲门",
        "consent": true,
        "consent_sensitive": true
    })
}

fn for_me_at_the_desk() -> Value {
    json!({
        "matter": "at-the-desk",
        "for_whom": "me",
        "applicant_name": "王秀英",
        "applicant_phone": "010-5550 0001",
        "home": {"estate": "estate-1", "door": "501"},
        "registered": "community-1",
        "handling": "station",
        "station": "station-1",
        "materials": {"id_card": {"have": "home"}},
        "consent": true,
        "consent_sensitive": true
    })
}

#[test]
fn whole_forms_pass() {
    let town = Town::new();
    for form in [for_a_parent(), for_me_at_the_desk()] {
        assert_eq!(town.faults(&answers(form)), Vec::new());
    }
}

#[test]
fn what_is_asked_follows_the_answers() {
    let town = Town::new();
    let asked = |form: Value| -> Vec<String> {
        let pages = town.pages(&answers(form), true);
        pages.into_iter().map(|page| page.name).collect()
    };
    let holds = |pages: &[String], name: &str| pages.iter().any(|page| page == name);
    let mine = asked(json!({"matter": "old-age", "for_whom": "me", "handling": "station"}));
    assert!(holds(&mine, "station") && !holds(&mine, "slot"));
    assert!(!holds(&mine, "signature") && !holds(&mine, "proxy_name"));

    let together =
        asked(json!({"matter": "id-card", "for_whom": "parent", "handling": "accompany"}));
    assert!(holds(&together, "slot") && holds(&together, "proxy_phone"));
    assert!(
        !holds(&together, "signature"),
        "nobody acts in the applicant's place"
    );

    let registered = asked(json!({"matter": "at-the-desk"}));
    assert!(holds(&registered, "registered"));
}

#[test]
fn one_question_a_page_is_one_paper_a_page() {
    let town = Town::new();
    let answers = answers(json!({"matter": "old-age", "for_whom": "me"}));
    let papers = |one_a_page| -> Vec<field::Page> {
        let mut pages = town.pages(&answers, one_a_page);
        pages.retain(|page| page.fields.iter().any(|field| field.name == "materials"));
        pages
    };
    let [shared] = &papers(false)[..] else {
        panic!("all papers on one page");
    };
    assert_eq!((shared.name.as_str(), &shared.paper), ("materials", &None));
    let [alone] = &papers(true)[..] else {
        panic!("the paper to bring has a page, the one the office has has none");
    };
    assert_eq!(alone.name, "materials.id_card");
    assert_eq!(alone.paper.as_deref(), Some("id_card"));
    // Nothing is answered yet: the question as a whole is at fault, and here that is the paper.
    let faults = |page: &field::Page| page.check(&answers, &town.context());
    assert_eq!(faults(shared)[0].field, "materials");
    assert_eq!(faults(alone).len(), 1);
    assert_eq!(faults(alone)[0].field, "materials.id_card");
}

#[test]
fn each_slip_has_its_fault_at_its_field() {
    let town = Town::new();
    for (field, value, at, fault) in [
        ("matter", json!("nothing"), "matter", Fault::Unknown),
        ("for_whom", json!("cat"), "for_whom", Fault::BadChoice),
        (
            "applicant_name",
            json!("王"),
            "applicant_name",
            Fault::BadName,
        ),
        (
            "applicant_id",
            json!("110105194912310021"),
            "applicant_id",
            Fault::IdNumberSlip,
        ),
        (
            "proxy_phone",
            json!("1380000123"),
            "proxy_phone",
            Fault::BadPhone,
        ),
        (
            "authorised_until",
            json!("2026-02-30"),
            "authorised_until",
            Fault::BadDate,
        ),
        (
            "authorised_until",
            json!("2026-03-01"),
            "authorised_until",
            Fault::DatePast,
        ),
        (
            "authorised_until",
            json!("2028-01-01"),
            "authorised_until",
            Fault::DateTooFar,
        ),
        ("signature", Value::Null, "signature", Fault::Missing),
        (
            "signature",
            json!("not an id"),
            "signature",
            Fault::Malformed,
        ),
        (
            "home",
            json!({"estate": "nowhere", "door": "1"}),
            "home.estate",
            Fault::Unknown,
        ),
        (
            "home",
            json!({"estate": "estate-1", "door": " "}),
            "home.door",
            Fault::Missing,
        ),
        ("home", json!("3号楼"), "home", Fault::Malformed),
        (
            "slot",
            json!({"start": 5, "end": 9}),
            "slot",
            Fault::BadSlot,
        ),
        ("handling", json!("accompany"), "handling", Fault::BadChoice),
        ("materials", json!({}), "materials.id_card", Fault::Missing),
        (
            "materials",
            json!({"id_card": {"have": "photo"}}),
            "materials.id_card",
            Fault::Missing,
        ),
        ("note", json!("长".repeat(501)), "note", Fault::TooLong),
        ("note", json!(["a list"]), "note", Fault::Malformed),
        ("consent", json!(false), "consent", Fault::NotAgreed),
        (
            "consent_sensitive",
            Value::Null,
            "consent_sensitive",
            Fault::NotAgreed,
        ),
        ("shoe_size", json!(42), "shoe_size", Fault::Unknown),
    ] {
        let mut form = for_a_parent();
        form[field] = value.clone();
        let found = town.faults(&answers(form));
        assert!(
            found.contains(&(at.to_owned(), fault)),
            "{field} = {value}: {found:?}"
        );
    }
}

#[test]
fn what_is_stored_is_normal_and_nothing_more_than_asked() {
    let town = Town::new();
    let mut form = for_a_parent();
    form["station"] = json!("station-1");
    let fields = KindName::ProxyRequest.fields();
    let stored = field::normalised(fields, &answers(form), &town.context()).expect("a whole form");
    assert_eq!(stored.text("proxy_phone"), "13800001234");
    assert_eq!(stored.text("applicant_id"), "11010519491231002X");
    assert_eq!(stored.0["home"]["door"], "3号楼2单元501");
    assert!(
        !stored.has("station"),
        "a station was not asked for after all"
    );

    let envelope = KindName::ProxyRequest.envelope(&stored);
    assert_eq!(
        (envelope.contact.as_str(), envelope.phone.as_str()),
        ("李建国", "13800001234")
    );
    assert_eq!(field::photos(fields, &stored).len(), 2);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!(PHOTO)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// No answer of any shape panics, and normal answers are normal already.
    #[test]
    fn any_answer_is_judged(at in any::<prop::sample::Index>(), value in any_json()) {
        let town = Town::new();
        let fields = KindName::ProxyRequest.fields();
        let mut form = for_a_parent();
        form[fields[at.index(fields.len())].name] = value;
        if let Ok(once) = field::normalised(fields, &answers(form), &town.context()) {
            let twice = field::normalised(fields, &once, &town.context());
            prop_assert_eq!(twice, Ok(once));
        }
    }
}
