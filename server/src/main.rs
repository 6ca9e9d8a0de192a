//! `yikezhong`: the command line.

use anyhow::{Context, Result, anyhow, bail};
use clap::Parser;
use model::area::{Role, Staff};
use model::id::{AreaId, StaffId};
use server::boot;
use server::clock::Clock;
use server::config::{
    ApiKeyAdd, ApiKeyArgs, ApiKeyCommand, ApiKeyRemove, Cli, Command, Import, ImportFacilities,
    ImportFile, ImportPart, Keep, RotateKey, Serve, StaffAdd, StaffArgs, StaffCommand, StaffPin,
    TabletArgs, TabletCommand, TabletEnd,
};
use server::open311::REPORT_SCOPE;
use server::ops;
use server::store::ApiKey;
use server::street::SeedFiles;
use server::street::facility_table::{FacilityTable, RowFault};
use server::street::from_osm::{self, Found};
use server::telemetry;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Fewer characters are guessed too soon; NIST SP 800-63B asks for eight at least.
const PASSWORD_MIN: usize = 8;

/// So many threads at least: one that reads a slow disk leaves others (decision 0079).
const THREADS: usize = 4;

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(THREADS))
        .enable_all()
        .build();
    let done = runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("yikezhong: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(options) => serve(*options).await,
        Command::Import(options) => import(options).await,
        Command::Staff(StaffArgs { command }) => match command {
            StaffCommand::Add(options) => add_staff(options).await,
            StaffCommand::Pin(options) => set_pin(options).await,
            StaffCommand::Hours(options) => print(&ops::hours(&options).await?),
        },
        Command::Tablet(TabletArgs { command }) => match command {
            TabletCommand::List(keep) => print(&ops::list_tablets(&keep).await?),
            TabletCommand::End(options) => end_tablet(options).await,
        },
        Command::Apikey(ApiKeyArgs { command }) => match command {
            ApiKeyCommand::Add(options) => add_api_key(options).await,
            ApiKeyCommand::List(keep) => list_api_keys(keep).await,
            ApiKeyCommand::Remove(options) => remove_api_key(options).await,
        },
        Command::Circle(args) => server::circle_cli::run(&args),
        Command::Verify(keep) => verify(keep).await,
        Command::Migrate(options) => say(ops::migrate(&options).await?),
        Command::Backup(options) => say(ops::backup(&options).await?),
        Command::Restore(options) => say(ops::restore(&options).await?),
        Command::Export(options) => say(format!("{} cases", ops::export(&options).await?)),
        Command::Erase(options) => say(format!("{} cases erased", ops::forget(&options).await?)),
        Command::RotateKey(options) => rotate_key(&options).await,
    }
}

async fn serve(options: Serve) -> Result<()> {
    let telemetry = telemetry::start(options.log_json, &options.traces)?;
    log_panics();
    server::http::recorder();
    let served = server::serve::serve(&options, stop_signal()).await;
    telemetry.finish().await;
    Ok(served?)
}

/// A panic of one request is one line of the log like any other, with the request's id.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, "a panic: {}", panic.payload_as_str().unwrap_or("?"));
    }));
}

/// Resolves at SIGTERM or Ctrl-C.
async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = interrupt.await;
        }
    }
}

async fn import(options: Import) -> Result<()> {
    match (options.part, options.folder) {
        (Some(ImportPart::Network(part)), _) => import_network(part).await,
        (Some(ImportPart::Facilities(part)), _) => import_facilities(part).await,
        (None, Some(folder)) => import_street(&folder, &options.keep).await,
        (None, None) => bail!("a folder with the street's files is needed"),
    }
}

