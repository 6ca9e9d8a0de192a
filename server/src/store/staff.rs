//! Members of staff and their sign-in.

use super::db::{Db, Row};
use super::sql::{all, args, execute, found, name, one};
use super::writer::Write;
use super::{Error, Result, Store, sign_ins};
use model::area::Staff;
use model::id::StaffId;
use model::time::TimeMs;

/// A member of staff with what sign-in needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// As colleagues see them.
    pub staff: Staff,
    /// An argon2id hash; none until a password was set.
    pub password_hash: Option<String>,
    /// The same of the PIN that begins a shift on a shared tablet.
    pub pin_hash: Option<String>,
    /// Works here still.
    pub active: bool,
}

macro_rules! staff_columns {
    () => {
        "id, name, role, area, phone, password_hash, pin_hash, active"
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
            name_hash: self.name_hash(id.as_str()),
            hash: hash.to_owned(),
        })
        .await
    }

    /// Sets a PIN, forgets wrong ones, and ends the person's shifts.
    pub async fn set_pin_hash(&self, id: &StaffId, hash: &str, now: TimeMs) -> Result<()> {
        self.write(SetPin {
            id: id.clone(),
            name_hash: self.pin_name(id),
            hash: hash.to_owned(),
            now,
        })
        .await
    }
}

struct Upsert {
    staff: Staff,
    now: TimeMs,
}

impl Write for Upsert {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        upsert(db, &self.staff, self.now).await
    }
}

pub(super) async fn upsert(db: &mut Db<'_>, staff: &Staff, now: TimeMs) -> Result<()> {
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
    name_hash: [u8; 32],
    hash: String,
}

impl Write for SetPassword {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let set = execute(
            db,
            "update staff set password_hash = $2 where id = $1",
            args![self.id.as_str(), self.hash.as_str()],
        )
        .await?;
        if set == 0 {
            return Err(Error::NotFound);
        }
        execute(db, sign_ins::FORGET, args![self.name_hash.as_slice()]).await?;
        let statement = "delete from sessions where staff = $1";
        execute(db, statement, args![self.id.as_str()])
            .await
            .map(drop)
    }
}

struct SetPin {
    id: StaffId,
    name_hash: [u8; 32],
    hash: String,
    now: TimeMs,
}

impl Write for SetPin {
    type Answer = ();

    async fn run(&self, db: &mut Db<'_>) -> Result<()> {
        let set = execute(
            db,
            "update staff set pin_hash = $2 where id = $1",
            args![self.id.as_str(), self.hash.as_str()],
        )
        .await?;
        if set == 0 {
            return Err(Error::NotFound);
        }
        execute(db, sign_ins::FORGET, args![self.name_hash.as_slice()]).await?;
        let statement = "update shifts set ended_at = $2 where volunteer = $1 and ended_at is null";
        execute(db, statement, args![self.id.as_str(), self.now])
            .await
            .map(drop)
    }
}

fn staff_row(row: &Row) -> Result<StaffRow> {
    Ok(StaffRow {
        staff: Staff {
            id: row.slug("id")?,
            name: row.text("name")?,
            role: row.named("role")?,
            area: row.slug("area")?,
            phone: row.opt_text("phone")?,
        },
        password_hash: row.opt_text("password_hash")?,
        pin_hash: row.opt_text("pin_hash")?,
        active: row.int("active")? != 0,
    })
}
