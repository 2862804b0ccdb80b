//! The PostgreSQL programs that write a database into a stream and read it back.

use std::path::PathBuf;
use std::process::Command;

use sqlx::ConnectOptions as _;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::embedded::client_programs;
use super::{Database, DbError};

impl Database {
    /// `pg_dump` of everything that an exported snapshot sees, in the custom format, on its standard output.
    pub fn dump(&self, snapshot: &str) -> Result<Command, DbError> {
        let mut command = self.client("pg_dump")?;
        // Uncompressed: whoever reads it compresses.
        command.args(["--format=custom", "--compress=0", "--lock-wait-timeout=60000"]);
        command.arg(format!("--snapshot={snapshot}"));
        Ok(command)
    }

    /// `pg_restore` of such a stream on its standard input.
    pub fn load(&self) -> Result<Command, DbError> {
        let mut command = self.client("pg_restore")?;
        command.args(["--format=custom", "--exit-on-error"]);
        Ok(command)
    }

    fn client(&self, program: &'static str) -> Result<Command, DbError> {
        let Some(owner) = &self.owner else {
            return Err(DbError::Rights(
                "the address of the database as its owner is needed: set CUSTODIAN_OWNER_URL".into(),
            ));
        };
        let mut command = match &self.embedded {
            Some(server) => server.command(program)?,
            None => {
                let folder = client_programs(program).ok_or(DbError::NoClient(program))?;
                let mut command = Command::new(folder.join(program));
                command.env_clear().env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
                command
            }
        };
        address(&mut command, owner);
        command.arg("--no-password");
        Ok(command)
    }
}

/// Says where the database is. The password goes through the environment: arguments are on every process list.
fn address(command: &mut Command, options: &PgConnectOptions) {
    let host = options.get_socket().map_or_else(|| PathBuf::from(options.get_host()), Clone::clone);
    command.arg("--host").arg(host).arg(format!("--port={}", options.get_port()));
    command.arg(format!("--username={}", options.get_username()));
    command.arg(format!("--dbname={}", options.get_database().unwrap_or(options.get_username())));
    let url = options.to_url_lossy();
    if let Some(password) = url.password() {
        let password = percent_encoding::percent_decode_str(password).decode_utf8_lossy();
        command.env("PGPASSWORD", password.as_ref());
    }
    let mode = match options.get_ssl_mode() {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    };
    command.env("PGSSLMODE", mode);
    if let Some((_, root)) = url.query_pairs().find(|(name, _)| name == "sslrootcert" || name == "sslRootCert") {
        command.env("PGSSLROOTCERT", root.as_ref());
    }
}
