//! What the map in the app is drawn from: the street's own ground, made at import, and tiles
//! from elsewhere where the operator names a server for them.

use crate::config::TileArgs;
use crate::http::prepared::Prepared;
use circle::basemap::{self, Basemap, BasemapError, BasemapImportError};
use model::api::{MapSource, TileLayer, path};
use sha2::{Digest, Sha256};
use url::Url;

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The extract cannot be drawn.
    #[error("the extract cannot be drawn")]
    Extract(#[from] BasemapImportError),
    /// The basemap kept from an import is not one this version reads.
    #[error("the basemap cannot be read; import the street again")]
    Basemap(#[from] BasemapError),
    /// It is not even hexadecimal.
    #[error("the basemap is not hexadecimal; import the street again")]
    Hex(#[from] hex::FromHexError),
}

/// The basemap of an OpenStreetMap extract (`.osm.pbf`), as the store keeps it: hexadecimal.
///
/// # Errors
/// [`Error::Extract`].
pub fn basemap_of(extract: &[u8]) -> Result<String, Error> {
    let (map, report) = basemap::import(extract)?;
    let bytes = map.to_bytes();
    tracing::info!(
        points = report.points,
        names = report.names,
        open_rims = report.open_rims,
        bytes = bytes.len(),
        "the basemap was drawn"
    );
    Ok(hex::encode(bytes))
}

/// A basemap as it is served: under a name that follows from its bytes, so that whoever has it
/// never asks again.
#[derive(Debug)]
pub struct BasemapFile {
    name: String,
    /// The answer.
    pub body: Prepared,
}

impl BasemapFile {
    /// From what [`basemap_of`] gave the store.
    ///
    /// # Errors
    /// [`Error::Hex`], [`Error::Basemap`].
    pub fn of(stored: &str) -> Result<BasemapFile, Error> {
        let bytes = hex::decode(stored)?;
        Basemap::from_bytes(&bytes)?;
        let digest = hex::encode(&Sha256::digest(&bytes)[..8]);
        Ok(BasemapFile {
            name: format!("basemap-{digest}.bin"),
            body: Prepared::of("application/octet-stream", bytes),
        })
    }

    /// Whether it is the one that a request asks for.
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Where it is served.
    pub fn address(&self) -> String {
        path::BASEMAP.replace("{file}", &self.name)
    }
}

/// Tiles from elsewhere, checked.
#[derive(Clone, Debug, Default)]
pub struct Tiles {
    layers: Vec<TileLayer>,
    credit: Option<String>,
    /// What browsers may load pictures from for them, as the content security policy writes it.
    pub origins: Vec<String>,
}

/// A tile address that no map could use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the tile address {0} needs http(s), {{x}}, {{y}} and {{z}}, and {{s}} only in its first label"
)]
pub struct BadTileUrl(String);

impl Tiles {
    /// What the command line says.
    ///
    /// # Errors
    /// [`BadTileUrl`], without what may be a key in its query.
    pub fn of(args: &TileArgs) -> Result<Tiles, BadTileUrl> {
        let mut tiles = Tiles {
            credit: args.tile_credit.clone(),
            ..Tiles::default()
        };
        for url in &args.tile_url {
            let named = || BadTileUrl(url.split('?').next().unwrap_or_default().to_owned());
            let origin = origin_of(url).ok_or_else(named)?;
            if !tiles.origins.contains(&origin) {
                tiles.origins.push(origin);
            }
            tiles.layers.push(TileLayer {
                url: url.clone(),
                subdomains: args.tile_subdomains.clone(),
                gcj02: args.tile_gcj02,
                max_zoom: args.tile_max_zoom,
            });
        }
        Ok(tiles)
    }

    /// What the app draws its map from.
    pub fn source(&self, basemap: Option<&BasemapFile>) -> MapSource {
        MapSource {
            basemap: basemap.map(BasemapFile::address),
            tiles: self.layers.clone(),
            credit: self.credit.clone(),
        }
    }
}

/// The origin of a tile address; with `{s}` in it, that of all its sister hosts.
fn origin_of(template: &str) -> Option<String> {
    if !["{x}", "{y}", "{z}"]
        .iter()
        .all(|part| template.contains(part))
    {
        return None;
    }
    let url = Url::parse(&template.replace("{s}", "0")).ok()?;
    let host = url.host_str()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let (_, rest) = template.split_once("://")?;
    let written = rest.split(['/', '?']).next()?;
    let host = match written.split_once('.') {
        Some((first, others)) if first.contains("{s}") && !others.contains('{') => {
            format!("*.{}", host.split_once('.')?.1)
        }
        _ if written.contains('{') => return None,
        _ => host.to_owned(),
    };
    let port = url.port().map(|port| format!(":{port}"));
    Some(format!(
        "{}://{host}{}",
        url.scheme(),
        port.unwrap_or_default()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::street::SeedFiles;

    #[test]
    fn the_sample_street_has_a_basemap_with_a_name_of_its_bytes() {
        let files = SeedFiles::sample();
        let stored = basemap_of(files.map().expect("a map")).expect("a basemap");
        let file = BasemapFile::of(&stored).expect("readable");
        let name = file.address().rsplit('/').next().map(str::to_owned);
        assert!(name.is_some_and(|name| file.is(&name)));
        assert!(!file.is("basemap-0000000000000000.bin"));
        assert_eq!(hex::encode(file.body.bytes()), stored);
    }

    #[test]
    fn what_is_no_basemap_says_so() {
        assert!(matches!(basemap_of(b"no map"), Err(Error::Extract(_))));
        assert!(matches!(BasemapFile::of("zz"), Err(Error::Hex(_))));
        assert!(matches!(BasemapFile::of("00"), Err(Error::Basemap(_))));
    }

    #[test]
    fn pictures_may_come_from_the_tile_servers_alone() {
        for (template, origin) in [
            (
                "https://tiles.example/{z}/{x}/{y}.png",
                Some("https://tiles.example"),
            ),
            (
                "https://t{s}.tianditu.gov.cn/vec_w/wmts?y={y}&x={x}&z={z}&tk=secret",
                Some("https://*.tianditu.gov.cn"),
            ),
            (
                "http://127.0.0.1:8081/{z}/{x}/{y}",
                Some("http://127.0.0.1:8081"),
            ),
            ("https://a.{s}.example/{z}/{x}/{y}", None),
            ("https://{s}/{z}/{x}/{y}", None),
            ("https://tiles.example/{z}/{x}.png", None),
            ("ftp://tiles.example/{z}/{x}/{y}", None),
            ("https://evil; script-src */{z}/{x}/{y}", None),
        ] {
            assert_eq!(origin_of(template).as_deref(), origin, "{template}");
        }
    }

    #[test]
    fn a_refused_address_keeps_its_key_to_itself() {
        let args = TileArgs {
            tile_url: vec!["ftp://tiles.example/{z}/{x}/{y}?tk=secret".to_owned()],
            ..TileArgs::default()
        };
        let refused = Tiles::of(&args).map(|_| ()).expect_err("no tiles by ftp");
        assert!(!refused.to_string().contains("secret"), "{refused}");
    }
}
