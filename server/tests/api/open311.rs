//! Open311 GeoReport v2, read as strictly as the specification is written.

use crate::app::{Answer, TestApp, action};
use crate::photos::picture;
use crate::reports::{hand_in, public_case, report_at, review, shown};
use axum::http::{Method, StatusCode};
use model::id::CaseId;
use model::workflow::{Action, Verb};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use server::open311::{BASE, REPORT_SCOPE};
use server::store::ApiKey;
use std::collections::BTreeMap;

crate::on_both!(
    what_is_offered,
    a_token_becomes_an_id_when_somebody_has_looked,
    what_clients_send_in_their_own_ways,
    keys_are_needed_scoped_and_counted,
    requests_are_filtered_as_specified,
    hostile_requests_are_refused_in_their_own_format,
    nothing_personal_goes_out,
);

const KEY: &str = "a-key-of-12345";

/// An element: its name, its own text, its children.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

/// Reads a whole document: a declaration, one root, no attributes, no namespaces, nothing else.
fn read_xml(text: &str) -> Element {
    assert!(
        text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"),
        "{text}"
    );
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{error}: {text}"))
        {
            Event::Start(tag) => {
                assert!(tag.attributes().next().is_none(), "attributes in {text}");
                let name = String::from_utf8(tag.name().as_ref().to_vec()).expect("UTF-8");
                assert!(!name.contains(':'), "a namespace in {text}");
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::End(_) => {
                let done = open.pop().expect("an open element");
                open.last_mut().expect("a parent").children.push(done);
            }
            Event::Text(part) => {
                let part = part.decode().expect("UTF-8");
                open.last_mut().expect("an element").text += part.trim_matches('\n');
            }
            Event::GeneralRef(part) => {
                let name = part.decode().expect("UTF-8");
                let c = quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned);
                let c = c.or_else(|| part.resolve_char_ref().expect("a number").map(String::from));
                open.last_mut().expect("an element").text += &c.expect("a known entity");
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            other => panic!("{other:?} in {text}"),
        }
    }
    let mut document = open.pop().expect("the document");
    assert_eq!(document.children.len(), 1, "one root: {text}");
    document.children.remove(0)
}

/// The same as JSON would say it, where every value is a text.
fn as_json(element: &Element) -> Value {
    const LISTS: [(&str, &str); 9] = [
        ("services", "service"),
        ("attributes", "attribute"),
        ("values", "value"),
        ("service_requests", "request"),
        ("errors", "error"),
        ("endpoints", "endpoint"),
        ("formats", "format"),
        ("notes", "note"),
        ("", ""),
    ];
    let item = LISTS.iter().find(|(list, _)| *list == element.name);
    if let Some((_, item)) = item {
        assert!(
            element.children.iter().all(|child| child.name == *item),
            "{element:?}"
        );
        return element.children.iter().map(as_json).collect();
    }
    if element.children.is_empty() {
        return match element.text.as_str() {
            "" => Value::Null,
            text => json!(text),
        };
    }
    let fields: BTreeMap<_, _> = element
        .children
        .iter()
        .map(|child| (child.name.clone(), as_json(child)))
        .collect();
    assert_eq!(
        fields.len(),
        element.children.len(),
        "a field twice: {element:?}"
    );
    json!(fields)
}

