//! The settings of an installation, in one struct. A flag wins over the environment, the environment over
//! `custodian.toml`, and whatever is left unsaid has a default that is safe for a first look.
//!
//! Passwords and keys never print: a [`Config`] may be logged or shown by `custodian config` as it stands.

mod given;

use std::{
    env, fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use chrono::Duration;
use chrono_tz::Tz;
use sqlx::postgres::PgConnectOptions;
use sqlx::types::ipnetwork::IpNetwork;

pub use given::Given;

/// Who hears complaints about privacy for the Secretary of Health and Human Services (45 CFR 160.306).
const CIVIL_RIGHTS: &str = "Office for Civil Rights, U.S. Department of Health and Human Services, 200 Independence Avenue SW, Washington, D.C. 20201; www.hhs.gov/ocr/complaints";

/// What is wrong with the settings, in words for whoever set them.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read the settings file {path}: {source}")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the settings file {path} is not valid: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("{setting} is not valid: {problem}")]
    Value { setting: &'static str, problem: String },
    #[error("there is no home folder to keep data in: set CUSTODIAN_DATA_DIR or --data-dir")]
    NoHome,
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    pub database: Database,
    /// How many database connections this process may hold.
    pub database_connections: u32,
    pub checkpoints: PathBuf,
    pub documents: Documents,
    pub key_file: PathBuf,
    pub listen: SocketAddr,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNetwork>,
    pub timezone: Tz,
    /// The `tracing` filter, as in `RUST_LOG`.
    pub log: String,
    pub sessions: SessionLimits,
    /// Failed sign-ins in a row that lock an account.
    pub lock_out_failures: u32,
    /// How long a break-the-glass grant lasts.
    pub glass: Duration,
    /// Bytes of the largest file that may be uploaded.
    pub largest_upload: u64,
    /// A program that looks at each uploaded file for malware; none looks when it isn't set.
    pub scan_command: Option<PathBuf>,
    /// The share of indexed scans that a second person checks, in per cent (DOC-15).
    pub scan_check_percent: u32,
    /// Somebody new at the indexing desk has every scan checked: days since their account, and their first documents (DOC-15).
    pub scan_check_new_days: u32,
    pub scan_check_first: u32,
    /// The privacy office as letters to patients name it (164.526(d)(1)(iv)); letters say that it is missing when it isn't set.
    pub privacy_contact: Option<String>,
    /// Where else a person may complain.
    pub complaints_to: String,
    /// Who must have a second factor.
    pub second_factor: SecondFactorRule,
    /// After so many days without a sign-in an account is disabled; never when none.
    pub dormant: Option<Duration>,
    /// Without it, a proxy speaks TLS.
    pub tls: Option<TlsFiles>,
    /// One JSON object a log line.
    pub log_json: bool,
    pub metrics_token: Option<Hidden>,
    pub traffic: TrafficLimits,
    pub stop: StopPatience,
    pub backups: Option<Backups>,
    pub downtime: Option<Downtime>,
    /// How far back a downtime copy reaches.
    pub downtime_days: u32,
}

/// Whose sign-in must have a second factor; anybody may set one up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorRule {
    Off,
    /// Roles that administer, release, or read the log (handbook 7.8).
    Privileged,
    All,
}

impl SecondFactorRule {
    pub fn word(self) -> &'static str {
        match self {
            SecondFactorRule::Off => "off",
            SecondFactorRule::Privileged => "privileged",
            SecondFactorRule::All => "all",
        }
    }
}

/// Downtime copies written by themselves.
#[derive(Clone, Debug)]
pub struct Downtime {
    pub folder: PathBuf,
    pub every: Duration,
}

/// The certificate chain and its key, as PEM.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// How much is too much. Nought is no limit.
#[derive(Clone, Copy, Debug)]
pub struct TrafficLimits {
    pub at_once: u32,
    pub address_per_second: u32,
    pub session_per_second: u32,
}

/// How a server that is told to stop takes its leave.
#[derive(Clone, Copy, Debug)]
pub struct StopPatience {
    /// Not ready any more, but still answering: the load balancer turns away meanwhile.
    pub drain: std::time::Duration,
    /// What requests under way get to finish.
    pub finish: std::time::Duration,
}

