//! A whole server in the process, with the sample street in a database of its own.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jiff::civil::datetime;
use model::api::assist::{BeginShift, Enrol, MyHours, Serving, Shift};
use model::api::family::{MadeFamilyLink, NewFamilyLink};
use model::api::{
    Act, CASE_SECRET, CSRF_TOKEN, CaseView, IDEMPOTENCY_KEY, Me, NewCase, SignIn, Slots, StaffCase,
    Submitted, path,
};
use model::field::Answers;
use model::id::{CaseId, PhotoId, StaffId};
use model::kinds::KindName;
use model::problem::{Code, PROBLEM_JSON, Problem};
use model::time::TimeMs;
use model::workflow::{Action, Slot, Verb};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use server::boot;
use server::clock::Clock;
use server::config::Keep;
use server::http::router;
use server::state::{App, Settings};
use server::web::Pages;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use std::net::SocketAddr;
use std::path::Path;
use tempfile::TempDir;
use tower::ServiceExt;
use uuid::Uuid;

pub const PASSWORD: &str = "correct horse battery";
pub const PIN: &str = "204716";
pub const PHONE: &str = "13800001234";
/// An estate of the sample street and its grid worker.
pub const ESTATE: &str = "qiangwei-nan";
pub const WORKER: &str = "grid";
/// An estate of another grid, and that grid's worker.
pub const OTHER_ESTATE: &str = "chonghua-yuan";
pub const OTHER_WORKER: &str = "grid02";

pub struct TestApp {
    pub app: App,
    pub clock: Clock,
    _dir: TempDir,
    router: Router,
    keep: Keep,
    server: Option<String>,
}

/// What is different from the ordinary in one test.
#[derive(Default)]
pub struct With<'a> {
    pub settings: Settings,
    pub dist: Option<&'a Path>,
}

impl TestApp {
    pub async fn sqlite() -> TestApp {
        TestApp::sqlite_with(With::default()).await
    }

    pub async fn sqlite_with(with: With<'_>) -> TestApp {
        let dir = tempfile::tempdir().expect("a folder");
        let keep = keep(dir.path(), None);
        TestApp::open(dir, keep, None, with).await
    }

    pub async fn postgres() -> TestApp {
        let server = std::env::var("YIKEZHONG_TEST_POSTGRES")
            .expect("YIKEZHONG_TEST_POSTGRES is not set: run this by scripts/with-postgres");
        let database = format!("api_{}", Uuid::now_v7().simple());
        sql(&server, &format!("create database {database}")).await;
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        let dir = tempfile::tempdir().expect("a folder");
        let keep = keep(dir.path(), Some(format!("{base}/{database}")));
        TestApp::open(dir, keep, Some(server), With::default()).await
    }

    async fn open(dir: TempDir, keep: Keep, server: Option<String>, with: With<'_>) -> TestApp {
        // Monday, 08:00 in China; working days are reckoned by weekday or by the notice.
        let start = TimeMs::from_china(datetime(2026, 11, 23, 8, 0, 0, 0));
        let clock = Clock::standing_at(start);
        let app = start_app(&keep, &clock, with).await;
        TestApp {
            router: router(app.clone()),
            app,
            clock,
            _dir: dir,
            keep,
            server,
        }
    }

    /// Another server on the same data, as after a restart.
    pub async fn restarted(&self) -> TestApp {
        self.restarted_with(With::default()).await
    }

    /// The same, with something different from the ordinary.
    pub async fn restarted_with(&self, with: With<'_>) -> TestApp {
        let app = start_app(&self.keep, &self.clock, with).await;
        TestApp {
            router: router(app.clone()),
            app,
            clock: self.clock.clone(),
            _dir: tempfile::tempdir().expect("a folder"),
            keep: self.keep.clone(),
            server: None,
        }
    }

    pub async fn close(self) {
        self.app.stopping.cancel();
        self.app.store.close().await;
        if let (Some(server), Some(url)) = (&self.server, &self.keep.database_url) {
            let (_, database) = url.rsplit_once('/').expect("an address");
            sql(server, &format!("drop database {database} with (force)")).await;
        }
    }

    pub fn now(&self) -> TimeMs {
        self.clock.now()
    }

    pub fn pass_s(&self, seconds: i64) {
        self.clock.set(self.now().plus_seconds(seconds));
    }

    pub fn get(&self, path: impl Into<String>) -> Asked<'_> {
        self.ask(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Asked<'_> {
        self.ask(Method::POST, path)
    }

