//! Writing cases: a draft with all cryptography done, then one transaction.
//!
//! A draft knows the head of the chain it leads to, so the receipt that names it can be written
//! into the very transaction that makes it true.

use super::db::Db;
use super::once::{self, Done, Once, Recorded, SealedOnce};
use super::outbox::{self, Message};
use super::reports::{NewReport, ReportChange, ReportDigests};
use super::sql::{self, args, execute, optional};
use super::visits::VisitDraft;
use super::writer::Write;
use super::{Error, Result, Store, Taken, case::CaseRecord, photo};
use crate::keys::{Keys, Purpose};
use crate::seal::{Place, SealKey};
use model::event::{self, Digest, GENESIS, Link, Words};
use model::field::Answers;
use model::id::{AreaId, CaseId, EstateId, EventId, FacilityId, MatterId, PhotoId, StaffId};
use model::kinds::KindName;
use model::receipt::Receipt;
use model::time::TimeMs;
use model::workflow::{Fact, Progress};
use uuid::Uuid;

/// Sorts an open case without a deadline behind all that have one, and before all closed ones.
pub(super) const NO_DUE: i64 = i64::MAX / 2;

/// A case about to be handed in.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// Its id.
    pub id: CaseId,
    /// Its number, drawn at random.
    pub receipt: Receipt,
    /// Of which kind.
    pub kind: KindName,
    /// The matter asked for.
    pub matter: Option<MatterId>,
    /// The matter's or the category's name today.
    pub matter_name: Option<String>,
    /// Whose it is: a grid, or a larger area where no grid is known.
    pub area: AreaId,
    /// The estate it concerns.
    pub estate: Option<EstateId>,
    /// The station chosen.
    pub station: Option<FacilityId>,
    /// What opens it; kept as a keyed digest alone.
    pub secret: String,
    /// The telephone number to call, kept as a keyed digest alone.
    pub phone: String,
    /// The answers, kept sealed.
    pub answers: Answers,
    /// The photos the answers name, each with its field.
    pub photos: Vec<(PhotoId, String)>,
    /// What makes it one on the street.
    pub report: Option<NewReport>,
    /// In which serving it was handed in with help, and whose.
    pub helped: Option<Helped>,
    /// Where it begins. A visit in it reserves its time.
    pub progress: Progress,
    /// The submission as an event.
    pub fact: Fact,
}

/// That a volunteer helped to hand a case in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helped {
    /// The resident being served.
    pub serving: Uuid,
    /// Who helped.
    pub volunteer: StaffId,
}

/// A step about to be taken.
#[derive(Clone, Debug)]
pub struct NewStep {
    /// Where the case stands after it. A visit other than before reserves its time and frees
    /// the one before.
    pub progress: Progress,
    /// What happened.
    pub fact: Fact,
    /// What was said, kept sealed.
    pub words: Words,
    /// Photos handed in with it, each with its field.
    pub photos: Vec<(PhotoId, String)>,
}

/// A case ready to be written.
#[derive(Clone, Debug)]
pub struct CaseDraft {
    new: NewCase,
    wrapped_key: Vec<u8>,
    secret_hash: [u8; 32],
    phone_hash: [u8; 32],
    digests: ReportDigests,
    event: EventDraft,
    visit: Option<VisitDraft>,
    progress_json: String,
    messages: Vec<Message>,
}

/// A step ready to be written.
#[derive(Clone, Debug)]
pub struct StepDraft {
    case: CaseId,
    seen_seq: u32,
    progress: Progress,
    progress_json: String,
    at: TimeMs,
    event: EventDraft,
    photos: Vec<(PhotoId, String)>,
    visit: VisitChange,
    report: ReportChange,
    messages: Vec<Message>,
}

#[derive(Clone, Debug)]
enum VisitChange {
    Keep,
    To(Option<VisitDraft>),
}

#[derive(Clone, Debug)]
struct EventDraft {
    id: EventId,
    seq: u32,
    facts: String,
    words: Option<Vec<u8>>,
    salt: [u8; 16],
    words_digest: Digest,
    link: Digest,
}

impl CaseDraft {
    /// Writes these messages with it.
    pub fn telling(self, messages: Vec<Message>) -> CaseDraft {
        CaseDraft { messages, ..self }
    }

    /// The head of its chain, hexadecimal, as it stands on the receipt.
    pub fn head_hex(&self) -> String {
        hex::encode(self.event.link)
    }
}

impl StepDraft {
    /// Writes these messages with it.
    pub fn telling(self, messages: Vec<Message>) -> StepDraft {
        StepDraft { messages, ..self }
    }

    /// The head of its chain after the step.
    pub fn head(&self) -> Digest {
        self.event.link
    }

    /// The photos that come with it, each with its field.
    pub fn photos(&self) -> &[(PhotoId, String)] {
        &self.photos
    }

    /// The code of a visit that this step books; `record` is the case it was drafted from.
    pub fn door_code(&self, record: &CaseRecord) -> Option<String> {
        match &self.visit {
            VisitChange::To(Some(visit)) => visit.plain_code(record.id, record.key()?),
            _ => None,
        }
    }

