//! Shared tablets, volunteers' shifts on them, the residents served, and forms left half-way.
//!
//! Of a resident nothing is kept here but that there was one: a parked form is sealed and goes
//! with its half hour.

use super::db::{Db, Row};
use super::sql::{all, args, execute, found, one};
use super::writer::Write;
use super::{Fault, Result, Store};
use crate::keys::Purpose;
use crate::seal::Place;
use model::api::assist::ParkedForm;
use model::id::{AreaId, StaffId};
use model::receipt::Receipt;
use model::time::TimeMs;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A tablet about to be shared.
#[derive(Clone, Debug)]
pub struct NewTablet {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The area it stands in.
    pub area: AreaId,
    /// Who makes it one.
    pub by: StaffId,
    /// When.
    pub at: TimeMs,
}

/// A shared tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabletRow {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The area it stands in.
    pub area: AreaId,
    /// Who made it one.
    pub by: StaffId,
    /// When.
    pub at: TimeMs,
    /// When it was ended.
    pub ended: Option<TimeMs>,
}

/// How a tablet was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabletUse {
    /// When a shift last began on it.
    pub last: TimeMs,
    /// Whose runs.
    pub at_work: Option<StaffId>,
}

/// A volunteer at work on a tablet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub tablet: Uuid,
    /// Who.
    pub volunteer: StaffId,
    /// What their unsafe requests must carry.
    pub csrf: String,
    /// Begun.
    pub began: TimeMs,
    /// It ends then at the latest.
    pub expires: TimeMs,
    /// Ended before that.
    pub ended: Option<TimeMs>,
}

/// A shift with what was done in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftDone {
    /// The shift.
    pub shift: Shift,
    /// Residents served.
    pub residents: u32,
    /// Cases handed in with help.
    pub receipts: Vec<Receipt>,
}

/// One line of the record of hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursRow {
    /// The volunteer's name.
    pub name: String,
    /// The tablet's name.
    pub tablet: String,
    /// The shift with what was done in it.
    pub done: ShiftDone,
}

impl Shift {
    /// Whether it runs at `now`.
    pub fn runs(&self, now: TimeMs) -> bool {
        self.ended.is_none() && now < self.expires
    }

    /// When it ended, by somebody or by itself; none while it runs.
    pub fn over(&self, now: TimeMs) -> Option<TimeMs> {
        let run_out = (now >= self.expires).then_some(self.expires);
        self.ended.or(run_out)
    }
}

macro_rules! tablet_columns {
    () => {
        "id, name, area, made_by, made_at, ended_at"
    };
}

macro_rules! shift_columns {
    () => {
        "h.id, h.tablet, h.volunteer, h.csrf, h.began_at, h.expires_at, h.ended_at"
    };
}

impl Store {
    /// Makes a shared tablet of whatever holds `token`.
    pub async fn add_tablet(&self, new: &NewTablet, token: &str) -> Result<()> {
        self.execute(
            "insert into tablets (id, token_hash, name, area, made_by, made_at)
             values ($1, $2, $3, $4, $5, $6)",
            args![
                new.id.to_string(),
                self.tablet_hash(token).as_slice(),
                new.name.as_str(),
                new.area.as_str(),
                new.by.as_str(),
                new.at,
            ],
        )
        .await
        .map(drop)
    }

    /// The tablet that holds `token`, unless it was ended.
    pub async fn tablet(&self, token: &str) -> Result<TabletRow> {
        let statement = concat!(
            "select ",
            tablet_columns!(),
            " from tablets where token_hash = $1 and ended_at is null"
        );
        let hash = self.tablet_hash(token);
        tablet(&found(
            one(self.pool(), statement, args![hash.as_slice()]).await?,
        )?)
    }

    /// All tablets: those in use first, then the latest.
    pub async fn tablets(&self) -> Result<Vec<TabletRow>> {
        let statement = concat!(
            "select ",
            tablet_columns!(),
            " from tablets order by case when ended_at is null then 0 else 1 end, made_at desc, id"
        );
        let rows = all(self.pool(), statement, vec![]).await?;
        rows.iter().map(tablet).collect()
    }

