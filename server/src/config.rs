//! The command line. Every flag has an environment variable; every setting has a default that works.

use crate::telemetry::TraceArgs;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// 一刻钟: the resident portal of a sub-district.
#[derive(Debug, Parser)]
#[command(name = "yikezhong", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the app and its API.
    Serve(Box<Serve>),
    /// Check the files of a street in a folder and take them in.
    Import(Import),
    /// Manage those who sign in.
    Staff(StaffArgs),
    /// Manage shared tablets.
    Tablet(TabletArgs),
    /// Manage keys of other systems that hand cases in (Open311).
    Apikey(ApiKeyArgs),
    /// Build a walking network from a map and ask it questions.
    Circle(crate::circle_cli::CircleArgs),
    /// Walk the hash chain of every case and compare every photo with its digest.
    Verify(Keep),
    /// Bring the database to this version's tables, or move everything to another place.
    Migrate(Migrate),
    /// Copy everything but the master key into a new folder, while serving.
    Backup(Backup),
    /// Fill an empty data folder or database from a backup.
    Restore(Restore),
    /// Hand out all that is kept about one person.
    Export(Export),
    /// Forget a person: closed cases keep their numbers and nothing personal.
    Erase(Erase),
    /// Change the master key; no server may run meanwhile.
    RotateKey(RotateKey),
}

/// `yikezhong migrate`.
#[derive(Clone, Debug, Args)]
pub struct Migrate {
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
    /// Copy the database into this empty one (`postgres://…`), and check it there.
    #[arg(long, env = "YIKEZHONG_TO_DATABASE_URL", hide_env_values = true)]
    pub to_database_url: Option<String>,
    /// Copy the photos into this object store (`s3://bucket/prefix`), and check them there.
    #[arg(long, env = "YIKEZHONG_TO_PHOTO_STORE_URL", hide_env_values = true)]
    pub to_photo_store_url: Option<String>,
}

/// `yikezhong backup`.
#[derive(Clone, Debug, Args)]
pub struct Backup {
    /// A folder that is not there yet.
    pub to: PathBuf,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong restore`.
#[derive(Clone, Debug, Args)]
pub struct Restore {
    /// The folder `yikezhong backup` made.
    pub from: PathBuf,
    /// Where things are to be kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// Whose data.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// The case of this receipt number.
    #[arg(long)]
    pub receipt: Option<String>,
    /// Every case this telephone number was left with.
    #[arg(long)]
    pub phone: Option<String>,
}

/// `yikezhong export`.
#[derive(Clone, Debug, Args)]
pub struct Export {
    /// Whose.
    #[command(flatten)]
    pub whose: Whose,
    /// A new folder for `cases.json` and the photos.
    #[arg(long)]
    pub to: PathBuf,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong erase`.
#[derive(Clone, Debug, Args)]
pub struct Erase {
    /// Whose.
    #[command(flatten)]
    pub whose: Whose,
    /// Who answers for it: a sign-in name. It is noted at each case.
    #[arg(long)]
    pub by: String,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong rotate-key`.
#[derive(Clone, Debug, Args)]
pub struct RotateKey {
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// Where things are kept.
#[derive(Clone, Debug, Args)]
pub struct Keep {
    /// The folder of everything that is kept: database, photos, keys.
    #[arg(long, env = "YIKEZHONG_DATA", default_value = ".run/data")]
    pub data: PathBuf,
    /// A PostgreSQL database instead of the folder's SQLite file.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// An object store for photos (`s3://bucket/prefix`) instead of the folder.
    #[arg(long, env = "PHOTO_STORE_URL", hide_env_values = true)]
    pub photo_store_url: Option<String>,
}

/// `yikezhong serve`.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
    /// Address and port to listen on.
    #[arg(long, env = "YIKEZHONG_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Fill an empty data folder with the invented sample street and its staff.
    #[arg(long, env = "YIKEZHONG_SAMPLE")]
    pub sample: bool,
    /// Password of the sample staff; made up and printed where it is not given.
    #[arg(long, env = "YIKEZHONG_SAMPLE_PASSWORD", hide_env_values = true)]
    pub sample_password: Option<String>,
    /// PIN of the sample's volunteer on a shared tablet; made up and printed where it is not given.
    #[arg(long, env = "YIKEZHONG_SAMPLE_PIN", hide_env_values = true)]
    pub sample_pin: Option<String>,
    /// The built app; `./dist`, then `dist` beside the program, where it is not given.
    #[arg(long, env = "YIKEZHONG_DIST")]
    pub dist: Option<PathBuf>,
    /// How browsers reach this server; https makes cookies Secure.
    #[arg(long, env = "YIKEZHONG_PUBLIC_URL")]
    pub public_url: Option<Url>,
    /// Serve plain http to more than this machine: cameras and sign-in are then not protected.
    #[arg(long, env = "YIKEZHONG_INSECURE_LAN")]
    pub insecure_lan: bool,
    /// Certificate chain (PEM).
    #[arg(long, env = "YIKEZHONG_TLS_CERT", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key (PEM).
    #[arg(long, env = "YIKEZHONG_TLS_KEY", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// A reverse proxy stands in front: the caller's address is the last of `X-Forwarded-For`.
    #[arg(long, env = "YIKEZHONG_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Whoever reads `/metrics` sends this as `Authorization: Bearer …`; without it only this
    /// machine may read them.
    #[arg(long, env = "YIKEZHONG_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Where messages for staff and residents go (SMS, work chat): a webhook as Standard Webhooks
    /// describes it. Without it nobody is told outside the pages.
    #[arg(
        long,
        env = "YIKEZHONG_NOTIFY_URL",
        hide_env_values = true,
        requires = "notify_secret"
    )]
    pub notify_url: Option<Url>,
    /// What those messages are signed with: `whsec_` and base64, or any text.
    #[arg(long, env = "YIKEZHONG_NOTIFY_SECRET", hide_env_values = true)]
    pub notify_secret: Option<String>,
    /// How often one may do what could be abused.
    #[command(flatten)]
    pub limits: Limits,
    /// Tiles for the map.
    #[command(flatten)]
    pub tiles: TileArgs,
    /// Traces.
    #[command(flatten)]
    pub traces: TraceArgs,
    /// Log as JSON lines.
    #[arg(long, env = "YIKEZHONG_LOG_JSON")]
    pub log_json: bool,
}