    /// The head of its chain after the step, hexadecimal.
    pub fn head_hex(&self) -> String {
        hex::encode(self.event.link)
    }
}

impl Store {
    /// Seals a new case under a key of its own and begins its chain.
    pub fn draft_case(&self, new: NewCase) -> Result<CaseDraft> {
        let keys = self.keys();
        let key = SealKey::random();
        // The answers are the personal part of the first event: changing them breaks the chain.
        let personal = sql::to_json(&new.answers)?;
        let event = Chain {
            keys,
            key: &key,
            case: new.id,
            head: GENESIS,
        }
        .next(0, &new.fact, personal.as_bytes())?;
        let visit = new.progress.visit.as_ref();
        Ok(CaseDraft {
            digests: ReportDigests::of(new.report.as_ref(), keys),
            wrapped_key: key.wrapped(keys.wrap(), Place::CaseKey(new.id))?,
            secret_hash: keys.digest(Purpose::CaseSecret, new.secret.as_bytes()),
            phone_hash: keys.digest(Purpose::Phone, new.phone.as_bytes()),
            event,
            visit: visit.map(|v| VisitDraft::of(v, new.id, &key)).transpose()?,
            progress_json: sql::to_json(&new.progress)?,
            messages: Vec::new(),
            new,
        })
    }

    /// Seals a step of the case as it was read. [`Error::Conflict`] where `new.progress` is not
    /// the next one, or the case's key is gone: what was erased takes no more steps.
    pub fn draft_step(&self, record: &CaseRecord, new: NewStep) -> Result<StepDraft> {
        let key = record.key().ok_or(Error::Conflict)?;
        let seq = record.progress.seq;
        if new.progress.seq != seq + 1 {
            return Err(Error::Conflict);
        }
        let personal = match new.words.is_empty() {
            true => String::new(),
            false => sql::to_json(&new.words)?,
        };
        let event = Chain {
            keys: self.keys(),
            key,
            case: record.id,
            head: record.head,
        }
        .next(seq, &new.fact, personal.as_bytes())?;
        Ok(StepDraft {
            case: record.id,
            seen_seq: seq,
            progress_json: sql::to_json(&new.progress)?,
            at: new.fact.at,
            event,
            photos: new.photos,
            visit: visit_change(record, &new.progress, key)?,
            report: ReportChange::of(
                &record.progress,
                &new.progress,
                new.fact.at,
                new.words.public.as_deref(),
            )?,
            progress: new.progress,
            messages: Vec::new(),
        })
    }

    /// Writes the case, its first event, its photos' claim, its visit and the answer to its
    /// request. [`Taken::Receipt`] asks for another number and another draft.
    pub async fn create_case(&self, draft: CaseDraft, once: Option<Once>) -> Result<Done> {
        let at = draft.new.fact.at;
        let once = self.sealed(once, at)?;
        let recorded = self.write(CreateCase { draft, once }).await?;
        self.done(recorded)
    }

    /// Writes the step. [`Error::Conflict`] where the case has moved on since it was read.
    pub async fn append_step(&self, draft: StepDraft, once: Option<Once>) -> Result<Done> {
        let once = self.sealed(once, draft.at)?;
        let recorded = self.write(AppendStep { draft, once }).await?;
        self.done(recorded)
    }

    fn sealed(&self, once: Option<Once>, at: TimeMs) -> Result<Option<SealedOnce>> {
        once.map(|once| SealedOnce::of(once, self.keys(), at))
            .transpose()
    }
}

/// A case's chain as far as it goes, ready to be continued.
struct Chain<'a> {
    keys: &'a Keys,
    key: &'a SealKey,
    case: CaseId,
    head: Digest,
}

impl Chain<'_> {
    fn next(&self, seq: u32, fact: &Fact, personal: &[u8]) -> Result<EventDraft> {
        let id = EventId(Uuid::now_v7());
        let facts = event::facts_json(fact);
        let salt: [u8; 16] = rand::random();
        let words_digest = event::words_digest(&salt, personal);
        let link = Link {
            case: self.case,
            event: id,
            seq,
            facts: &facts,
            words: words_digest,
        };
        let link = event::link(self.keys.chain(), &self.head, &link);
        let words = match personal {
            [] => None,
            said => Some(self.key.seal(Place::Words(self.case, id), said)?),
        };
        Ok(EventDraft {
            id,
            seq,
            facts,
            words,
            salt,
            words_digest,
            link,
        })
    }
}

fn visit_change(record: &CaseRecord, after: &Progress, key: &SealKey) -> Result<VisitChange> {
    if record.progress.visit == after.visit {
        return Ok(VisitChange::Keep);
    }
    let draft = after.visit.as_ref();
    let draft = draft.map(|visit| VisitDraft::of(visit, record.id, key));
    Ok(VisitChange::To(draft.transpose()?))
}

