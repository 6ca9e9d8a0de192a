//! The language of the moment, and [`tr!`], which finds words in it.
//!
//! A change of language draws the whole app anew (`shell`), so words are plain strings and not
//! signals: `tr!(shell.hello)` may be called anywhere, after an await too.

use std::cell::Cell;

#[allow(missing_docs, dead_code, unused_imports, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n::Locale;

thread_local! {
    static LOCALE: Cell<Locale> = const { Cell::new(Locale::zh_CN) };
}

/// The language in which the app speaks now.
pub fn locale() -> Locale {
    LOCALE.get()
}

/// Speaks `locale` from now on; what is drawn already stays as it is.
pub fn set_locale(locale: Locale) {
    LOCALE.set(locale);
}

/// Words of the locale files: `tr!(shell.hello)` is a `&'static str`,
/// `tr!(shell.step, at = 2, of = 6)` a `String`.
macro_rules! tr {
    ($($words:tt)*) => {
        ::leptos_i18n::td_string!($crate::locale(), $($words)*)
    };
}