/// Backups made by themselves.
#[derive(Clone, Debug)]
pub struct Backups {
    pub folder: PathBuf,
    pub every: Duration,
    pub keep: u32,
}

/// Which PostgreSQL holds the records.
#[derive(Clone, Debug)]
pub enum Database {
    /// A private one under the data folder, started by whichever command comes first.
    Embedded { programs: Option<PathBuf> },
    /// One run by somebody else; without `owner`, its schema must be current already.
    External { app: DatabaseUrl, owner: Option<DatabaseUrl> },
}

/// Where the bytes of documents are kept.
#[derive(Clone, Debug)]
pub enum Documents {
    Folder(PathBuf),
    S3 {
        bucket: String,
        prefix: String,
        region: String,
        endpoint: Option<String>,
        access_key: Option<String>,
        secret_key: Option<Hidden>,
    },
}

/// When a session ends: 45 CFR 164.312(a)(2)(iii) asks for automatic log-off.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    pub idle: Duration,
    pub absolute: Duration,
    pub screen_lock: Duration,
}

/// The address of a database. Prints without its password.
#[derive(Clone)]
pub struct DatabaseUrl(Box<PgConnectOptions>);

impl DatabaseUrl {
    pub fn options(&self) -> PgConnectOptions {
        (*self.0).clone()
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, database) = (self.0.get_username(), self.0.get_database().unwrap_or_default());
        match self.0.get_socket() {
            Some(socket) => write!(f, "postgres://{user}@/{database}?host={}", socket.display()),
            None => write!(f, "postgres://{user}@{}:{}/{database}", self.0.get_host(), self.0.get_port()),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A secret setting. Prints as `(hidden)`; [`Hidden::reveal`] is where it is used.
#[derive(Clone)]
pub struct Hidden(String);

impl Hidden {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl Config {
    /// Joins what was given with the settings file and the defaults.
    pub fn load(given: Given) -> Result<Self, ConfigError> {
        let file = match &given.config {
            Some(path) => Some(path.clone()),
            None => {
                ["custodian.toml", "/etc/custodian/custodian.toml"].map(PathBuf::from).into_iter().find(|p| p.exists())
            }
        };
        let from_file = file.as_deref().map(Given::read).transpose()?.unwrap_or_default();
        Self::resolve(given.over(from_file))
    }

    fn resolve(given: Given) -> Result<Self, ConfigError> {
        let data_dir = match &given.data_dir {
            Some(folder) => std::path::absolute(folder).map_err(|e| invalid("CUSTODIAN_DATA_DIR", e))?,
            None => default_data_dir().ok_or(ConfigError::NoHome)?,
        };
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let sessions = SessionLimits {
            idle: Duration::minutes(given.session_idle_minutes.unwrap_or(30).into()),
            absolute: Duration::hours(given.session_hours.unwrap_or(12).into()),
            screen_lock: Duration::minutes(given.screen_lock_minutes.unwrap_or(15).into()),
        };
        Ok(Self {
            database: database(&given)?,
            database_connections: at_least_one("CUSTODIAN_DATABASE_CONNECTIONS", given.database_connections, 16)?,
            checkpoints: given.checkpoints.clone().unwrap_or_else(|| data_dir.join("checkpoints")),
            documents: documents(&given, &data_dir)?,
            key_file: given.key_file.clone().unwrap_or_else(|| data_dir.join("key")),
            listen: listen
                .parse()
                .map_err(|_| invalid("CUSTODIAN_LISTEN", "expected address:port, as in 127.0.0.1:8080"))?,
            trusted_proxies: networks(given.trusted_proxies.as_deref().unwrap_or_default())?,
            timezone: timezone(given.timezone.as_deref())?,
            log: given.log.unwrap_or_else(|| "info".into()),
            sessions: sensible(sessions)?,
            lock_out_failures: at_least_one("CUSTODIAN_LOCK_OUT_FAILURES", given.lock_out_failures, 10)?,
            glass: Duration::minutes(at_least_one("CUSTODIAN_GLASS_MINUTES", given.glass_minutes, 60)?.into()),
            largest_upload: upload_limit(given.largest_upload_megabytes)?,
            scan_command: given.scan_command.clone(),
            scan_check_percent: given.scan_check_percent.unwrap_or(10).min(100),
            scan_check_new_days: given.scan_check_new_days.unwrap_or(30),
            scan_check_first: given.scan_check_first.unwrap_or(50),
            privacy_contact: given.privacy_contact.clone(),
            complaints_to: given.complaints_to.clone().unwrap_or_else(|| CIVIL_RIGHTS.into()),
            second_factor: second_factor(given.second_factor.as_deref())?,
            dormant: Some(given.dormant_days.unwrap_or(45))
                .filter(|days| *days > 0)
                .map(|days| Duration::days(days.into())),
            tls: tls(given.tls_cert, given.tls_key)?,
            log_json: log_json(given.log_format.as_deref())?,
            metrics_token: given.metrics_token.map(Hidden),
            traffic: TrafficLimits {
                at_once: at_least_one("CUSTODIAN_REQUESTS_AT_ONCE", given.requests_at_once, 256)?,
                address_per_second: given.address_requests.unwrap_or(100),
                session_per_second: given.session_requests.unwrap_or(20),
            },
            stop: StopPatience {
                drain: std::time::Duration::from_secs(given.drain_seconds.unwrap_or(0).into()),
                finish: std::time::Duration::from_secs(given.shutdown_seconds.unwrap_or(30).into()),
            },
            downtime: downtime(given.downtime_dir, given.downtime_minutes)?,
            downtime_days: at_least_one("CUSTODIAN_DOWNTIME_DAYS", given.downtime_days, 30)?,
            backups: backups(given.backup_dir, given.backup_hours, given.backup_keep)?,
            data_dir,
        })
    }

    /// Every setting with its value, secrets hidden, in the order of the documentation.
    pub fn shown(&self) -> Vec<(&'static str, String)> {
        let (database_url, owner_url) = match &self.database {
            Database::Embedded { .. } => ("(private database in the data folder)".into(), "(not needed)".into()),
            Database::External { app, owner } => {
                (app.to_string(), owner.as_ref().map_or("(none: migrations are not run)".into(), ToString::to_string))
            }
        };
        let programs = match &self.database {
            Database::Embedded { programs: Some(folder) } => folder.display().to_string(),
            _ => "(searched)".into(),
        };
        vec![
            ("data_dir", self.data_dir.display().to_string()),
            ("database_url", database_url),
            ("owner_url", owner_url),
            ("database_connections", self.database_connections.to_string()),
            ("pg_bin", programs),
            ("checkpoints", self.checkpoints.display().to_string()),
            ("documents", self.documents.to_string()),
            ("key_file", self.key_file.display().to_string()),
            ("listen", self.listen.to_string()),
            ("trusted_proxies", self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
            ("timezone", self.timezone.to_string()),
            ("log", self.log.clone()),
            ("session_idle_minutes", self.sessions.idle.num_minutes().to_string()),
            ("session_hours", self.sessions.absolute.num_hours().to_string()),
            ("screen_lock_minutes", self.sessions.screen_lock.num_minutes().to_string()),
            ("lock_out_failures", self.lock_out_failures.to_string()),
            ("glass_minutes", self.glass.num_minutes().to_string()),
            ("largest_upload_megabytes", (self.largest_upload / MEGABYTE).to_string()),
            (
                "scan_command",
                self.scan_command
                    .as_ref()
                    .map_or("(none: files are not scanned for malware)".into(), |p| p.display().to_string()),
            ),
            ("scan_check_percent", self.scan_check_percent.to_string()),
            ("scan_check_new_days", self.scan_check_new_days.to_string()),
            ("scan_check_first", self.scan_check_first.to_string()),
            (
                "privacy_contact",
                self.privacy_contact.clone().unwrap_or_else(|| "(none: letters lack whom to write to)".into()),
            ),
            ("complaints_to", self.complaints_to.clone()),
            ("second_factor", self.second_factor.word().to_string()),
            ("dormant_days", self.dormant.map_or(0, |after| after.num_days()).to_string()),
            (
                "tls_cert",
                self.tls.as_ref().map_or("(none: a proxy speaks TLS)".into(), |tls| tls.cert.display().to_string()),
            ),
            ("tls_key", self.tls.as_ref().map_or("(none)".into(), |tls| tls.key.display().to_string())),
            ("log_format", if self.log_json { "json" } else { "text" }.into()),
            (
                "metrics_token",
                if self.metrics_token.is_some() { "(hidden)" } else { "(none: this machine only)" }.into(),
            ),
            ("requests_at_once", self.traffic.at_once.to_string()),
            ("address_requests", self.traffic.address_per_second.to_string()),
            ("session_requests", self.traffic.session_per_second.to_string()),
            ("drain_seconds", self.stop.drain.as_secs().to_string()),
            ("shutdown_seconds", self.stop.finish.as_secs().to_string()),
            (
                "backup_dir",
                self.backups.as_ref().map_or("(none: none are made)".into(), |own| own.folder.display().to_string()),
            ),
            ("backup_hours", self.backups.as_ref().map_or(24, |own| own.every.num_hours()).to_string()),
            (
                "downtime_dir",
                self.downtime
                    .as_ref()
                    .map_or("(none: none are written)".into(), |own| own.folder.display().to_string()),
            ),
            ("downtime_minutes", self.downtime.as_ref().map_or(60, |own| own.every.num_minutes()).to_string()),
            ("downtime_days", self.downtime_days.to_string()),
            ("backup_keep", self.backups.as_ref().map_or(14, |own| own.keep).to_string()),
        ]
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().iter().try_for_each(|(name, value)| writeln!(f, "{name:<21} {value}"))
    }
}

impl fmt::Display for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Documents::Folder(folder) => folder.display().fmt(f),
            Documents::S3 { bucket, prefix, region, endpoint, secret_key, .. } => {
                write!(f, "s3://{bucket}/{prefix} in {region}")?;
                endpoint.as_ref().map_or(Ok(()), |address| write!(f, " at {address}"))?;
                f.write_str(if secret_key.is_some() { ", key hidden" } else { ", the machine's role" })
            }
        }
    }
}

/// Where data goes when nobody says: the system's place for root, the person's own for anyone else.
pub fn default_data_dir() -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some("/var/lib/custodian".into());
    }
    let home = env::var_os("HOME").filter(|home| !home.is_empty())?;
    Some(Path::new(&home).join(".local/share/custodian"))
}