    /// When a shift last began on each tablet, by the tablet's id, and who is at work on it at `now`.
    pub async fn tablet_uses(&self, now: TimeMs) -> Result<BTreeMap<Uuid, TabletUse>> {
        let rows = all(
            self.pool(),
            "select tablet, max(began_at) as began from shifts group by tablet",
            vec![],
        )
        .await?;
        let mut uses = BTreeMap::new();
        for row in &rows {
            let last = row.time("began")?;
            let at_work = None;
            uses.insert(row.id("tablet")?, TabletUse { last, at_work });
        }
        let running = all(
            self.pool(),
            "select tablet, volunteer from shifts where ended_at is null and expires_at > $1",
            args![now],
        )
        .await?;
        for row in &running {
            if let Some(of_tablet) = uses.get_mut(&row.id("tablet")?) {
                of_tablet.at_work = Some(row.slug("volunteer")?);
            }
        }
        Ok(uses)
    }

    /// Ends a tablet and whatever shift runs on it. [`super::Error::NotFound`] where there is none
    /// in use.
    pub async fn end_tablet(&self, id: Uuid, now: TimeMs) -> Result<()> {
        self.write(EndTablet { id, now }).await
    }

    /// Begins a shift; one that somebody left running on the tablet ends.
    pub async fn begin_shift(&self, shift: &Shift, token: &str) -> Result<()> {
        let token_hash = self.shift_hash(token);
        let shift = shift.clone();
        self.write(BeginShift { shift, token_hash }).await
    }

    /// The token's shift. Whether it still runs is for the caller to judge.
    pub async fn shift(&self, token: &str) -> Result<Shift> {
        let statement = concat!(
            "select ",
            shift_columns!(),
            " from shifts h where h.token_hash = $1"
        );
        let hash = self.shift_hash(token);
        shift(&found(
            one(self.pool(), statement, args![hash.as_slice()]).await?,
        )?)
    }

    /// Ends a shift and the serving open in it.
    pub async fn end_shift(&self, id: Uuid, now: TimeMs) -> Result<()> {
        self.write(EndShift { id, now }).await
    }

    /// Begins to serve a resident; one still open in the shift ends.
    pub async fn begin_serving(&self, shift: Uuid, now: TimeMs) -> Result<Uuid> {
        let id = Uuid::now_v7();
        self.write(BeginServing { id, shift, now }).await?;
        Ok(id)
    }

    /// Ends the serving that is open in a shift, if any is.
    pub async fn end_serving(&self, shift: Uuid, now: TimeMs) -> Result<()> {
        self.execute(END_SERVING, args![shift.to_string(), now])
            .await
            .map(drop)
    }

    /// Whether that resident is being served in that shift.
    pub async fn is_serving(&self, shift: Uuid, id: Uuid) -> Result<bool> {
        let row = one(
            self.pool(),
            "select id from servings where id = $1 and shift = $2 and ended_at is null",
            args![id.to_string(), shift.to_string()],
        )
        .await?;
        Ok(row.is_some())
    }

    /// A volunteer's shifts begun since `since`, latest first, with what was done in each.
    pub async fn shifts_of(&self, volunteer: &StaffId, since: TimeMs) -> Result<Vec<ShiftDone>> {
        let rows = all(
            self.pool(),
            concat!(
                "select ",
                shift_columns!(),
                ", (select count(*) from servings s where s.shift = h.id) as residents
                 from shifts h where h.volunteer = $1 and h.began_at >= $2
                 order by h.began_at desc, h.id"
            ),
            args![volunteer.as_str(), since],
        )
        .await?;
        let receipts = all(
            self.pool(),
            "select s.shift, c.receipt from shifts h join servings s on s.shift = h.id
             join cases c on c.serving = s.id
             where h.volunteer = $1 and h.began_at >= $2 order by c.created_at, c.id",
            args![volunteer.as_str(), since],
        )
        .await?;
        with_receipts(&rows, &receipts)
    }