/// Tiles from elsewhere for the map, over the street's own ground. The map works without.
#[derive(Clone, Debug, Default, Args)]
pub struct TileArgs {
    /// Address with {x}, {y}, {z} and perhaps {s}; several, lowest first, with spaces between.
    /// Tianditu: `https://t{s}.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=KEY`, then
    /// the same with `T=cva_w` for its names.
    #[arg(
        long,
        env = "YIKEZHONG_TILE_URL",
        hide_env_values = true,
        value_delimiter = ' '
    )]
    pub tile_url: Vec<String>,
    /// What {s} stands for, a character each.
    #[arg(long, env = "YIKEZHONG_TILE_SUBDOMAINS", default_value = "01234567")]
    pub tile_subdomains: String,
    /// They are drawn in GCJ-02 and are shifted back. Tianditu's are not.
    #[arg(long, env = "YIKEZHONG_TILE_GCJ02")]
    pub tile_gcj02: bool,
    /// The closest zoom at which they exist.
    #[arg(long, env = "YIKEZHONG_TILE_MAX_ZOOM", default_value_t = 18)]
    pub tile_max_zoom: u8,
    /// Whose they are, as it is shown under the map.
    #[arg(long, env = "YIKEZHONG_TILE_CREDIT")]
    pub tile_credit: Option<String>,
}

/// How often one may do what could be abused. 0 is no limit.
#[derive(Clone, Debug, Args)]
pub struct Limits {
    /// Look-ups of one receipt number from one address, an hour.
    #[arg(long, env = "YIKEZHONG_TRACK_RECEIPT_PER_HOUR", default_value_t = 10)]
    pub track_receipt_per_hour: u32,
    /// Look-ups from one address, an hour.
    #[arg(long, env = "YIKEZHONG_TRACK_ADDRESS_PER_HOUR", default_value_t = 30)]
    pub track_address_per_hour: u32,
    /// Wrong last four digits for one receipt number from all addresses together, a day: at 20,
    /// trying all ten thousand takes more than a year.
    #[arg(long, env = "YIKEZHONG_TRACK_WRONG_PER_DAY", default_value_t = 20)]
    pub track_wrong_per_day: u32,
    /// Cases handed in from one address, an hour; a carrier may have put a whole street behind one.
    #[arg(long, env = "YIKEZHONG_SUBMIT_PER_HOUR", default_value_t = 120)]
    pub submit_per_hour: u32,
    /// Cases handed in from all addresses together, an hour: for the day of an attack from many.
    #[arg(long, env = "YIKEZHONG_SUBMIT_ALL_PER_HOUR", default_value_t = 0)]
    pub submit_all_per_hour: u32,
    /// Photos uploaded from one address, an hour.
    #[arg(long, env = "YIKEZHONG_PHOTOS_PER_HOUR", default_value_t = 300)]
    pub photos_per_hour: u32,
    /// Attempts to sign in from one address, an hour.
    #[arg(long, env = "YIKEZHONG_SIGN_IN_PER_HOUR", default_value_t = 60)]
    pub sign_in_per_hour: u32,
    /// Voices (我也遇到了) and new followers from one address, an hour.
    #[arg(long, env = "YIKEZHONG_VOICES_PER_HOUR", default_value_t = 60)]
    pub voices_per_hour: u32,
    /// Voices for one case from one address, a day: a household shares an address, a crowd does not.
    #[arg(long, env = "YIKEZHONG_VOICES_OF_CASE_PER_DAY", default_value_t = 6)]
    pub voices_of_case_per_day: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            track_receipt_per_hour: 10,
            track_address_per_hour: 30,
            track_wrong_per_day: 20,
            submit_per_hour: 120,
            submit_all_per_hour: 0,
            photos_per_hour: 300,
            sign_in_per_hour: 60,
            voices_per_hour: 60,
            voices_of_case_per_day: 6,
        }
    }
}