fn database(given: &Given) -> Result<Database, ConfigError> {
    let address = |setting: &'static str, text: &str| match text.parse::<PgConnectOptions>() {
        Ok(options) => Ok(DatabaseUrl(Box::new(options))),
        Err(_) => Err(invalid(setting, "expected postgres://user:password@host:port/database")),
    };
    let owner = given.owner_url.as_deref().map(|text| address("CUSTODIAN_OWNER_URL", text)).transpose()?;
    match given.database_url.as_deref() {
        Some(text) => Ok(Database::External { app: address("DATABASE_URL", text)?, owner }),
        None if owner.is_some() => Err(invalid("CUSTODIAN_OWNER_URL", "it needs DATABASE_URL beside it")),
        None => Ok(Database::Embedded { programs: given.pg_bin.clone() }),
    }
}

fn documents(given: &Given, data_dir: &Path) -> Result<Documents, ConfigError> {
    let place = given.documents.as_deref().unwrap_or("file");
    let Some(rest) = place.strip_prefix("s3://") else {
        return Ok(Documents::Folder(match place.strip_prefix("file://").unwrap_or(place) {
            "file" => data_dir.join("documents"),
            folder => PathBuf::from(folder),
        }));
    };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(invalid("CUSTODIAN_DOCUMENTS", "expected s3://bucket/prefix"));
    }
    if given.s3_access_key.is_some() != given.s3_secret_key.is_some() {
        return Err(invalid("CUSTODIAN_S3_ACCESS_KEY", "the access key and the secret key go together"));
    }
    Ok(Documents::S3 {
        bucket: bucket.into(),
        prefix: prefix.trim_matches('/').into(),
        region: given.s3_region.clone().unwrap_or_else(|| "us-east-1".into()),
        endpoint: given.s3_endpoint.clone(),
        access_key: given.s3_access_key.clone(),
        secret_key: given.s3_secret_key.clone().map(Hidden),
    })
}