    /// All shifts begun from `from` until before `to`, in their order, with what was done in each.
    pub async fn hours(&self, from: TimeMs, to: TimeMs) -> Result<Vec<HoursRow>> {
        let rows = all(
            self.pool(),
            concat!(
                "select ",
                shift_columns!(),
                ", (select count(*) from servings s where s.shift = h.id) as residents,
                 p.name, t.name as tablet_name
                 from shifts h join staff p on p.id = h.volunteer join tablets t on t.id = h.tablet
                 where h.began_at >= $1 and h.began_at < $2 order by h.began_at, h.id"
            ),
            args![from, to],
        )
        .await?;
        let receipts = all(
            self.pool(),
            "select s.shift, c.receipt from shifts h join servings s on s.shift = h.id
             join cases c on c.serving = s.id
             where h.began_at >= $1 and h.began_at < $2 order by c.created_at, c.id",
            args![from, to],
        )
        .await?;
        let done = with_receipts(&rows, &receipts)?;
        let named = rows.iter().zip(done).map(|(row, done)| {
            Ok(HoursRow {
                name: row.text("name")?,
                tablet: row.text("tablet_name")?,
                done,
            })
        });
        named.collect()
    }

    /// Keeps a form for its volunteer under a spoken code; false where they have one under that
    /// code already.
    pub async fn park(
        &self,
        volunteer: &StaffId,
        code: &str,
        form: &ParkedForm,
        expires: TimeMs,
    ) -> Result<bool> {
        let plain = super::sql::to_json(form)?;
        let place = Place::Parked(volunteer.as_str());
        let sealed = self.keys().answers().seal(place, plain.as_bytes())?;
        let kept = self
            .execute(
                "insert into parked (volunteer, code_hash, sealed, expires_at)
                 values ($1, $2, $3, $4) on conflict (volunteer, code_hash) do nothing",
                args![
                    volunteer.as_str(),
                    self.parked_hash(code).as_slice(),
                    sealed.as_slice(),
                    expires,
                ],
            )
            .await?;
        Ok(kept == 1)
    }

    /// Hands a parked form out, once. [`super::Error::NotFound`] where the volunteer has none
    /// under that code, or its time is over.
    pub async fn take_up(
        &self,
        shift: &Shift,
        code: &str,
        now: TimeMs,
    ) -> Result<(Uuid, ParkedForm)> {
        let serving = Uuid::now_v7();
        let taken = TakeParked {
            volunteer: shift.volunteer.clone(),
            code_hash: self.parked_hash(code),
            serving: BeginServing {
                id: serving,
                shift: shift.id,
                now,
            },
        };
        let sealed = self.write(taken).await?;
        let place = Place::Parked(shift.volunteer.as_str());
        let plain = self.keys().answers().open(place, &sealed)?;
        let form = serde_json::from_slice(&plain).map_err(|_| Fault::Row("sealed"))?;
        Ok((serving, form))
    }

    fn tablet_hash(&self, token: &str) -> [u8; 32] {
        self.keys().digest(Purpose::Tablet, token.as_bytes())
    }

    fn shift_hash(&self, token: &str) -> [u8; 32] {
        self.keys().digest(Purpose::Shift, token.as_bytes())
    }

    fn parked_hash(&self, code: &str) -> [u8; 32] {
        self.keys().digest(Purpose::Parked, code.as_bytes())
    }
}

/// Ends what is open in a shift (`$1`) at `$2`.
const END_SERVING: &str = "update servings set ended_at = $2 where shift = $1 and ended_at is null";

/// Ends servings and shifts of the shift `id`.
async fn end_shift(db: &mut Db<'_>, id: &str, now: TimeMs) -> Result<()> {
    execute(&mut *db, END_SERVING, args![id, now]).await?;
    let statement = "update shifts set ended_at = $2 where id = $1 and ended_at is null";
    execute(db, statement, args![id, now]).await.map(drop)
}

/// Ends all that runs on a tablet. One that ran out by itself ended when it did.
async fn end_shifts_on(db: &mut Db<'_>, tablet: Uuid, now: TimeMs) -> Result<()> {
    let rows = all(
        &mut *db,
        "select id, expires_at from shifts where tablet = $1 and ended_at is null",
        args![tablet.to_string()],
    )
    .await?;
    end_each(db, &rows, now).await
}

/// Ends a volunteer's shifts, wherever they run: nobody is in two places, and hours count once.
async fn end_shifts_of(db: &mut Db<'_>, volunteer: &StaffId, now: TimeMs) -> Result<()> {
    let rows = all(
        &mut *db,
        "select id, expires_at from shifts where volunteer = $1 and ended_at is null",
        args![volunteer.as_str()],
    )
    .await?;
    end_each(db, &rows, now).await
}

