//! `custodian staff`: the people who sign in, from the command line. The first administrator comes from here.

use std::io::{IsTerminal, Read, Write};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::access::{Act, Desk, Gate, Remarks, Role};
use crate::base::clock::Clock;
use crate::base::id::StaffId;
use crate::config::Config;
use crate::db::Database;
use crate::people::model::{SignInName, StaffChange};
use crate::people::password::{self, Factors, Password, Surroundings};
use crate::people::rules::duties;
use crate::people::store;
use crate::people::store::staff::Wanted;
use crate::web::format;

#[derive(Args)]
#[command(after_help = "Examples:
  custodian staff add ann.lee --role admin --full-name \"Ann Lee\"
  custodian staff add kbrandt --role physician --full-name \"Kelsey Brandt\" --credential MD --password-stdin < secret
  custodian staff list
  custodian staff disable kbrandt --reason \"Left on 20 November\"
  custodian staff reset ann.lee
  custodian staff reset ann.lee --lost-device")]
pub struct Arguments {
    #[command(subcommand)]
    verb: Verb,
    /// Who you are, for the access log [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME", global = true)]
    operator: Option<String>,
}

#[derive(Subcommand)]
enum Verb {
    /// Add somebody; without --password-stdin a one-time password is made and printed once
    Add(Add),
    /// List everybody, disabled people too
    List,
    /// End somebody's access now
    Disable {
        /// Sign-in name
        name: String,
        /// Why, for the file
        #[arg(long)]
        reason: String,
    },
    /// Make a new one-time password, end all sessions and any lock-out
    Reset {
        /// Sign-in name
        name: String,
        /// Take the second factor off as well: the device is lost
        #[arg(long)]
        lost_device: bool,
    },
}

#[derive(Args)]
struct Add {
    /// Sign-in name: small letters, digits, dot, hyphen
    name: String,
    /// A role; may be given more than once
    #[arg(long = "role", required = true, value_parser = parse_role)]
    roles: Vec<Role>,
    #[arg(long)]
    full_name: String,
    /// Such as MD or RHIA
    #[arg(long)]
    credential: Option<String>,
    /// Code of a facility they work at; may be given more than once [default: all]
    #[arg(long = "facility", value_name = "CODE")]
    facilities: Vec<String>,
    /// Read the password from standard input; they need not change it
    #[arg(long)]
    password_stdin: bool,
}

fn parse_role(word: &str) -> Result<Role, String> {
    Role::parse(word).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.word()).collect();
        format!("no such role; one of {}", known.join(", "))
    })
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir).with_context(|| format!("{}", config.data_dir.display()))?;
    let zone = config.timezone;
    let database = Database::open(&config).await?;
    let gate = Gate::new(database.app(), Clock::system());
    let actor = super::operator(arguments.operator);
    let done = match arguments.verb {
        Verb::Add(add) => add_somebody(&gate, &actor, add).await,
        Verb::List => list(&gate, &actor, zone).await,
        Verb::Disable { name, reason } => disable(&gate, &actor, &name, &reason).await,
        Verb::Reset { name, lost_device } => reset(&gate, &actor, &name, lost_device).await,
    };
    database.close().await;
    done
}

async fn add_somebody(gate: &Gate, actor: &crate::access::Actor, add: Add) -> anyhow::Result<()> {
    let name = sign_in_name(&add.name)?;
    if let Some(reason) = duties::apart(&add.roles) {
        bail!("{reason}");
    }
    let (facilities, names) = gate
        .desk(actor, Act::ViewFacilities, Remarks::none(), async |desk| {
            let all = store::facilities::all(desk).await?;
            let names: Vec<String> = all.iter().map(|facility| facility.name.clone()).collect();
            Ok((all, names))
        })
        .await?;
    if let Some(unknown) = add.facilities.iter().find(|code| !facilities.iter().any(|known| known.code == **code)) {
        bail!("there is no facility with the code {unknown}");
    }
    let chosen = |code: &String| add.facilities.is_empty() || add.facilities.contains(code);
    let person = StaffChange {
        full_name: add.full_name.trim().to_owned(),
        credential: add.credential,
        practitioner: None,
        roles: add.roles,
        facilities: facilities.iter().filter(|known| chosen(&known.code)).map(|known| known.facility).collect(),
    };
    if person.full_name.is_empty() {
        bail!("--full-name is empty");
    }
    let (password, printed) = if add.password_stdin {
        let surroundings =
            Surroundings::of(names.iter().map(String::as_str).chain([name.as_str(), person.full_name.as_str()]));
        (from_stdin(&surroundings)?, None)
    } else {
        let made = password::make_one_time();
        (Password::typed(&made), Some(made))
    };
    let hash = password::hash(password).await?;
    let staff = StaffId::new();
    let roles: Vec<&str> = person.roles.iter().map(|role| role.word()).collect();
    let detail = json!({ "staff": staff, "roles": roles, "facilities": person.facilities });
    let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
    let added = gate
        .desk(actor, Act::AddStaff, remarks, async |desk| {
            store::staff::add(desk, staff, &name, &hash, printed.is_some(), &person).await
        })
        .await;
    match added {
        Err(crate::access::Error::Constraint(broken)) if broken == "staff_sign_in_name_taken" => {
            bail!("somebody has, or had, the sign-in name {name}")
        }
        other => other?,
    }
    println!("Added {name} ({}).", roles.join(", "));
    say_once(printed);
    Ok(())
}

