//! Opening what is kept, and bringing a street into it.

use crate::auth::{Unhashed, hash_now};
use crate::clock::Clock;
use crate::config::Keep;
use crate::http::error::chain;
use crate::keys::{self, Keys};
use crate::map::{self, MapFile, MapFiles};
use crate::photos::{self, Photos};
use crate::routing::Directory;
use crate::state::{App, Loaded};
use crate::store::{self, SeedRow, Store};
use crate::street::{FILES, Fault, Seed, SeedFiles, parse};
use crate::walking;
use model::api::assist::{BadPin, check_pin};
use model::area::{Role, Staff};
use model::time::TimeMs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why the server cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder cannot be made.
    #[error("the data folder cannot be made")]
    Folder(#[source] std::io::Error),
    /// The master key is missing or unreadable.
    #[error("the master key")]
    Keys(#[from] keys::Error),
    /// The database.
    #[error("the database")]
    Store(#[from] store::Error),
    /// The photos.
    #[error("the photo store")]
    Photos(#[from] photos::Error),
    /// The street's files have faults.
    #[error("the street's files have {} faults:\n{}", .0.len(), lines(.0))]
    Faults(Vec<Fault>),
    /// The footways of the street's map.
    #[error("the street's map")]
    Walking(#[from] walking::Error),
    /// The ground of the street's map.
    #[error("the street's map")]
    Map(#[from] map::Error),
    /// No street was imported.
    #[error("there is no street yet: run `yikezhong import FOLDER`, or serve with --sample")]
    NoStreet,
    /// What was imported is not what this version writes.
    #[error("the imported street cannot be read")]
    Garbled(#[from] serde_json::Error),
    /// The change would leave the street without a map that its homes are on.
    #[error(
        "none of the street's estates is within 250 m of a footway of this map: is it another town's?"
    )]
    Elsewhere,
    /// The sample's PIN is one that is guessed first.
    #[error(transparent)]
    BadPin(#[from] BadPin),
    /// A password could not be hashed.
    #[error(transparent)]
    Unhashed(#[from] Unhashed),
}

fn lines(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("\n")
}

/// Opens the database, brought to this version's tables.
pub async fn open_store(keep: &Keep) -> Result<Store, Error> {
    std::fs::create_dir_all(&keep.data).map_err(Error::Folder)?;
    let from_env = std::env::var("YIKEZHONG_MASTER_KEY").ok();
    let keys = Keys::load(&keep.data, from_env.as_deref())?;
    let url = keep.database_url.clone();
    let url = url.unwrap_or_else(|| Store::sqlite_url(&keep.data));
    match Store::open(&url, keys).await {
        Err(error) if error.is_wrong_key() && from_env.is_none() => {
            open_by_next(&url, keep, error).await
        }
        opened => Ok(opened?),
    }
}

/// A change of the master key that was cut short after the database was sealed anew is finished.
async fn open_by_next(url: &str, keep: &Keep, wrong: store::Error) -> Result<Store, Error> {
    let Some(next) = keys::next(&keep.data)? else {
        return Err(wrong.into());
    };
    let store = Store::open(url, next).await?;
    keys::promote_next(&keep.data, Clock::Machine.now())?;
    Ok(store)
}

/// Opens the photos.
pub fn open_photos(keep: &Keep, store: &Store) -> Result<Photos, Error> {
    let url = keep.photo_store_url.as_deref();
    Ok(Photos::open(url, &keep.data, store.clone())?)
}

/// Checks the files of a street and takes them in; returns the street and its version.
pub async fn import(store: &Store, files: &SeedFiles, now: TimeMs) -> Result<(Seed, i64), Error> {
    let seed = parse(files, now).map_err(Error::Faults)?;
    let text = serde_json::to_vec(&Stored::of(files)?)?;
    let row = SeedRow {
        text: &text,
        areas: &seed.street.areas,
        staff: &seed.staff,
    };
    let version = store.put_seed(row, now).await?;
    Ok((seed, version))
}

/// The footways and the ground of an extract, as the store keeps them.
#[derive(Clone, Debug)]
pub struct StreetMap {
    network: String,
    basemap: String,
}

impl StreetMap {
    /// Reads an OpenStreetMap extract.
    pub fn of(extract: &[u8]) -> Result<StreetMap, Error> {
        Ok(StreetMap {
            network: walking::network_of(extract)?,
            basemap: map::basemap_of(extract)?,
        })
    }
}

/// A part of the street that is replaced alone.
#[derive(Clone, Debug)]
pub enum Change {
    /// Its map.
    Map(StreetMap),
    /// The text of `facilities.toml`.
    Facilities(String),
}

/// What a change came to.
#[derive(Clone, Debug)]
pub struct Amended {
    /// The street with it.
    pub seed: Seed,
    /// The new version; none where it was only tried.
    pub version: Option<i64>,
    /// Edges of the footways; 0 without a map.
    pub edges: usize,
    /// Estates and facilities that no footway is near: nobody is told a way to them.
    pub off_map: Vec<String>,
}

/// Replaces a part of the imported street after checking the whole; staff and areas stay as they
/// are. With `dry_run` nothing is written.
pub async fn amend(
    store: &Store,
    change: Change,
    dry_run: bool,
    now: TimeMs,
) -> Result<Amended, Error> {
    let stored = store.seed().await?.ok_or(Error::NoStreet)?;
    let mut street: Stored = serde_json::from_slice(&stored.text)?;
    let new_map = matches!(change, Change::Map(_));
    street.change(change);
    let text = serde_json::to_vec(&street)?;
    let seed = parse(&street.files(), now).map_err(Error::Faults)?;
    let network = street.network.as_deref().map(walking::open).transpose()?;
    let off_map = network
        .as_ref()
        .map(|network| walking::off_map(network, &seed));
    let off_map = off_map.unwrap_or_default();
    if new_map && off_map.no_estate_left(&seed) {
        return Err(Error::Elsewhere);
    }
    let version = match dry_run {
        true => None,
        false => Some(store.amend_seed(stored.version, text, now).await?),
    };
    Ok(Amended {
        seed,
        version,
        edges: network.map_or(0, |network| network.edge_count()),
        off_map: off_map.names(),
    })
}

/// A street as the store keeps it.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// The texts of its files.
    files: BTreeMap<String, String>,
    /// The footways of its map; none without a map.
    network: Option<String>,
    /// The ground of its map; none without a map, and from imports of before there was one.
    #[serde(default)]
    basemap: Option<String>,
}

impl Stored {
    fn of(files: &SeedFiles) -> Result<Stored, Error> {
        let texts = FILES
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), files.get(name)?.to_owned())));
        Ok(Stored {
            files: texts.collect(),
            network: files.map().map(walking::network_of).transpose()?,
            basemap: files.map().map(map::basemap_of).transpose()?,
        })
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Map(map) => {
                self.network = Some(map.network);
                self.basemap = Some(map.basemap);
            }
            Change::Facilities(text) => {
                self.files.insert("facilities.toml".to_owned(), text);
            }
        }
    }

    fn files(&mut self) -> SeedFiles {
        let mut files = SeedFiles::default();
        for name in FILES {
            if let Some(text) = self.files.remove(name) {
                files.set(name, text);
            }
        }
        files
    }
}

