//! What every handler can reach.

use crate::clock::Clock;
use crate::config::Limits;
use crate::http::prepared::Prepared;
use crate::live::Live;
use crate::map::{MapFiles, Tiles};
use crate::notify::deliver::Gateway;
use crate::photos::Photos;
use crate::routing::Directory;
use crate::store::Store;
use crate::web::Pages;
use model::api::report::Categories;
use model::api::{Facilities, Matters};
use model::time::TimeMs;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_util::sync::CancellationToken;

/// The server's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] holds.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The pictures.
    pub photos: Photos,
    /// The time.
    pub clock: Clock,
    /// Whoever listens for changes.
    pub live: Live,
    /// The built app.
    pub pages: Pages,
    /// What the command line decided.
    pub settings: Settings,
    /// Cancelled when the server stops: streams end, background work too.
    pub stopping: CancellationToken,
    directory: RwLock<Arc<Loaded>>,
}

/// What of the command line requests depend on.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Browsers come by https: cookies are Secure.
    pub https: bool,
    /// A reverse proxy names the caller.
    pub behind_proxy: bool,
    /// The origin browsers name, where it is known.
    pub origin: Option<String>,
    /// What opens the figures; without it they are for this machine alone.
    pub metrics_token: Option<String>,
    /// How often one may do what could be abused.
    pub limits: Limits,
    /// Where the map has tiles from, beside the street's own ground.
    pub tiles: Tiles,
    /// Who carries messages out; none where nobody is told outside the pages.
    pub notify: Option<Gateway>,
}

/// A street as loaded from the store, with its public answers made once.
pub struct Loaded {
    /// The imported version; 0 before the first import.
    pub version: i64,
    /// When it was read: notices with relative days mean this day.
    pub at: TimeMs,
    /// The street and its staff.
    pub directory: Directory,
    /// The public answers.
    pub public: Public,
    /// The files of the map.
    pub map: MapFiles,
}

/// Answers that are the same for everybody until the next import.
#[derive(Debug)]
pub struct Public {
    /// The street without boundaries.
    pub street: Prepared,
    /// Its matters.
    pub matters: Prepared,
    /// Its facilities.
    pub facilities: Prepared,
    /// What may be reported from it.
    pub categories: Prepared,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Store,
        photos: Photos,
        clock: Clock,
        pages: Pages,
        settings: Settings,
        loaded: Loaded,
    ) -> App {
        let stopping = CancellationToken::new();
        App(Arc::new(Parts {
            store,
            photos,
            clock,
            live: Live::new(stopping.clone()),
            pages,
            settings,
            stopping,
            directory: RwLock::new(Arc::new(loaded)),
        }))
    }

    /// The moment.
    pub fn now(&self) -> TimeMs {
        self.clock.now()
    }

    /// The street as it is now; a request keeps the one it began with.
    pub fn street(&self) -> Arc<Loaded> {
        let held = self.directory.read();
        // A poisoned lock still holds a whole Arc: it is only ever replaced.
        Arc::clone(&held.unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the street.
    pub fn set_street(&self, loaded: Loaded) {
        let held = self.directory.write();
        *held.unwrap_or_else(PoisonError::into_inner) = Arc::new(loaded);
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Deref for Loaded {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.directory
    }
}

impl Loaded {
    /// Makes the public answers of `directory`.
    pub fn new(
        version: i64,
        at: TimeMs,
        directory: Directory,
        map: MapFiles,
    ) -> Result<Loaded, serde_json::Error> {
        let public = Public::of(&directory)?;
        Ok(Loaded {
            version,
            at,
            directory,
            public,
            map,
        })
    }
}

impl Public {
    fn of(directory: &Directory) -> Result<Public, serde_json::Error> {
        let mut street = directory.street().clone();
        for area in &mut street.areas {
            area.boundary.clear();
        }
        let matters = Matters {
            matters: directory.seed.matters.clone(),
        };
        let facilities = Facilities {
            facilities: directory.seed.facilities.clone(),
            walks: directory.walks.clone(),
            standards: directory.seed.standards.clone(),
        };
        let categories = Categories {
            categories: directory.seed.categories.clone(),
            emergencies: directory.seed.emergencies.clone(),
        };
        Ok(Public {
            categories: Prepared::json(&categories)?,
            street: Prepared::json(&street)?,
            matters: Prepared::json(&matters)?,
            facilities: Prepared::json(&facilities)?,
        })
    }
}