    pub fn ask(&self, method: Method, path: impl Into<String>) -> Asked<'_> {
        Asked {
            router: self.router.clone(),
            request: Request::builder().method(method).uri(path.into()),
            body: Body::empty(),
            caller: SocketAddr::from(([192, 0, 2, 1], 4711)),
            app: self,
        }
    }

    /// Hands in `answers`, expecting a receipt.
    pub async fn submit(&self, answers: Value) -> Submitted {
        let answer = self
            .post(path::CASES)
            .key(Uuid::now_v7())
            .json(&case_of(answers))
            .send()
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()
    }

    pub async fn view(&self, held: &Submitted) -> CaseView {
        let address = path::of_case(path::CASE, held.case);
        self.get(address).secret(&held.secret).send().await.json()
    }

    /// The resident acts on the case as it stands.
    pub async fn resident(&self, held: &Submitted, action: Action) -> Answer {
        let seen_seq = self.view(held).await.progress.seq;
        self.post(path::of_case(path::ACTIONS, held.case))
            .secret(&held.secret)
            .key(Uuid::now_v7())
            .json(&Act { action, seen_seq })
            .send()
            .await
    }

    /// The resident makes a link for a family member.
    pub async fn make_family(&self, held: &Submitted, name: &str) -> MadeFamilyLink {
        let answer = self.try_family(held, name, Uuid::now_v7()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()
    }

    pub async fn try_family(&self, held: &Submitted, name: &str, key: Uuid) -> Answer {
        let sent = NewFamilyLink {
            name: name.to_owned(),
        };
        self.post(path::of_case(path::FAMILY, held.case))
            .secret(&held.secret)
            .key(key)
            .json(&sent)
            .send()
            .await
    }

    pub async fn sign_in(&self, name: &str) -> Desk<'_> {
        let sent = SignIn {
            name: name.to_owned(),
            password: PASSWORD.to_owned(),
        };
        let answer = self.post(path::SESSION).json(&sent).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let cookie = answer.header(header::SET_COOKIE.as_str());
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let me: Me = answer.json();
        Desk {
            app: self,
            cookie,
            me,
        }
    }

    /// Makes a shared tablet; gives the cookie it keeps.
    pub async fn enrol(&self, tablet: &str) -> String {
        let sent = Enrol {
            name: "window".to_owned(),
            password: PASSWORD.to_owned(),
            tablet: tablet.to_owned(),
        };
        let answer = self.post(path::TABLET).json(&sent).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.cookie()
    }

    /// The sample's volunteer begins a shift on a tablet.
    pub async fn begin_shift(&self, tablet: &str) -> Station<'_> {
        let answer = self.try_pin(tablet, PIN).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Station {
            app: self,
            cookies: format!("{tablet}; {}", answer.cookie()),
            shift: answer.json(),
        }
    }

    pub async fn try_pin(&self, tablet: &str, pin: &str) -> Answer {
        let sent = BeginShift {
            volunteer: StaffId::parse("volunteer").expect("an id"),
            pin: pin.to_owned(),
        };
        let asked = self.post(path::SHIFT).header("cookie", tablet);
        asked.json(&sent).send().await
    }

    /// The first free slot of an estate's worker.
    pub async fn free_slot(&self, estate: &str) -> Slot {
        let answer = self.get(format!("{}?estate={estate}", path::SLOTS)).send();
        let slots: Slots = answer.await.json();
        let mut all = slots.days.iter().flat_map(|day| &day.slots);
        all.find(|slot| slot.free).expect("a free slot").slot
    }

    /// Uploads a small picture.
    pub async fn upload(&self, bytes: Vec<u8>) -> PhotoId {
        let id = PhotoId(Uuid::now_v7());
        let answer = self.put_photo(id, bytes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        id
    }

    pub async fn put_photo(&self, id: PhotoId, bytes: Vec<u8>) -> Answer {
        self.ask(Method::PUT, path::photo(id))
            .bytes(bytes)
            .send()
            .await
    }
}

/// A member of staff at work.
pub struct Desk<'a> {
    pub app: &'a TestApp,
    pub cookie: String,
    pub me: Me,
}

impl Desk<'_> {
    pub fn ask(&self, method: Method, path: impl Into<String>) -> Asked<'_> {
        self.app
            .ask(method, path)
            .header("cookie", &self.cookie)
            .header(CSRF_TOKEN, &self.me.csrf)
    }

    pub fn get(&self, path: impl Into<String>) -> Asked<'_> {
        self.ask(Method::GET, path)
    }

    pub async fn case(&self, id: CaseId) -> StaffCase {
        let answer = self.get(path::of_case(path::STAFF_CASE, id)).send().await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// Acts on a case as it stood at `seen_seq`.
    pub async fn act_on(&self, id: CaseId, action: Action, seen_seq: u32) -> Answer {
        self.ask(Method::POST, path::of_case(path::STAFF_ACTIONS, id))
            .key(Uuid::now_v7())
            .json(&Act { action, seen_seq })
            .send()
            .await
    }

    /// Acts on a case as it stands, and expects it to be done.
    pub async fn act(&self, id: CaseId, action: Action) -> StaffCase {
        let seen_seq = self.case(id).await.view.progress.seq;
        let verb = action.verb;
        let answer = self.act_on(id, action, seen_seq).await;
        assert_eq!(answer.status, StatusCode::OK, "{verb:?}: {}", answer.text());
        answer.json()
    }
}