/// The street that was imported last.
pub async fn load(store: &Store, now: TimeMs) -> Result<Loaded, Error> {
    let stored = store.seed().await?.ok_or(Error::NoStreet)?;
    let mut street: Stored = serde_json::from_slice(&stored.text)?;
    let seed = parse(&street.files(), now).map_err(Error::Faults)?;
    let walks = match &street.network {
        Some(network) => walking::walks(network, &seed.street.estates, &seed.facilities)?,
        None => Vec::new(),
    };
    let (staff, former) = everybody(store).await?;
    let footways = street.network.as_deref().map(walking::open).transpose()?;
    let directory = Directory {
        seed,
        footways: footways.map(Arc::new),
        staff,
        former,
        walks,
    };
    let map = MapFiles {
        basemap: street
            .basemap
            .as_deref()
            .map(MapFile::basemap)
            .transpose()?,
        network: street
            .network
            .as_deref()
            .map(MapFile::network)
            .transpose()?,
    };
    Ok(Loaded::new(stored.version, now, directory, map)?)
}

/// Those who work here, and those who have left.
async fn everybody(store: &Store) -> Result<(Vec<Staff>, Vec<Staff>), store::Error> {
    let rows = store.all_staff().await?.into_iter();
    let (active, former): (Vec<_>, Vec<_>) = rows.partition(|row| row.active);
    let staff = |rows: Vec<store::StaffRow>| rows.into_iter().map(|row| row.staff).collect();
    Ok((staff(active), staff(former)))
}

