//! A store of its own for each test, and cases to put into it.

use model::area::{Area, Level, Role, Staff};
use model::calendar::Due;
use model::event::Words;
use model::field::Answers;
use model::id::{AreaId, CaseId, PhotoId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::{Actor, Fact, Progress, Slot, State, Verb, Visit};
use server::keys::Keys;
use server::store::{
    Answer, CaseRecord, Done, FamilyRow, NewCase, NewPhoto, NewStep, Once, OnceKey, Result, Store,
    hash,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use uuid::Uuid;

/// 2026-11-02, a Monday, 09:00 in China.
pub const NOW: TimeMs = TimeMs(1_793_581_200_000);
const HOUR_S: i64 = 3600;

/// Personal things that must never be found in the clear.
pub const NAME: &str = "欧阳秀英";
pub const PHONE: &str = "13800004321";
pub const WORDS: &str = "请带上老伴的身份证";
pub const SECRET: &str = "secret-that-opens-the-case-12345";

pub struct Bed {
    pub store: Store,
    pub url: String,
    pub dir: TempDir,
    server: Option<String>,
}

impl Bed {
    pub async fn sqlite() -> Bed {
        let dir = tempfile::tempdir().expect("a folder");
        let url = Store::sqlite_url(dir.path());
        Bed::open(url, dir, None).await
    }

    pub async fn postgres() -> Bed {
        let server = std::env::var("YIKEZHONG_TEST_POSTGRES")
            .expect("YIKEZHONG_TEST_POSTGRES is not set: run this by scripts/with-postgres");
        let database = format!("store_{}", Uuid::now_v7().simple());
        sql(&server, &format!("create database {database}")).await;
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        let url = format!("{base}/{database}");
        let dir = tempfile::tempdir().expect("a folder");
        Bed::open(url, dir, Some(server)).await
    }

    async fn open(url: String, dir: TempDir, server: Option<String>) -> Bed {
        let store = Store::open(&url, keys()).await.expect("a store");
        let bed = Bed {
            store,
            url,
            dir,
            server,
        };
        bed.store
            .put_seed(
                server::store::SeedRow {
                    text: b"{}",
                    areas: &areas(),
                    staff: &[staff("li", "grid-1"), staff("wang", "grid-2")],
                },
                NOW,
            )
            .await
            .expect("imported");
        bed
    }

    /// Another program's connection to the same data.
    pub async fn reopened(&self) -> Store {
        Store::open(&self.url, keys()).await.expect("a store")
    }

    /// The address of another database of the same make, with nothing in it.
    pub async fn empty(&self) -> String {
        let name = format!("empty_{}", Uuid::now_v7().simple());
        let Some(server) = &self.server else {
            let folder = self.dir.path().join(name);
            std::fs::create_dir(&folder).expect("a folder");
            return Store::sqlite_url(&folder);
        };
        sql(server, &format!("create database {name}")).await;
        let (base, _) = server.rsplit_once('/').expect("an address with a database");
        format!("{base}/{name}")
    }

    /// Changes the database behind the store's back.
    pub async fn sql(&self, statement: &str) -> u64 {
        sql(&self.url, statement).await
    }

    pub async fn close(self) {
        self.store.close().await;
        if let Some(server) = &self.server {
            let (_, database) = self.url.rsplit_once('/').expect("an address");
            sql(server, &format!("drop database {database} with (force)")).await;
        }
    }

    /// Hands a case in as it is.
    pub async fn submit(&self, new: NewCase) -> CaseId {
        let id = new.id;
        let draft = self.store.draft_case(new).expect("a draft");
        let done = self.store.create_case(draft, None).await.expect("created");
        assert_eq!(done, Done::New);
        id
    }

    /// Takes a step from where the case stands now.
    pub async fn step(&self, case: CaseId, fact: Fact) -> Result<Done> {
        let record = self.store.case(case).await?.record;
        self.step_from(&record, fact, Words::default()).await
    }

    /// Takes a step from where somebody saw the case stand.
    pub async fn step_from(&self, record: &CaseRecord, fact: Fact, words: Words) -> Result<Done> {
        let draft = self.store.draft_step(record, next(record, fact, words))?;
        self.store.append_step(draft, None).await
    }

    pub async fn photo(&self, at: TimeMs) -> PhotoId {
        let id = PhotoId(Uuid::now_v7());
        let new = NewPhoto {
            id,
            sha256: hash(id.0.as_bytes()),
            bytes: 16,
            media_type: "image/jpeg",
            at,
        };
        assert!(self.store.insert_photo(&new).await.expect("recorded"));
        id
    }
}

pub fn keys() -> Keys {
    Keys::from_master(&[7; 32])
}

pub async fn sql(url: &str, statement: &str) -> u64 {
    sqlx::any::install_default_drivers();
    let mut db = AnyConnection::connect(url).await.expect("connected");
    let done = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut db)
        .await
        .expect(statement);
    db.close().await.expect("closed");
    done.rows_affected()
}

pub fn next(record: &CaseRecord, fact: Fact, words: Words) -> NewStep {
    let mut progress = record.progress.clone();
    progress.apply(&fact);
    NewStep {
        progress,
        photos: Vec::new(),
        fact,
        words,
    }
}

pub fn area_id(id: &str) -> AreaId {
    AreaId::parse(id).expect("an id")
}

pub fn staff_id(id: &str) -> StaffId {
    StaffId::parse(id).expect("an id")
}

pub fn staff(id: &str, area: &str) -> Staff {
    Staff {
        id: staff_id(id),
        name: format!("网格员{id}"),
        role: Role::Grid,
        area: area_id(area),
        phone: None,
    }
}

/// street ⊃ community ⊃ grid-1, grid-2; street ⊃ other ⊃ grid-3.
pub fn areas() -> Vec<Area> {
    let area = |id: &str, level, parent: Option<&str>| Area {
        id: area_id(id),
        name: id.to_owned(),
        level,
        parent: parent.map(area_id),
        phone: None,
        boundary: Vec::new(),
    };
    vec![
        area("street", Level::Street, None),
        area("community", Level::Community, Some("street")),
        area("other", Level::Community, Some("street")),
        area("grid-1", Level::Grid, Some("community")),
        area("grid-2", Level::Grid, Some("community")),
        area("grid-3", Level::Grid, Some("other")),
    ]
}

pub fn answers() -> Answers {
    let mut answers = Answers::default();
    answers.set("name", &NAME);
    answers.set("phone", &PHONE);
    answers
}

pub fn due(at: TimeMs) -> Option<Due> {
    Some(Due {
        at,
        provisional: false,
    })
}

pub fn fact(verb: Option<Verb>, state: State) -> Fact {
    Fact {
        verb,
        ..Fact::new(NOW, Actor::Resident, state)
    }
}

pub fn assigned(staff: &str) -> Fact {
    let mut fact = fact(Some(Verb::Assign), State::Assigned);
    fact.staff = Some(staff_id(staff));
    fact
}

/// The hour-long visit that begins so many hours from now.
pub fn visit(staff: &str, hours: i64) -> Visit {
    Visit {
        slot: Slot {
            start: NOW.plus_seconds(hours * HOUR_S),
            end: NOW.plus_seconds((hours + 1) * HOUR_S),
        },
        staff: staff_id(staff),
    }
}

pub fn booked(visit: Visit) -> Fact {
    let mut fact = fact(Some(Verb::BookVisit), State::Assigned);
    fact.visit = Some(visit);
    fact
}

pub fn new_case() -> NewCase {
    new_case_with(fact(None, State::Submitted))
}

/// A case that stands where `fact` says, whatever came before.
pub fn new_case_with(fact: Fact) -> NewCase {
    let mut progress = Progress::submitted(&fact);
    progress.state = fact.state;
    NewCase {
        id: CaseId(Uuid::now_v7()),
        receipt: Receipt::of(rand::random()),
        kind: KindName::ALL[0],
        matter: Some("lao-nian-ka".to_owned().try_into().expect("an id")),
        matter_name: Some("老年卡".to_owned()),
        area: area_id("grid-1"),
        estate: None,
        station: None,
        secret: SECRET.to_owned(),
        phone: PHONE.to_owned(),
        answers: answers(),
        photos: Vec::new(),
        report: None,
        helped: None,
        progress,
        fact,
    }
}

pub fn once(key: Uuid, body: &str, answer: &str) -> Once {
    Once {
        key: OnceKey {
            scope: "case".to_owned(),
            key,
            body_hash: hash(body.as_bytes()),
        },
        answer: Answer {
            status: 201,
            body: answer.as_bytes().to_vec(),
        },
    }
}

/// What opens a case for the family member that [`add_family`] made a link for in most tests.
pub fn family_secret(case: CaseId) -> String {
    format!("family link of {case}")
}

/// Makes a link for a family member; its id.
pub async fn add_family(bed: &Bed, case: CaseId, name: &str, secret: &str) -> Uuid {
    let record = bed.store.case(case).await.expect("there").record;
    let new = FamilyRow {
        id: Uuid::now_v7(),
        name: name.to_owned(),
        at: NOW,
        used: None,
    };
    let draft = bed.store.draft_family(&record, &new, secret);
    let answer = once(Uuid::now_v7(), name, secret);
    let added = bed.store.add_family(draft.expect("sealed"), answer).await;
    assert_eq!(added.expect("added"), Done::New);
    new.id
}
