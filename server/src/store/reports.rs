//! Cases on the street as everybody may see them: lists, what is near, voices, followers.
//!
//! Nothing here opens what is sealed. A public page can show only what stands in this table and
//! in the facts of events, so that no slip of a handler shows more.

use super::db::{Db, Row};
use super::draft::NO_DUE;
use super::sql::{all, args, execute, found, one};
use super::writer::Write;
use super::{Error, Fault, Result, Store};
use crate::keys::{Keys, Purpose};
use model::id::{AreaId, CaseId, CategoryId, StaffId};
use model::place::{Wgs84, metres_between};
use model::search::half_width;
use model::time::TimeMs;
use model::workflow::{Call, Fact, Progress, Publication, Shown, State};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The smallest squares are 2^12 of 1e-7 degrees: 45 m. Each size is twice the one before; "near"
/// is looked up in squares of 90 m first, and in the end of 12 km.
const SMALLEST: i64 = 4096;
const SIZES: std::ops::RangeInclusive<u32> = 1..=8;
/// Squares of so many metres for what is within 100 m, as far north as China goes.
const ALIKE_SIZE: u32 = 2;
/// Within so many metres another case may be the same thing.
pub const ALIKE_M: f64 = 100.0;
/// Words of fewer characters are not compared.
const COMPARED: usize = 12;
/// So far back the same words are looked for.
const SAME_WORDS_DAYS: i64 = 30;
/// What other cases can be merged into: it is handled, or was just now.
const STANDS: &str = "submitted accepted assigned in_progress awaiting_resident done";

/// What makes a case one on the street.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// What it is about.
    pub category: CategoryId,
    /// Where it is.
    pub at: Wgs84,
    /// What another system asks after it by; kept as a keyed digest alone.
    pub token: Option<String>,
    /// What was written of it; kept here as a keyed digest alone, and only where it says so much
    /// that two people would hardly say the same.
    pub words: String,
}

/// A case on the street.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The case.
    pub case: CaseId,
    /// What it is about.
    pub category: CategoryId,
    /// Where it is.
    pub at: Wgs84,
    /// Where it stands.
    pub state: State,
    /// How far it may be seen.
    pub publication: Publication,
    /// Everybody sees it: public, not withdrawn, and no other case stands for it.
    pub shown: bool,
    /// The case that stands for it.
    pub merged_into: Option<CaseId>,
    /// People who met the same, its own resident and those of cases merged into it among them.
    pub voices: u32,
    /// Reviewed words; empty before anybody has looked.
    pub words: String,
    /// Reviewed pictures.
    pub photos: Vec<Shown>,
    /// When it was handed in.
    pub handed_in: TimeMs,
    /// When something last happened.
    pub updated: TimeMs,
}

impl Report {
    /// Somebody decided that everybody may see it, whether another case stands for it or not.
    pub fn is_public(&self) -> bool {
        self.publication == Publication::Public && self.state != State::Withdrawn
    }
}

/// What of a case's history may be told to everybody: facts, nothing that was said.
#[derive(Clone, Debug)]
pub struct History {
    /// Whose it is.
    pub area: AreaId,
    /// Where it stands.
    pub progress: Progress,
    /// What happened, oldest first.
    pub facts: Vec<Fact>,
}

/// Which shown cases to list.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    /// Of this category.
    pub category: Option<CategoryId>,
    /// Only open, or only closed ones.
    pub open: Option<bool>,
    /// Where the page before ended.
    pub after: Option<ReportCursor>,
    /// At most so many.
    pub limit: u32,
}

/// Which shown cases another system asks for.
#[derive(Clone, Debug)]
pub struct SentFilter {
    /// Of these categories; of all where empty.
    pub categories: Vec<CategoryId>,
    /// Only open, or only closed ones.
    pub open: Option<bool>,
    /// Handed in then or later.
    pub from: TimeMs,
    /// Handed in then or before.
    pub until: TimeMs,
    /// Something happened to it after that.
    pub updated_after: Option<TimeMs>,
    /// At most so many.
    pub limit: u32,
    /// Leaving so many out.
    pub offset: u32,
}