/// Takes up what the command line changed while the server runs: another street, other staff,
/// another day for notices with relative dates.
pub async fn follow(app: &App) {
    if let Err(error) = try_follow(app).await {
        tracing::error!(error = %chain(&error), "the street could not be read again");
    }
}

async fn try_follow(app: &App) -> Result<(), Error> {
    let held = app.street();
    let now = app.now();
    let same_street = app.store.seed_version().await? == held.version;
    let same_day = now.china_date() == held.at.china_date();
    if same_street && same_day && everybody(&app.store).await?.0 == held.staff {
        return Ok(());
    }
    app.set_street(load(&app.store, now).await?);
    tracing::info!("the street was read again");
    Ok(())
}

/// A secret of the sample's staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SampleSecret {
    /// It was given, or set at an earlier start.
    Known,
    /// It was made up now, and nobody else knows it.
    MadeUp(String),
}

/// What the sample's staff sign in by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleSecrets {
    /// Everybody's password.
    pub password: SampleSecret,
    /// The volunteers' PIN on a shared tablet.
    pub pin: SampleSecret,
}

/// Fills an empty store with the sample street and gives its staff a password, and its volunteers
/// a PIN. A store that has a street is left as it is.
pub async fn fill_sample(
    store: &Store,
    password: Option<&str>,
    pin: Option<&str>,
    clock: &Clock,
) -> Result<SampleSecrets, Error> {
    if store.seed_version().await? != 0 {
        return Ok(SampleSecrets {
            password: SampleSecret::Known,
            pin: SampleSecret::Known,
        });
    }
    if let Some(pin) = pin {
        check_pin(pin)?;
    }
    let (seed, _) = import(store, &SeedFiles::sample(), clock.now()).await?;
    let made_up = password.is_none().then(made_up_password);
    let password = password.or(made_up.as_deref()).unwrap_or_default();
    // One hash for all: they share the password anyway.
    let hash = hash_now(password)?;
    for staff in &seed.staff {
        store.set_password_hash(&staff.id, &hash).await?;
    }
    let made_up_pin = pin.is_none().then(made_up_pin);
    let pin = pin.or(made_up_pin.as_deref()).unwrap_or_default();
    let hash = hash_now(pin)?;
    let volunteers = seed.staff.iter();
    for staff in volunteers.filter(|staff| staff.role == Role::Volunteer) {
        store.set_pin_hash(&staff.id, &hash, clock.now()).await?;
    }
    let told = |made_up: Option<String>| made_up.map_or(SampleSecret::Known, SampleSecret::MadeUp);
    Ok(SampleSecrets {
        password: told(made_up),
        pin: told(made_up_pin),
    })
}

/// Drawn until it is one that is not guessed first.
fn made_up_pin() -> String {
    loop {
        let pin = format!("{:06}", rand::random::<u32>() % 1_000_000);
        if check_pin(&pin).is_ok() {
            return pin;
        }
    }
}

fn made_up_password() -> String {
    keys::token().chars().take(16).collect()
}
