//! Changes, told at once to the pages that are open: here, and by way of the database at every
//! other node.

use crate::store::Store;
use futures::Stream;
use model::api::Change;
use model::id::{AreaId, StaffId};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A reader that falls further behind is cut off; its page connects again and reads afresh.
const BACKLOG: usize = 1024;
/// Between two attempts to hear from the other nodes.
const AGAIN: Duration = Duration::from_secs(5);

/// A change, and who may hear of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Told {
    /// What changed.
    pub change: Change,
    /// The area of the case.
    pub area: AreaId,
    /// Who handles it now.
    pub assignee: Option<StaffId>,
    /// Departments that were called to it.
    pub called: Vec<StaffId>,
}

/// What one node says to the others.
#[derive(Serialize, Deserialize)]
struct Said {
    /// The node that says it, which has told its own pages already.
    node: Uuid,
    /// What changed; none where the node could not say it all, and pages should read afresh.
    told: Option<Told>,
}

/// Everybody who listens.
#[derive(Clone, Debug)]
pub struct Live {
    node: Uuid,
    /// To the pages of this node; none ends their streams, so that they read afresh.
    pages: broadcast::Sender<Option<Told>>,
    /// What began here, to the other nodes.
    nodes: broadcast::Sender<Told>,
    stopping: CancellationToken,
}

impl Live {
    /// Streams end when `stopping` is cancelled.
    pub fn new(stopping: CancellationToken) -> Live {
        let (pages, _) = broadcast::channel(BACKLOG);
        let (nodes, _) = broadcast::channel(BACKLOG);
        Live {
            node: Uuid::new_v4(),
            pages,
            nodes,
            stopping,
        }
    }

    /// Tells everybody; nobody listening is fine.
    pub fn tell(&self, told: Told) {
        let _ = self.nodes.send(told.clone());
        let _ = self.pages.send(Some(told));
    }

    /// The changes from now on that `wanted` lets through. Ends when the server stops, the reader
    /// falls behind, or something may have been missed.
    pub fn listen<F>(&self, wanted: F) -> impl Stream<Item = Change> + Send + use<F>
    where
        F: Fn(&Told) -> bool + Send + 'static,
    {
        let stopping = self.stopping.clone();
        let changes = BroadcastStream::new(self.pages.subscribe())
            .map_while(|told| told.ok().flatten())
            .filter(wanted)
            .map(|told| told.change);
        futures::StreamExt::take_until(changes, stopping.cancelled_owned())
    }

    /// Tells the other nodes on the same PostgreSQL what changes here, and the pages here what
    /// changes there, until the server stops. On SQLite there is one node, and nothing to do.
    pub async fn join_nodes(&self, store: &Store) {
        let stop = self.stopping.clone();
        stop.run_until_cancelled(async {
            tokio::join!(self.say(store), self.hear(store));
        })
        .await;
    }

    async fn say(&self, store: &Store) {
        let mut changes = self.nodes.subscribe();
        loop {
            let told = match changes.recv().await {
                Ok(told) => Some(told),
                Err(broadcast::error::RecvError::Lagged(_)) => None,
                Err(broadcast::error::RecvError::Closed) => return,
            };
            let node = self.node;
            let Ok(text) = serde_json::to_string(&Said { node, told }) else {
                continue;
            };
            if let Err(error) = store.announce(&text).await {
                tracing::warn!(error = %error, "the other nodes were not told of a change");
            }
        }
    }

    async fn hear(&self, store: &Store) {
        loop {
            match store.announcements().await {
                Ok(Some(mut heard)) => {
                    self.refresh();
                    while let Some(text) = heard.next().await {
                        self.heard(&text);
                    }
                    tracing::warn!("the other nodes cannot be heard; listening again");
                }
                Ok(None) => return,
                Err(error) => tracing::warn!(error = %error, "the other nodes cannot be heard"),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn heard(&self, text: &str) {
        match serde_json::from_str::<Said>(text) {
            Ok(said) if said.node == self.node => {}
            Ok(Said {
                told: Some(told), ..
            }) => drop(self.pages.send(Some(told))),
            // From a node of another version, perhaps: something changed.
            Ok(_) | Err(_) => self.refresh(),
        }
    }

    /// Ends the streams of this node's pages: they connect again and read afresh.
    fn refresh(&self) {
        let _ = self.pages.send(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::id::CaseId;
    use model::workflow::State;
    use uuid::Uuid;

    fn told(case: u128, seq: u32) -> Told {
        Told {
            change: Change {
                case: CaseId(Uuid::from_u128(case)),
                seq,
                state: State::Submitted,
            },
            area: AreaId::parse("grid-1").expect("an id"),
            assignee: None,
            called: Vec::new(),
        }
    }

    #[tokio::test]
    async fn only_what_is_wanted_until_the_end() {
        let stopping = CancellationToken::new();
        let live = Live::new(stopping.clone());
        let mine = CaseId(Uuid::from_u128(1));
        let mut heard = Box::pin(live.listen(move |told| told.change.case == mine));
        live.tell(told(2, 1));
        live.tell(told(1, 2));
        assert_eq!(heard.next().await, Some(told(1, 2).change));
        stopping.cancel();
        assert_eq!(heard.next().await, None);
    }

    #[tokio::test]
    async fn a_reader_that_falls_behind_is_cut_off() {
        let live = Live::new(CancellationToken::new());
        let mut heard = Box::pin(live.listen(|_| true));
        for seq in 0..2000 {
            live.tell(told(1, seq));
        }
        assert_eq!(heard.next().await, None);
    }
}
