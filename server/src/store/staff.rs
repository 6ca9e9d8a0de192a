//! Members of staff and their sign-in.

use super::sql::{Columns, all, args, execute, found, name, one};
use super::writer::Write;
use super::{Error, Result, Store};
use model::area::Staff;
use model::id::StaffId;
use model::time::TimeMs;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

/// A member of staff with what sign-in needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// As colleagues see them.
    pub staff: Staff,
    /// An argon2id hash; none until a password was set.
    pub password_hash: Option<String>,
    /// Wrong passwords since the last right one.
    pub failed: u32,
    /// No password is tried until then.
    pub locked_until: Option<TimeMs>,
    /// Works here still.
    pub active: bool,
}

macro_rules! staff_columns {
    () => {
        "id, name, role, area, phone, password_hash, failed, locked_until, active"
    };
}

impl Store {
    /// Adds or changes a member of staff; the password stays.
    pub async fn upsert_staff(&self, staff: &Staff, now: TimeMs) -> Result<()> {
        self.write(Upsert {
            staff: staff.clone(),
            now,
        })
        .await
    }

    /// One of them, active or not.
    pub async fn staff(&self, id: &StaffId) -> Result<StaffRow> {
        let statement = concat!("select ", staff_columns!(), " from staff where id = $1");
        let row = one(self.pool(), statement, args![id.as_str()]).await?;
        staff_row(&found(row)?)
    }

    /// All of them, active or not, by id.
    pub async fn all_staff(&self) -> Result<Vec<StaffRow>> {
        let statement = concat!("select ", staff_columns!(), " from staff order by id");
        let rows = all(self.pool(), statement, vec![]).await?;
        rows.iter().map(staff_row).collect()
    }

    /// Sets a password, forgets wrong ones, and ends all sessions of the person.
    pub async fn set_password_hash(&self, id: &StaffId, hash: &str) -> Result<()> {
        self.write(SetPassword {
            id: id.clone(),
            hash: hash.to_owned(),
        })
        .await
    }

    /// Counts a wrong password and locks for `delay_ms(failed)` milliseconds; the count.
    pub async fn sign_in_failed(
        &self,
        id: &StaffId,
        now: TimeMs,
        delay_ms: fn(u32) -> i64,
    ) -> Result<u32> {
        self.write(Failed {
            id: id.clone(),
            now,
            delay_ms,
        })
        .await
    }

    /// Forgets wrong passwords after a right one.
    pub async fn sign_in_ok(&self, id: &StaffId) -> Result<()> {
        self.execute(
            "update staff set failed = 0, locked_until = null where id = $1 and failed > 0",
            args![id.as_str()],
        )
        .await
        .map(drop)
    }
}

struct Upsert {
    staff: Staff,
    now: TimeMs,
}

impl Write for Upsert {
    type Answer = ();

    async fn run(&self, db: &mut AnyConnection) -> Result<()> {
        upsert(db, &self.staff, self.now).await
    }
}

pub(super) async fn upsert(db: &mut AnyConnection, staff: &Staff, now: TimeMs) -> Result<()> {
    execute(
        db,
        "insert into staff (id, name, role, area, phone, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (id) do update set name = excluded.name, role = excluded.role,
            area = excluded.area, phone = excluded.phone, active = 1,
            updated_at = excluded.updated_at",
        args![
            staff.id.as_str(),
            staff.name.as_str(),
            name(staff.role)?,
            staff.area.as_str(),
            staff.phone.as_deref(),
            now,
        ],
    )
    .await
    .map(drop)
}

struct SetPassword {
    id: StaffId,
    hash: String,
}

impl Write for SetPassword {
    type Answer = ();

    async fn run(&self, db: &mut AnyConnection) -> Result<()> {
        let set = execute(
            db,
            "update staff set password_hash = $2, failed = 0, locked_until = null where id = $1",
            args![self.id.as_str(), self.hash.as_str()],
        )
        .await?;
        if set == 0 {
            return Err(Error::NotFound);
        }
        let statement = "delete from sessions where staff = $1";
        execute(db, statement, args![self.id.as_str()])
            .await
            .map(drop)
    }
}

struct Failed {
    id: StaffId,
    now: TimeMs,
    delay_ms: fn(u32) -> i64,
}

impl Write for Failed {
    type Answer = u32;

    async fn run(&self, db: &mut AnyConnection) -> Result<u32> {
        let row = one(
            &mut *db,
            "update staff set failed = failed + 1 where id = $1 returning failed",
            args![self.id.as_str()],
        )
        .await?;
        let failed = found(row)?.number("failed")?;
        let until = TimeMs(self.now.0.saturating_add((self.delay_ms)(failed)));
        let statement = "update staff set locked_until = $2 where id = $1";
        execute(db, statement, args![self.id.as_str(), until]).await?;
        Ok(failed)
    }
}

fn staff_row(row: &AnyRow) -> Result<StaffRow> {
    Ok(StaffRow {
        staff: Staff {
            id: row.slug("id")?,
            name: row.text("name")?,
            role: row.named("role")?,
            area: row.slug("area")?,
            phone: row.opt_text("phone")?,
        },
        password_hash: row.opt_text("password_hash")?,
        failed: row.number("failed")?,
        locked_until: row.opt_int("locked_until")?.map(TimeMs),
        active: row.int("active")? != 0,
    })
}
