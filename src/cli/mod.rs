//! The command line: commands, arguments and help. Each command has its own file.

pub mod args;
pub mod database;
pub mod demo;
pub mod failure;
pub mod health;
pub mod import;
pub mod input;
pub mod interrupt;
pub mod keys;
pub mod migrate;
pub mod openapi;
pub mod output;
pub mod progress;
pub mod revisions;
pub mod serve;
pub mod user;

#[cfg(test)]
mod tests;

use clap::{Parser, Subcommand};

pub use args::{
    ConfigArgs, Demo, Document, Import, ImportInput, Keys, Migrate, Openapi, Revisions, Role,
    Serve, User,
};
pub use failure::Failure;
pub use input::Input;
pub use interrupt::Interrupt;
pub use output::print;
pub use progress::Progress;

use crate::config::{Flags, secrets_help};

const EXIT_CODES: &str = "\
Exit codes:
    0  success
    1  failure
    2  usage: unknown or missing arguments
   65  an input file is malformed
   69  the database cannot be reached or refuses
   78  a setting is bad; every bad one is named
  130  interrupted; what was done so far is complete";

/// A headless content API for multilingual publications with many voices.
///
/// Settings come from flags, then from the environment, then from a .env file in the working directory; an empty variable
/// counts as absent. `tribuna config` shows each setting and its origin. Example, a server to try out:
///
///   tribuna serve --demo
#[derive(Debug, Parser)]
#[command(name = "tribuna", version, verbatim_doc_comment, after_help = EXIT_CODES, after_long_help = after_long_help())]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Settings that were given as flags.
    #[command(flatten)]
    pub flags: Flags,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server until it is told to stop.
    ///
    /// Brings the database up to date first. Example:
    ///
    ///   tribuna serve --listen 0.0.0.0:8080
    #[command(verbatim_doc_comment)]
    Serve(Serve),
    /// Bring the database up to date, revert migrations, or show them.
    ///
    /// Every change of the schema is a migration; all run under a lock. Example, reverting the last one:
    ///
    ///   tribuna migrate --revert 1
    #[command(verbatim_doc_comment)]
    Migrate(Migrate),
    /// Manage the people who can log in.
    ///
    /// Example, the first admin:
    ///
    ///   printf %s "$PASSWORD" | tribuna user create --email ada@example.org --role admin --password-stdin
    #[command(verbatim_doc_comment, subcommand)]
    User(User),
    /// Import content from elsewhere.
    ///
    /// Each record is one transaction. Records that were imported before are updated, not duplicated. Example:
    ///
    ///   tribuna import wordpress export.xml --dry-run
    #[command(verbatim_doc_comment, subcommand)]
    Import(Import),
    /// Load demo content.
    ///
    /// Without --posts, loads a small written set in five languages; with it, writes a synthetic corpus. Example:
    ///
    ///   tribuna demo --posts 100000 --seed 7
    #[command(verbatim_doc_comment)]
    Demo(Demo),
    /// Print, write or check the OpenAPI documents.
    ///
    /// Example, checking that the committed documents are current:
    ///
    ///   tribuna openapi --check openapi
    #[command(verbatim_doc_comment)]
    Openapi(Openapi),
    /// Ask the server at the configured address whether it is ready.
    ///
    /// For health checks of containers. Example:
    ///
    ///   tribuna health
    #[command(verbatim_doc_comment)]
    Health,
    /// Show every setting with its value and its origin.
    ///
    /// Secrets are masked. Example:
    ///
    ///   tribuna config --listen 0.0.0.0:80 --json
    #[command(verbatim_doc_comment)]
    Config(ConfigArgs),
    /// Manage the keys that sign access tokens.
    ///
    /// Example:
    ///
    ///   tribuna keys rotate
    #[command(verbatim_doc_comment, subcommand)]
    Keys(Keys),
    /// Manage the revisions of texts.
    ///
    /// Every revision is kept unless it is deleted here. Example:
    ///
    ///   tribuna revisions prune --keep 50
    #[command(verbatim_doc_comment, subcommand)]
    Revisions(Revisions),
}

fn after_long_help() -> String {
    format!(
        "Settings from the environment only, because other users of the machine can read flags:\n{}\n\n{EXIT_CODES}",
        secrets_help()
    )
}
