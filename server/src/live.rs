//! Changes, told at once to the pages that are open.

use futures::Stream;
use model::api::Change;
use model::id::{AreaId, StaffId};
use tokio::sync::broadcast;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;
use tokio_util::sync::CancellationToken;

/// A reader that falls further behind is cut off; its page connects again and reads afresh.
const BACKLOG: usize = 1024;

/// A change, and who may hear of it.
#[derive(Clone, Debug)]
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

/// Everybody who listens.
#[derive(Clone, Debug)]
pub struct Live {
    sender: broadcast::Sender<Told>,
    stopping: CancellationToken,
}

impl Live {
    /// Streams end when `stopping` is cancelled.
    pub fn new(stopping: CancellationToken) -> Live {
        let (sender, _) = broadcast::channel(BACKLOG);
        Live { sender, stopping }
    }

    /// Tells everybody; nobody listening is fine.
    pub fn tell(&self, told: Told) {
        let _ = self.sender.send(told);
    }

    /// The changes from now on that `wanted` lets through. Ends when the server stops or the
    /// reader falls behind.
    pub fn listen<F>(&self, wanted: F) -> impl Stream<Item = Change> + Send + use<F>
    where
        F: Fn(&Told) -> bool + Send + 'static,
    {
        let stopping = self.stopping.clone();
        let changes = BroadcastStream::new(self.sender.subscribe())
            .map_while(Result::ok)
            .filter(wanted)
            .map(|told| told.change);
        futures::StreamExt::take_until(changes, stopping.cancelled_owned())
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