fn in_words(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => json!(value.to_string()),
        Value::String(text) if text.is_empty() => Value::Null,
        Value::Array(items) => items.iter().map(in_words).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), in_words(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// The answer in both formats, which must say the same; as JSON.
async fn read(app: &TestApp, path: &str, query: &str) -> Value {
    let both = ["json", "xml"].map(|format| format!("/open311{path}.{format}?{query}"));
    let [json, xml] = [
        app.get(&both[0]).send().await,
        app.get(&both[1]).send().await,
    ];
    assert_eq!(json.status, xml.status, "{path}: {}", json.text());
    assert_eq!(
        json.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
    let value: Value = json.json();
    let root = read_xml(&xml.text());
    assert_eq!(as_json(&root), in_words(&value), "{path}");
    value
}

fn fields(value: &Value) -> Vec<&str> {
    let mut names: Vec<_> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

fn sorted(names: &[&'static str]) -> Vec<&'static str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names
}

const REQUEST: [&str; 17] = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
];

/// A request as the specification writes it.
fn strict(request: &Value) {
    assert_eq!(fields(request), sorted(&REQUEST));
    assert!(request["service_request_id"].is_string() && request["service_code"].is_string());
    assert!(matches!(
        request["status"].as_str(),
        Some("open" | "closed")
    ));
    assert!(request["lat"].is_f64() && request["long"].is_f64());
    for name in ["requested_datetime", "updated_datetime"] {
        moment(&request[name]);
    }
    if !request["expected_datetime"].is_null() {
        moment(&request["expected_datetime"]);
    }
    if let Some(url) = request["media_url"].as_str() {
        assert!(url::Url::parse(url).is_ok(), "{url}");
    }
}

fn moment(value: &Value) {
    let text = value.as_str().expect("a time");
    assert!(text.parse::<jiff::Timestamp>().is_ok(), "{text}");
}

async fn key(app: &TestApp, name: &str, key: &str, scope: &str, per_hour: u32) {
    let new = ApiKey {
        name: name.to_owned(),
        scope: scope.to_owned(),
        per_hour,
        at: app.now(),
    };
    assert!(app.app.store.add_api_key(&new, key).await.expect("added"));
}

fn encoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish().into_bytes()
}

async fn post(app: &TestApp, format: &str, fields: &[(&str, &str)]) -> Answer {
    app.post(format!("{BASE}/requests.{format}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .bytes(encoded(fields))
        .send()
        .await
}

const PLACE: [(&str, &str); 3] = [("api_key", KEY), ("lat", "39.9925"), ("long", "116.3125")];

fn good(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = PLACE.to_vec();
    fields.extend(more);
    fields
}

/// Posts and expects a token.
async fn token_of(app: &TestApp, fields: &[(&str, &str)]) -> String {
    let answer = post(app, "json", fields).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let requests: Value = answer.json();
    assert_eq!(
        fields_of_post(&requests),
        ["account_id", "service_notice", "token"]
    );
    requests[0]["token"].as_str().expect("a token").to_owned()
}

fn fields_of_post(requests: &Value) -> Vec<&str> {
    assert_eq!(requests.as_array().map(Vec::len), Some(1));
    fields(&requests[0])
}

/// The case that came last.
async fn latest(app: &TestApp) -> CaseId {
    let ids = app.app.store.case_ids(None, 1000).await.expect("read");
    *ids.last().expect("a case")
}

async fn what_is_offered(app: &TestApp) {
    let discovery = read(app, "/discovery", "").await;
    assert_eq!(
        fields(&discovery),
        ["changeset", "contact", "endpoints", "key_service"]
    );
    assert_eq!(discovery, read(app, "/v2/discovery", "").await);
    let endpoint = &discovery["endpoints"][0];
    let names = ["changeset", "formats", "specification", "type", "url"];
    assert_eq!(fields(endpoint), names);
    assert_eq!(
        endpoint["specification"],
        "http://wiki.open311.org/GeoReport_v2"
    );
    assert!(
        endpoint["url"]
            .as_str()
            .expect("an address")
            .ends_with("/open311/v2")
    );
    assert_eq!(
        (&endpoint["type"], &endpoint["formats"]),
        (&json!("test"), &json!(["text/xml", "application/json"]))
    );
    moment(&endpoint["changeset"]);

    let services = read(app, "/v2/services", "jurisdiction_id=&api_key=").await;
    let all = services.as_array().expect("a list");
    assert!(all.len() > 20);
    for service in all {
        let names = [
            "service_code",
            "service_name",
            "description",
            "metadata",
            "type",
            "keywords",
            "group",
        ];
        assert_eq!(fields(service), sorted(&names));
        assert!(service["metadata"].is_boolean());
        assert!(matches!(
            service["type"].as_str(),
            Some("realtime" | "batch" | "blackbox")
        ));
        let code = service["service_code"].as_str().expect("a code");
        let definition = read(app, &format!("/v2/services/{code}"), "").await;
        assert_eq!(fields(&definition), ["attributes", "service_code"]);
        let attributes = definition["attributes"].as_array().expect("a list");
        assert_eq!(service["metadata"], json!(!attributes.is_empty()), "{code}");
        for attribute in attributes {
            let names = [
                "variable",
                "code",
                "datatype",
                "required",
                "datatype_description",
                "order",
                "description",
                "values",
            ];
            assert_eq!(fields(attribute), sorted(&names));
            let datatype = attribute["datatype"].as_str().expect("a type");
            let known = [
                "string",
                "number",
                "datetime",
                "text",
                "singlevaluelist",
                "multivaluelist",
            ];
            assert!(known.contains(&datatype));
            let several = !attribute["values"].as_array().expect("a list").is_empty();
            assert_eq!(several, datatype.ends_with("list"));
        }
    }
    for (path, status) in [
        ("/v2/services/no-such", 404),
        ("/v2/nothing", 404),
        ("/v2/requests/1", 404),
        ("/v2/tokens/x", 404),
    ] {
        let errors = read(app, path, "").await;
        assert_eq!(errors[0]["code"], json!(status), "{path}");
        assert_eq!(fields(&errors[0]), ["code", "description"]);
    }
}

async fn a_token_becomes_an_id_when_somebody_has_looked(app: &TestApp) {
    key(app, "12345", KEY, REPORT_SCOPE, 100).await;
    let token = token_of(
        app,
        &good(&[("service_code", "garbage"), ("description", "满了")]),
    )
    .await;
    let path = format!("/v2/tokens/{token}");
    let pending = read(app, &path, "").await;
    assert_eq!(
        pending,
        json!([{ "service_request_id": null, "token": token }])
    );
    assert_eq!(read(app, "/v2/requests", "").await, json!([]));

    let case = latest(app).await;
    let window = app.sign_in("window").await;
    let seen = window.case(case).await;
    assert!(seen.progress.anonymous && seen.on_word.is_empty());
    window.act(case, review("东门垃圾桶满了", Vec::new())).await;
    assert_eq!(
        read(app, &path, "").await[0]["service_request_id"],
        Value::Null
    );
    window.act(case, action(Verb::Publish)).await;
    let resolved = read(app, &path, "").await;
    assert_eq!(resolved[0]["service_request_id"], json!(case.to_string()));
    let one = read(app, &format!("/v2/requests/{case}"), "").await;
    strict(&one[0]);
    assert_eq!(one[0]["description"], "东门垃圾桶满了");
    assert_eq!(one, read(app, "/v2/requests", "").await);

    // Merged, the token leads to the case that stands for it.
    let other = public_case(app, &window, "garbage", 5.0).await;
    let merge = Action {
        into: Some(other.case),
        ..action(Verb::Merge)
    };
    window.act(case, merge).await;
    let moved = read(app, &path, "").await;
    assert_eq!(
        moved[0]["service_request_id"],
        json!(other.case.to_string())
    );
}

async fn what_clients_send_in_their_own_ways(app: &TestApp) {
    key(app, "12345", KEY, REPORT_SCOPE, 100).await;
    let window = app.sign_in("window").await;
    // Only what is required; then everything there is.
    token_of(app, &good(&[("service_code", "garbage")])).await;
    let all = good(&[
        ("service_code", "noise"),
        ("description", "半夜施工"),
        ("attribute[when][]", "night"),
        ("attribute[when]", "evening"),
        ("email", "a@example.org"),
        ("device_id", "d"),
        ("account_id", "7"),
        ("first_name", "秀英"),
        ("last_name", "王"),
        ("phone", "138 0000 0000"),
        ("media_url", "https://example.org/1.jpg"),
        ("media_url", "https://example.org/2.jpg"),
        ("jurisdiction_id", ""),
    ]);
    token_of(app, &all).await;
    let case = window.case(latest(app).await).await;
    let answers = &case.view.answers;
    assert_eq!(answers.text("contact_name"), "王秀英");
    assert_eq!(answers.text("contact_phone"), "13800000000");
    assert_eq!(answers.0["extra"], json!({ "when": ["night", "evening"] }));
    for told in ["半夜施工", "1.jpg", "2.jpg", "a@example.org"] {
        assert!(answers.text("words").contains(told), "{told}");
    }
    // A name and a number that no form of ours would take are kept for people to read.
    token_of(
        app,
        &good(&[
            ("service_code", "garbage"),
            ("first_name", "R2D2"),
            ("phone", "+1 555 0100"),
        ]),
    )
    .await;
    let case = window.case(latest(app).await).await;
    assert!(case.view.answers.text("words").contains("R2D2"));
    // By the name of an estate, by its id, and by neither.
    for (name, value) in [
        ("address_string", "云栖街道蔷薇里南院3号楼"),
        ("address_id", "qiangwei-nan"),
    ] {
        token_of(
            app,
            &[("api_key", KEY), ("service_code", "garbage"), (name, value)],
        )
        .await;
        let case = window.case(latest(app).await).await;
        assert_eq!(case.view.answers.0["place"]["estate"], "qiangwei-nan");
    }
    // With pictures.
    let mut body = Vec::new();
    for (name, value) in good(&[("service_code", "garbage"), ("description", "看图")]) {
        let head =
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.into_bytes());
    }
    body.extend(b"--xx\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n");
    body.extend(picture(30, 20));
    body.extend(b"\r\n--xx--\r\n");
    let answer = app
        .post(format!("{BASE}/requests.xml"))
        .header("content-type", "multipart/form-data; boundary=xx")
        .bytes(body)
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let root = read_xml(&answer.text());
    assert_eq!(
        (root.name.as_str(), root.children[0].name.as_str()),
        ("service_requests", "request")
    );
    let case = latest(app).await;
    let seen = window.case(case).await;
    assert_eq!(seen.view.photos.len(), 1);
    window
        .act(case, review("看图", vec![shown(seen.view.photos[0].id)]))
        .await;
    window.act(case, action(Verb::Publish)).await;
    app.app.photos.make_all().await.expect("made");
    let one = read(app, &format!("/v2/requests/{case}"), "").await;
    let url = one[0]["media_url"].as_str().expect("a picture").to_owned();
    let path = url::Url::parse(&url).expect("an address").path().to_owned();
    assert_eq!(app.get(path).send().await.status, StatusCode::OK);
    // What is urgent is answered with whom to call.
    let answer = post(
        app,
        "json",
        &good(&[("service_code", "other"), ("description", "闻到煤气味")]),
    )
    .await;
    let requests: Value = answer.json();
    assert!(
        requests[0]["service_notice"]
            .as_str()
            .expect("a notice")
            .contains("119")
    );
}

async fn keys_are_needed_scoped_and_counted(app: &TestApp) {
    key(app, "12345", KEY, REPORT_SCOPE, 2).await;
    key(app, "reader", "another-key", "read", 100).await;
    let form = [
        ("service_code", "garbage"),
        ("lat", "39.9925"),
        ("long", "116.3125"),
    ];
    for sent in [None, Some(""), Some("wrong"), Some("another-key")] {
        let mut fields = form.to_vec();
        fields.extend(sent.map(|key| ("api_key", key)));
        let answer = post(app, "json", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{sent:?}");
        assert_eq!(answer.json::<Value>()[0]["code"], 403);
    }
    let statuses = async || {
        post(app, "json", &good(&[("service_code", "garbage")]))
            .await
            .status
    };
    assert_eq!(statuses().await, StatusCode::CREATED);
    assert_eq!(statuses().await, StatusCode::CREATED);
    assert_eq!(statuses().await, StatusCode::TOO_MANY_REQUESTS);
    app.pass_s(3600);
    assert_eq!(statuses().await, StatusCode::CREATED);
    // A key in the address is as good; one that was ended is none.
    let answer = app
        .post(format!("{BASE}/requests.json?api_key={KEY}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .bytes(encoded(&form))
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let store = &app.app.store;
    assert_eq!(store.api_keys().await.expect("read").len(), 2);
    assert!(store.remove_api_key("12345").await.expect("removed"));
    assert!(!store.remove_api_key("12345").await.expect("gone"));
    app.pass_s(3600);
    assert_eq!(statuses().await, StatusCode::FORBIDDEN);
}

async fn requests_are_filtered_as_specified(app: &TestApp) {
    let mut cases = Vec::new();
    for n in 0..4 {
        app.pass_s(24 * 3600);
        let window = app.sign_in("window").await;
        let category = ["garbage", "light"][n % 2];
        cases.push(
            public_case(app, &window, category, n as f64)
                .await
                .case
                .to_string(),
        );
    }
    let window = app.sign_in("window").await;
    let mut reject = action(Verb::Reject);
    reject.to_resident = Some("归物业管".to_owned());
    window.act(cases[0].parse().expect("an id"), reject).await;
    let ids = async |query: &str| -> Vec<usize> {
        let found = read(app, "/v2/requests", query).await;
        let found = found
            .as_array()
            .unwrap_or_else(|| panic!("{query}: {found}"));
        found
            .iter()
            .map(|request| {
                strict(request);
                let id = request["service_request_id"].as_str().expect("an id");
                cases
                    .iter()
                    .position(|case| case == id)
                    .expect("one of them")
            })
            .collect()
    };
    for (query, expected) in [
        ("", vec![3, 2, 1, 0]),
        ("status=open", vec![3, 2, 1]),
        ("status=closed", vec![0]),
        ("status=open,closed", vec![3, 2, 1, 0]),
        ("service_code=light", vec![3, 1]),
        ("service_code=light,garbage&status=open", vec![3, 2, 1]),
        // Handed in on 24, 25, 26 and 27 November at 08:00 in China.
        ("start_date=2026-11-26T00:00:00Z", vec![3, 2]),
        (
            "start_date=2026-11-25T08:00:00+08:00&end_date=2026-11-26T08:00:00%2B08:00",
            vec![2, 1],
        ),
        ("end_date=2026-11-24T00:00:00Z", vec![0]),
        ("page_size=3", vec![3, 2, 1]),
        ("page_size=3&page=2", vec![0]),
        ("updated_after=2026-11-26T23:59:59Z", vec![3, 0]),
        ("start_date=&status=&service_code=", vec![3, 2, 1, 0]),
    ] {
        assert_eq!(ids(query).await, expected, "{query}");
    }
    // Ids override every other filter.
    let two = format!(
        "service_request_id={},x,{}&status=closed",
        cases[2], cases[1]
    );
    assert_eq!(ids(&two).await, [2, 1]);
    for (query, status) in [
        ("status=lost", 400),
        ("start_date=yesterday", 400),
        ("start_date=2026-13-45T99:00:00Z", 400),
        (
            "start_date=2026-01-01T00:00:00Z&end_date=2026-11-01T00:00:00Z",
            400,
        ),
        ("page=0", 400),
        ("page_size=-1", 400),
        ("page=99999999999", 400),
        ("service_code=no-such", 404),
    ] {
        let errors = read(app, "/v2/requests", query).await;
        assert_eq!(errors[0]["code"], json!(status), "{query}");
    }
    let far = read(app, "/v2/requests", "page=4000000000&page_size=1000").await;
    assert_eq!(far, json!([]));
    let noted = read(
        app,
        &format!("/v2/requests/{}", cases[0]),
        "extensions=true",
    )
    .await;
    let notes = noted[0]["notes"].as_array().expect("notes");
    assert_eq!(notes.len(), 2, "handed in, turned down; not the reviews");
    notes.iter().for_each(|note| moment(&note["datetime"]));
}

async fn hostile_requests_are_refused_in_their_own_format(app: &TestApp) {
    key(app, "12345", KEY, REPORT_SCOPE, 1000).await;
    let long = "长".repeat(4001);
    let wide = "9".repeat(400);
    for (fields, status) in [
        (vec![("api_key", KEY)], 400),
        (vec![("api_key", KEY), ("service_code", "no-such")], 404),
        (vec![("api_key", KEY), ("service_code", "garbage")], 400),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("lat", "91"),
                ("long", "0"),
            ],
            400,
        ),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("lat", "NaN"),
                ("long", "inf"),
            ],
            400,
        ),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("lat", &wide),
                ("long", "0"),
            ],
            400,
        ),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("lat", "39.99"),
            ],
            400,
        ),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("lat", "31.2"),
                ("long", "121.4"),
            ],
            400,
        ),
        (
            vec![
                ("api_key", KEY),
                ("service_code", "garbage"),
                ("address_string", "火星"),
            ],
            400,
        ),
        (
            [
                &PLACE[..],
                &[("service_code", "garbage"), ("description", &long)],
            ]
            .concat(),
            400,
        ),
        (
            [
                &PLACE[..],
                &[("service_code", "garbage"), ("attribute[x]", "1")],
            ]
            .concat(),
            400,
        ),
        ([&PLACE[..], &[("service_code", "manhole")]].concat(), 400),
        (
            [
                &PLACE[..],
                &[("service_code", "manhole"), ("attribute[state]", "<x>")],
            ]
            .concat(),
            400,
        ),
        (
            [
                &PLACE[..],
                &[
                    ("service_code", "garbage"),
                    ("media_url", "file:///etc/passwd"),
                ],
            ]
            .concat(),
            400,
        ),
    ] {
        for format in ["xml", "json"] {
            let answer = post(app, format, &fields).await;
            assert_eq!(
                answer.status.as_u16(),
                status,
                "{fields:?}: {}",
                answer.text()
            );
            let errors = match format {
                "xml" => as_json(&read_xml(&answer.text())),
                _ => in_words(&answer.json()),
            };
            assert_eq!(errors[0]["code"], json!(status.to_string()));
            assert!(errors[0]["description"].is_string());
        }
    }
    for (media_type, body) in [
        ("application/json", "{}"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", "--x\r\nno head"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\nGIF89a\r\n--x--\r\n",
        ),
        (
            "application/x-www-form-urlencoded",
            "%ff%fe=%00&attribute[=]&&&=",
        ),
    ] {
        let answer = app
            .post(format!(
                "{BASE}/requests.xml?api_key={KEY}&service_code=garbage&lat=39.9925&long=116.3125"
            ))
            .header("content-type", media_type)
            .bytes(body.as_bytes().to_vec())
            .send()
            .await;
        assert!(
            answer.status.is_client_error() || answer.status == StatusCode::CREATED,
            "{body}"
        );
        read_xml(&answer.text());
    }
    // Reviewed words with marks in them come out as words.
    let window = app.sign_in("window").await;
    let held = hand_in(app, report_at("garbage", 0.0)).await;
    let words = "</description><lat>0</lat> & ]]> \u{1}\u{b} 'x' \"y\" <!--";
    window.act(held.case, review(words, Vec::new())).await;
    window.act(held.case, action(Verb::Publish)).await;
    let answer = app
        .get(format!("{BASE}/requests/{}.xml", held.case))
        .send()
        .await;
    let request = as_json(&read_xml(&answer.text()));
    assert_eq!(
        request[0]["description"],
        words.replace(['\u{1}', '\u{b}'], "")
    );
    for (method, path) in [
        (Method::DELETE, "requests.xml"),
        (Method::POST, "services.xml"),
        (Method::GET, "requests"),
        (Method::GET, "..%2f..%2f.xml"),
    ] {
        let answer = app.ask(method, format!("{BASE}/{path}")).send().await;
        assert!(answer.status.is_client_error(), "{path}");
    }
}

