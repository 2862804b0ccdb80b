//! Settings as people give them: flags, variables, lines of `custodian.toml`. Every one has a name in each of the three.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::ConfigError;

/// Settings as they were given: on the command line, in the environment, or in the file. Nothing is required.
#[derive(Clone, Default, clap::Args, Deserialize)]
#[command(next_help_heading = "Settings")]
#[serde(default, deny_unknown_fields)]
pub struct Given {
    /// Settings file [default: custodian.toml here, else /etc/custodian/custodian.toml]
    #[arg(long, global = true, env = "CUSTODIAN_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Folder for everything kept on this machine [default: /var/lib/custodian for root, else ~/.local/share/custodian]
    #[arg(long, global = true, env = "CUSTODIAN_DATA_DIR", value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL to serve from, as a member of custodian_app [default: a private one in the data folder]
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, hide_short_help = true)]
    pub database_url: Option<String>,
    /// The same database as its owner, for migrations
    #[arg(long, global = true, env = "CUSTODIAN_OWNER_URL", hide_env_values = true, hide_short_help = true)]
    pub owner_url: Option<String>,
    /// Connections this program may hold open to the database [default: 16]
    #[arg(long, global = true, env = "CUSTODIAN_DATABASE_CONNECTIONS", hide_short_help = true)]
    pub database_connections: Option<u32>,
    /// Folder with the PostgreSQL programs for the private database [default: searched]
    #[arg(long, global = true, env = "CUSTODIAN_PG_BIN", value_name = "FOLDER", hide_short_help = true)]
    pub pg_bin: Option<PathBuf>,
    /// Folder for the signed checkpoints of the access ledger [default: checkpoints/ in the data folder]
    #[arg(long, global = true, env = "CUSTODIAN_CHECKPOINTS", value_name = "FOLDER", hide_short_help = true)]
    pub checkpoints: Option<PathBuf>,
    /// Where document files are kept: `file`, a folder, or s3://bucket/prefix [default: documents/ in the data folder]
    #[arg(long, global = true, env = "CUSTODIAN_DOCUMENTS", hide_short_help = true)]
    pub documents: Option<String>,
    /// Address of an S3 service other than Amazon's
    #[arg(long, global = true, env = "CUSTODIAN_S3_ENDPOINT", hide_short_help = true)]
    pub s3_endpoint: Option<String>,
    /// Region of the S3 bucket [default: us-east-1]
    #[arg(long, global = true, env = "CUSTODIAN_S3_REGION", hide_short_help = true)]
    pub s3_region: Option<String>,
    /// S3 access key; without one, the machine's own role is asked
    #[arg(long, global = true, env = "CUSTODIAN_S3_ACCESS_KEY", hide_env_values = true, hide_short_help = true)]
    pub s3_access_key: Option<String>,
    /// S3 secret key
    #[arg(long, global = true, env = "CUSTODIAN_S3_SECRET_KEY", hide_env_values = true, hide_short_help = true)]
    pub s3_secret_key: Option<String>,
    /// Address and port the server listens on [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "CUSTODIAN_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Proxies whose word on the caller's address is believed, such as 127.0.0.1,10.1.0.0/16 [default: none]
    #[arg(long, global = true, env = "CUSTODIAN_TRUSTED_PROXIES", value_name = "ADDRESSES", hide_short_help = true)]
    pub trusted_proxies: Option<String>,
    /// File with the master key; made on first run [default: key in the data folder]
    #[arg(long, global = true, env = "CUSTODIAN_KEY_FILE", value_name = "FILE", hide_short_help = true)]
    pub key_file: Option<PathBuf>,
    /// Time zone for dates and clock times, such as America/Chicago [default: the machine's]
    #[arg(long, global = true, env = "CUSTODIAN_TIMEZONE", value_name = "ZONE", hide_short_help = true)]
    pub timezone: Option<String>,
    /// What to log, such as `info` or `custodian=debug,info` [default: info]
    #[arg(long, global = true, env = "RUST_LOG", value_name = "FILTER", hide_short_help = true)]
    pub log: Option<String>,
    /// Minutes without activity after which a session ends [default: 30]
    #[arg(long, global = true, env = "CUSTODIAN_SESSION_IDLE_MINUTES", hide_short_help = true)]
    pub session_idle_minutes: Option<u32>,
    /// Hours after sign-in at which a session ends whatever happened [default: 12]
    #[arg(long, global = true, env = "CUSTODIAN_SESSION_HOURS", hide_short_help = true)]
    pub session_hours: Option<u32>,
    /// Minutes without activity after which the screen is covered [default: 15]
    #[arg(long, global = true, env = "CUSTODIAN_SCREEN_LOCK_MINUTES", hide_short_help = true)]
    pub screen_lock_minutes: Option<u32>,
    /// Failed sign-ins in a row that lock an account [default: 10]
    #[arg(long, global = true, env = "CUSTODIAN_LOCK_OUT_FAILURES", hide_short_help = true)]
    pub lock_out_failures: Option<u32>,
    /// Minutes that emergency access to a chart lasts [default: 60]
    #[arg(long, global = true, env = "CUSTODIAN_GLASS_MINUTES", hide_short_help = true)]
    pub glass_minutes: Option<u32>,
    /// Megabytes of the largest file that may be uploaded, 256 at most [default: 50]
    #[arg(long, global = true, env = "CUSTODIAN_LARGEST_UPLOAD_MEGABYTES", hide_short_help = true)]
    pub largest_upload_megabytes: Option<u32>,
    /// Program that is given each uploaded file on its input and answers 0 when it is clean [default: none]
    #[arg(long, global = true, env = "CUSTODIAN_SCAN_COMMAND", value_name = "PROGRAM", hide_short_help = true)]
    pub scan_command: Option<PathBuf>,
    /// Per cent of indexed scans a second person checks; consents and legal papers always are [default: 10]
    #[arg(long, global = true, env = "CUSTODIAN_SCAN_CHECK_PERCENT", hide_short_help = true)]
    pub scan_check_percent: Option<u32>,
    /// Days from their account on in which every scan of an indexer is checked; 0 for none [default: 30]
    #[arg(long, global = true, env = "CUSTODIAN_SCAN_CHECK_NEW_DAYS", hide_short_help = true)]
    pub scan_check_new_days: Option<u32>,
    /// Of an indexer's documents, the first so many that are all checked; 0 for none [default: 50]
    #[arg(long, global = true, env = "CUSTODIAN_SCAN_CHECK_FIRST", hide_short_help = true)]
    pub scan_check_first: Option<u32>,
    /// The privacy office as letters name it: title, address, telephone [default: none]
    #[arg(long, global = true, env = "CUSTODIAN_PRIVACY_CONTACT", value_name = "WORDS", hide_short_help = true)]
    pub privacy_contact: Option<String>,
    /// Where else a person may complain [default: the Office for Civil Rights]
    #[arg(long, global = true, env = "CUSTODIAN_COMPLAINTS_TO", value_name = "WORDS", hide_short_help = true)]
    pub complaints_to: Option<String>,
    /// Who must sign in with a second factor: off, privileged or all [default: privileged]
    #[arg(long, global = true, env = "CUSTODIAN_SECOND_FACTOR", value_name = "WHO", hide_short_help = true)]
    pub second_factor: Option<String>,
    /// Days without a sign-in after which an account is disabled; 0 is never [default: 45]
    #[arg(long, global = true, env = "CUSTODIAN_DORMANT_DAYS", hide_short_help = true)]
    pub dormant_days: Option<u32>,
    /// Certificate chain (PEM): with it the server speaks TLS itself [default: plain HTTP, for a proxy]
    #[arg(long, global = true, env = "CUSTODIAN_TLS_CERT", value_name = "FILE", hide_short_help = true)]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, global = true, env = "CUSTODIAN_TLS_KEY", value_name = "FILE", hide_short_help = true)]
    pub tls_key: Option<PathBuf>,
    /// How to log: `text` or `json` [default: text]
    #[arg(long, global = true, env = "CUSTODIAN_LOG_FORMAT", value_name = "FORMAT", hide_short_help = true)]
    pub log_format: Option<String>,
    /// Bearer token that opens /metrics from elsewhere [default: this machine only]
    #[arg(long, global = true, env = "CUSTODIAN_METRICS_TOKEN", hide_env_values = true, hide_short_help = true)]
    pub metrics_token: Option<String>,
    /// Requests worked on at once; more wait, then are told to come again [default: 256]
    #[arg(long, global = true, env = "CUSTODIAN_REQUESTS_AT_ONCE", value_name = "N", hide_short_help = true)]
    pub requests_at_once: Option<u32>,
    /// Requests a second from one address, 0 for no limit [default: 100]
    #[arg(long, global = true, env = "CUSTODIAN_ADDRESS_REQUESTS", value_name = "N", hide_short_help = true)]
    pub address_requests: Option<u32>,
    /// Requests a second from one session, 0 for no limit [default: 20]
    #[arg(long, global = true, env = "CUSTODIAN_SESSION_REQUESTS", value_name = "N", hide_short_help = true)]
    pub session_requests: Option<u32>,
    /// Seconds between "not ready" and the end of new connections when told to stop [default: 0]
    #[arg(long, global = true, env = "CUSTODIAN_DRAIN_SECONDS", value_name = "N", hide_short_help = true)]
    pub drain_seconds: Option<u32>,
    /// Seconds that open requests are given to finish when told to stop [default: 30]
    #[arg(long, global = true, env = "CUSTODIAN_SHUTDOWN_SECONDS", value_name = "N", hide_short_help = true)]
    pub shutdown_seconds: Option<u32>,
    /// Folder for scheduled backups [default: none are made]
    #[arg(long, global = true, env = "CUSTODIAN_BACKUP_DIR", value_name = "FOLDER", hide_short_help = true)]
    pub backup_dir: Option<PathBuf>,
    /// Hours between scheduled backups [default: 24]
    #[arg(long, global = true, env = "CUSTODIAN_BACKUP_HOURS", value_name = "N", hide_short_help = true)]
    pub backup_hours: Option<u32>,
    /// Scheduled backups to keep [default: 14]
    #[arg(long, global = true, env = "CUSTODIAN_BACKUP_KEEP", value_name = "N", hide_short_help = true)]
    pub backup_keep: Option<u32>,
    /// Folder for scheduled downtime copies [default: none are written]
    #[arg(long, global = true, env = "CUSTODIAN_DOWNTIME_DIR", value_name = "FOLDER", hide_short_help = true)]
    pub downtime_dir: Option<PathBuf>,
    /// Minutes between downtime copies [default: 60]
    #[arg(long, global = true, env = "CUSTODIAN_DOWNTIME_MINUTES", value_name = "N", hide_short_help = true)]
    pub downtime_minutes: Option<u32>,
    /// A downtime copy holds who is here now and who was within so many days [default: 30]
    #[arg(long, global = true, env = "CUSTODIAN_DOWNTIME_DAYS", value_name = "N", hide_short_help = true)]
    pub downtime_days: Option<u32>,
}

