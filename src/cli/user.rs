//! `tribuna user`: creates, renames, lists and deactivates users.

use std::io::Read;

use super::args::{Role as RoleArg, User as Args};
use super::{Failure, database, print};
use crate::accounts::passwords::{self, Password};
use crate::accounts::users::model::{Account, AccountPatch, Role, User};
use crate::accounts::users::name::UserName;
use crate::accounts::users::store;
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Conn, Db};
use crate::email::Email;
use crate::error::{Code, Error, Result as Done};
use crate::id::Id;
use crate::version::Seen;

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn run(config: &Config, args: Args) -> Result<(), Failure> {
    match args {
        Args::Create {
            email,
            name,
            role,
            author,
            password_stdin: _,
        } => {
            let new = Account {
                email: address(&email)?,
                name: name.as_deref().map(named).transpose()?,
                password_hash: hashed_password()?,
                role: role.into(),
                author: author.map(Id),
                active: true,
                languages: Vec::new(),
            };
            create(config, new)
        }
        Args::SetPassword {
            email,
            password_stdin: _,
        } => set_password(config, &address(&email)?),
        Args::Rename { email, name } => rename(config, &address(&email)?, named(&name)?),
        Args::Deactivate { email } => deactivate(config, &address(&email)?),
        Args::List { json } => list(config, json),
    }
}

fn create(config: &Config, new: Account) -> Result<(), Failure> {
    let email = new.email.clone();
    let user = database::open(config)?
        .write_now(|conn| store::insert(conn, by(), new))
        .map_err(|error| failure(&error, &email))?;
    say(&format!(
        "Created {} ({}) with the role {}.",
        user.name, user.email, user.role
    ))
}

fn set_password(config: &Config, email: &Email) -> Result<(), Failure> {
    let patch = AccountPatch {
        password_hash: Some(hashed_password()?),
        ..AccountPatch::default()
    };
    change(&database::open(config)?, email, patch)?;
    say(&format!("{email} has a new password and is signed out."))
}

fn rename(config: &Config, email: &Email, name: UserName) -> Result<(), Failure> {
    let patch = AccountPatch {
        name: Some(Some(name)),
        ..AccountPatch::default()
    };
    let user = change(&database::open(config)?, email, patch)?;
    say(&format!("{email} is now called {}.", user.name))
}

fn deactivate(config: &Config, email: &Email) -> Result<(), Failure> {
    let patch = AccountPatch {
        active: Some(false),
        ..AccountPatch::default()
    };
    change(&database::open(config)?, email, patch)?;
    say(&format!("{email} is deactivated and signed out."))
}

fn list(config: &Config, json: bool) -> Result<(), Failure> {
    let users = database::open(config)?.read_now(|conn| store::all(conn, by()))?;
    if json {
        say(&serde_json::to_string_pretty(&users).map_err(Failure::general)?)
    } else {
        say(&table(&users))
    }
}

fn address(text: &str) -> Result<Email, Failure> {
    text.parse()
        .map_err(|expected| Failure::usage(format_args!("--email: {text:?} {expected}")))
}

fn named(text: &str) -> Result<UserName, Failure> {
    text.parse()
        .map_err(|expected| Failure::usage(format_args!("--name: {text:?} {expected}")))
}

/// Returns the hash of the password on standard input.
fn hashed_password() -> Result<String, Failure> {
    Ok(passwords::hash(&password(std::io::stdin().lock())?)?)
}

/// Reads the password from standard input: one line, without its line break.
fn password(input: impl Read) -> Result<Password, Failure> {
    let mut bytes = Vec::new();
    input
        .take(LONGEST_INPUT)
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::general(format_args!("standard input: {error}")))?;
    let refuse = |why: &str| Failure::general(format_args!("the password on standard input {why}"));
    let text = String::from_utf8(bytes).map_err(|_| refuse("is not UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(refuse("is missing"));
    }
    if line.contains(char::is_control) {
        return Err(refuse("must be one line, without control characters"));
    }
    line.parse().map_err(refuse)
}

/// The maximum length of the input in bytes, which suffices for the longest password.
const LONGEST_INPUT: u64 = 4096;

fn change(db: &Db, email: &Email, patch: AccountPatch) -> Result<User, Failure> {
    let work = |conn: &mut Conn| -> Done<User> {
        let user = store::find_by_email(conn, by(), email)?;
        store::update(conn, by(), user.id, &Seen::default(), patch)
    };
    db.write_now(work).map_err(|error| failure(&error, email))
}

/// Returns a failure that names the user.
fn failure(error: &Error, email: &Email) -> Failure {
    match error {
        Error::NotFound => Failure::general(format_args!("there is no user {email}")),
        Error::Conflict(conflict) if conflict.code == Code::EmailTaken => {
            Failure::general(format_args!("there is a user {email} already"))
        }
        Error::Invalid(_) => Failure::general("--author: there is no author with this id"),
        Error::Unavailable(_) | Error::OutcomeUnknown(_) | Error::Unwritable(..) => {
            Failure::unavailable(error)
        }
        other => Failure::general(other),
    }
}

fn by() -> By {
    By::new(Actor::Cli, Clock::system().now())
}

fn table(users: &[User]) -> String {
    let width = |heading: &str, cell: fn(&User) -> &str| {
        let widths = users.iter().map(|user| cell(user).chars().count());
        widths.max().unwrap_or_default().max(heading.len())
    };
    let email_width = width("EMAIL", |user| user.email.as_str());
    let name_width = width("NAME", |user| &user.name);
    let mut lines = vec![format!(
        "{:email_width$}  {:name_width$}  {:11}  ACTIVE  AUTHOR",
        "EMAIL", "NAME", "ROLE"
    )];
    lines.extend(users.iter().map(|user| {
        let active = if user.active { "yes" } else { "no" };
        let author = user.author.map_or("-".to_owned(), |id| id.to_string());
        let (email, name, role) = (user.email.as_str(), &user.name, user.role.as_str());
        format!("{email:email_width$}  {name:name_width$}  {role:11}  {active:6}  {author}")
    }));
    lines.join("\n")
}

fn say(text: &str) -> Result<(), Failure> {
    print(&format!("{text}\n"))
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Contributor => Self::Contributor,
            RoleArg::Author => Self::Author,
            RoleArg::Editor => Self::Editor,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Admin => Self::Admin,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_end_of_the_line_is_not_part_of_the_password() {
        for input in [
            "correct horse battery",
            "correct horse battery\n",
            "correct horse battery\r\n",
        ] {
            let kept = passwords::hash(&password(input.as_bytes()).unwrap()).unwrap();
            let right = passwords::verify(Some(&kept), "correct horse battery");
            assert!(right.unwrap(), "{input:?}");
        }
    }

    #[test]
    fn what_is_no_password_is_refused_with_the_reason() {
        let refusal = |input: &[u8]| password(input).unwrap_err().to_string();
        assert!(refusal(b"").ends_with("is missing"));
        assert!(refusal(b"\n").ends_with("is missing"));
        assert!(refusal(b"too short\n").ends_with("must have 12 to 200 characters"));
        assert!(refusal(b"one line is good\nbut not two\n").contains("one line"));
        assert!(refusal(b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\xfe").contains("UTF-8"));
    }
}
