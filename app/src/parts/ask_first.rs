use crate::parts::{Note, Sheet, open_for};
use crate::{api, words};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks before something is ended that cannot be taken back. Stands open while something is `asked`
/// about; what fails is said in it, and can be tried again.
#[component]
pub fn AskFirst<T, Act, Done>(
    /// Its own id.
    id: &'static str,
    /// Its heading.
    title: &'static str,
    /// What is to be ended.
    asked: RwSignal<Option<T>>,
    /// Ends it, and tells of it.
    act: Act,
    /// On the button that ends it.
    yes: &'static str,
    /// On the button that does not.
    no: &'static str,
    /// What ending it means.
    children: Children,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    Act: Fn(T) -> Done + Copy + Send + 'static,
    Done: Future<Output = api::Result<()>> + 'static,
{
    let open = open_for(asked, |_| true);
    let failed = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let press = move |_| {
        let Some(it) = asked.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            match act(it).await {
                Ok(()) => drop(asked.try_set(None)),
                Err(error) => drop(failed.try_set(Some(words::error(&error)))),
            }
            busy.try_set(false);
        });
    };
    let flag = move || busy.get().then_some("true");
    view! {
        <Sheet id=id title=title open=open>
            <div class="sheet-body">
                {children()}
                <div role="alert">
                    {move || failed.get().map(|words| view! { <Note tone="warn" title=words/> })}
                </div>
            </div>
            <div class="sheet-foot">
                <button class="btn btn-danger" type="button" aria-busy=flag aria-disabled=flag on:click=press>{yes}</button>
                <button class="btn" type="button" on:click=move |_| asked.set(None)>{no}</button>
            </div>
        </Sheet>
    }
}
