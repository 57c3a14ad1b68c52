//! `tribuna revisions`: deletes old revisions.

use super::args::Revisions as Args;
use super::{Failure, database, print};
use crate::changes::actor::{Actor, By};
use crate::clock::Clock;
use crate::config::Config;
use crate::editorial::revisions::prune::{self, PrunedRevisions};

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn run(config: &Config, args: &Args) -> Result<(), Failure> {
    let Args::Prune { keep, dry_run } = *args;
    let db = database::open(config)?;
    let by = By::new(Actor::Cli, Clock::system().now());
    let (pruned, done) = if dry_run {
        (prune::look(&db, by, keep)?, "Would delete")
    } else {
        (prune::run(&db, by, keep)?, "Deleted")
    };
    let PrunedRevisions {
        revisions,
        languages,
    } = pruned;
    print(&format!(
        "{done} {revisions} revisions of {languages} translations.\n"
    ))
}
