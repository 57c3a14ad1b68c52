//! `tribuna keys`: manages the keys that sign access tokens.

use super::args::Keys as Args;
use super::{Failure, database, print};
use crate::accounts::signing_keys::model::{VerifyingKey, verifying_since};
use crate::accounts::signing_keys::store;
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::Config;
use crate::timestamp::Timestamp;

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn run(config: &Config, args: &Args) -> Result<(), Failure> {
    let db = database::open(config)?;
    let at = Clock::system().now();
    match args {
        Args::Rotate => {
            let actor = Actor::Cli;
            let key = db.write_now(|conn| store::rotate(conn, By::new(actor, at)))?;
            say(&format!("{} signs from now on.", key.kid))
        }
        Args::List => {
            let keys = db.read_now(store::list)?;
            say(&table(&keys, verifying_since(config, at)))
        }
    }
}

fn table(keys: &[VerifyingKey], since: Timestamp) -> String {
    let mut lines = vec![format!("{:43}  {:24}  STATE", "ID", "MADE")];
    lines.extend(
        keys.iter()
            .map(|key| format!("{}  {}  {}", key.kid, key.created_at, state(key, since))),
    );
    lines.join("\n")
}

fn state(key: &VerifyingKey, since: Timestamp) -> String {
    match key.retired_at {
        None => "signs".to_owned(),
        Some(retired) if retired > since => format!("verifies; retired {retired}"),
        Some(retired) => format!("retired {retired}"),
    }
}

fn say(text: &str) -> Result<(), Failure> {
    print(&format!("{text}\n"))
}