fn say_once(printed: Option<String>) {
    if let Some(made) = printed {
        println!("One-time password, shown only now and to be changed at the first sign-in:\n{made}");
    }
}

/// The first line of standard input; asked for when somebody sits there.
fn from_stdin(surroundings: &Surroundings) -> anyhow::Result<Password> {
    if std::io::stdin().is_terminal() {
        print!("Password (it will be visible): ");
        std::io::stdout().flush()?;
    }
    let mut text = zeroize::Zeroizing::new(String::new());
    if std::io::stdin().is_terminal() {
        std::io::stdin().read_line(&mut text)?;
    } else {
        std::io::stdin().take(64 * 1024).read_to_string(&mut text)?;
    }
    let line = text.lines().next().unwrap_or_default();
    Ok(Password::chosen(line, surroundings, Factors::One)?)
}

async fn list(gate: &Gate, actor: &crate::access::Actor, zone: chrono_tz::Tz) -> anyhow::Result<()> {
    let lines = gate
        .desk(actor, Act::ViewStaff, Remarks::none(), async |desk| {
            let wanted = Wanted { sort: "sign-in".into(), limit: 100_000, ..Wanted::default() };
            store::staff::list(desk, &wanted).await
        })
        .await?;
    println!("{:<20} {:<28} {:<30} {:<18} STATE", "NAME", "FULL NAME", "ROLES", "LAST SEEN");
    for line in lines {
        let seen = line.last_seen_at.map_or_else(|| "never".into(), |at| format::date_time(at, zone));
        let state = if line.disabled_at.is_some() { "disabled" } else { "active" };
        println!("{:<20} {:<28} {:<30} {seen:<18} {state}", line.sign_in_name, line.full_name, line.roles.join(","));
    }
    Ok(())
}

async fn disable(gate: &Gate, actor: &crate::access::Actor, name: &str, reason: &str) -> anyhow::Result<()> {
    if reason.trim().chars().count() < 3 {
        bail!("--reason must say why");
    }
    let name = sign_in_name(name)?;
    let (staff, version) = look_up(gate, actor, &name).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": staff, "disabled": true })), ..Remarks::none() };
    gate.desk(actor, Act::DisableStaff, remarks, async |desk| {
        store::staff::disable(desk, staff, version, reason.trim()).await
    })
    .await?;
    println!("Disabled {name}; every session has ended.");
    Ok(())
}

async fn reset(gate: &Gate, actor: &crate::access::Actor, name: &str, lost_device: bool) -> anyhow::Result<()> {
    let name = sign_in_name(name)?;
    let (staff, version) = look_up(gate, actor, &name).await?;
    let made = password::make_one_time();
    let hash = password::hash(Password::typed(&made)).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": staff })), ..Remarks::none() };
    gate.desk(actor, Act::ResetPassword, remarks, async |desk| {
        store::staff::reset_password(desk, staff, version, &hash).await
    })
    .await?;
    if lost_device {
        let remarks = Remarks { detail: Some(json!({ "staff": staff })), ..Remarks::none() };
        gate.desk(actor, Act::RemoveSecondFactor, remarks, async |desk| {
            store::second_factor::remove(desk, staff).await
        })
        .await?;
    }
    println!("Reset {name}; every session has ended.");
    say_once(Some(made));
    Ok(())
}

fn sign_in_name(text: &str) -> anyhow::Result<SignInName> {
    SignInName::typed(text).context("a sign-in name has 2 to 64 small letters, digits, dots or hyphens")
}

async fn look_up(gate: &Gate, actor: &crate::access::Actor, name: &SignInName) -> anyhow::Result<(StaffId, i32)> {
    let found = gate
        .desk(actor, Act::ViewStaff, Remarks::none(), async |desk: &mut Desk<'_>| {
            match store::staff::by_name(desk, name).await? {
                Some(staff) => Ok(Some((staff, store::staff::one(desk, staff).await?.version))),
                None => Ok(None),
            }
        })
        .await?;
    found.with_context(|| format!("nobody signs in as {name}"))
}