async fn import_network(options: ImportFile) -> Result<()> {
    let name = options.file.display().to_string();
    let extract = std::fs::read(&options.file).with_context(|| name.clone())?;
    let map = boot::StreetMap::of(&extract).with_context(|| name.clone())?;
    let store = boot::open_store(&options.keep).await?;
    let change = boot::Change::Map(map);
    let amended = boot::amend(&store, change, options.dry_run, Clock::Machine.now()).await;
    store.close().await;
    let amended = amended?;
    let off = &amended.off_map;
    println!(
        "{name}: {} edges of footway{}",
        amended.edges,
        settled(&amended)
    );
    for name in off {
        println!("  no footway within 250 m of {name}");
    }
    Ok(())
}

async fn import_facilities(options: ImportFacilities) -> Result<()> {
    let ImportFacilities {
        table: options,
        fill_from,
    } = options;
    let name = options.file.display().to_string();
    let bytes = std::fs::read(&options.file).with_context(|| name.clone())?;
    let mut table = FacilityTable::read(&bytes).map_err(|faults| in_file(&name, &faults))?;
    let filled = match &fill_from {
        Some(map) => Some(table.fill(&facilities_of_map(map)?)),
        None => None,
    };
    let origins = table.origins.clone();
    let store = boot::open_store(&options.keep).await?;
    let change = boot::Change::Facilities(table.text);
    let amended = boot::amend(&store, change, options.dry_run, Clock::Machine.now()).await;
    store.close().await;
    let amended = match amended {
        Err(boot::Error::Faults(faults)) => {
            let faults: Vec<RowFault> = faults.iter().map(|f| origins.fault(f)).collect();
            return Err(in_file(&name, &faults));
        }
        other => other?,
    };
    println!(
        "{name}: {} facilities{}",
        amended.seed.facilities.len(),
        settled(&amended)
    );
    if let Some(filled) = filled {
        println!("  {filled} of them from the map, of types that the table has no row of");
    }
    for name in &amended.off_map {
        println!("  no footway within 250 m of {name}");
    }
    Ok(())
}

fn facilities_of_map(map: &Path) -> Result<Found> {
    let name = map.display().to_string();
    let extract = std::fs::read(map).with_context(|| name.clone())?;
    from_osm::facilities_of(&extract, None).context(name)
}

/// Every fault on a line of its own, as editors jump to them.
fn in_file(name: &str, faults: &[RowFault]) -> anyhow::Error {
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| format!("{name}:{fault}"))
        .collect();
    anyhow!(
        "nothing was changed; {} faults:\n{}",
        faults.len(),
        lines.join("\n")
    )
}

fn settled(amended: &boot::Amended) -> String {
    match amended.version {
        Some(version) => format!(" (version {version})"),
        None => " (checked; nothing was changed)".to_owned(),
    }
}

async fn import_street(folder: &Path, keep: &Keep) -> Result<()> {
    let files = SeedFiles::read_dir(folder)?;
    let store = boot::open_store(keep).await?;
    let (seed, version) = boot::import(&store, &files, Clock::Machine.now()).await?;
    store.close().await;
    println!(
        "{}: {} areas, {} estates, {} matters, {} categories, {} facilities, {} staff (version {version})",
        seed.street.name,
        seed.street.areas.len(),
        seed.street.estates.len(),
        seed.matters.len(),
        seed.categories.len(),
        seed.facilities.len(),
        seed.staff.len(),
    );
    Ok(())
}

async fn add_staff(options: StaffAdd) -> Result<()> {
    let staff = Staff {
        id: StaffId::parse(&options.id).context("the sign-in name")?,
        name: options.name.trim().to_owned(),
        role: role(&options.role)?,
        area: AreaId::parse(&options.area).context("the area")?,
        phone: options.phone.clone(),
    };
    let store = boot::open_store(&options.keep).await?;
    let now = Clock::Machine.now();
    let street = boot::load(&store, now).await?;
    if street.area(&staff.area).is_none() {
        bail!("the street has no area `{}`", staff.area);
    }
    let password = match options.password {
        Some(password) => password,
        None => read_secret("password")?,
    };
    if password.chars().count() < PASSWORD_MIN {
        bail!("a password has at least {PASSWORD_MIN} characters");
    }
    let hash = server::auth::hash_now(&password)?;
    store.upsert_staff(&staff, now).await?;
    store.set_password_hash(&staff.id, &hash).await?;
    store.close().await;
    println!("{} can sign in", staff.id);
    Ok(())
}

