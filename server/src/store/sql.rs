//! Small helpers between rows and types.

use super::db::{Ask, Db, Row, Wanted};
use super::writer::Write;
use super::{Error, Fault, Result};
use model::time::TimeMs;
use serde::Serialize;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use sqlx::SqlSafeStr;
use std::fmt::Display;
use std::str::FromStr;
use tracing::{Instrument, Span};

/// One value for a `$n`. Typed also where it is null, as PostgreSQL demands.
#[derive(Clone, Debug)]
pub(super) enum Arg {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::sql::Arg::from($value)),*] };
}
pub(super) use args;

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(Some(text.to_owned()))
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(Some(text))
    }
}

impl From<Option<&str>> for Arg {
    fn from(text: Option<&str>) -> Arg {
        Arg::Text(text.map(str::to_owned))
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Int(Some(number))
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Arg {
        Arg::Int(Some(number.into()))
    }
}

impl From<bool> for Arg {
    fn from(yes: bool) -> Arg {
        Arg::Int(Some(yes.into()))
    }
}

impl From<TimeMs> for Arg {
    fn from(time: TimeMs) -> Arg {
        Arg::Int(Some(time.0))
    }
}

impl From<Option<TimeMs>> for Arg {
    fn from(time: Option<TimeMs>) -> Arg {
        Arg::Int(time.map(|t| t.0))
    }
}

impl From<Option<i64>> for Arg {
    fn from(number: Option<i64>) -> Arg {
        Arg::Int(number)
    }
}

impl From<&[u8]> for Arg {
    fn from(bytes: &[u8]) -> Arg {
        Arg::Bytes(Some(bytes.to_vec()))
    }
}

impl From<Option<&[u8]>> for Arg {
    fn from(bytes: Option<&[u8]>) -> Arg {
        Arg::Bytes(bytes.map(<[u8]>::to_vec))
    }
}

/// A statement within a trace; costs nothing where nobody collects any. Statements hold no values.
fn span(statement: &'static str) -> Span {
    tracing::debug_span!("sql", db.query.text = statement)
}

/// Runs one statement; the number of rows it touched.
pub(super) async fn execute(
    db: &mut Db<'_>,
    statement: &'static str,
    args: Vec<Arg>,
) -> Result<u64> {
    let done = db.execute(statement.into_sql_str(), args);
    done.instrument(span(statement)).await
}

/// The first row, where there is one.
pub(super) async fn one(
    db: impl Ask,
    statement: &'static str,
    args: Vec<Arg>,
) -> Result<Option<Row>> {
    let rows = db.ask(statement.into_sql_str(), args, Wanted::First);
    Ok(rows.instrument(span(statement)).await?.pop())
}

/// All rows.
pub(super) async fn all(db: impl Ask, statement: &'static str, args: Vec<Arg>) -> Result<Vec<Row>> {
    let rows = db.ask(statement.into_sql_str(), args, Wanted::All);
    rows.instrument(span(statement)).await
}

/// A write of one statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub statement: &'static str,
    pub args: Vec<Arg>,
}

impl Write for Statement {
    type Answer = u64;
    const ALONE: bool = true;

    async fn run(&self, db: &mut Db<'_>) -> Result<u64> {
        execute(db, self.statement, self.args.clone()).await
    }
}

/// Typed columns. What does not parse is a [`Fault::Row`].
impl Row {
    pub fn opt_text(&self, column: &'static str) -> Result<Option<String>> {
        Ok(self.get::<&str>(column)?.map(str::to_owned))
    }

    pub fn opt_int(&self, column: &'static str) -> Result<Option<i64>> {
        self.get(column)
    }

    pub fn opt_bytes(&self, column: &'static str) -> Result<Option<&[u8]>> {
        self.get(column)
    }

    /// A text as it stands in the row.
    pub fn str(&self, column: &'static str) -> Result<&str> {
        self.get(column)?.ok_or(Fault::Row(column).into())
    }

    pub fn text(&self, column: &'static str) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    pub fn int(&self, column: &'static str) -> Result<i64> {
        self.get(column)?.ok_or(Fault::Row(column).into())
    }

    pub fn bytes(&self, column: &'static str) -> Result<&[u8]> {
        self.get(column)?.ok_or(Fault::Row(column).into())
    }

    pub fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T> {
        let number = self.int(column)?;
        T::try_from(number).map_err(|_| Fault::Row(column).into())
    }

    pub fn opt_number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>> {
        let number = self.opt_int(column)?.map(T::try_from).transpose();
        number.map_err(|_| Fault::Row(column).into())
    }

    pub fn time(&self, column: &'static str) -> Result<TimeMs> {
        self.int(column).map(TimeMs)
    }

    pub fn digest(&self, column: &'static str) -> Result<[u8; 32]> {
        let bytes = self.bytes(column)?;
        bytes.try_into().map_err(|_| Fault::Row(column).into())
    }

    pub fn opt_digest(&self, column: &'static str) -> Result<Option<[u8; 32]>> {
        let bytes = self.opt_bytes(column)?.map(<[u8; 32]>::try_from);
        bytes.transpose().map_err(|_| Fault::Row(column).into())
    }

    /// An id, by its text.
    pub fn id<T: FromStr>(&self, column: &'static str) -> Result<T> {
        let text = self.str(column)?;
        text.parse().map_err(|_| Fault::Row(column).into())
    }

    /// A type that reads itself from a text, as slugs and receipts do.
    pub fn slug<T: TryFrom<String>>(&self, column: &'static str) -> Result<T> {
        let text = self.text(column)?;
        T::try_from(text).map_err(|_| Fault::Row(column).into())
    }

    pub fn opt_slug<T: TryFrom<String>>(&self, column: &'static str) -> Result<Option<T>> {
        let text = self.opt_text(column)?.map(T::try_from).transpose();
        text.map_err(|_| Fault::Row(column).into())
    }

    /// A type that stands in the column as JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let text = self.str(column)?;
        serde_json::from_str(text).map_err(|_| Fault::Row(column).into())
    }

    /// An enum that stands in the column by the name serde gives it.
    pub fn named<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        let name: StrDeserializer<'_, serde::de::value::Error> =
            self.str(column)?.into_deserializer();
        T::deserialize(name).map_err(|_| Fault::Row(column).into())
    }
}

/// The name serde gives a variant, for [`Columns::named`].
pub(super) fn name<T: Serialize>(variant: T) -> Result<String> {
    match serde_json::to_value(variant) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(Fault::Row("name").into()),
    }
}

/// `value` as JSON. Types of the model hold what JSON can hold.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Fault::Row("json").into())
}

/// An optional id as its column's text.
pub(super) fn optional<T: Display>(id: Option<&T>) -> Arg {
    Arg::Text(id.map(T::to_string))
}

/// One row, or [`Error::NotFound`].
pub(super) fn found(row: Option<Row>) -> Result<Row> {
    row.ok_or(Error::NotFound)
}