/// A place between two cases of a list: what it is sorted by, and the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportCursor {
    key: i64,
    case: CaseId,
}

impl fmt::Display for ReportCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.case)
    }
}

impl FromStr for ReportCursor {
    type Err = super::BadCursor;

    fn from_str(text: &str) -> std::result::Result<ReportCursor, super::BadCursor> {
        let (key, case) = text.split_once('.').ok_or(super::BadCursor)?;
        Ok(ReportCursor {
            key: key.parse().map_err(|_| super::BadCursor)?,
            case: case.parse().map_err(|_| super::BadCursor)?,
        })
    }
}

/// A page of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportPage {
    /// In order; metres away where a position was asked about.
    pub items: Vec<(Report, Option<f64>)>,
    /// Where the next page begins; none at the end.
    pub next: Option<ReportCursor>,
}

/// Who listens to a case from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voiced {
    /// What opens it for whoever asked.
    pub secret: String,
    /// People who met the same.
    pub voices: u32,
}

macro_rules! columns {
    () => {
        "r.case_id, r.category, r.lat_e7, r.lon_e7, r.state, r.publication, r.shown, \
         r.merged_into, r.voices, r.words, r.photos, r.created_at, r.updated_at"
    };
}

/// A page by one column, largest first. Each has its own statement, so that it walks its index.
macro_rules! by {
    ($key:literal, $category:literal) => {
        concat!(
            "select ",
            columns!(),
            " from reports r where r.shown = 1 and ",
            $category,
            " and (r.",
            $key,
            ", r.case_id) < ($1, $2) and ($3 < 0 or r.open = $3) order by r.",
            $key,
            " desc, r.case_id desc limit $4"
        )
    };
}

