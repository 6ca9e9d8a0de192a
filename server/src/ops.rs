//! What an operator does with everything that is kept: back it up, bring it back, move it, check
//! it, forget a person, hand out what is kept about one, change the master key.

mod assist;
mod lock;
mod person;

pub use assist::{end_tablet, hours, list_tablets, set_pin};
pub use lock::{InUse, Lock};
pub use person::{export, forget};

use crate::boot;
use crate::clock::Clock;
use crate::config::{Backup, Keep, Migrate, Restore, RotateKey};
use crate::keys;
use crate::photos::{Checked, Photos};
use crate::store::Store;
use crate::store::copy::Counts;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Cases checked between two reads.
const ROUND: u32 = 500;

/// What a check of everything found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Cases whose chain and words are whole.
    pub cases: u64,
    /// Photos that are what was received.
    pub photos: u64,
    /// What is not, a line each.
    pub broken: Vec<String>,
}

/// Walks the chain of every case and compares every photo with its digest.
pub async fn verify(store: &Store, photos: &Photos) -> Result<Verified> {
    let mut verified = verify_cases(store).await?;
    let checked = photos.verify().await?;
    verified.take(checked);
    Ok(verified)
}

async fn verify_cases(store: &Store) -> Result<Verified> {
    let mut verified = Verified::default();
    let mut after = None;
    loop {
        let ids = store.case_ids(after, ROUND).await?;
        let Some(last) = ids.last().copied() else {
            return Ok(verified);
        };
        for id in ids {
            match store.verify_case(id).await? {
                Ok(()) => verified.cases += 1,
                Err(why) => verified.broken.push(format!("case {id}: {why}")),
            }
        }
        after = Some(last);
    }
}

impl Verified {
    fn take(&mut self, photos: Checked) {
        self.photos += photos.whole;
        self.broken
            .extend(photos.broken.iter().map(ToString::to_string));
    }

    /// Fails where something is not as it was written, after saying what.
    pub fn or_fail(self) -> Result<Verified> {
        for line in &self.broken {
            eprintln!("{line}");
        }
        match self.broken.len() {
            0 => Ok(self),
            broken => bail!("{broken} cases or photos are not as they were written"),
        }
    }
}

impl std::fmt::Display for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} cases whole, {} photos whole, {} broken",
            self.cases,
            self.photos,
            self.broken.len()
        )
    }
}

/// Copies everything into a new folder, as it stood at one moment, while the server goes on. The
/// folder has its name only once all in it was checked. The master key stays out: whoever finds a
/// backup can read nothing in it.
pub async fn backup(options: &Backup) -> Result<Verified> {
    let draft = draft_of(&options.to)?;
    let store = boot::open_store(&options.keep).await?;
    let photos = boot::open_photos(&options.keep, &store)?;
    let copy = Store::open(&Store::sqlite_url(&draft), store.keys().clone()).await?;
    store.copy_into(&copy).await?;
    let copies = Photos::open(None, &draft, copy.clone())?;
    let mut verified = verify_cases(&copy).await?;
    verified.take(photos.copy_into(&copies).await?);
    copy.close().await;
    store.close().await;
    let verified = verified.or_fail()?;
    fs::remove_dir_all(draft.join("incoming"))?;
    fs::rename(&draft, &options.to)?;
    sync_folder(parent(&options.to))?;
    Ok(verified)
}

/// The folder a backup is made in before it gets its name.
fn draft_of(to: &Path) -> Result<PathBuf> {
    if to.exists() {
        bail!(
            "{} is there already; a backup goes into a new folder",
            to.display()
        );
    }
    let name = to.file_name().context("the name of a new folder")?;
    let draft = to.with_file_name(format!("{}.unfinished", name.to_string_lossy()));
    // Left by one that was cut short.
    match fs::remove_dir_all(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    fs::create_dir_all(&draft).with_context(|| format!("cannot make {}", draft.display()))?;
    Ok(draft)
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => Path::new("."),
    }
}

fn sync_folder(folder: &Path) -> Result<()> {
    Ok(File::open(folder)?.sync_all()?)
}