fn role(name: &str) -> Result<Role> {
    let value = serde_json::Value::String(name.to_owned());
    serde_json::from_value(value)
        .map_err(|_| anyhow!("a role is window, grid, department, supervisor or volunteer"))
}

async fn set_pin(options: StaffPin) -> Result<()> {
    let pin = match options.pin.clone() {
        Some(pin) => pin,
        None => read_secret("PIN")?,
    };
    ops::set_pin(&options, &pin).await?;
    say(format!("{} can begin a shift", options.id))
}

async fn end_tablet(options: TabletEnd) -> Result<()> {
    ops::end_tablet(&options).await?;
    say("it is a shared tablet no more")
}

/// A table as it is: it ends its lines itself.
fn print(table: &str) -> Result<()> {
    print!("{table}");
    Ok(())
}

/// A secret from standard input. On a terminal it is seen while it is typed: whoever minds sends
/// it through a pipe.
fn read_secret(what: &str) -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        print!("{what}: ");
        std::io::stdout().flush()?;
    }
    let mut line = String::new();
    input.lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn add_api_key(options: ApiKeyAdd) -> Result<()> {
    let name = options.name.trim();
    if name.is_empty() || name.len() > 60 || name.contains(char::is_whitespace) {
        bail!("a name is one word of at most 60 bytes");
    }
    if options.scope != REPORT_SCOPE {
        bail!("there is one scope: {REPORT_SCOPE}");
    }
    if options.per_hour == 0 {
        bail!("a key that may do nothing is no key: --per-hour is at least 1");
    }
    let store = boot::open_store(&options.keep).await?;
    let key = server::keys::token();
    let new = ApiKey {
        name: name.to_owned(),
        scope: options.scope,
        per_hour: options.per_hour,
        at: Clock::Machine.now(),
    };
    let added = store.add_api_key(&new, &key).await?;
    store.close().await;
    if !added {
        bail!("`{name}` has a key: remove it first, or choose another name");
    }
    println!("{key}");
    eprintln!("this is the api_key of {name}; it is shown this once");
    Ok(())
}

async fn list_api_keys(keep: Keep) -> Result<()> {
    let store = boot::open_store(&keep).await?;
    for key in store.api_keys().await? {
        let since = key.at.china_date();
        println!("{}\t{}\t{}/h\t{since}", key.name, key.scope, key.per_hour);
    }
    store.close().await;
    Ok(())
}

async fn remove_api_key(options: ApiKeyRemove) -> Result<()> {
    let store = boot::open_store(&options.keep).await?;
    let removed = store.remove_api_key(options.name.trim()).await?;
    store.close().await;
    if !removed {
        bail!("there is no key of `{}`", options.name);
    }
    println!("the key of {} is ended", options.name.trim());
    Ok(())
}

/// Checks all that is kept; fails where something is not as it was written.
async fn verify(keep: Keep) -> Result<()> {
    let store = boot::open_store(&keep).await?;
    let photos = boot::open_photos(&keep, &store)?;
    let verified = ops::verify(&store, &photos).await?;
    store.close().await;
    println!("{verified}");
    verified.or_fail().map(drop)
}

async fn rotate_key(options: &RotateKey) -> Result<()> {
    let (cases, before) = ops::rotate_key(options).await?;
    println!("{cases} cases are sealed by the new master key: back it up apart from the database");
    println!("backups from before need {}", before.display());
    Ok(())
}

fn say(what: impl std::fmt::Display) -> Result<()> {
    println!("{what}");
    Ok(())
}
