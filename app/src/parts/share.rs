//! Handing an address on: clipboard, the phone's own sharing, paper.

use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Where the app is served, for addresses that open it elsewhere.
pub fn origin() -> String {
    web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

/// Opens the browser's print dialog. A `.slip` on the page is printed alone.
pub fn print_page() {
    if let Some(window) = web_sys::window() {
        // Refused by browsers that cannot print; the code and the link remain.
        let _ = window.print();
    }
}

/// Copies a text; false where the browser has no clipboard (it has one on secure origins alone)
/// or refuses.
pub async fn copy_text(text: &str) -> bool {
    let Some(window) = web_sys::window().filter(web_sys::Window::is_secure_context) else {
        return false;
    };
    JsFuture::from(window.navigator().clipboard().write_text(text))
        .await
        .is_ok()
}

/// Whether the phone has its own sharing.
pub fn can_share() -> bool {
    let navigator = web_sys::window().map(|window| window.navigator());
    navigator.is_some_and(|navigator| {
        js_sys::Reflect::has(&navigator, &JsValue::from_str("share")).unwrap_or(false)
    })
}

/// Hands an address to the phone's own sharing; the person chooses to whom, or not at all.
pub fn share_link(address: &str, title: &str) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let data = web_sys::ShareData::new();
    data.set_url(address);
    data.set_title(title);
    let shared = window.navigator().share_with_data(&data);
    spawn_local(async move {
        // Turned down by the person: nothing to say.
        let _ = JsFuture::from(shared).await;
    });
}
