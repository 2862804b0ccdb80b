//! Which operating-system user runs the private PostgreSQL, and doing things as that user.
//!
//! Under root everything inside the database folder is written by that user and not by root: a folder that somebody
//! else owns may hold a link where a file is expected, and root would follow it.

use std::{
    fs,
    io::Write,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Stdio},
};

use super::{EmbeddedError, io};

/// The user that owns the database folder.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    uid: u32,
    gid: u32,
    /// We are root, and become this user for whatever touches the database.
    drops: bool,
}

impl Account {
    /// Decides who runs the database in `folder`, and makes the folder that user's, with mode 0700.
    pub fn prepare(folder: &Path) -> Result<Self, EmbeddedError> {
        let account = Self::of(folder)?;
        let data_dir = folder.parent().unwrap_or(folder);
        if !data_dir.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o755).create(data_dir).map_err(io("cannot make", data_dir))?;
            if !account.drops {
                let private = fs::Permissions::from_mode(0o700);
                fs::set_permissions(data_dir, private).map_err(io("cannot protect", data_dir))?;
            }
        }
        if account.drops {
            account.open_the_way(folder, data_dir)?;
        }
        if !folder.exists() {
            fs::DirBuilder::new().mode(0o700).create(folder).map_err(io("cannot make", folder))?;
            if account.drops {
                chown(folder, Some(account.uid), Some(account.gid)).map_err(io("cannot give away", folder))?;
            }
        }
        let found = fs::symlink_metadata(folder).map_err(io("cannot look at", folder))?;
        if found.uid() != account.uid || !found.is_dir() {
            return Err(EmbeddedError::NotOurs(folder.to_owned()));
        }
        if found.mode() & 0o777 != 0o700 {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io("cannot protect", folder))?;
        }
        Ok(account)
    }

    fn of(folder: &Path) -> Result<Self, EmbeddedError> {
        let me = rustix::process::geteuid();
        if !me.is_root() {
            let name = said_by_id(&["-un"]).ok_or(EmbeddedError::NoAccountName(me.as_raw()))?;
            return Ok(Self { name, uid: me.as_raw(), gid: rustix::process::getegid().as_raw(), drops: false });
        }
        // A folder that is somebody's already stays theirs: root may look after a person's own installation.
        if let Ok(found) = fs::symlink_metadata(folder)
            && found.uid() != 0
        {
            let name = said_by_id(&["-un", &found.uid().to_string()]);
            let name = name.ok_or(EmbeddedError::NoAccountName(found.uid()))?;
            return Ok(Self { name, uid: found.uid(), gid: found.gid(), drops: true });
        }
        let known = |name: &str| {
            let number = |what: &str| said_by_id(&[what, name])?.parse().ok();
            Some(Self { name: name.into(), uid: number("-u")?, gid: number("-g")?, drops: true })
        };
        let account = known("postgres").or_else(|| known("nobody")).ok_or(EmbeddedError::NoAccount)?;
        if folder.is_dir() {
            chown(folder, Some(account.uid), Some(account.gid)).map_err(io("cannot give away", folder))?;
        }
        Ok(account)
    }

    /// Every folder on the way must be passable for the account. The data folder itself is ours to open (to pass
    /// through, not to read); any other is not.
    fn open_the_way(&self, folder: &Path, data_dir: &Path) -> Result<(), EmbeddedError> {
        let data_dir = data_dir.canonicalize().map_err(io("cannot find", data_dir))?;
        for step in folder.parent().and_then(|parent| parent.canonicalize().ok()).iter().flat_map(|p| p.ancestors()) {
            let found = fs::metadata(step).map_err(io("cannot look at", step))?;
            if self.may_pass(&found) {
                continue;
            }
            if step != data_dir || found.uid() != 0 {
                return Err(EmbeddedError::Closed { closed: step.to_owned(), user: self.name.clone() });
            }
            let opened = fs::Permissions::from_mode(found.mode() & 0o7777 | 0o011);
            fs::set_permissions(step, opened).map_err(io("cannot open", step))?;
        }
        Ok(())
    }

    fn may_pass(&self, folder: &fs::Metadata) -> bool {
        let bit = match folder {
            f if f.uid() == self.uid => 0o100,
            f if f.gid() == self.gid => 0o010,
            _ => 0o001,
        };
        folder.mode() & bit != 0
    }

    /// Whether this user can run programs in `folder`; false under root for what lies in a closed home.
    pub fn can_reach(&self, folder: &Path) -> bool {
        !self.drops
            || folder.canonicalize().is_ok_and(|real| {
                real.ancestors().all(|step| fs::metadata(step).is_ok_and(|found| self.may_pass(&found)))
            })
    }

    /// A command run as this user, in `folder`, with an environment that holds no surprises.
    pub fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        if self.drops {
            // The standard library drops root's other groups itself when it changes from root to a user.
            command.gid(self.gid).uid(self.uid);
        }
        command
    }

    /// Runs a line of shell as this user, in `folder`, with `input` on its standard input.
    pub fn shell(&self, folder: &Path, line: &str, input: &str) -> Result<(), EmbeddedError> {
        let mut command = self.command(Path::new("/bin/sh"), folder);
        command.args(["-c", &format!("umask 077; {line}")]);
        run(command, "sh", input)
    }
}

/// Runs `command` to its end, with `input` on its standard input; what it said on standard error explains a failure.
pub fn run(mut command: Command, program: &'static str, input: &str) -> Result<(), EmbeddedError> {
    let failed = |said: String| EmbeddedError::Failed { program, said };
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
    let fed = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input.as_bytes()));
    let ended = child.wait_with_output().map_err(|error| failed(error.to_string()))?;
    if !ended.status.success() {
        return Err(failed(last_lines(&String::from_utf8_lossy(&ended.stderr), 4)));
    }
    fed.map_err(|error| failed(error.to_string()))
}

/// The last few lines of what a program said, on one line.
pub fn last_lines(said: &str, count: usize) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("; ")
}

/// Asks `id`, which knows users from every directory service, where /etc/passwd knows only the local ones.
fn said_by_id(arguments: &[&str]) -> Option<String> {
    let answer =
        Command::new("id").args(arguments).stderr(Stdio::null()).output().ok().filter(|o| o.status.success())?;
    let text = String::from_utf8(answer.stdout).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
