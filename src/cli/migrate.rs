//! `tribuna migrate`: brings the schema up to date, reverts migrations, or lists them.

use super::{Failure, args, print};
use crate::config::Config;
use crate::db::connection::Mode;
use crate::db::{Conn, migrations};

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator.
pub fn run(config: &Config, args: &args::Migrate) -> Result<(), Failure> {
    let mut conn = Conn::open(config, Mode::Write)?;
    if args.status {
        let steps = migrations::status(&mut conn)?;
        let line = |step: &migrations::Step| {
            let state = if step.applied { "applied" } else { "pending" };
            format!("{state}  {}\n", step.name)
        };
        return print(&steps.iter().map(line).collect::<String>());
    }
    let (done, verb) = match args.revert {
        Some(count) => {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            let steps = migrations::status(&mut conn)?;
            let applied = steps.iter().filter(|step| step.applied).count();
            if count > applied {
                let refusal = format!("--revert {count}: the database has {applied} to revert");
                return Err(Failure::usage(refusal));
            }
            (migrations::revert(&mut conn, count)?, "reverted")
        }
        None => (migrations::run(&mut conn)?, "applied"),
    };
    if done.is_empty() {
        return print("The schema is current; nothing to do.\n");
    }
    let lines = done.iter().map(|name| format!("{verb}  {name}\n"));
    print(&lines.collect::<String>())
}
