//! The street as data: its files read, checked as a whole, and made searchable.
//!
//! [`parse`] reports every fault it finds, each with its file and line, so that whoever keeps the
//! files corrects them in one go. The formats are described in `data/README.md`.

mod check;
pub mod facility_table;
pub mod from_osm;
pub mod pinyin;
mod records;

use crate::notify::{Audience, Occasion};
use model::area::Staff;
use model::facility::{Facility, Standard};
use model::id::StaffId;
use model::issue::{Emergency, IssueCategory};
use model::kinds::KindName;
use model::matter::Matter;
use model::street::{Street, Template, VisitHours};
use model::time::TimeMs;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a street, in the order in which they are checked.
pub const FILES: [&str; 15] = [
    "street.toml",
    "holidays.toml",
    "areas.toml",
    "estates.toml",
    "facilities.toml",
    "staff.toml",
    "visit_hours.toml",
    "pinyin.toml",
    "matters.toml",
    "categories.toml",
    "templates.toml",
    "notices.toml",
    STANDARDS,
    "retention.toml",
    "messages.toml",
];

/// Within how many minutes services should be; a street without the file has the sample's.
const STANDARDS: &str = "standards.toml";

/// The map extract beside them: an OpenStreetMap file whose footways tell how far the stations are.
pub const MAP: &str = "map.osm.pbf";

/// What a street cannot do without; the other files may be missing.
const NEEDED: [&str; 5] = [
    "street.toml",
    "holidays.toml",
    "areas.toml",
    "staff.toml",
    "matters.toml",
];

/// The texts of a street's files, not yet understood.
#[derive(Clone, Debug, Default)]
pub struct SeedFiles {
    texts: BTreeMap<&'static str, String>,
    map: Option<Vec<u8>>,
}

/// A street, checked: every reference in it leads somewhere.
#[derive(Clone, Debug)]
pub struct Seed {
    /// The street itself, its areas, estates, notices and calendar; estates are searchable.
    pub street: Street,
    /// The matters and their guides, in the file's order; searchable.
    pub matters: Vec<Matter>,
    /// What may be reported from the street, in the file's order; searchable.
    pub categories: Vec<IssueCategory>,
    /// What waits for nobody.
    pub emergencies: Vec<Emergency>,
    /// The departments that can be called, and by which account.
    pub departments: Vec<Department>,
    /// The facility table.
    pub facilities: Vec<Facility>,
    /// Within how many minutes each type of facility should be.
    pub standards: Vec<Standard>,
    /// Those who work here. Passwords are no data: the command line sets them.
    pub staff: Vec<Staff>,
    /// When grid workers can come to the door.
    pub visit_hours: Vec<VisitHours>,
    /// Ready-made answers.
    pub templates: Vec<Template>,
    /// What people are told outside these pages.
    pub messages: Messages,
}

/// What people are told by SMS and the like, when, and in which words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// A rule each; somebody who fits two is told by the first.
    pub rules: Vec<MessageRule>,
    /// What a case that is about no matter or category is called.
    pub names: Vec<KindCalled>,
}

/// Tells somebody of something.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MessageRule {
    /// When.
    pub on: Occasion,
    /// Whom.
    pub to: Audience,
    /// In which words, with [`PLACEHOLDERS`](crate::notify::PLACEHOLDERS).
    pub text: String,
}

/// A kind of case as it is called in messages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct KindCalled {
    /// The kind.
    pub kind: KindName,
    /// Its name.
    pub name: String,
}

/// A department as the street's files name it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Department {
    /// What it is called; categories name it so.
    pub name: String,
    /// The account that is called to a case.
    pub staff: StaffId,
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct Fault {
    /// One of [`FILES`].
    pub file: &'static str,
    /// Counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A file that is there but cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}", path.display())]
pub struct Unreadable {
    path: PathBuf,
    source: std::io::Error,
}

impl SeedFiles {
    /// The files of `folder`; one that does not exist is left out, and [`parse`] says so where it
    /// matters.
    pub fn read_dir(folder: &Path) -> Result<SeedFiles, Unreadable> {
        let mut files = SeedFiles::default();
        for name in FILES {
            if let Some(text) = if_there(folder.join(name), |path| std::fs::read_to_string(path))? {
                files.set(name, text);
            }
        }
        files.map = if_there(folder.join(MAP), |path| std::fs::read(path))?;
        Ok(files)
    }

    /// The invented street that comes with the program.
    pub fn sample() -> SeedFiles {
        let mut files = SeedFiles::default();
        for (name, text) in FILES.into_iter().zip(SAMPLE) {
            files.set(name, text.to_owned());
        }
        files.map = Some(SAMPLE_MAP.to_vec());
        files
    }

    /// These files, with the usual standards where the street has none of its own.
    fn with_standards(&self) -> SeedFiles {
        let mut files = SeedFiles::default();
        let text = self.get(STANDARDS).unwrap_or(USUAL_STANDARDS);
        files.set(STANDARDS, text.to_owned());
        files
    }

    /// The bytes of [`MAP`]; none where there is no map.
    pub fn map(&self) -> Option<&[u8]> {
        self.map.as_deref()
    }

    /// Puts `text` in the place of file `name`, one of [`FILES`].
    pub fn set(&mut self, name: &'static str, text: String) {
        self.texts.insert(name, text);
    }

    /// The text of file `name`; none where it is missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }
}

fn if_there<T>(
    path: PathBuf,
    read: impl Fn(&Path) -> std::io::Result<T>,
) -> Result<Option<T>, Unreadable> {
    match read(&path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Unreadable { path, source }),
    }
}

/// Understands and checks all files together. `now` gives relative notice dates their day and
/// finds mistyped years.
///
/// # Errors
/// Every fault found, in the order of [`FILES`] and lines.
pub fn parse(files: &SeedFiles, now: TimeMs) -> Result<Seed, Vec<Fault>> {
    let mut faults = Vec::new();
    for name in NEEDED {
        if files.get(name).is_none() {
            let message = "the file is missing".to_owned();
            faults.push(Fault {
                file: name,
                line: 0,
                message,
            });
        }
    }
    let seed = check::seed(files, now, &mut faults);
    if faults.is_empty() {
        return Ok(seed);
    }
    faults.sort_by_key(|fault| {
        let file = FILES.iter().position(|name| *name == fault.file);
        (file, fault.line)
    });
    Err(faults)
}

/// © OpenStreetMap contributors, ODbL 1.0; see `data/osm/README.md`.
const SAMPLE_MAP: &[u8] = include_bytes!("../../data/osm/beijing-haidian-2017.osm.pbf");

const USUAL_STANDARDS: &str = include_str!("../../data/standards.toml");

/// In the order of [`FILES`].
const SAMPLE: [&str; FILES.len()] = [
    include_str!("../../data/street.toml"),
    include_str!("../../data/holidays.toml"),
    include_str!("../../data/areas.toml"),
    include_str!("../../data/estates.toml"),
    include_str!("../../data/facilities.toml"),
    include_str!("../../data/staff.toml"),
    include_str!("../../data/visit_hours.toml"),
    include_str!("../../data/pinyin.toml"),
    include_str!("../../data/matters.toml"),
    include_str!("../../data/categories.toml"),
    include_str!("../../data/templates.toml"),
    include_str!("../../data/notices.toml"),
    USUAL_STANDARDS,
    include_str!("../../data/retention.toml"),
    include_str!("../../data/messages.toml"),
];