/// As pages write sizes: the limit that is set is the limit that is shown.
const MEGABYTE: u64 = 1_000_000;

/// The document store takes no more than 256 MB, whatever is set.
fn upload_limit(given: Option<u32>) -> Result<u64, ConfigError> {
    match given.unwrap_or(50) {
        megabytes @ 1..=256 => Ok(u64::from(megabytes) * MEGABYTE),
        _ => Err(invalid("CUSTODIAN_LARGEST_UPLOAD_MEGABYTES", "it must be from 1 to 256")),
    }
}

fn timezone(given: Option<&str>) -> Result<Tz, ConfigError> {
    match given {
        Some(name) => {
            name.parse().map_err(|_| invalid("CUSTODIAN_TIMEZONE", "expected a name such as America/Chicago"))
        }
        // A machine without a readable zone is nearly always a container, and those run on UTC.
        None => Ok(iana_time_zone::get_timezone().ok().and_then(|name| name.parse().ok()).unwrap_or(Tz::UTC)),
    }
}

fn networks(given: &str) -> Result<Vec<IpNetwork>, ConfigError> {
    let entries = given.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let parse = |entry: &str| {
        entry.parse().map_err(|_| {
            invalid("CUSTODIAN_TRUSTED_PROXIES", "expected addresses or networks such as 127.0.0.1,10.1.0.0/16")
        })
    };
    entries.map(parse).collect()
}

