//! Finding the PostgreSQL programs of this machine, in the version that the data was made with.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{EmbeddedError, account::Account};
use crate::config::default_data_dir;

/// The oldest major version we run on: `file_copy` templates, `security_invoker` and safe `public` begin here.
pub const OLDEST: u32 = 15;

/// A folder with `initdb` and `postgres`, and the version of the latter.
#[derive(Clone, Debug)]
pub struct Programs {
    pub folder: PathBuf,
    pub major: u32,
}

impl Programs {
    /// The programs for the database in `folder`: those that were named, else the first found that fit.
    pub fn find(folder: &Path, named: Option<&Path>, account: &Account) -> Result<Self, EmbeddedError> {
        let made = fs::read_to_string(folder.join("data/PG_VERSION")).ok().map(|text| text.trim().to_owned());
        let fits = |programs: &Programs| made.as_ref().is_none_or(|made| *made == programs.major.to_string());
        let found = match named {
            Some(named) => vec![Self::named(named, account)?],
            None => candidates(folder).into_iter().filter_map(|c| Self::in_folder(c, account)).collect(),
        };
        if let Some(programs) = found.iter().find(|programs| fits(programs) && programs.major >= OLDEST) {
            return Ok(programs.clone());
        }
        match (found.first(), &made) {
            (None, _) => Err(EmbeddedError::NoPrograms),
            (Some(programs), Some(made)) if !found.iter().any(fits) => {
                let (made, found) = (made.clone(), programs.major);
                Err(EmbeddedError::OtherVersion { folder: folder.into(), made, found })
            }
            (Some(programs), _) => Err(EmbeddedError::TooOld(programs.folder.clone(), programs.major)),
        }
    }

    fn named(folder: &Path, account: &Account) -> Result<Self, EmbeddedError> {
        if let Some(missing) = ["postgres", "initdb"].into_iter().find(|name| !folder.join(name).is_file()) {
            return Err(EmbeddedError::WrongPrograms(folder.into(), missing));
        }
        if !account.can_reach(folder) {
            return Err(EmbeddedError::Closed { closed: folder.into(), user: account.name.clone() });
        }
        Self::in_folder(folder.into(), account).ok_or(EmbeddedError::WrongPrograms(folder.into(), "working postgres"))
    }

    fn in_folder(folder: PathBuf, account: &Account) -> Option<Self> {
        if !folder.join("initdb").is_file() || !account.can_reach(&folder) {
            return None;
        }
        // Both are asked, because each may lack a library that the other does not need.
        let said = |name: &str| Command::new(folder.join(name)).arg("--version").output().ok();
        said("initdb").filter(|answer| answer.status.success())?;
        let major = major_of(&String::from_utf8_lossy(&said("postgres")?.stdout))?;
        Some(Self { folder, major })
    }

    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The folder of a client program (`pg_dump` and its kin) for a server run by somebody else: the one that was named, else the newest, which
/// reads older servers too.
pub fn client(program: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CUSTODIAN_PG_BIN").map(PathBuf::from).filter(|folder| folder.join(program).is_file());
    if named.is_some() {
        return named;
    }
    let major = |folder: &PathBuf| {
        let said = Command::new(folder.join(program)).arg("--version").output().ok()?;
        major_of(&String::from_utf8_lossy(&said.stdout))
    };
    let found = candidates(Path::new("/")).into_iter().filter(|folder| folder.join(program).is_file());
    found.filter_map(|folder| Some((major(&folder)?, folder))).max_by_key(|(major, _)| *major).map(|(_, folder)| folder)
}

/// Where PostgreSQL usually is, best first: what `make postgres` brought, then the distributions' places.
fn candidates(folder: &Path) -> Vec<PathBuf> {
    let brought = [folder.parent().map(Path::to_owned), default_data_dir()].into_iter().flatten();
    let mut places: Vec<PathBuf> = brought.flat_map(|data_dir| by_version(&data_dir.join("postgresql"))).collect();
    places.extend(by_version(Path::new("/usr/lib/postgresql"))); // Debian, Ubuntu
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").output()
        && answer.status.success()
    {
        places.push(String::from_utf8_lossy(&answer.stdout).trim().into());
    }
    for major in (OLDEST..OLDEST + 10).rev() {
        places.push(format!("/usr/pgsql-{major}/bin").into()); // the PostgreSQL project's packages for Red Hat
        places.push(format!("/opt/homebrew/opt/postgresql@{major}/bin").into());
        places.push(format!("/usr/local/opt/postgresql@{major}/bin").into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    places.extend(["/usr/bin".into(), "/usr/local/bin".into(), "/usr/local/pgsql/bin".into()]);
    // Debian puts links into PATH folders; the real place has the rest of the programs beside it.
    places.extend(std::env::split_paths(&path).filter_map(|entry| {
        let real = entry.join("initdb").canonicalize().ok()?;
        real.parent().map(Path::to_owned)
    }));
    places
}

/// `parent/<major>/bin` for every major version there, newest first.
fn by_version(parent: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// 15 from `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, 19 from `postgres (PostgreSQL) 19beta1`.
fn major_of(said: &str) -> Option<u32> {
    let version = said.split("(PostgreSQL)").nth(1)?.trim_start();
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(major_of("something else 15.1"), None);
    }
}
