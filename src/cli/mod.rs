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
pub mod mail;
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
    ConfigArgs, Demo, Document, Import, ImportInput, Keys, Mail, Migrate, Openapi, Revisions, Role,
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
    2  unknown, missing or invalid arguments
   65  an input file is malformed
   69  the database, or for `health` the server, is not available
   78  a setting is invalid; the message names every invalid setting
  130  interrupted; everything written so far is complete";

/// A headless content API for multilingual publications with many voices.
///
/// Settings come from flags, then from the environment, then from a .env file in
/// the working directory. An empty variable counts as absent.
/// `tribuna config` shows each setting and its origin.
///
/// Example, a server to try out:
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
    /// Run the server until it receives a signal to stop.
    ///
    /// Brings the database up to date first. Example:
    ///
    ///   tribuna serve --listen 0.0.0.0:8080
    #[command(verbatim_doc_comment)]
    Serve(Serve),
    /// Bring the database up to date, revert migrations, or show them.
    ///
    /// A migration is a change of the database schema. Only one process migrates at
    /// a time.
    ///
    /// Example, reverting the last migration:
    ///
    ///   tribuna migrate --revert 1
    #[command(verbatim_doc_comment)]
    Migrate(Migrate),
    /// Manage the users who can sign in.
    ///
    /// Example, the first admin:
    ///
    ///   printf %s "$PASSWORD" |
    ///     tribuna user create --email ada@example.org --role admin --password-stdin
    #[command(verbatim_doc_comment, subcommand)]
    User(User),
    /// Import content from WordPress or another system.
    ///
    /// Each record is imported in one transaction. Records that were imported before
    /// are updated, not duplicated. Example:
    ///
    ///   tribuna import wordpress export.xml --dry-run
    #[command(verbatim_doc_comment, subcommand)]
    Import(Import),
    /// Load demo content.
    ///
    /// Without --posts, loads a small set of hand-written posts in five languages.
    /// With it, creates a synthetic corpus. Example:
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
    /// Ask the server at the configured listen address whether it is ready.
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
    /// Try the settings of e-mail, or write the texts of messages.
    ///
    /// Example:
    ///
    ///   tribuna mail test --to ada@example.org
    #[command(verbatim_doc_comment, subcommand)]
    Mail(Mail),
    /// Manage the revisions of posts.
    ///
    /// The server keeps every revision until this command deletes it. Example:
    ///
    ///   tribuna revisions prune --keep 50
    #[command(verbatim_doc_comment, subcommand)]
    Revisions(Revisions),
}

fn after_long_help() -> String {
    format!(
        "These settings have no flag, because other users of the machine can read flags:\n{}\n\n{EXIT_CODES}",
        secrets_help()
    )
}
