//! IndexedDB: photos on their way, and the queue of what waits to be sent.
//!
//! A transaction ends as soon as nothing of it is under way, so nothing but its own requests is
//! ever awaited inside one.

use super::{Pref, in_memory};
use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, Query, TransactionMode};
use model::id::PhotoId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

thread_local! {
    /// What would be kept, by store and id, while nothing of a resident may be written down.
    static MEMORY: RefCell<BTreeMap<(&'static str, String), JsValue>> =
        const { RefCell::new(BTreeMap::new()) };
}

const DATABASE: &str = "yikezhong";
const VERSION: u32 = 1;
const PHOTOS: &str = "photos";
const QUEUE: &str = "queue";

/// Why nothing could be kept or read: the browser refuses IndexedDB, or the phone is full.
#[derive(Debug, thiserror::Error)]
#[error("the phone does not keep it")]
pub struct NotKept;

impl From<idb::Error> for NotKept {
    fn from(_: idb::Error) -> NotKept {
        NotKept
    }
}

/// Keeps a photo under its id.
pub async fn keep_photo(photo: PhotoId, blob: &Blob) -> Result<(), NotKept> {
    put(PHOTOS, &photo.to_string(), blob).await
}

/// A photo kept before.
pub async fn photo(photo: PhotoId) -> Result<Option<Blob>, NotKept> {
    let found = get(PHOTOS, &photo.to_string()).await?;
    Ok(found.and_then(|value| value.dyn_into().ok()))
}

/// Forgets photos: they were sent, or their draft is gone.
pub async fn drop_photos(photos: &[PhotoId]) -> Result<(), NotKept> {
    if in_memory() {
        photos
            .iter()
            .for_each(|photo| forget(PHOTOS, &photo.to_string()));
        return Ok(());
    }
    let database = open().await?;
    let transaction = database.transaction(&[PHOTOS], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(PHOTOS)?;
    for photo in photos {
        store.delete(key(&photo.to_string()))?;
    }
    transaction.await?;
    Ok(())
}

/// Keeps an entry of the queue.
pub(crate) async fn keep_queued<T: Serialize>(id: &str, entry: &T) -> Result<(), NotKept> {
    let text = serde_json::to_string(entry).map_err(|_| NotKept)?;
    Pref::Queued.set(Some("1"));
    put(QUEUE, id, &JsValue::from(text)).await
}

/// Every entry of the queue that this version can read.
pub(crate) async fn queued<T: DeserializeOwned>() -> Result<Vec<T>, NotKept> {
    if in_memory() {
        return Ok(queued_in_memory());
    }
    let database = open().await?;
    let transaction = database.transaction(&[QUEUE], TransactionMode::ReadOnly)?;
    let all = transaction
        .object_store(QUEUE)?
        .get_all(None, None)?
        .await?;
    transaction.await?;
    let texts = all.iter().filter_map(JsValue::as_string);
    Ok(texts
        .filter_map(|text| serde_json::from_str(&text).ok())
        .collect())
}

fn queued_in_memory<T: DeserializeOwned>() -> Vec<T> {
    MEMORY.with_borrow(|memory| {
        let queue = memory.iter().filter(|((store, _), _)| *store == QUEUE);
        let texts = queue.filter_map(|(_, value)| value.as_string());
        texts
            .filter_map(|text| serde_json::from_str(&text).ok())
            .collect()
    })
}

/// Takes an entry out of the queue.
pub(crate) async fn drop_queued(id: &str) -> Result<(), NotKept> {
    if in_memory() {
        forget(QUEUE, id);
        return Ok(());
    }
    let database = open().await?;
    let transaction = database.transaction(&[QUEUE], TransactionMode::ReadWrite)?;
    transaction.object_store(QUEUE)?.delete(key(id))?;
    transaction.await?;
    Ok(())
}

fn forget(store: &'static str, id: &str) {
    MEMORY.with_borrow_mut(|memory| memory.remove(&(store, id.to_owned())));
}

async fn put(store: &'static str, id: &str, value: &JsValue) -> Result<(), NotKept> {
    if in_memory() {
        let at = (store, id.to_owned());
        MEMORY.with_borrow_mut(|memory| memory.insert(at, value.clone()));
        return Ok(());
    }
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction
        .object_store(store)?
        .put(value, Some(&JsValue::from(id)))?;
    // Resolves to whether it was committed: a full phone aborts the transaction.
    if transaction.await?.is_committed() {
        Ok(())
    } else {
        Err(NotKept)
    }
}

async fn get(store: &'static str, id: &str) -> Result<Option<JsValue>, NotKept> {
    if in_memory() {
        let at = (store, id.to_owned());
        return Ok(MEMORY.with_borrow(|memory| memory.get(&at).cloned()));
    }
    let database = open().await?;
    let transaction = database.transaction(&[store], TransactionMode::ReadOnly)?;
    let found = transaction.object_store(store)?.get(key(id))?.await?;
    transaction.await?;
    Ok(found)
}

fn key(id: &str) -> Query {
    Query::Key(JsValue::from(id))
}

async fn open() -> Result<Database, NotKept> {
    let mut request = Factory::new()?.open(DATABASE, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        if let Ok(database) = event.database() {
            // A store that cannot be made shows at its first use.
            let _ = database.create_object_store(PHOTOS, ObjectStoreParams::new());
            let _ = database.create_object_store(QUEUE, ObjectStoreParams::new());
        }
    });
    Ok(request.await?)
}