/// Where a case stands in a queue: open ones by what is due, then closed ones, latest first.
fn sort_at(progress: &Progress, at: TimeMs) -> i64 {
    if progress.state.is_open() {
        progress
            .due
            .map_or(NO_DUE, |due| due.at.0.clamp(0, NO_DUE - 1))
    } else {
        i64::MAX - at.0.clamp(0, NO_DUE - 1)
    }
}

struct CreateCase {
    draft: CaseDraft,
    once: Option<SealedOnce>,
}

impl Write for CreateCase {
    type Answer = Recorded;

    async fn run(&self, db: &mut Db<'_>) -> Result<Recorded> {
        let recorded = once::record(db, self.once.as_ref()).await?;
        if !matches!(recorded, Recorded::New) {
            return Ok(recorded);
        }
        let case = self.draft.new.id;
        insert_case(db, &self.draft).await?;
        insert_event(db, case, &self.draft.event).await?;
        photo::claim(db, case, 0, &self.draft.new.photos).await?;
        if let Some(visit) = &self.draft.visit {
            visit.insert(db, case).await?;
        }
        if let Some(report) = &self.draft.new.report {
            report
                .insert(db, case, &self.draft.digests, self.draft.new.fact.at)
                .await?;
        }
        outbox::insert(db, &self.draft.messages, self.draft.new.fact.at).await?;
        Ok(recorded)
    }
}

struct AppendStep {
    draft: StepDraft,
    once: Option<SealedOnce>,
}

impl Write for AppendStep {
    type Answer = Recorded;

    async fn run(&self, db: &mut Db<'_>) -> Result<Recorded> {
        let recorded = once::record(db, self.once.as_ref()).await?;
        if !matches!(recorded, Recorded::New) {
            return Ok(recorded);
        }
        let draft = &self.draft;
        update_case(db, draft).await?;
        insert_event(db, draft.case, &draft.event).await?;
        photo::claim(db, draft.case, draft.event.seq, &draft.photos).await?;
        if let VisitChange::To(visit) = &draft.visit {
            super::visits::replace(db, draft.case, visit.as_ref()).await?;
        }
        draft.report.write(db, draft.case, draft.at).await?;
        outbox::insert(db, &draft.messages, draft.at).await?;
        Ok(recorded)
    }
}

async fn insert_case(db: &mut Db<'_>, draft: &CaseDraft) -> Result<()> {
    let (new, progress) = (&draft.new, &draft.new.progress);
    let at = new.fact.at;
    let inserted = execute(
        db,
        "insert into cases (id, receipt, kind, matter, matter_name, area, estate, station, state,
            seq, assignee, sort_at, due_at, created_at, updated_at, progress, secret_hash,
            phone_hash, head, wrapped_key, helper, serving)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, $17,
            $18, $19, $20, $21)
         on conflict (receipt) do nothing",
        args![
            new.id.to_string(),
            new.receipt.digits(),
            new.kind.name(),
            optional(new.matter.as_ref()),
            new.matter_name.as_deref(),
            new.area.as_str(),
            optional(new.estate.as_ref()),
            optional(new.station.as_ref()),
            progress.state.name(),
            progress.seq,
            optional(progress.assignee.as_ref()),
            sort_at(progress, at),
            progress.due.map(|due| due.at),
            at,
            draft.progress_json.as_str(),
            draft.secret_hash.as_slice(),
            draft.phone_hash.as_slice(),
            draft.event.link.as_slice(),
            draft.wrapped_key.as_slice(),
            optional(new.helped.as_ref().map(|helped| &helped.volunteer)),
            optional(new.helped.as_ref().map(|helped| &helped.serving)),
        ],
    )
    .await?;
    match inserted {
        0 => Err(Error::Taken(Taken::Receipt)),
        _ => Ok(()),
    }
}

async fn update_case(db: &mut Db<'_>, draft: &StepDraft) -> Result<()> {
    let progress = &draft.progress;
    let updated = execute(
        db,
        "update cases set state = $3, seq = $4, assignee = $5, sort_at = $6, due_at = $7,
            updated_at = $8, progress = $9, head = $10
         where id = $1 and seq = $2",
        args![
            draft.case.to_string(),
            draft.seen_seq,
            progress.state.name(),
            progress.seq,
            optional(progress.assignee.as_ref()),
            sort_at(progress, draft.at),
            progress.due.map(|due| due.at),
            draft.at,
            draft.progress_json.as_str(),
            draft.event.link.as_slice(),
        ],
    )
    .await?;
    match updated {
        0 => Err(Error::Conflict),
        _ => Ok(()),
    }
}

async fn insert_event(db: &mut Db<'_>, case: CaseId, event: &EventDraft) -> Result<()> {
    execute(
        db,
        "insert into events (case_id, seq, id, facts, words, salt, words_digest, link)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            case.to_string(),
            event.seq,
            event.id.to_string(),
            event.facts.as_str(),
            event.words.as_deref(),
            event.salt.as_slice(),
            event.words_digest.as_slice(),
            event.link.as_slice(),
        ],
    )
    .await
    .map(drop)
}