fn tls(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<TlsFiles>, ConfigError> {
    match (cert, key) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(invalid("CUSTODIAN_TLS_KEY", "a certificate needs its key beside it")),
        (None, Some(_)) => Err(invalid("CUSTODIAN_TLS_CERT", "a key needs its certificate beside it")),
    }
}

fn log_json(format: Option<&str>) -> Result<bool, ConfigError> {
    match format {
        None | Some("text") => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err(invalid("CUSTODIAN_LOG_FORMAT", "expected text or json")),
    }
}

fn backups(folder: Option<PathBuf>, hours: Option<u32>, keep: Option<u32>) -> Result<Option<Backups>, ConfigError> {
    let every = Duration::hours(at_least_one("CUSTODIAN_BACKUP_HOURS", hours, 24)?.into());
    let keep = at_least_one("CUSTODIAN_BACKUP_KEEP", keep, 14)?;
    Ok(folder.map(|folder| Backups { folder, every, keep }))
}

fn downtime(folder: Option<PathBuf>, minutes: Option<u32>) -> Result<Option<Downtime>, ConfigError> {
    let every = Duration::minutes(at_least_one("CUSTODIAN_DOWNTIME_MINUTES", minutes, 60)?.into());
    Ok(folder.map(|folder| Downtime { folder, every }))
}

fn sensible(limits: SessionLimits) -> Result<SessionLimits, ConfigError> {
    if limits.idle <= Duration::zero() || limits.absolute < limits.idle {
        return Err(invalid("CUSTODIAN_SESSION_IDLE_MINUTES", "it must be above 0 and within CUSTODIAN_SESSION_HOURS"));
    }
    Ok(limits)
}

fn second_factor(given: Option<&str>) -> Result<SecondFactorRule, ConfigError> {
    match given.unwrap_or("privileged") {
        "off" => Ok(SecondFactorRule::Off),
        "privileged" => Ok(SecondFactorRule::Privileged),
        "all" => Ok(SecondFactorRule::All),
        _ => Err(invalid("CUSTODIAN_SECOND_FACTOR", "expected off, privileged or all")),
    }
}

fn at_least_one(setting: &'static str, given: Option<u32>, default: u32) -> Result<u32, ConfigError> {
    match given.unwrap_or(default) {
        0 => Err(invalid(setting, "it must be 1 or more")),
        number => Ok(number),
    }
}

