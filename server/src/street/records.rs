//! TOML files as lists of records that remember their lines.

use super::Fault;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Where a record stands: the line of each of its keys, by path ("limit.days", "materials.1.code").
#[derive(Clone, Debug)]
pub(super) struct Place {
    file: &'static str,
    first: usize,
    keys: BTreeMap<String, usize>,
}

/// One `[[…]]` block, understood.
#[derive(Debug)]
pub(super) struct Record<T> {
    pub it: T,
    pub place: Place,
}

impl Place {
    /// A fault at key `path`, or at the record's first line where the key is not written.
    pub fn fault(&self, path: &str, message: impl Into<String>) -> Fault {
        Fault {
            file: self.file,
            line: self.keys.get(path).copied().unwrap_or(self.first),
            message: message.into(),
        }
    }
}

/// A file taken apart as far as TOML goes.
pub(super) struct Document<'t> {
    file: &'static str,
    lines: Lines,
    table: DeTable<'t>,
}

impl<'t> Document<'t> {
    /// Reports every syntax error; a file that has one yields no records.
    pub fn open(file: &'static str, text: &'t str, faults: &mut Vec<Fault>) -> Document<'t> {
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let broken = !errors.is_empty();
        faults.extend(errors.iter().map(|e| lines.fault(file, e, 0)));
        let table = if broken {
            DeTable::default()
        } else {
            table.into_inner()
        };
        Document { file, lines, table }
    }

    /// Takes the records `[[name]]` out; those with faults are reported and left out.
    pub fn records<T: DeserializeOwned>(
        &mut self,
        name: &str,
        faults: &mut Vec<Fault>,
    ) -> Vec<Record<T>> {
        let Some(value) = self.table.remove(name) else {
            return Vec::new();
        };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            let message = format!("`{name}` is a list of records: write [[{name}]]");
            faults.push(self.at(span, message));
            return Vec::new();
        };
        let records = array.into_iter();
        records
            .filter_map(|value| self.record(value.span(), value.into_inner(), faults))
            .collect()
    }

    /// Takes all that is left as one record, and so finds keys that mean nothing.
    pub fn rest<T: DeserializeOwned>(mut self, faults: &mut Vec<Fault>) -> Option<Record<T>> {
        let table = std::mem::take(&mut self.table);
        self.record(0..0, DeValue::Table(table), faults)
    }

    fn record<T: DeserializeOwned>(
        &self,
        span: Range<usize>,
        value: DeValue<'_>,
        faults: &mut Vec<Fault>,
    ) -> Option<Record<T>> {
        let place = self.place(&span, &value);
        let spanned = toml::Spanned::new(span, value);
        let mut unknown = Vec::new();
        let mut note = |path: serde_ignored::Path<'_>| unknown.push(path.to_string());
        let read = serde_ignored::deserialize(ValueDeserializer::from(spanned), &mut note);
        faults.extend(unknown.iter().map(|path| {
            let path = path.replace(".?", "");
            place.fault(&path, format!("nothing is called `{path}` here"))
        }));
        match read {
            Ok(it) => Some(Record { it, place }),
            Err(error) => {
                faults.push(self.lines.fault(self.file, &error, place.first));
                None
            }
        }
    }

    fn place(&self, span: &Range<usize>, value: &DeValue<'_>) -> Place {
        let mut keys = BTreeMap::new();
        note_lines(&self.lines, String::new(), value, &mut keys);
        Place {
            file: self.file,
            first: self.lines.number(span.start),
            keys,
        }
    }

    fn at(&self, span: Range<usize>, message: String) -> Fault {
        Fault {
            file: self.file,
            line: self.lines.number(span.start),
            message,
        }
    }
}

fn note_lines(
    lines: &Lines,
    path: String,
    value: &DeValue<'_>,
    keys: &mut BTreeMap<String, usize>,
) {
    let below = |name: &str| match path.as_str() {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        DeValue::Table(table) => {
            for (key, value) in table.iter() {
                let path = below(key.get_ref());
                keys.insert(path.clone(), lines.number(key.span().start));
                note_lines(lines, path, value.get_ref(), keys);
            }
        }
        DeValue::Array(array) => {
            for (i, value) in array.iter().enumerate() {
                let path = below(&i.to_string());
                keys.insert(path.clone(), lines.number(value.span().start));
                note_lines(lines, path, value.get_ref(), keys);
            }
        }
        _ => {}
    }
}

/// Turns byte offsets into line numbers.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Lines {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Lines {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    fn fault(&self, file: &'static str, error: &toml::de::Error, first: usize) -> Fault {
        let line = error.span().map(|span| self.number(span.start));
        Fault {
            file,
            line: line.unwrap_or(first),
            message: error.message().trim().to_owned(),
        }
    }
}
