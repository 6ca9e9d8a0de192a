//! Turns `locales/` into the module `i18n`: a key that is missing in one language, or misspelt in
//! the code, fails the build.

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
use std::error::Error;
use std::path::PathBuf;

/// One file each in every language.
const NAMESPACES: [&str; 14] = [
    "shell", "words", "guides", "proxy", "cases", "map", "circle", "report", "reports", "assist",
    "staff", "handling", "coverage", "visits",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    let config = Config::new("zh-CN")?
        .add_locale("en")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let words = TranslationsInfos::parse(config)?;
    words.rerun_if_locales_changed();
    words.emit_diagnostics();
    words.generate_i18n_module(PathBuf::from(std::env::var("OUT_DIR")?).join("i18n"))?;
    Ok(())
}