/// A volunteer at work on a shared tablet.
pub struct Station<'a> {
    pub app: &'a TestApp,
    pub cookies: String,
    pub shift: Shift,
}

impl Station<'_> {
    pub fn ask(&self, method: Method, path: impl Into<String>) -> Asked<'_> {
        self.app
            .ask(method, path)
            .header("cookie", &self.cookies)
            .header(CSRF_TOKEN, &self.shift.csrf)
    }

    /// The next resident sits down.
    pub async fn serve(&self) -> Uuid {
        let answer = self.ask(Method::POST, path::SERVING).send().await;
        answer.json::<Serving>().id
    }

    pub async fn hours(&self) -> MyHours {
        self.ask(Method::GET, path::SHIFT).send().await.json()
    }
}

/// A request being put together.
pub struct Asked<'a> {
    router: Router,
    request: axum::http::request::Builder,
    body: Body,
    caller: SocketAddr,
    app: &'a TestApp,
}

impl Asked<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn secret(self, secret: &str) -> Self {
        self.header(CASE_SECRET, secret)
    }

    pub fn key(self, key: Uuid) -> Self {
        self.header(IDEMPOTENCY_KEY, &key.to_string())
    }

    pub fn from(mut self, address: [u8; 4]) -> Self {
        self.caller = SocketAddr::from((address, 4711));
        self
    }

    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(body).expect("JSON").into();
        self.header("content-type", "application/json")
    }

    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body.into();
        self
    }

    pub fn body(mut self, body: Body) -> Self {
        self.body = body;
        self
    }

    /// The answer's head, its body still to come.
    pub async fn open(self) -> axum::response::Response {
        let _ = self.app;
        let mut request = self.request.body(self.body).expect("a request");
        request.extensions_mut().insert(ConnectInfo(self.caller));
        let answer = self.router.oneshot(request).await;
        answer.unwrap_or_else(|never| match never {})
    }

    pub async fn send(self) -> Answer {
        let (parts, body) = self.open().await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json<T: DeserializeOwned>(&self) -> T {
        let parsed = serde_json::from_slice(&self.body);
        parsed.unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// What its cookie is to be sent back as.
    pub fn cookie(&self) -> String {
        let set = self.header(header::SET_COOKIE.as_str());
        set.split(';').next().unwrap_or_default().to_owned()
    }

    /// The problem it is, checked to be one in every respect.
    pub fn problem(&self) -> Problem {
        assert_eq!(self.header("content-type"), PROBLEM_JSON, "{}", self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.code.status(), problem.status);
        assert_eq!(
            problem.request_id.as_deref(),
            Some(self.header("x-request-id"))
        );
        problem
    }

    pub fn code(&self) -> Code {
        self.problem().code
    }
}

pub fn case_of(answers: Value) -> NewCase {
    let Value::Object(map) = answers else {
        panic!("answers are an object")
    };
    NewCase {
        kind: KindName::ProxyRequest,
        answers: Answers(map),
    }
}

/// Answers for oneself, to be handed in at a station.
pub fn at_station() -> Value {
    json!({
        "matter": "elder-card",
        "for_whom": "me",
        "applicant_name": "王秀英",
        "applicant_phone": PHONE,
        "home": { "estate": ESTATE, "door": "3号楼2单元201" },
        "handling": "station",
        "station": "street-centre",
        "materials": { "id_card": { "have": "home" }, "photo": { "have": "missing" } },
        "consent": true,
        "consent_sensitive": true,
    })
}

/// The same, with a visit at home.
pub fn at_home(slot: Slot) -> Value {
    let mut answers = at_station();
    answers["handling"] = json!("visit");
    answers["slot"] = json!(slot);
    answers
        .as_object_mut()
        .expect("an object")
        .remove("station");
    answers
}

pub fn action(verb: Verb) -> Action {
    Action::new(verb)
}

fn keep(data: &Path, database_url: Option<String>) -> Keep {
    Keep {
        data: data.to_owned(),
        database_url,
        photo_store_url: None,
    }
}

async fn start_app(keep: &Keep, clock: &Clock, with: With<'_>) -> App {
    let store = boot::open_store(keep).await.expect("a store");
    let photos = boot::open_photos(keep, &store).expect("photos");
    boot::fill_sample(&store, Some(PASSWORD), Some(PIN), clock)
        .await
        .expect("the sample");
    let loaded = boot::load(&store, clock.now()).await.expect("a street");
    let pages = Pages::open(with.dist, &with.settings.tiles.origins).expect("pages");
    App::new(store, photos, clock.clone(), pages, with.settings, loaded)
}

async fn sql(url: &str, statement: &str) {
    sqlx::any::install_default_drivers();
    let mut db = AnyConnection::connect(url).await.expect("connected");
    sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut db)
        .await
        .expect(statement);
}
