//! Signing in, staying signed in, and being shut out.

use crate::app::{Answer, PASSWORD, TestApp, With};
use axum::http::{Method, StatusCode};
use model::api::{CSRF_TOKEN, Me, SignIn, path};
use model::area::Role;
use model::problem::Code;
use server::state::Settings;
use std::time::{Duration, Instant};

crate::on_both!(
    a_session_begins_and_ends,
    a_session_runs_out,
    wrong_passwords_lock_for_longer_and_longer,
    unknown_names_look_like_known_ones,
    guesses_sent_at_once_do_not_pass_the_lock,
    what_changes_something_needs_the_token_and_our_own_page,
    a_new_password_ends_sessions,
);

async fn try_in(app: &TestApp, name: &str, password: &str) -> Answer {
    let sent = SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
    };
    app.post(path::SESSION).json(&sent).send().await
}

async fn a_session_begins_and_ends(app: &TestApp) {
    let answer = try_in(app, "window", PASSWORD).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("yikezhong="), "{cookie}");
    for part in [
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Max-Age=43200",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let me: Me = answer.json();
    assert_eq!(
        (me.staff.role, me.area_name.as_str()),
        (Role::Window, "云栖街道（示例）")
    );
    assert!(!answer.text().contains("argon2"));

    let desk = app.sign_in("window").await;
    let who: Me = desk.get(path::SESSION).send().await.json();
    assert_eq!(who, desk.me);
    let out = desk.ask(Method::DELETE, path::SESSION).send().await;
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        desk.get(path::SESSION).send().await.code(),
        Code::SignInNeeded
    );
}

async fn a_session_runs_out(app: &TestApp) {
    let desk = app.sign_in("window").await;
    let alive = async || desk.get(path::SESSION).send().await.status == StatusCode::OK;
    for _ in 0..7 {
        app.pass_s(100 * 60);
        assert!(alive().await);
    }
    // 11 h 40 min used, now past the twelve hours.
    app.pass_s(30 * 60);
    assert!(!alive().await);
    let idle = app.sign_in("window").await;
    app.pass_s(2 * 3600);
    assert_eq!(
        idle.get(path::SESSION).send().await.code(),
        Code::SignInNeeded
    );
}

async fn wrong_passwords_lock_for_longer_and_longer(app: &TestApp) {
    for n in 0..5 {
        assert_eq!(
            try_in(app, "window", "wrong").await.code(),
            Code::SignInWrong,
            "{n}"
        );
    }
    for wait in [30, 60, 120] {
        let locked = try_in(app, "window", PASSWORD).await.problem();
        assert_eq!(
            (locked.code, locked.retry_after_s),
            (Code::TooOften, Some(wait))
        );
        app.pass_s(i64::try_from(wait).expect("seconds"));
        assert_eq!(
            try_in(app, "window", "wrong").await.code(),
            Code::SignInWrong
        );
    }
    app.pass_s(240);
    assert_eq!(try_in(app, "window", PASSWORD).await.status, StatusCode::OK);
    assert_eq!(
        try_in(app, "window", "wrong").await.code(),
        Code::SignInWrong
    );
    assert_eq!(try_in(app, "window", PASSWORD).await.status, StatusCode::OK);
}

async fn unknown_names_look_like_known_ones(app: &TestApp) {
    let mut fastest = Vec::new();
    for name in ["window", "nobody", "", "No Slug!", " grid ", "名字"] {
        let (told, took) = guessed_again_and_again(app, name).await;
        let wrong = (401, Code::SignInWrong, None);
        let locked = |seconds| (429, Code::TooOften, Some(seconds));
        let expected = [
            wrong,
            wrong,
            wrong,
            wrong,
            wrong,
            locked(30),
            wrong,
            locked(60),
            wrong,
            locked(120),
        ];
        assert_eq!(told, expected, "{name}");
        fastest.push(took);
    }
    // Every name costs a password's hashing, which takes all of the time. The fastest of several
    // is hardly touched by what else the machine does; without hashing it would be a hundredth.
    let known = fastest[0];
    for (n, unknown) in fastest.into_iter().enumerate() {
        assert!(
            unknown * 4 > known && known * 4 > unknown,
            "{n}: {unknown:?} {known:?}"
        );
    }
}