impl Given {
    /// What was given here, and for the rest what `file` says. An empty variable counts as not given, because
    /// that is what `${NAME:-}` in a compose file produces.
    pub(super) fn over(self, file: Given) -> Given {
        let text = |here: Option<String>, there: Option<String>| here.filter(|said| !said.trim().is_empty()).or(there);
        let path =
            |here: Option<PathBuf>, there: Option<PathBuf>| here.filter(|said| !said.as_os_str().is_empty()).or(there);
        Given {
            config: self.config,
            data_dir: path(self.data_dir, file.data_dir),
            database_url: text(self.database_url, file.database_url),
            owner_url: text(self.owner_url, file.owner_url),
            database_connections: self.database_connections.or(file.database_connections),
            pg_bin: path(self.pg_bin, file.pg_bin),
            checkpoints: path(self.checkpoints, file.checkpoints),
            documents: text(self.documents, file.documents),
            s3_endpoint: text(self.s3_endpoint, file.s3_endpoint),
            s3_region: text(self.s3_region, file.s3_region),
            s3_access_key: text(self.s3_access_key, file.s3_access_key),
            s3_secret_key: text(self.s3_secret_key, file.s3_secret_key),
            listen: text(self.listen, file.listen),
            trusted_proxies: text(self.trusted_proxies, file.trusted_proxies),
            key_file: path(self.key_file, file.key_file),
            timezone: text(self.timezone, file.timezone),
            log: text(self.log, file.log),
            session_idle_minutes: self.session_idle_minutes.or(file.session_idle_minutes),
            session_hours: self.session_hours.or(file.session_hours),
            screen_lock_minutes: self.screen_lock_minutes.or(file.screen_lock_minutes),
            lock_out_failures: self.lock_out_failures.or(file.lock_out_failures),
            glass_minutes: self.glass_minutes.or(file.glass_minutes),
            largest_upload_megabytes: self.largest_upload_megabytes.or(file.largest_upload_megabytes),
            scan_command: path(self.scan_command, file.scan_command),
            scan_check_percent: self.scan_check_percent.or(file.scan_check_percent),
            scan_check_new_days: self.scan_check_new_days.or(file.scan_check_new_days),
            scan_check_first: self.scan_check_first.or(file.scan_check_first),
            privacy_contact: text(self.privacy_contact, file.privacy_contact),
            complaints_to: text(self.complaints_to, file.complaints_to),
            second_factor: text(self.second_factor, file.second_factor),
            dormant_days: self.dormant_days.or(file.dormant_days),
            tls_cert: path(self.tls_cert, file.tls_cert),
            tls_key: path(self.tls_key, file.tls_key),
            log_format: text(self.log_format, file.log_format),
            metrics_token: text(self.metrics_token, file.metrics_token),
            requests_at_once: self.requests_at_once.or(file.requests_at_once),
            address_requests: self.address_requests.or(file.address_requests),
            session_requests: self.session_requests.or(file.session_requests),
            drain_seconds: self.drain_seconds.or(file.drain_seconds),
            shutdown_seconds: self.shutdown_seconds.or(file.shutdown_seconds),
            backup_dir: path(self.backup_dir, file.backup_dir),
            backup_hours: self.backup_hours.or(file.backup_hours),
            backup_keep: self.backup_keep.or(file.backup_keep),
            downtime_dir: path(self.downtime_dir, file.downtime_dir),
            downtime_minutes: self.downtime_minutes.or(file.downtime_minutes),
            downtime_days: self.downtime_days.or(file.downtime_days),
        }
    }

    /// The settings of a file.
    pub(super) fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.into(), source })?;
        // The full message quotes the offending line, which may hold a password; the short one does not.
        toml::from_str(&text)
            .map_err(|error| ConfigError::File { path: path.into(), problem: error.message().trim().to_owned() })
    }
}
