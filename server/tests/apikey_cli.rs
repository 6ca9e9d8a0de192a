//! Keys of other systems by the command line: shown once, listed without, ended at once.

use std::path::Path;
use std::process::{Command, Output};

fn run(data: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yikezhong"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("YIKEZHONG_MASTER_KEY");
    command.arg("apikey").args(words).arg("--data").arg(data);
    command.output().expect("run")
}

fn told(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn a_key_is_shown_once_and_ended_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let key = told(&run(data, &["add", "12345", "--per-hour", "60"]));
    assert!(key.trim().len() >= 32, "{key}");
    let list = told(&run(data, &["list"]));
    assert!(list.starts_with("12345\treport\t60/h\t"), "{list}");
    assert!(!list.contains(key.trim()));
    for words in [
        &["add", "12345"][..],
        &["add", "two words"],
        &["add", "x", "--scope", "everything"],
        &["add", "x", "--per-hour", "0"],
        &["remove", "nobody"],
    ] {
        let output = run(data, words);
        assert!(!output.status.success(), "{words:?}");
        assert!(!output.stderr.is_empty(), "{words:?} says why");
    }
    told(&run(data, &["remove", "12345"]));
    assert_eq!(told(&run(data, &["list"])), "");
    for file in std::fs::read_dir(data).expect("read") {
        let path = file.expect("a file").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("read");
            let found = bytes
                .windows(key.trim().len())
                .any(|part| part == key.trim().as_bytes());
            assert!(!found, "the key stands in {}", path.display());
        }
    }
}
