use leptos::prelude::*;

/// An icon of `public/icons.svg`; its word always stands beside it, so it is hidden from readers.
/// `size` is ``, `s`, `l` or `xl`.
pub fn icon(name: &'static str, size: &'static str) -> impl IntoView {
    let class = match size {
        "s" => "icon icon-s",
        "l" => "icon icon-l",
        "xl" => "icon icon-xl",
        _ => "icon",
    };
    view! {
        <svg class=class aria-hidden="true">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}

/// `<Icon name="phone"/>`; see [`icon`].
#[component]
pub fn Icon(
    /// Its name in the sprite.
    name: &'static str,
    /// `s`, `l` or `xl`; none is as high as the text.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    icon(name, size)
}
