//! What the map is drawn from.

use crate::app::{TestApp, With};
use axum::http::StatusCode;
use circle::Network;
use circle::basemap::Basemap;
use model::api::{MapSource, path};
use model::problem::Code;
use server::config::TileArgs;
use server::map::Tiles;
use server::state::Settings;

crate::on_both!(
    the_ground_is_kept_for_ever_under_a_name_of_its_bytes,
    the_footways_are_kept_for_ever_under_a_name_of_their_bytes,
);

async fn the_ground_is_kept_for_ever_under_a_name_of_its_bytes(app: &TestApp) {
    let source: MapSource = app.get(path::MAP).send().await.json();
    assert!(source.tiles.is_empty());
    let address = source.basemap.expect("the sample has a map");

    let plain = app.get(&address).send().await;
    assert_eq!(plain.status, StatusCode::OK);
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    Basemap::from_bytes(&plain.body).expect("a basemap");

    let packed = app.get(&address).header("accept-encoding", "gzip, br");
    let packed = packed.send().await;
    assert_eq!(packed.header("content-encoding"), "br");
    assert!(packed.body.len() < 25_000, "{} bytes", packed.body.len());
    let again = app
        .get(&address)
        .header("accept-encoding", "gzip, br")
        .header("if-none-match", packed.header("etag"));
    assert_eq!(again.send().await.status, StatusCode::NOT_MODIFIED);

    let old = path::MAP_FILE.replace("{file}", "basemap-0000000000000000.bin");
    assert_eq!(app.get(old).send().await.code(), Code::NotFound);
}

async fn the_footways_are_kept_for_ever_under_a_name_of_their_bytes(app: &TestApp) {
    let source: MapSource = app.get(path::MAP).send().await.json();
    let address = source.network.expect("the sample has footways");

    let plain = app.get(&address).send().await;
    assert_eq!(plain.status, StatusCode::OK);
    assert_eq!(
        plain.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let network = Network::from_bytes(&plain.body).expect("a network");

    let packed = app.get(&address).header("accept-encoding", "br");
    let packed = packed.send().await;
    assert_eq!(packed.header("content-encoding"), "br");
    let an_edge = packed.body.len() as f64 / network.edge_count() as f64;
    assert!(an_edge <= 8.5, "{an_edge} bytes an edge");
    let again = app
        .get(&address)
        .header("accept-encoding", "br")
        .header("if-none-match", packed.header("etag"));
    assert_eq!(again.send().await.status, StatusCode::NOT_MODIFIED);

    let old = path::MAP_FILE.replace("{file}", "network-0000000000000000.net");
    assert_eq!(app.get(old).send().await.code(), Code::NotFound);
}

#[tokio::test]
async fn tiles_are_named_and_their_pictures_let_in() {
    let args = TileArgs {
        tile_url: vec!["https://t{s}.tiles.example/{z}/{x}/{y}?tk=1".to_owned()],
        tile_subdomains: "0123".to_owned(),
        tile_gcj02: true,
        tile_max_zoom: 17,
        tile_credit: Some("Tiles Ltd".to_owned()),
    };
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").expect("written");
    let with = With {
        settings: Settings {
            tiles: Tiles::of(&args).expect("good tiles"),
            ..Settings::default()
        },
        dist: Some(folder.path()),
    };
    let app = TestApp::sqlite_with(with).await;
    let source: MapSource = app.get(path::MAP).send().await.json();
    assert_eq!(source.credit.as_deref(), Some("Tiles Ltd"));
    assert!(
        source
            .tiles
            .iter()
            .all(|layer| layer.gcj02 && layer.max_zoom == 17)
    );
    let page = app.get("/").send().await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self' data: blob: https://*.tiles.example;"));
    app.close().await;
}