/// Fills an empty store from a backup and checks everything in it.
pub async fn restore(options: &Restore) -> Result<Verified> {
    let file = options.from.join("yikezhong.db");
    if !file.is_file() {
        bail!(
            "{} is no backup: there is no yikezhong.db in it",
            options.from.display()
        );
    }
    need_key(&options.keep)?;
    let _alone = Lock::alone(&options.keep.data)?;
    let to = boot::open_store(&options.keep).await?;
    let from = Store::open(&Store::sqlite_url(&options.from), to.keys().clone())
        .await
        .context("the backup; is this the master key of its time?")?;
    copy_checked(&from, &to).await?;
    let backed_up = Photos::open(None, &options.from, from.clone())?;
    let photos = boot::open_photos(&options.keep, &to)?;
    let mut verified = verify_cases(&to).await?;
    verified.take(backed_up.copy_into(&photos).await?);
    from.close().await;
    to.close().await;
    verified.or_fail()
}

/// A key made up now would not open what was backed up.
fn need_key(keep: &Keep) -> Result<()> {
    let file = keys::key_file(&keep.data);
    if file.is_file() || std::env::var_os("YIKEZHONG_MASTER_KEY").is_some() {
        return Ok(());
    }
    bail!(
        "put the master key of the backup's time at {} first (chmod 600), or into \
         YIKEZHONG_MASTER_KEY: it is kept apart from backups",
        file.display()
    )
}

/// Copies one database into another and compares how much there is of everything.
async fn copy_checked(from: &Store, to: &Store) -> Result<Counts> {
    let copied = from.copy_into(to).await?;
    let there = to.counts().await?;
    if copied != there {
        bail!("copied {copied:?}, but there is {there:?}");
    }
    Ok(copied)
}

/// Brings the database to this version's tables; with `--to-…`, moves everything elsewhere and
/// checks it there. What was moved stays where it was.
pub async fn migrate(options: &Migrate) -> Result<String> {
    let _alone = Lock::alone(&options.keep.data)?;
    let store = boot::open_store(&options.keep).await?;
    let Some(to) = target(options) else {
        store.close().await;
        return Ok("the database is at this version's tables".to_owned());
    };
    let moves = Moves {
        database: options.to_database_url.is_some(),
        photos: options.to_photo_store_url.is_some(),
    };
    let verified = moves.run(options, &to, &store).await?;
    store.close().await;
    Ok(verified.or_fail()?.to_string())
}

fn target(options: &Migrate) -> Option<Keep> {
    let (database, photos) = (&options.to_database_url, &options.to_photo_store_url);
    (database.is_some() || photos.is_some()).then(|| Keep {
        data: options.keep.data.clone(),
        database_url: database.clone().or(options.keep.database_url.clone()),
        photo_store_url: photos.clone().or(options.keep.photo_store_url.clone()),
    })
}

/// What is moved.
struct Moves {
    database: bool,
    photos: bool,
}

impl Moves {
    async fn run(&self, options: &Migrate, to: &Keep, store: &Store) -> Result<Verified> {
        let target = match self.database {
            true => boot::open_store(to).await?,
            false => store.clone(),
        };
        if self.database {
            copy_checked(store, &target).await?;
        }
        let mut verified = verify_cases(&target).await?;
        let photos = boot::open_photos(to, &target)?;
        let checked = match self.photos {
            true => {
                let before = boot::open_photos(&options.keep, store)?;
                before.copy_into(&photos).await?
            }
            false => photos.verify().await?,
        };
        verified.take(checked);
        if self.database {
            target.close().await;
        }
        Ok(verified)
    }
}

/// Draws a new master key and seals every case's key by it. No server may run meanwhile. Cut short
/// at any moment, it is finished by the next run or the next start. Returns how many cases there
/// are, and where the key from before is kept.
pub async fn rotate_key(options: &RotateKey) -> Result<(u64, PathBuf)> {
    if std::env::var_os("YIKEZHONG_MASTER_KEY").is_some() {
        bail!("the master key is in YIKEZHONG_MASTER_KEY: only one kept in a file can be changed");
    }
    let _alone = Lock::alone(&options.keep.data)?;
    let store = boot::open_store(&options.keep).await?;
    let next = keys::draw_next(&options.keep.data)?;
    let cases = store.rotate_keys(&next).await?;
    store.close().await;
    let before = keys::promote_next(&options.keep.data, Clock::Machine.now())?;
    Ok((cases, before))
}