type Told = (u16, Code, Option<u64>);

/// What is told to somebody who guesses up to three locks, and how long the fastest hashing took.
async fn guessed_again_and_again(app: &TestApp, name: &str) -> (Vec<Told>, Duration) {
    let (mut told, mut fastest) = (Vec::new(), Duration::MAX);
    let mut guess = async || {
        let begun = Instant::now();
        let answer = try_in(app, name, "wrong").await;
        let problem = answer.problem();
        if problem.code == Code::SignInWrong {
            fastest = fastest.min(begun.elapsed());
        }
        assert_eq!(answer.header("set-cookie"), "");
        let wait = problem.retry_after_s;
        told.push((problem.status, problem.code, wait));
        wait
    };
    for _ in 0..10 {
        if let Some(wait) = guess().await {
            app.pass_s(i64::try_from(wait).expect("seconds"));
        }
    }
    (told, fastest)
}

async fn guesses_sent_at_once_do_not_pass_the_lock(app: &TestApp) {
    for name in ["window", "nobody"] {
        let guesses = (0..12).map(|_| try_in(app, name, "wrong"));
        let answers = futures::future::join_all(guesses).await;
        let looked_at = answers.iter().filter(|a| a.code() == Code::SignInWrong);
        assert_eq!(looked_at.count(), 5, "{name}");
    }
}

async fn what_changes_something_needs_the_token_and_our_own_page(app: &TestApp) {
    let desk = app.sign_in("window").await;
    let out = || {
        app.ask(Method::DELETE, path::SESSION)
            .header("cookie", &desk.cookie)
    };
    let good = || {
        out()
            .header(CSRF_TOKEN, &desk.me.csrf)
            .header("host", "street.example")
    };
    for (what, asked) in [
        ("no token", out()),
        ("a wrong token", out().header(CSRF_TOKEN, "wrong")),
        (
            "another site",
            good().header("origin", "https://evil.example"),
        ),
        ("no site", good().header("origin", "null")),
        ("a sibling", good().header("sec-fetch-site", "same-site")),
        ("from afar", good().header("sec-fetch-site", "cross-site")),
    ] {
        assert_eq!(asked.send().await.code(), Code::CsrfWrong, "{what}");
    }
    let own = good()
        .header("origin", "http://street.example")
        .header("sec-fetch-site", "same-origin");
    assert_eq!(own.send().await.status, StatusCode::NO_CONTENT);
    let sent = SignIn {
        name: "window".to_owned(),
        password: PASSWORD.to_owned(),
    };
    let forged = app
        .post(path::SESSION)
        .header("sec-fetch-site", "cross-site");
    assert_eq!(forged.json(&sent).send().await.code(), Code::CsrfWrong);
}

async fn a_new_password_ends_sessions(app: &TestApp) {
    let desk = app.sign_in("window").await;
    let hash = server::auth::hash_now("another password").expect("hashed");
    let id = desk.me.staff.id.clone();
    app.app
        .store
        .set_password_hash(&id, &hash)
        .await
        .expect("set");
    assert_eq!(
        desk.get(path::SESSION).send().await.code(),
        Code::SignInNeeded
    );
    assert_eq!(
        try_in(app, "window", PASSWORD).await.code(),
        Code::SignInWrong
    );
    assert_eq!(
        try_in(app, "window", "another password").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn over_https_cookies_are_secure_and_the_origin_is_known() {
    let settings = Settings {
        https: true,
        origin: Some("https://street.example".to_owned()),
        ..Settings::default()
    };
    let app = TestApp::sqlite_with(With {
        settings,
        dist: None,
    })
    .await;
    let answer = try_in(&app, "window", PASSWORD).await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-yikezhong=") && cookie.ends_with("; Secure"),
        "{cookie}"
    );
    assert!(!answer.header("strict-transport-security").is_empty());
    let desk = app.sign_in("window").await;
    let out = |origin| {
        desk.ask(Method::DELETE, path::SESSION)
            .header("origin", origin)
    };
    let forged = out("https://street.example.evil").send().await;
    assert_eq!(forged.code(), Code::CsrfWrong);
    assert_eq!(
        out("https://street.example").send().await.status,
        StatusCode::NO_CONTENT
    );
    app.close().await;
}