/// `yikezhong import`: a whole street, or one part of the street that is there.
#[derive(Clone, Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    /// The folder with the street's files, and `map.osm.pbf` if walking times are wanted.
    /// (A folder called `network` or `facilities` is written `./network`.)
    #[arg(required = true)]
    pub folder: Option<PathBuf>,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
    /// The part, where not all of it is meant.
    #[command(subcommand)]
    pub part: Option<ImportPart>,
}

/// A part of a street that is replaced alone; a server that runs takes it up by itself.
#[derive(Clone, Debug, Subcommand)]
pub enum ImportPart {
    /// Puts the footways and the ground of an OpenStreetMap extract in the place of the old ones.
    Network(ImportFile),
    /// Puts a table of facilities (CSV or GeoJSON) in the place of the old one.
    Facilities(ImportFacilities),
}

/// What `yikezhong import facilities` takes.
#[derive(Clone, Debug, Args)]
pub struct ImportFacilities {
    /// The table.
    #[command(flatten)]
    pub table: ImportFile,
    /// Take the types that the table has no row of from an OpenStreetMap extract (`.osm.pbf`,
    /// `.osm`, `.osm.gz`).
    #[arg(long, value_name = "EXTRACT")]
    pub fill_from: Option<PathBuf>,
}

/// What `yikezhong import network` and `… facilities` take.
#[derive(Clone, Debug, Args)]
pub struct ImportFile {
    /// The extract (`.osm.pbf`) or the table (CSV, GeoJSON).
    pub file: PathBuf,
    /// Check the file and say what it holds; change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong staff`.
#[derive(Clone, Debug, Args)]
pub struct StaffArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: StaffCommand,
}

/// What can be done with staff.
#[derive(Clone, Debug, Subcommand)]
pub enum StaffCommand {
    /// Add a member of staff, or give one new particulars; asks for the password on standard input.
    Add(StaffAdd),
    /// Give a volunteer the PIN that begins a shift on a shared tablet; asks for it on standard
    /// input. Shifts of theirs that run end.
    Pin(StaffPin),
    /// Volunteers' hours as CSV: a line for each shift.
    Hours(StaffHours),
}

/// `yikezhong staff pin`.
#[derive(Clone, Debug, Args)]
pub struct StaffPin {
    /// Sign-in name of the volunteer.
    pub id: String,
    /// The PIN, for scripts; else it is read from standard input.
    #[arg(long, env = "YIKEZHONG_STAFF_PIN", hide_env_values = true)]
    pub pin: Option<String>,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong staff hours`.
#[derive(Clone, Debug, Args)]
pub struct StaffHours {
    /// The first day, as 2026-11-01.
    #[arg(long)]
    pub from: String,
    /// The last day.
    #[arg(long)]
    pub to: String,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong tablet`.
#[derive(Clone, Debug, Args)]
pub struct TabletArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: TabletCommand,
}

/// What can be done with shared tablets. They are made on the spot, at `/assist`.
#[derive(Clone, Debug, Subcommand)]
pub enum TabletCommand {
    /// List them: id, name, area, since when, until when.
    List(Keep),
    /// End one that was lost or is not needed any more: its browser opens nothing from then on.
    End(TabletEnd),
}