/// Nine squares, each a range of the index; every condition stands in each of them.
macro_rules! around {
    ($more:literal) => {
        around!(@ $more, "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12",
            "$13", "$14", "$15", "$16", "$17", "$18")
    };
    (@ $more:literal, $from:literal, $until:literal $(, $froms:literal, $untils:literal)*) => {
        concat!(
            around!(# $more, $from, $until)
            $(, " union all ", around!(# $more, $froms, $untils))*
        )
    };
    (# $more:literal, $from:literal, $until:literal) => {
        concat!(
            "select r.case_id, r.lat_e7, r.lon_e7 from reports r where ",
            $more,
            " and r.cell >= ",
            $from,
            " and r.cell < ",
            $until
        )
    };
}

const NEAR: &str = around!("r.shown = 1 and r.open = $19");
const NEAR_OF: &str = around!("r.shown = 1 and r.category = $20 and r.open = $19");
const ALIKE: &str = around!("r.open = 1");

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOrder {
    /// Handed in last, first.
    Newest,
    /// Most voices first.
    Voices,
}

impl Store {
    /// The case, whether it is shown or not. [`Error::NotFound`] where it is none of the street.
    pub async fn report(&self, case: CaseId) -> Result<Report> {
        let statement = concat!(
            "select ",
            columns!(),
            " from reports r where r.case_id = $1"
        );
        let row = one(self.pool(), statement, args![case.to_string()]).await?;
        report(&found(row)?)
    }

    /// The cases for which `case` stands.
    pub async fn merged_into(&self, case: CaseId) -> Result<Vec<Report>> {
        let statement = concat!(
            "select ",
            columns!(),
            " from reports r where r.merged_into = $1 order by r.created_at, r.case_id"
        );
        let rows = all(self.pool(), statement, args![case.to_string()]).await?;
        rows.iter().map(report).collect()
    }

    /// How many other cases came with the same words in the thirty days before it.
    pub async fn same_words(&self, case: CaseId) -> Result<u32> {
        let row = one(
            self.pool(),
            "select count(*) as n from reports r join reports o on o.words_hash = r.words_hash
             where r.case_id = $1 and o.case_id <> r.case_id
                and o.created_at between r.created_at - $2 and r.created_at",
            args![case.to_string(), TimeMs(0).plus_days(SAME_WORDS_DAYS)],
        )
        .await?;
        found(row)?.number("n")
    }

    /// What happened to a case, and where it stands. Opens nothing that is sealed.
    pub async fn history(&self, case: CaseId) -> Result<History> {
        // In one statement, so that the case and its events agree.
        let statement = "select c.area, c.progress, e.facts
             from cases c join events e on e.case_id = c.id where c.id = $1 order by e.seq";
        let rows = all(self.pool(), statement, args![case.to_string()]).await?;
        let row = rows.first().ok_or(Error::NotFound)?;
        Ok(History {
            area: row.slug("area")?,
            progress: row.json("progress")?,
            facts: rows
                .iter()
                .map(|row| row.json("facts"))
                .collect::<Result<_>>()?,
        })
    }

    /// Whose a case is, and by when it is to be answered: for lists, which tell nothing of its
    /// events.
    pub async fn area_and_due(&self, case: CaseId) -> Result<(AreaId, Option<TimeMs>)> {
        let statement = "select area, due_at from cases where id = $1";
        let row = found(one(self.pool(), statement, args![case.to_string()]).await?)?;
        Ok((row.slug("area")?, row.opt_int("due_at")?.map(TimeMs)))
    }

    /// A page of shown cases.
    pub async fn reports(&self, order: ReportOrder, filter: &ReportFilter) -> Result<ReportPage> {
        let (key, last) = match &filter.after {
            Some(cursor) => (cursor.key, cursor.case),
            None => (i64::MAX, CaseId(Uuid::max())),
        };
        let open = filter.open.map_or(-1, i64::from);
        let more = i64::from(filter.limit) + 1;
        let mut args = args![key, last.to_string(), open, more];
        let statement = match (order, &filter.category) {
            (ReportOrder::Newest, None) => by!("created_at", "1 = 1"),
            (ReportOrder::Voices, None) => by!("voices", "1 = 1"),
            (ReportOrder::Newest, Some(_)) => by!("created_at", "r.category = $5"),
            (ReportOrder::Voices, Some(_)) => by!("voices", "r.category = $5"),
        };
        args.extend(filter.category.iter().map(|id| id.as_str().into()));
        let rows = all(self.pool(), statement, args).await?;
        let found = rows.iter().map(|row| Ok((report(row)?, None)));
        let key = |report: &Report, _| match order {
            ReportOrder::Newest => report.handed_in.0,
            ReportOrder::Voices => i64::from(report.voices),
        };
        Ok(page(found.collect::<Result<_>>()?, filter.limit, key))
    }

    /// A page of shown cases, nearest first, at most `within_m` away; as far as the largest squares
    /// reach (7 km in the north of China).
    pub async fn nearest(
        &self,
        at: Wgs84,
        within_m: f64,
        filter: &ReportFilter,
    ) -> Result<ReportPage> {
        let after = filter.after.map(|cursor| (cursor.key, cursor.case));
        let wanted = filter.limit as usize + 1;
        let mut near = Vec::new();
        for size in SIZES {
            near = self.squares_around(size, at, filter).await?;
            // Beyond the width of a square something nearer may lie in squares that were not asked.
            let sure = width_m(at, size).min(within_m);
            near.retain(|(away, case)| {
                *away <= sure && after.is_none_or(|after| key_of(*away, *case) > after)
            });
            if near.len() >= wanted || sure >= within_m {
                break;
            }
        }
        near.sort_by_key(|(away, case)| key_of(*away, *case));
        near.truncate(wanted);
        let mut items = Vec::new();
        for (away, case) in near {
            items.push((self.report(case).await?, Some(away)));
        }
        let key = |_: &Report, away: Option<f64>| millimetres(away.unwrap_or_default());
        Ok(page(items, filter.limit, key))
    }

    async fn squares_around(
        &self,
        size: u32,
        at: Wgs84,
        filter: &ReportFilter,
    ) -> Result<Vec<(f64, CaseId)>> {
        let mut found = Vec::new();
        for open in [true, false] {
            if filter.open.is_some_and(|wanted| wanted != open) {
                continue;
            }
            let mut args: Vec<_> = squares_around(at, size).map(Into::into).into();
            args.push(open.into());
            let statement = match &filter.category {
                None => NEAR,
                Some(_) => NEAR_OF,
            };
            args.extend(filter.category.iter().map(|id| id.as_str().into()));
            found.extend(away_from(at, &all(self.pool(), statement, args).await?)?);
        }
        Ok(found)
    }

    /// Open cases within 100 m, shown or not, nearest first, at most 20: for staff.
    pub async fn alike(&self, at: Wgs84) -> Result<Vec<(Report, f64)>> {
        let args: Vec<_> = squares_around(at, ALIKE_SIZE).map(Into::into).into();
        let mut near = away_from(at, &all(self.pool(), ALIKE, args).await?)?;
        near.retain(|(away, _)| *away <= ALIKE_M);
        near.sort_by_key(|(away, case)| key_of(*away, *case));
        near.truncate(20);
        let mut items = Vec::new();
        for (away, case) in near {
            items.push((self.report(case).await?, away));
        }
        Ok(items)
    }

    /// Shown cases as another system asks for them, latest first.
    pub async fn sent_reports(&self, filter: &SentFilter) -> Result<Vec<Report>> {
        let names: Vec<&str> = filter.categories.iter().map(CategoryId::as_str).collect();
        let names = match names.as_slice() {
            [] => String::new(),
            names => format!(",{},", names.join(",")),
        };
        // `replace` is the one test for a part of a text that both databases have.
        let rows = all(
            self.pool(),
            concat!(
                "select ",
                columns!(),
                " from reports r where r.shown = 1 and r.created_at >= $1 and r.created_at <= $2
                    and ($3 < 0 or r.open = $3) and r.updated_at > $4
                    and ($5 = '' or replace($5, ',' || r.category || ',', '') <> $5)
                 order by r.created_at desc, r.case_id desc limit $6 offset $7"
            ),
            args![
                filter.from,
                filter.until,
                filter.open.map_or(-1, i64::from),
                filter.updated_after.map_or(i64::MIN, |at| at.0),
                names,
                filter.limit,
                filter.offset,
            ],
        )
        .await?;
        rows.iter().map(report).collect()
    }

    /// The case another system holds this token of.
    pub async fn report_of_token(&self, token: &str) -> Result<Report> {
        let hash = self.keys().digest(Purpose::Token, token.as_bytes());
        let statement = concat!(
            "select ",
            columns!(),
            " from reports r where r.token_hash = $1"
        );
        let row = one(self.pool(), statement, args![hash.as_slice()]).await?;
        report(&found(row)?)
    }

    /// 我也遇到了: adds a voice to a shown case that is still open, and a link to follow it by.
    /// The same key is the same voice and the same link. None where it is closed;
    /// [`Error::NotFound`] where nobody sees it.
    pub async fn add_voice(&self, case: CaseId, key: Uuid, now: TimeMs) -> Result<Option<Voiced>> {
        self.listen(case, key, now, true).await
    }

    /// A link to follow a shown case by. The same key is the same link.
    pub async fn follow(&self, case: CaseId, key: Uuid, now: TimeMs) -> Result<Voiced> {
        let voiced = self.listen(case, key, now, false).await?;
        voiced.ok_or(Error::NotFound)
    }

    async fn listen(
        &self,
        case: CaseId,
        key: Uuid,
        now: TimeMs,
        speaks: bool,
    ) -> Result<Option<Voiced>> {
        let act = format!("{case} {key}");
        let secret = hex::encode(self.keys().digest(Purpose::Following, act.as_bytes()));
        let voter = self.keys().digest(Purpose::Voice, act.as_bytes());
        let heard = self.write(Listen {
            case,
            voter: speaks.then_some(voter),
            follower: self.keys().digest(Purpose::Follower, secret.as_bytes()),
            now,
        });
        Ok(heard.await?.map(|voices| Voiced { secret, voices }))
    }

    /// Whether `secret` is a link to follow the case by.
    pub async fn follows(&self, case: CaseId, secret: &str) -> Result<bool> {
        let hash = self.keys().digest(Purpose::Follower, secret.as_bytes());
        let statement = "select case_id from followers where case_id = $1 and secret_hash = $2";
        let row = one(
            self.pool(),
            statement,
            args![case.to_string(), hash.as_slice()],
        )
        .await?;
        Ok(row.is_some())
    }

    /// Ends a link. True where there was one.
    pub async fn unfollow(&self, case: CaseId, secret: &str) -> Result<bool> {
        let hash = self.keys().digest(Purpose::Follower, secret.as_bytes());
        let statement = "delete from followers where case_id = $1 and secret_hash = $2";
        let args = args![case.to_string(), hash.as_slice()];
        Ok(self.execute(statement, args).await? > 0)
    }

    /// Cases merged into one that will not be handled any more.
    pub async fn orphans(&self, limit: u32) -> Result<Vec<CaseId>> {
        let rows = all(
            self.pool(),
            "select r.case_id from reports r join reports p on p.case_id = r.merged_into
             where r.merged_into is not null and p.state in ('withdrawn', 'rejected') limit $1",
            args![limit],
        )
        .await?;
        rows.iter().map(|row| row.id("case_id")).collect()
    }
}

/// One more than `limit` was read, to know whether there is a next page.
fn page(
    mut items: Vec<(Report, Option<f64>)>,
    limit: u32,
    key: impl Fn(&Report, Option<f64>) -> i64,
) -> ReportPage {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items
        .last()
        .filter(|_| more)
        .map(|(report, away)| ReportCursor {
            key: key(report, *away),
            case: report.case,
        });
    ReportPage { items, next }
}

fn millimetres(metres: f64) -> i64 {
    (metres * 1000.0).round() as i64
}

fn key_of(metres: f64, case: CaseId) -> (i64, CaseId) {
    (millimetres(metres), case)
}

fn e7(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

/// Column and row of the smallest square a place lies in.
fn square(lat_e7: i64, lon_e7: i64) -> (i64, i64) {
    let along = |e7: i64, half: i64| ((e7 + half) / SMALLEST).clamp(0, (1 << 20) - 1);
    (along(lon_e7, 1_800_000_000), along(lat_e7, 900_000_000))
}

/// The Morton number of a square: the bits of column and row by turns.
fn cell(column: i64, row: i64) -> i64 {
    let bit = |number: i64, at: u32| (number >> at & 1) << (2 * at);
    (0..20).fold(0, |sum, at| sum | bit(column, at) | bit(row, at) << 1)
}

/// The square of this size around a place and the eight around that, each from its first number to
/// the one after its last. At the poles and the date line some do not exist.
fn squares_around(at: Wgs84, size: u32) -> [i64; 18] {
    let (column, row) = square(e7(at.lat()), e7(at.lon()));
    std::array::from_fn(|i| {
        let (right, up) = (i as i64 / 2 % 3 - 1, i as i64 / 6 - 1);
        let first = cell(
            ((column >> size) + right).max(0),
            ((row >> size) + up).max(0),
        );
        (first + i as i64 % 2) << (2 * size)
    })
}

/// The narrower side of a square at this latitude.
fn width_m(at: Wgs84, size: u32) -> f64 {
    let side = (SMALLEST << size) as f64 / 1e7 * 111_195.0;
    side * at.lat().to_radians().cos().clamp(0.0, 1.0)
}

fn position(row: &Row) -> Result<Wgs84> {
    let degrees = |column| Ok::<_, Error>(row.int(column)? as f64 / 1e7);
    Wgs84::new(degrees("lat_e7")?, degrees("lon_e7")?).map_err(|_| Fault::Row("lat_e7").into())
}

fn away_from(at: Wgs84, rows: &[Row]) -> Result<Vec<(f64, CaseId)>> {
    let away = |row| Ok((metres_between(at, position(row)?), row.id("case_id")?));
    rows.iter().map(away).collect()
}

fn report(row: &Row) -> Result<Report> {
    let merged = row.opt_text("merged_into")?;
    let merged = merged.map(|id| id.parse::<CaseId>()).transpose();
    Ok(Report {
        case: row.id("case_id")?,
        category: row.slug("category")?,
        at: position(row)?,
        state: row.named("state")?,
        publication: row.named("publication")?,
        shown: row.int("shown")? == 1,
        merged_into: merged.map_err(|_| Fault::Row("merged_into"))?,
        voices: row.number("voices")?,
        words: row.opt_text("words")?.unwrap_or_default(),
        photos: row.json("photos")?,
        handed_in: row.time("created_at")?,
        updated: row.time("updated_at")?,
    })
}

struct Listen {
    case: CaseId,
    voter: Option<[u8; 32]>,
    follower: [u8; 32],
    now: TimeMs,
}

impl Write for Listen {
    type Answer = Option<u32>;

    async fn run(&self, db: &mut Db<'_>) -> Result<Option<u32>> {
        let case = self.case.to_string();
        let statement = "select coalesce(merged_into, case_id) as root from reports
             where case_id = $1 and publication = 'public'";
        let root: CaseId =
            found(one(&mut *db, statement, args![case.as_str()]).await?)?.id("root")?;
        let statement = "select open, voices from reports where case_id = $1 and shown = 1";
        let row = found(one(&mut *db, statement, args![root.to_string()]).await?)?;
        let insert = "insert into followers (case_id, secret_hash, created_at)
             values ($1, $2, $3) on conflict (case_id, secret_hash) do nothing";
        let Some(voter) = &self.voter else {
            let args = args![case.as_str(), self.follower.as_slice(), self.now];
            execute(&mut *db, insert, args).await?;
            return row.number("voices").map(Some);
        };
        let statement = "select voter from voices where case_id = $1 and voter = $2";
        let known = one(&mut *db, statement, args![case.as_str(), voter.as_slice()]).await?;
        if row.int("open")? == 0 && known.is_none() {
            return Ok(None);
        }
        let args = args![case.as_str(), self.follower.as_slice(), self.now];
        execute(&mut *db, insert, args).await?;
        execute(
            &mut *db,
            "insert into voices (case_id, voter, created_at) values ($1, $2, $3)
             on conflict (case_id, voter) do nothing",
            args![case.as_str(), voter.as_slice(), self.now],
        )
        .await?;
        recount(db, root).await?;
        let statement = "select voices from reports where case_id = $1";
        let row = found(one(&mut *db, statement, args![root.to_string()]).await?)?;
        row.number("voices").map(Some)
    }
}

/// Counts everybody who met the same: each case handed in, and each voice added to one of them.
async fn recount(db: &mut Db<'_>, case: CaseId) -> Result<()> {
    execute(
        db,
        "update reports set voices =
            (select count(*) from reports c where c.case_id = $1 or c.merged_into = $1)
            + (select count(*) from voices v where v.case_id in
                (select c.case_id from reports c where c.case_id = $1 or c.merged_into = $1))
         where case_id = $1",
        args![case.to_string()],
    )
    .await
    .map(drop)
}

/// The keyed digests that are kept of a new report.
#[derive(Clone, Debug)]
pub(super) struct ReportDigests {
    token: Option<[u8; 32]>,
    words: Option<[u8; 32]>,
}

impl ReportDigests {
    pub fn of(report: Option<&NewReport>, keys: &Keys) -> ReportDigests {
        let token = report.and_then(|report| report.token.as_ref());
        let words = report.and_then(|report| comparable(&report.words));
        ReportDigests {
            token: token.map(|token| keys.digest(Purpose::Token, token.as_bytes())),
            words: words.map(|words| keys.digest(Purpose::Words, words.as_bytes())),
        }
    }
}

/// What is left of words when blanks, signs and width are no difference; none where it is so short
/// that many would say the same (路灯不亮了).
fn comparable(words: &str) -> Option<String> {
    let told = words
        .chars()
        .map(half_width)
        .filter(|c| c.is_alphanumeric());
    let told: String = told.flat_map(char::to_lowercase).collect();
    (told.chars().count() >= COMPARED).then_some(told)
}

impl NewReport {
    /// Writes it beside its case.
    pub(super) async fn insert(
        &self,
        db: &mut Db<'_>,
        case: CaseId,
        digests: &ReportDigests,
        at: TimeMs,
    ) -> Result<()> {
        let token_hash = digests.token.as_ref().map(<[u8; 32]>::as_slice);
        let words_hash = digests.words.as_ref().map(<[u8; 32]>::as_slice);
        let (lat, lon) = (e7(self.at.lat()), e7(self.at.lon()));
        let (column, row) = square(lat, lon);
        execute(
            db,
            "insert into reports (case_id, category, lat_e7, lon_e7, cell, state, open, publication,
                shown, voices, photos, token_hash, words_hash, created_at, updated_at)
             values ($1, $2, $3, $4, $5, 'submitted', 1, 'private', 0, 1, '[]', $6, $8, $7, $7)",
            args![
                case.to_string(),
                self.category.as_str(),
                lat,
                lon,
                cell(column, row),
                token_hash,
                at,
                words_hash,
            ],
        )
        .await
        .map(drop)
    }
}

/// What a step changes of what everybody may see. Nothing for a case that is not on the street.
#[derive(Clone, Debug)]
pub(super) struct ReportChange {
    state: State,
    publication: Publication,
    /// Words and pictures newly decided on.
    face: Option<(String, String)>,
    merged: Option<CaseId>,
    before: Option<CaseId>,
    calls: Vec<Called>,
}

/// A department's part in a case, as its queue has it.
#[derive(Clone, Debug)]
struct Called {
    staff: StaffId,
    open: bool,
    sort_at: i64,
}

/// What waits for a department's answer stands by when it is due; what does not, behind all that
/// does, latest first.
fn called(call: &Call, progress: &Progress, at: TimeMs) -> Called {
    let open = call.ended.is_none() && progress.state.is_open();
    let ended = call.ended.unwrap_or(at);
    Called {
        staff: call.staff.clone(),
        open,
        sort_at: match open {
            true => call.due.at.0.clamp(0, NO_DUE - 1),
            false => i64::MAX - ended.0.clamp(0, NO_DUE - 1),
        },
    }
}

impl ReportChange {
    /// From where the case stood to where it stands; `face` are newly reviewed words.
    pub fn of(
        before: &Progress,
        after: &Progress,
        at: TimeMs,
        face: Option<&str>,
    ) -> Result<ReportChange> {
        let stirs = before.calls != after.calls || before.state != after.state;
        let calls = after.calls.iter().filter(|_| stirs);
        let into = |progress: &Progress| progress.merged.as_ref().map(|merged| merged.into);
        let photos = super::sql::to_json(&after.shown)?;
        Ok(ReportChange {
            state: after.state,
            publication: after.publication,
            face: face.map(|words| (words.to_owned(), photos)),
            merged: into(after),
            before: into(before),
            calls: calls.map(|call| called(call, after, at)).collect(),
        })
    }

    fn shown(&self) -> bool {
        self.publication == Publication::Public
            && !matches!(self.state, State::Withdrawn | State::Merged)
    }

    /// Writes it in the transaction of the step. [`Error::Conflict`] where the case it is merged
    /// into cannot stand for it any more, or it stands for others itself.
    pub async fn write(&self, db: &mut Db<'_>, case: CaseId, at: TimeMs) -> Result<()> {
        let merges = self.merged.filter(|_| self.before != self.merged);
        if let Some(into) = merges {
            if into == case {
                return Err(Error::Conflict);
            }
            lock_parent(&mut *db, into).await?;
        }
        let (words, photos) = self.face.clone().unzip();
        execute(
            &mut *db,
            "update reports set state = $2, open = $3, publication = $4, shown = $5,
                merged_into = $6, updated_at = $7, words = coalesce($8, words),
                photos = coalesce($9, photos)
             where case_id = $1",
            args![
                case.to_string(),
                self.state.name(),
                self.state.is_open(),
                super::sql::name(self.publication)?,
                self.shown(),
                super::sql::optional(self.merged.as_ref()),
                at,
                words.as_deref(),
                photos.as_deref(),
            ],
        )
        .await?;
        if merges.is_some() {
            let statement = "select case_id from reports where merged_into = $1 limit 1";
            let child = one(&mut *db, statement, args![case.to_string()]).await?;
            child.map_or(Ok(()), |_| Err(Error::Conflict))?;
        }
        if self.before != self.merged {
            // The case itself too: voices came to it while another stood for it.
            for counted in [self.before, self.merged, Some(case)].into_iter().flatten() {
                recount(&mut *db, counted).await?;
            }
        }
        self.write_calls(db, case).await
    }

    async fn write_calls(&self, db: &mut Db<'_>, case: CaseId) -> Result<()> {
        for call in &self.calls {
            execute(
                &mut *db,
                "insert into called (staff, case_id, open, sort_at) values ($1, $2, $3, $4)
                 on conflict (staff, case_id) do update
                    set open = excluded.open, sort_at = excluded.sort_at",
                args![
                    call.staff.as_str(),
                    case.to_string(),
                    call.open,
                    call.sort_at
                ],
            )
            .await?;
        }
        Ok(())
    }
}

/// Holds the row until the transaction ends, so that nobody merges the parent away meanwhile.
async fn lock_parent(db: &mut Db<'_>, parent: CaseId) -> Result<()> {
    let locked = execute(
        db,
        "update reports set updated_at = updated_at
         where case_id = $1 and merged_into is null
            and replace($2, state, '') <> $2",
        args![parent.to_string(), STANDS],
    )
    .await?;
    match locked {
        0 => Err(Error::Conflict),
        _ => Ok(()),
    }
}

/// Whether a department was called to the case, open or answered.
pub fn was_called(progress: &Progress, staff: &StaffId) -> bool {
    progress.calls.iter().any(|call| call.staff == *staff)
}

#[cfg(test)]
mod tests {
    use super::super::plan::{database, plan};
    use super::*;
    use proptest::prelude::*;

    /// With a million cases a list still reads what it shows, and "near" nine cells.
    #[tokio::test]
    async fn each_list_walks_its_index() {
        let mut db = database().await;
        for (statement, index) in [
            (by!("created_at", "1 = 1"), "reports_newest "),
            (by!("created_at", "r.category = $5"), "reports_newest_of "),
            (by!("voices", "1 = 1"), "reports_voices "),
            (by!("voices", "r.category = $5"), "reports_voices_of "),
            (NEAR, "reports_cell (open=? AND cell>? AND cell<?)"),
            (
                NEAR_OF,
                "reports_cell_of (category=? AND open=? AND cell>? AND cell<?)",
            ),
            (ALIKE, "reports_open (cell>? AND cell<?)"),
        ] {
            let walked = plan(&mut db, statement).await;
            assert!(walked.contains(index), "{statement}: {walked}");
            assert!(!walked.contains("TEMP B-TREE"), "{statement}: {walked}");
        }
    }

    proptest! {
        /// Whatever lies within the width of a square lies in the nine squares.
        #[test]
        fn nine_squares_hold_what_is_near(
            lat in 18.0f64..54.0, lon in 73.0f64..135.0, size in SIZES,
            up in -1.5f64..1.5, right in -1.5f64..1.5,
        ) {
            let degrees = (SMALLEST << size) as f64 / 1e7;
            let at = Wgs84::new(lat, lon).expect("on the earth");
            let other = Wgs84::new(lat + up * degrees, lon + right * degrees);
            let other = other.expect("on the earth");
            prop_assume!(metres_between(at, other) <= width_m(at, size) * 0.999);
            let (column, row) = square(e7(other.lat()), e7(other.lon()));
            let its = cell(column, row);
            let squares = squares_around(at, size);
            let held = squares.chunks(2).filter(|range| (range[0]..range[1]).contains(&its));
            prop_assert_eq!(held.count(), 1, "no square twice");
        }

        #[test]
        fn cursors_round_trip(key in any::<i64>(), id in any::<u128>()) {
            let cursor = ReportCursor { key, case: CaseId(Uuid::from_u128(id)) };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
    }
}
