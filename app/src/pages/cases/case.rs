//! One case on this phone: as last seen, as the server has it, and what is done to it.

use super::story;
use crate::parts::announce;
use crate::storage::{self, Link};
use crate::{api, when, words};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::api::{Act, CaseView};
use model::field::Answers;
use model::id::CaseId;
use model::problem::Code;
use model::time::TimeMs;
use serde::{Deserialize, Serialize};

/// A case as this phone last saw it, for the time without signal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: TimeMs,
    /// The case without what was handed in: a phone that is lost gives away less.
    pub view: CaseView,
}

impl Seen {
    /// As kept on the phone.
    pub fn load(case: CaseId) -> Option<Seen> {
        storage::note(&note_name(case))
    }

    /// Keeps it; a phone without room shows nothing without signal.
    pub fn keep(view: &CaseView) {
        let view = CaseView {
            answers: Answers::default(),
            ..view.clone()
        };
        let name = note_name(view.case);
        storage::keep_note(
            &name,
            &Seen {
                at: when::now(),
                view,
            },
        );
    }
}

fn note_name(case: CaseId) -> String {
    format!("case.{case}")
}

/// Forgets how a case was last seen.
pub fn forget_seen(case: CaseId) {
    storage::drop_note(&note_name(case));
}

/// Takes a case off this phone: its link, what was seen, what was typed. The case itself stays.
pub fn forget(case: CaseId) {
    storage::drop_link(case);
    storage::drop_later(case);
    forget_seen(case);
    for typed in ["reply", "rate"] {
        storage::drop_draft(&format!("{typed}.{case}"));
    }
}

/// What became of an act.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    /// Done; the case is as it says now.
    Done,
    /// Somebody else acted meanwhile: what happened, where that can be said.
    Changed(Option<String>),
    /// Not done, or not known to be.
    Failed(api::Error),
}

/// What the page can show.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Nothing yet.
    Waiting,
    /// The case.
    Here,
    /// The link opens nothing any more.
    Gone,
    /// Nothing, and nothing kept from before.
    Failed(api::Error),
}

/// One case, open in a page. Copied into its closures.
#[derive(Clone, Copy)]
pub struct Case {
    link: StoredValue<Link>,
    /// The case, from memory at first.
    pub view: RwSignal<Option<CaseView>>,
    /// When the server was last heard to say so.
    pub seen_at: RwSignal<Option<TimeMs>>,
    /// Why the last look gave nothing.
    pub trouble: RwSignal<Option<api::Error>>,
}

impl Case {
    /// The case of a link, as last seen.
    pub fn open(link: Link) -> Case {
        let seen = Seen::load(link.case);
        let at = seen.as_ref().map(|seen| seen.at);
        Case {
            link: StoredValue::new(link),
            view: RwSignal::new(seen.map(|seen| seen.view)),
            seen_at: RwSignal::new(at),
            trouble: RwSignal::new(None),
        }
    }

    /// The link.
    pub fn link(self) -> Link {
        self.link.get_value()
    }

    /// Its id.
    pub fn id(self) -> CaseId {
        self.link.with_value(|link| link.case)
    }

    /// Its number of events as the page shows it; not followed.
    pub fn seq(self) -> u32 {
        let seen = self
            .view
            .try_with_untracked(|view| view.as_ref().map(|view| view.progress.seq));
        seen.flatten().unwrap_or_default()
    }

    /// A part of the case; follows its changes and nothing else.
    pub fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        read: fn(&CaseView) -> T,
    ) -> Memo<Option<T>> {
        Memo::new(move |_| self.view.with(|view| view.as_ref().map(read)))
    }

    /// What the page can show; follows changes.
    pub fn stage(self) -> Memo<Stage> {
        Memo::new(move |_| {
            let trouble = self.trouble.get();
            let gone = trouble.as_ref().and_then(api::Error::code) == Some(Code::NotFound);
            match (self.view.with(Option::is_some), trouble) {
                _ if gone => Stage::Gone,
                (true, _) => Stage::Here,
                (false, Some(error)) => Stage::Failed(error),
                (false, None) => Stage::Waiting,
            }
        })
    }

    /// Looks afresh, in the background.
    pub fn look(self) {
        spawn_local(async move { self.reload().await });
    }

    /// Looks afresh.
    pub async fn reload(self) {
        let Some((id, secret)) = self
            .link
            .try_with_value(|link| (link.case, link.secret.clone()))
        else {
            return;
        };
        match api::case(id, &secret).await {
            Ok(view) => self.learn(view, true),
            Err(error) => {
                self.forget_if_taken_back(&error);
                self.trouble.try_set(Some(error));
            }
        }
    }

    /// What a family member's link has shown goes with the link.
    fn forget_if_taken_back(self, error: &api::Error) {
        let family = self.link.try_with_value(|link| link.family);
        if family == Some(true) && error.code() == Some(Code::NotFound) {
            forget_seen(self.id());
        }
    }

    /// Acts on the case.
    pub async fn act(self, act: &Act, key: uuid::Uuid) -> Acted {
        let Some((id, secret)) = self
            .link
            .try_with_value(|link| (link.case, link.secret.clone()))
        else {
            return Acted::Failed(api::Error::Offline);
        };
        let seen = self.seq();
        match api::act(id, &secret, act, key).await {
            Ok(view) => {
                self.learn(view, false);
                Acted::Done
            }
            Err(error) if error.code() == Some(Code::CaseChanged) => {
                self.reload().await;
                Acted::Changed(self.news(seen))
            }
            Err(error) => {
                // What it says may have become untrue on this page only.
                if matches!(
                    error.code(),
                    Some(Code::Refused | Code::KeyReused | Code::NotFound)
                ) {
                    self.reload().await;
                }
                Acted::Failed(error)
            }
        }
    }

    fn news(self, seen: u32) -> Option<String> {
        let news = self
            .view
            .try_with_untracked(|view| view.as_ref().and_then(|view| story::news(view, seen)));
        news.flatten()
    }

    /// Takes a fresh view in; `aloud` has a screen reader say what is new. An answer that was
    /// overtaken on its way is dropped.
    fn learn(self, view: CaseView, aloud: bool) {
        let (known, seq) = (self.seq(), view.progress.seq);
        if seq < known {
            return;
        }
        self.name_link(&view);
        Seen::keep(&view);
        let (_, _) = (
            self.trouble.try_set(None),
            self.seen_at.try_set(Some(when::now())),
        );
        if self
            .view
            .try_with_untracked(|old| old.as_ref() != Some(&view))
            == Some(true)
        {
            self.view.try_set(Some(view));
        }
        if let Some(news) = self.news(known).filter(|_| aloud && known > 0) {
            announce(&tr!(cases.news, news = news));
        }
    }

    /// The list knows what it is about without opening it.
    fn name_link(self, view: &CaseView) {
        let link = self.link.try_update_value(|link| {
            let named = Link {
                kind: Some(view.kind),
                title: view
                    .matter_name
                    .clone()
                    .unwrap_or_else(|| words::kind(view.kind).to_owned()),
                receipt: Some(view.receipt),
                at: Some(view.at),
                ..link.clone()
            };
            let new = *link != named;
            *link = named.clone();
            new.then_some(named)
        });
        // A link taken off this phone meanwhile stays off.
        if let Some(link) = link
            .flatten()
            .filter(|link| storage::link(link.case).is_some())
        {
            storage::keep_link(link);
        }
    }
}
