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

/// Every name in the sprite.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "logo", "proxy", "camera", "walk-circle", "cases", "guide", "phone", "help", "home",
    "back", "next", "up", "down", "check", "cross", "clock", "calendar", "visit", "station",
    "document", "photo", "pen", "alert", "info", "offline", "person", "people", "parent",
    "hand", "star", "print", "share", "save", "qr", "search", "filter", "list", "map", "pin",
    "send", "undo", "trash", "lock", "eye", "key", "edit", "plus", "minus", "text-size", "sun",
    "moon", "language", "logout", "menu", "refresh", "volume", "elder", "health", "heart",
    "baby", "house-move", "memorial", "wheelchair", "work", "school", "money", "tools",
];

/// The icon that a street's own file names; a pin for a name the sprite does not have.
pub fn icon_named(name: &str) -> &'static str {
    let known = NAMES.iter().find(|known| **known == name);
    known.copied().unwrap_or("pin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_the_sprite_has() {
        let sprite = include_str!("../../../public/icons.svg");
        let ids = sprite.split("id=\"").skip(1);
        let ids: Vec<&str> = ids.filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids, NAMES);
        assert_eq!(
            (icon_named("trash"), icon_named("no such")),
            ("trash", "pin")
        );
    }
}