/// `yikezhong tablet end`.
#[derive(Clone, Debug, Args)]
pub struct TabletEnd {
    /// Its id, as `tablet list` shows it.
    pub id: String,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong staff add`.
#[derive(Clone, Debug, Args)]
pub struct StaffAdd {
    /// Sign-in name: a-z, 0-9, - and _.
    pub id: String,
    /// The name residents are told.
    #[arg(long)]
    pub name: String,
    /// window, grid, department, supervisor or volunteer.
    #[arg(long)]
    pub role: String,
    /// The area they serve, by its id.
    #[arg(long)]
    pub area: String,
    /// Their work telephone.
    #[arg(long)]
    pub phone: Option<String>,
    /// The password, for scripts; else it is read from standard input.
    #[arg(long, env = "YIKEZHONG_STAFF_PASSWORD", hide_env_values = true)]
    pub password: Option<String>,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong apikey`.
#[derive(Clone, Debug, Args)]
pub struct ApiKeyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ApiKeyCommand,
}

/// What can be done with keys.
#[derive(Clone, Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Make a key and print it: it is shown this once and kept nowhere.
    Add(ApiKeyAdd),
    /// Print whose keys there are, what they may do, and since when.
    List(Keep),
    /// End a key at once.
    Remove(ApiKeyRemove),
}

/// `yikezhong apikey add`.
#[derive(Clone, Debug, Args)]
pub struct ApiKeyAdd {
    /// Whose key it is; one word to find it by.
    pub name: String,
    /// What it may do: `report` hands cases in.
    #[arg(long, default_value = crate::open311::REPORT_SCOPE)]
    pub scope: String,
    /// Cases it may hand in in an hour.
    #[arg(long, default_value_t = 600)]
    pub per_hour: u32,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// `yikezhong apikey remove`.
#[derive(Clone, Debug, Args)]
pub struct ApiKeyRemove {
    /// Whose key.
    pub name: String,
    /// Where things are kept.
    #[command(flatten)]
    pub keep: Keep,
}

/// Why a way of serving is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Plain http beyond this machine.
    #[error(
        "{0} can be reached from other machines, and plain http would show them passwords and \
         answers: give --tls-cert and --tls-key, listen on 127.0.0.1 behind a proxy, or say \
         --insecure-lan"
    )]
    PlainHttp(SocketAddr),
}

impl Serve {
    /// Refuses plain http to other machines unless it was asked for.
    pub fn check(&self) -> Result<(), Refusal> {
        let safe = self.tls_cert.is_some() || self.listen.ip().is_loopback() || self.insecure_lan;
        if safe {
            Ok(())
        } else {
            Err(Refusal::PlainHttp(self.listen))
        }
    }

    /// Whether browsers come by https.
    pub fn is_https(&self) -> bool {
        match &self.public_url {
            Some(url) => url.scheme() == "https",
            None => self.tls_cert.is_some(),
        }
    }

    /// The folder of the built app; none where there is none.
    pub fn dist_folder(&self) -> Option<PathBuf> {
        let beside = || Some(std::env::current_exe().ok()?.parent()?.join("dist"));
        let candidates = match &self.dist {
            Some(folder) => vec![Some(folder.clone())],
            None => vec![Some(PathBuf::from("dist")), beside()],
        };
        let found = candidates.into_iter().flatten();
        found
            .into_iter()
            .find(|folder| folder.join("index.html").is_file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> Serve {
        let line = ["yikezhong", "serve"].iter().chain(arguments);
        match Cli::try_parse_from(line).expect("a command line").command {
            Command::Serve(serve) => *serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for (arguments, good) in [
            (&["--listen", "127.0.0.1:80"][..], true),
            (&["--listen", "[::1]:80"], true),
            (&["--listen", "0.0.0.0:80"], false),
            (&["--listen", "192.168.1.2:80"], false),
            (&["--listen", "0.0.0.0:80", "--insecure-lan"], true),
            (
                &[
                    "--listen",
                    "0.0.0.0:80",
                    "--tls-cert",
                    "a",
                    "--tls-key",
                    "b",
                ],
                true,
            ),
        ] {
            assert_eq!(serve(arguments).check().is_ok(), good, "{arguments:?}");
        }
    }

    #[test]
    fn the_public_address_decides_about_https() {
        for (arguments, https) in [
            (&[][..], false),
            (&["--public-url", "https://street.example"], true),
            (
                &[
                    "--public-url",
                    "http://street.example",
                    "--tls-cert",
                    "a",
                    "--tls-key",
                    "b",
                ],
                false,
            ),
            (&["--tls-cert", "a", "--tls-key", "b"], true),
        ] {
            assert_eq!(serve(arguments).is_https(), https, "{arguments:?}");
        }
    }

    #[test]
    fn defaults_are_those_of_the_command_line() {
        assert_eq!(
            format!("{:?}", serve(&[]).limits),
            format!("{:?}", Limits::default())
        );
    }
}