async fn end_each(db: &mut Db<'_>, rows: &[Row], now: TimeMs) -> Result<()> {
    for row in rows {
        let at = row.time("expires_at")?.min(now);
        end_shift(db, &row.text("id")?, at).await?;
    }
    Ok(())
}

struct EndTablet {
    id: Uuid,
    now: TimeMs,
}

impl Write for EndTablet {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let statement = "update tablets set ended_at = $2 where id = $1 and ended_at is null";
        let ended = execute(&mut *db, statement, args![self.id.to_string(), self.now]).await?;
        if ended == 0 {
            return Err(super::Error::NotFound);
        }
        end_shifts_on(db, self.id, self.now).await
    }
}

struct BeginShift {
    shift: Shift,
    token_hash: [u8; 32],
}

impl Write for BeginShift {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let shift = &self.shift;
        end_shifts_on(db, shift.tablet, shift.began).await?;
        end_shifts_of(db, &shift.volunteer, shift.began).await?;
        execute(
            db,
            "insert into shifts (id, token_hash, csrf, tablet, volunteer, began_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            args![
                shift.id.to_string(),
                self.token_hash.as_slice(),
                shift.csrf.as_str(),
                shift.tablet.to_string(),
                shift.volunteer.as_str(),
                shift.began,
                shift.expires,
            ],
        )
        .await
        .map(drop)
    }
}

struct EndShift {
    id: Uuid,
    now: TimeMs,
}

impl Write for EndShift {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        end_shift(db, &self.id.to_string(), self.now).await
    }
}

struct BeginServing {
    id: Uuid,
    shift: Uuid,
    now: TimeMs,
}

impl Write for BeginServing {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let shift = self.shift.to_string();
        execute(&mut *db, END_SERVING, args![shift.as_str(), self.now]).await?;
        let statement = "insert into servings (id, shift, began_at) values ($1, $2, $3)";
        execute(db, statement, args![self.id.to_string(), shift, self.now])
            .await
            .map(drop)
    }
}

/// Takes a form out, and with it begins to serve: neither is without the other.
struct TakeParked {
    volunteer: StaffId,
    code_hash: [u8; 32],
    serving: BeginServing,
}

impl Write for TakeParked {
    type Answer = Vec<u8>;

    async fn run(&self, db: &mut Db<'_>) -> Result<Vec<u8>> {
        let row = one(
            &mut *db,
            "delete from parked where volunteer = $1 and code_hash = $2 and expires_at > $3
             returning sealed",
            args![
                self.volunteer.as_str(),
                self.code_hash.as_slice(),
                self.serving.now
            ],
        )
        .await?;
        let sealed = found(row)?.bytes("sealed")?.to_vec();
        self.serving.run(db).await?;
        Ok(sealed)
    }
}

fn tablet(row: &Row) -> Result<TabletRow> {
    Ok(TabletRow {
        id: row.id("id")?,
        name: row.text("name")?,
        area: row.slug("area")?,
        by: row.slug("made_by")?,
        at: row.time("made_at")?,
        ended: row.opt_int("ended_at")?.map(TimeMs),
    })
}

fn shift(row: &Row) -> Result<Shift> {
    Ok(Shift {
        id: row.id("id")?,
        tablet: row.id("tablet")?,
        volunteer: row.slug("volunteer")?,
        csrf: row.text("csrf")?,
        began: row.time("began_at")?,
        expires: row.time("expires_at")?,
        ended: row.opt_int("ended_at")?.map(TimeMs),
    })
}

/// Shifts with their numbers; `receipts` has a row for each case: its shift and its number.
fn with_receipts(shifts: &[Row], receipts: &[Row]) -> Result<Vec<ShiftDone>> {
    let mut by_shift: BTreeMap<String, Vec<Receipt>> = BTreeMap::new();
    for row in receipts {
        let of = by_shift.entry(row.text("shift")?).or_default();
        of.push(row.slug("receipt")?);
    }
    let done = shifts.iter().map(|row| {
        let receipts = by_shift.remove(&row.text("id")?);
        Ok(ShiftDone {
            shift: shift(row)?,
            residents: row.number("residents")?,
            receipts: receipts.unwrap_or_default(),
        })
    });
    done.collect()
}
