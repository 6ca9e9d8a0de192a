use super::ALOUD_BUTTON;
use crate::parts::Icon;
use crate::state::{Aloud, Elder, prefs};
use crate::{Locale, locale};
use leptos::prelude::*;
use web_sys::MouseEvent;

/// 长辈版 with its sizes, and the language.
#[component]
pub fn Tools() -> impl IntoView {
    let prefs = prefs();
    let sizes = move || match prefs.elder.get() {
        None => elder_on().into_any(),
        Some(size) => elder_sizes(size).into_any(),
    };
    view! {
        <nav class="tools" aria-label=tr!(shell.tools)>
            {sizes}
            {read_aloud()}
            {language("tool tool-language", true)}
        </nav>
    }
}

fn elder_on() -> impl IntoView {
    let prefs = prefs();
    let on = move |event: MouseEvent| {
        event.prevent_default();
        prefs.set_elder(Some(Elder::Large));
    };
    view! {
        <a class="tool elder-off" href="?elder=1" on:click=on>
            <Icon name="elder"/>
            <span>{tr!(shell.elder_on)}</span>
        </a>
    }
}

fn elder_sizes(size: Elder) -> impl IntoView {
    let prefs = prefs();
    let off = move |event: MouseEvent| {
        event.prevent_default();
        prefs.set_elder(None);
    };
    let steps = [
        (Elder::Large, tr!(shell.size_large)),
        (Elder::Larger, tr!(shell.size_larger)),
        (Elder::Largest, tr!(shell.size_largest)),
    ];
    let steps = steps.map(|(step, words)| {
        let pressed = if step == size { "true" } else { "false" };
        view! {
            <button class="size" type="button" data-size=step.px() aria-pressed=pressed
                on:click=move |_| prefs.set_elder(Some(step))>
                {words}
            </button>
        }
    });
    view! {
        <span class="sizes elder-on" role="group" aria-label=tr!(shell.sizes)>{steps}</span>
        <a class="tool elder-on" href="?elder=0" on:click=off>
            <Icon name="undo"/>
            <span>{tr!(shell.elder_off)}</span>
        </a>
    }
}

/// 念给我听; hidden by `style/shell.css` where the browser cannot speak. None for staff.
fn read_aloud() -> Option<impl IntoView> {
    let aloud = use_context::<Aloud>()?;
    let pressed = move || if aloud.0.get() { "true" } else { "false" };
    Some(view! {
        <button class="tool aloud" type="button" id=ALOUD_BUTTON aria-pressed=pressed on:click=move |_| aloud.turn()>
            <Icon name="volume"/>
            <span>{tr!(shell.aloud)}</span>
        </button>
    })
}

/// The way to the other language, with its sign among the tools and without in the foot.
pub(super) fn language(class: &'static str, sign: bool) -> impl IntoView {
    let prefs = prefs();
    let (other, tag) = match locale() {
        Locale::zh_CN => (Locale::en, "en"),
        Locale::en => (Locale::zh_CN, "zh-CN"),
    };
    let change = move |event: MouseEvent| {
        event.prevent_default();
        prefs.speak(other);
    };
    view! {
        <a class=class href=format!("?lang={tag}") lang=tag hreflang=tag on:click=change>
            {sign.then(|| view! { <Icon name="language"/> })}
            <span>{tr!(shell.other_language)}</span>
        </a>
    }
}