async fn nothing_personal_goes_out(app: &TestApp) {
    key(app, "12345", KEY, REPORT_SCOPE, 100).await;
    let secrets = [
        "王秀英",
        "13800000000",
        "a@example.org",
        "我家的事",
        "acc-77",
        "门口",
    ];
    let token = token_of(
        app,
        &good(&[
            ("service_code", "garbage"),
            ("description", "我家的事"),
            ("last_name", "王"),
            ("first_name", "秀英"),
            ("phone", "13800000000"),
            ("email", "a@example.org"),
            ("account_id", "acc-77"),
            ("address_string", "门口"),
        ]),
    )
    .await;
    let case = latest(app).await;
    let window = app.sign_in("window").await;
    let worker = app.sign_in("grid").await;
    let say = |verb| Action {
        to_resident: Some("我家的事".to_owned()),
        to_staff: Some("王秀英".to_owned()),
        staff: Some(worker.me.staff.id.clone()),
        ..action(verb)
    };
    let steps = [
        review("垃圾满了", Vec::new()),
        action(Verb::Publish),
        say(Verb::Accept),
        say(Verb::Assign),
        say(Verb::Hide),
    ];
    for step in [None].into_iter().chain(steps.map(Some)) {
        if let Some(step) = step {
            window.act(case, step).await;
        }
        for address in [
            "requests.xml?extensions=true".to_owned(),
            format!("requests/{case}.json?extensions=true"),
            format!("tokens/{token}.json"),
            "services.xml".to_owned(),
        ] {
            let text = app.get(format!("{BASE}/{address}")).send().await.text();
            for secret in secrets
                .iter()
                .copied()
                .chain([worker.me.staff.name.as_str(), "林晓云"])
            {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
    }
    assert_eq!(read(app, "/v2/requests", "").await, json!([]), "hidden");
}
