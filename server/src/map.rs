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
    #[error("the map is not hexadecimal; import the street again")]
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

/// A file of the map as it is served: under a name that follows from its bytes, so that whoever
/// has it never asks again.
#[derive(Debug)]
pub struct MapFile {
    name: String,
    /// The answer.
    pub body: Prepared,
}

impl MapFile {
    /// The ground, from what [`basemap_of`] gave the store.
    ///
    /// # Errors
    /// [`Error::Hex`], [`Error::Basemap`].
    pub fn basemap(stored: &str) -> Result<MapFile, Error> {
        let bytes = hex::decode(stored)?;
        Basemap::from_bytes(&bytes)?;
        Ok(MapFile::of("basemap", "bin", bytes))
    }

    /// The footways, from what [`crate::walking::network_of`] gave the store. The caller has
    /// read them once: the server's own walks come from them.
    ///
    /// # Errors
    /// [`Error::Hex`].
    pub fn network(stored: &str) -> Result<MapFile, Error> {
        Ok(MapFile::of("network", "net", hex::decode(stored)?))
    }

    fn of(stem: &str, ending: &str, bytes: Vec<u8>) -> MapFile {
        let digest = hex::encode(&Sha256::digest(&bytes)[..8]);
        MapFile {
            name: format!("{stem}-{digest}.{ending}"),
            body: Prepared::of("application/octet-stream", bytes),
        }
    }

    fn address(&self) -> String {
        path::MAP_FILE.replace("{file}", &self.name)
    }
}

/// What a street's map is made of; empty where none was imported.
#[derive(Debug, Default)]
pub struct MapFiles {
    /// The ground.
    pub basemap: Option<MapFile>,
    /// The footways.
    pub network: Option<MapFile>,
}

impl MapFiles {
    /// The file of that name.
    pub fn named(&self, name: &str) -> Option<&MapFile> {
        let all = [&self.basemap, &self.network].into_iter().flatten();
        all.into_iter().find(|file| file.name == name)
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
    pub fn source(&self, files: &MapFiles) -> MapSource {
        MapSource {
            basemap: files.basemap.as_ref().map(MapFile::address),
            network: files.network.as_ref().map(MapFile::address),
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
    fn the_files_of_the_sample_street_have_names_of_their_bytes() {
        let files = SeedFiles::sample();
        let extract = files.map().expect("a map");
        let ground = basemap_of(extract).expect("a basemap");
        let footways = crate::walking::network_of(extract).expect("a network");
        let map = MapFiles {
            basemap: Some(MapFile::basemap(&ground).expect("readable")),
            network: Some(MapFile::network(&footways).expect("readable")),
        };
        let source = Tiles::default().source(&map);
        for (address, stored) in [(source.basemap, ground), (source.network, footways)] {
            let address = address.expect("an address");
            let name = address.rsplit('/').next().expect("a name");
            let file = map.named(name).expect("its file");
            assert_eq!(hex::encode(file.body.bytes()), stored);
        }
        assert!(map.named("basemap-0000000000000000.bin").is_none());
    }

    #[test]
    fn what_is_no_map_says_so() {
        assert!(matches!(basemap_of(b"no map"), Err(Error::Extract(_))));
        assert!(matches!(MapFile::basemap("zz"), Err(Error::Hex(_))));
        assert!(matches!(MapFile::basemap("00"), Err(Error::Basemap(_))));
        assert!(matches!(MapFile::network("zz"), Err(Error::Hex(_))));
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
