//! Making the cluster: `initdb`, the two roles, the database, and who may sign in.
//!
//! Everything is made in `data.new-…` and renamed at the end, so a power cut on the way leaves nothing half-made.
//! Roles and database are made with PostgreSQL's single-user mode, before anybody can connect. That is the
//! only time the superuser acts: the sign-in rules below know the application's two roles and no other.

use std::{fs, path::Path, time::Instant};

use super::{EmbeddedError, account::run, io, server::Server};

/// The database of the application in its private cluster.
pub const DATABASE: &str = "custodian";

/// Makes the cluster if there is none, and says (again) who may sign in.
pub fn make_unless_there(server: &Server) -> Result<(), EmbeddedError> {
    if !server.folder.join("data/PG_VERSION").exists() {
        make(server)?;
    }
    // At every start, because the folder may have come from another machine with other user names.
    server.account.shell(&server.folder, "mkdir -p run && chmod 700 run && cat > data/pg_hba.conf", SIGN_IN)?;
    server.account.shell(&server.folder, "cat > data/pg_ident.conf", &who_may_be(&server.account.name))
}

fn make(server: &Server) -> Result<(), EmbeddedError> {
    let begun = Instant::now();
    let (folder, account) = (&server.folder, &server.account);
    let programs = server.programs()?;
    account.shell(folder, "rm -rf data.new-*", "")?;
    let fresh = folder.join(format!("data.new-{}", std::process::id()));

    // C.UTF-8 sorts by code point and never changes with the machine's libraries; some systems lack it.
    let mut made = Ok(());
    for locale in ["C.UTF-8", "C"] {
        let mut initdb = account.command(&programs.program("initdb"), folder);
        initdb.args(["--username=postgres", "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8"]);
        initdb.args(["--data-checksums", "--no-instructions", &format!("--locale={locale}")]);
        initdb.args(server.place.throwaway.then_some("--no-sync")).arg("--pgdata").arg(&fresh);
        made = run(initdb, "initdb", "");
        if made.is_ok() {
            break;
        }
    }
    made?;
    fill(server, &programs.program("postgres"), &fresh)?;
    fs::rename(&fresh, folder.join("data")).map_err(io("cannot rename", &fresh))?;
    tracing::info!(ms = begun.elapsed().as_millis(), version = programs.major, "made a private PostgreSQL cluster");
    Ok(())
}

fn fill(server: &Server, postgres: &Path, fresh: &Path) -> Result<(), EmbeddedError> {
    // Test clusters hold a template database and a clone per test; an installation holds one database.
    let owner_may = if server.place.throwaway { " createdb" } else { "" };
    let statements = format!(
        "create role custodian_owner login{owner_may};\n\
         create role custodian_app login;\n\
         create database {DATABASE} owner custodian_owner;\n\
         revoke all on database {DATABASE} from public;\n\
         grant connect on database {DATABASE} to custodian_app;\n"
    );
    let mut single = server.account.command(postgres, &server.folder);
    single.args(["--single", "-c", "exit_on_error=true", "-D"]).arg(fresh);
    single.args(server.place.throwaway.then_some("-F")).arg("postgres");
    run(single, "postgres --single", &statements)
}

/// `pg_hba.conf`: over the socket only, as who the operating system says one is, and never as the superuser.
const SIGN_IN: &str = "# Written by custodian at every start.\n\
    local all custodian_owner,custodian_app peer map=custodian\n\
    local all all reject\n";

/// `pg_ident.conf`: root and the database user may be either role.
fn who_may_be(account: &str) -> String {
    let mut lines = String::from("# Written by custodian at every start.\n");
    let mut users = vec!["root", account];
    users.dedup();
    for user in users {
        for role in ["custodian_owner", "custodian_app"] {
            lines += &format!("custodian \"{user}\" {role}\n");
        }
    }
    lines
}
