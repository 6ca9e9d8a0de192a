//! Walking times from every estate to the stations near it, computed once a street is loaded.

use crate::street::Seed;
use circle::{Network, Place, Profile, Reach, Seconds};
use model::api::Walk;
use model::area::Estate;
use model::facility::Facility;
use model::place::Wgs84;

/// Nobody is sent further than three quarters of an hour on foot.
const FARTHEST: Seconds = Seconds::new(45 * 60);
/// A door further than this from any footway is not on the map.
const SNAP_WITHIN_M: f64 = 250.0;

/// Why a map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The extract cannot be read.
    #[error("the extract cannot be read")]
    Extract(#[from] circle::osm::ImportError),
    /// The network kept from an import is not one this version reads.
    #[error("the network cannot be read; import the street again")]
    Network(#[from] circle::DecodeError),
    /// It is not even hexadecimal.
    #[error("the network is not hexadecimal; import the street again")]
    Hex(#[from] hex::FromHexError),
}

/// The footways of an OpenStreetMap extract (`.osm.pbf`), as the store keeps them: hexadecimal.
pub fn network_of(extract: &[u8]) -> Result<String, Error> {
    let (network, report) = circle::osm::import(extract)?;
    tracing::info!(
        edges = network.edge_count(),
        islands = report.built.islands.len(),
        "the map was read"
    );
    Ok(hex::encode(network.to_bytes()))
}

/// The footways that [`network_of`] gave the store.
pub fn open(network: &str) -> Result<Network, Error> {
    Ok(Network::from_bytes(&hex::decode(network)?)?)
}

/// The point of a footway from which one goes in at `at`; none where no footway is near.
pub fn door(network: &Network, at: Wgs84, profile: &Profile) -> Option<Place> {
    network.snap(to_circle(at), profile, SNAP_WITHIN_M)
}

/// What no footway is near.
#[derive(Clone, Debug, Default)]
pub struct OffMap {
    estates: Vec<String>,
    facilities: Vec<String>,
}

impl OffMap {
    /// Whether there are estates, and none of them is on the map.
    pub fn no_estate_left(&self, seed: &Seed) -> bool {
        let estates = seed.street.estates.len();
        estates > 0 && self.estates.len() == estates
    }

    /// Their names, estates first.
    pub fn names(self) -> Vec<String> {
        self.estates.into_iter().chain(self.facilities).collect()
    }
}

/// The estates and facilities of a street that its map does not reach.
pub fn off_map(network: &Network, seed: &Seed) -> OffMap {
    let off = |at: Wgs84| door(network, at, &Profile::OLDER).is_none();
    let estates = seed.street.estates.iter().filter(|e| off(e.entrance));
    let facilities = seed.facilities.iter().filter(|f| off(f.at));
    OffMap {
        estates: estates.map(|estate| estate.name.clone()).collect(),
        facilities: facilities.map(|facility| facility.name.clone()).collect(),
    }
}

/// The walks of an older person from each estate's entrance to each station within
/// three quarters of an hour. What is not on the map is left out.
pub fn walks(
    network: &str,
    estates: &[Estate],
    facilities: &[Facility],
) -> Result<Vec<Walk>, Error> {
    let network = &Network::from_bytes(&hex::decode(network)?)?;
    let profile = Profile::OLDER;
    let snap = |at: Wgs84| network.snap(to_circle(at), &profile, SNAP_WITHIN_M);
    let stations: Vec<(&Facility, Place)> = facilities
        .iter()
        .filter(|facility| facility.station)
        .filter_map(|station| Some((station, snap(station.at)?)))
        .collect();
    let mut reach = Reach::new(network);
    let mut walks = Vec::new();
    for estate in estates {
        let Some(door) = snap(estate.entrance) else {
            continue;
        };
        let reached = reach.run(network, &[door], &profile, FARTHEST);
        walks.extend(stations.iter().filter_map(|(station, place)| {
            let minutes = reached.seconds_to(*place)?.minutes();
            Some(Walk {
                estate: estate.id.clone(),
                station: station.id.clone(),
                minutes,
            })
        }));
    }
    Ok(walks)
}

/// The same place, as the walking engine has it.
pub(crate) fn to_circle(at: Wgs84) -> circle::Wgs84 {
    circle::Wgs84 {
        lat: at.lat(),
        lon: at.lon(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::street::{SeedFiles, parse};
    use model::time::TimeMs;

    #[test]
    fn the_sample_street_walks_to_its_stations() {
        let files = SeedFiles::sample();
        let seed = parse(&files, TimeMs(1_795_276_800_000)).expect("a clean street");
        let network = network_of(files.map().expect("a map")).expect("a network");
        let estates = &seed.street.estates;
        let walks = walks(&network, estates, &seed.facilities).expect("walks");
        for estate in estates {
            let mine = walks.iter().filter(|walk| walk.estate == estate.id);
            let nearest = mine.map(|walk| walk.minutes).min();
            assert!(
                nearest.is_some_and(|minutes| (1..=45).contains(&minutes)),
                "{}: {nearest:?}",
                estate.name
            );
        }
    }

    /// What 代办 shows is walked, not flown.
    #[test]
    fn no_station_is_nearer_on_foot_than_by_air() {
        let files = SeedFiles::sample();
        let seed = parse(&files, TimeMs(1_795_276_800_000)).expect("a clean street");
        let network = network_of(files.map().expect("a map")).expect("a network");
        let walks = walks(&network, &seed.street.estates, &seed.facilities).expect("walks");
        assert!(!walks.is_empty());
        for walk in &walks {
            let mut estates = seed.street.estates.iter();
            let estate = estates.find(|estate| estate.id == walk.estate);
            let mut stations = seed.facilities.iter();
            let station = stations.find(|station| station.id == walk.station);
            let (from, to) = estate.zip(station).expect("both are of the street");
            let straight = to_circle(from.entrance).metres_to(to_circle(to.at));
            let seconds = straight / (f64::from(Profile::OLDER.speed_mm_s) / 1000.0);
            assert!(f64::from(walk.minutes) * 60.0 >= seconds, "{walk:?}");
        }
    }

    #[test]
    fn what_is_no_map_says_so() {
        assert!(matches!(network_of(b"no map"), Err(Error::Extract(_))));
        assert!(matches!(walks("zz", &[], &[]), Err(Error::Hex(_))));
        assert!(matches!(walks("00", &[], &[]), Err(Error::Network(_))));
    }
}