fn invalid(setting: &'static str, problem: impl ToString) -> ConfigError {
    ConfigError::Value { setting, problem: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given { data_dir: Some("/data".into()), ..Given::default() }
    }

    #[test]
    fn defaults_are_those_of_the_documentation() {
        let config = Config::resolve(given()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.checkpoints, Path::new("/data/checkpoints"));
        assert_eq!(config.key_file, Path::new("/data/key"));
        assert!(matches!(config.documents, Documents::Folder(ref folder) if folder == Path::new("/data/documents")));
        assert!(matches!(config.database, Database::Embedded { programs: None }));
        assert_eq!((config.sessions.idle.num_minutes(), config.sessions.absolute.num_hours()), (30, 12));
        assert_eq!((config.sessions.screen_lock.num_minutes(), config.lock_out_failures), (15, 10));
        assert_eq!(config.glass.num_minutes(), 60);
        assert_eq!(
            (config.second_factor.word(), config.dormant.map(|after| after.num_days())),
            ("privileged", Some(45))
        );
    }

    #[test]
    fn what_was_given_wins_over_the_file_and_empty_counts_as_absent() {
        let file: Given =
            toml::from_str("listen = '0.0.0.0:9000'\ntimezone = 'America/Chicago'\nglass_minutes = 5").unwrap();
        let here = Given { listen: Some("127.0.0.1:7000".into()), database_url: Some(String::new()), ..given() };
        let config = Config::resolve(here.over(file)).unwrap();
        assert_eq!(config.listen.port(), 7000);
        assert_eq!(config.timezone.name(), "America/Chicago");
        assert_eq!(config.glass.num_minutes(), 5);
        assert!(matches!(config.database, Database::Embedded { .. }));
    }

    #[test]
    fn the_upload_limit_that_is_set_is_the_one_that_is_shown() {
        for (set, shown) in [(None, "50 MB"), (Some(1), "1.0 MB"), (Some(256), "256 MB")] {
            let config = Config::resolve(Given { largest_upload_megabytes: set, ..given() }).unwrap();
            assert_eq!(crate::web::format::size(config.largest_upload), shown);
            assert!(config.largest_upload <= crate::blobs::LARGEST);
            let megabytes = set.unwrap_or(50);
            assert!(config.to_string().contains(&format!("largest_upload_megabytes {megabytes}\n")), "{config}");
        }
        for wrong in [0, 257] {
            assert!(Config::resolve(Given { largest_upload_megabytes: Some(wrong), ..given() }).is_err());
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let secrets = Given {
            database_url: Some("postgres://app:hunter2@db.example:5433/custodian".into()),
            owner_url: Some("postgres://owner@db.example/custodian?password=hunter2".into()),
            documents: Some("s3://charts/main/".into()),
            s3_access_key: Some("access".into()),
            s3_secret_key: Some("hunter2".into()),
            ..given()
        };
        let config = Config::resolve(secrets).unwrap();
        let printed = format!("{config}{config:?}");
        assert!(!printed.contains("hunter2"), "{printed}");
        assert!(printed.contains("postgres://app@db.example:5433/custodian"), "{printed}");
        assert!(printed.contains("s3://charts/main in us-east-1"), "{printed}");
    }

    #[test]
    fn mistakes_name_the_setting() {
        let wrong = |change: fn(&mut Given)| {
            let mut given = given();
            change(&mut given);
            Config::resolve(given).unwrap_err().to_string()
        };
        assert!(wrong(|g| g.listen = Some("8080".into())).starts_with("CUSTODIAN_LISTEN is not valid"));
        assert!(wrong(|g| g.timezone = Some("Chicago".into())).starts_with("CUSTODIAN_TIMEZONE"));
        assert!(
            wrong(|g| g.trusted_proxies = Some("10.0.0.0/8, proxy".into())).starts_with("CUSTODIAN_TRUSTED_PROXIES")
        );
        assert!(wrong(|g| g.owner_url = Some("postgres://o@h/d".into())).starts_with("CUSTODIAN_OWNER_URL"));
        assert!(wrong(|g| g.lock_out_failures = Some(0)).starts_with("CUSTODIAN_LOCK_OUT_FAILURES"));
        assert!(wrong(|g| g.second_factor = Some("yes".into())).starts_with("CUSTODIAN_SECOND_FACTOR"));
        assert!(wrong(|g| g.session_hours = Some(0)).starts_with("CUSTODIAN_SESSION_IDLE_MINUTES"));
        assert!(toml::from_str::<Given>("listne = 'x'").is_err());
    }
}
