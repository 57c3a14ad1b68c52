//! The arguments of each command, with their help.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::Input;
use crate::email::Email;
use crate::lang::Lang;

/// `tribuna serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Load the demo content, once; if there are no users yet, create an admin too, with a random password unless the
    /// settings have one
    #[arg(long)]
    pub demo: bool,
}

/// `tribuna migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Revert the last N migrations; their data is lost
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub revert: Option<u32>,
    /// Show which migrations have run and which have not, and change nothing
    #[arg(long, conflicts_with = "revert")]
    pub status: bool,
}

/// `tribuna user`.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Create a user.
    ///
    /// Example:
    ///
    ///   printf %s "$PASSWORD" |
    ///     tribuna user create --email ada@example.org --role editor --password-stdin
    #[command(verbatim_doc_comment)]
    Create {
        /// The e-mail address that the user signs in with
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// The name by which others know the user (default: that of the author, or else the part of the e-mail address
        /// before the `@`)
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// The role of the user
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// Read the password from standard input, without its last newline
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The author (id) whose posts are the user's own posts
        #[arg(long, value_name = "ID")]
        author: Option<Uuid>,
    },
    /// Give a user a new password and end all sessions of the user.
    ///
    /// Example:
    ///
    ///   printf %s "$PASSWORD" |
    ///     tribuna user set-password --email ada@example.org --password-stdin
    #[command(verbatim_doc_comment)]
    SetPassword {
        /// The e-mail address of the user
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// Read the password from standard input, without its last newline
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Change the name by which others know a user.
    ///
    /// Example:
    ///
    ///   tribuna user rename --email ada@example.org --name Ada
    #[command(verbatim_doc_comment)]
    Rename {
        /// The e-mail address of the user
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// The new name
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Deactivate a user, who can no longer sign in, and end all sessions of the user.
    ///
    /// Example:
    ///
    ///   tribuna user deactivate --email ada@example.org
    #[command(verbatim_doc_comment)]
    Deactivate {
        /// The e-mail address of the user
        #[arg(long, value_name = "EMAIL")]
        email: String,
    },
    /// List the users.
    ///
    /// Example:
    ///
    ///   tribuna user list --json
    #[command(verbatim_doc_comment)]
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
}

/// The role of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Writes and submits drafts of own posts
    Contributor,
    /// Also edits own posts after publication
    Author,
    /// Edits, reviews and publishes all content
    Editor,
    /// Decides about comments, but has no access to drafts
    Moderator,
    /// Also manages users, deletes posts permanently and reads the audit trail
    Admin,
}

/// `tribuna import`.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Import a WordPress export (WXR).
    ///
    /// Authors, categories, tags, posts and pages with their status and dates. Example:
    ///
    ///   tribuna import wordpress export.xml --lang fr
    #[command(verbatim_doc_comment)]
    Wordpress {
        /// The input and how to read it
        #[command(flatten)]
        input: ImportInput,
        /// The language of the content
        #[arg(long, value_name = "LANG", default_value = "en")]
        lang: String,
    },
    /// Import records, one JSON object per line.
    ///
    /// Example:
    ///
    ///   tribuna import jsonl posts.jsonl
    #[command(verbatim_doc_comment)]
    Jsonl {
        /// The input and how to read it
        #[command(flatten)]
        input: ImportInput,
    },
}

/// The arguments of both imports.
#[derive(Debug, Args)]
pub struct ImportInput {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: Input,
    /// The name of the source, by which a later import recognizes these records [default: the name that the file gives]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Report what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `tribuna demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Create a synthetic corpus of N posts instead
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub posts: Option<u64>,
    /// The seed of the random numbers; the same seed gives the same corpus
    #[arg(long, value_name = "S", default_value_t = 1, requires = "posts")]
    pub seed: u64,
}

/// `tribuna openapi`: exactly one of the three.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("action").required(true).args(["document", "write", "check"]))]
pub struct Openapi {
    /// Print this document
    #[arg(value_enum)]
    pub document: Option<Document>,
    /// Write both documents into this folder
    #[arg(long, value_name = "DIR")]
    pub write: Option<PathBuf>,
    /// Fail if a document in this folder is out of date
    #[arg(long, value_name = "DIR")]
    pub check: Option<PathBuf>,
}

/// An OpenAPI document; each has its own audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// The API for frontends and partners
    Delivery,
    /// The API for editorial tools
    Management,
}

/// `tribuna config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
}

/// `tribuna keys`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Create a new signing key; tokens that the old key signed stay valid until they expire
    Rotate,
    /// List the keys with their id, time of creation and state; the secret keys are never shown
    List,
}

/// `tribuna mail`.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Send a test message now, and say what happened.
    ///
    /// Uses the mail server of the settings, or writes the message into the folder
    /// where there is none. Templates of the operator are checked, too. Example:
    ///
    ///   tribuna mail test --to ada@example.org --lang fr
    #[command(verbatim_doc_comment)]
    Test {
        /// The e-mail address of the receiver
        #[arg(long, value_name = "EMAIL")]
        to: Email,
        /// The language of the message [default: the first language of the site, or else English]
        #[arg(long, value_name = "LANG")]
        lang: Option<Lang>,
    },
    /// Write the texts of messages into a folder, where they can be changed.
    ///
    /// Files that exist are left as they are. Example:
    ///
    ///   tribuna mail templates --write templates
    #[command(verbatim_doc_comment)]
    Templates {
        /// The folder
        #[arg(long, value_name = "DIR")]
        write: PathBuf,
    },
}

/// `tribuna revisions`.
#[derive(Debug, Subcommand)]
pub enum Revisions {
    /// Delete old revisions.
    ///
    /// Keeps the newest N revisions of each language of each post, and those that are
    /// published, scheduled, submitted, approved or have a preview link. Deletes the
    /// others permanently. Example:
    ///
    ///   tribuna revisions prune --keep 50 --dry-run
    #[command(verbatim_doc_comment)]
    Prune {
        /// The number of revisions to keep of each language of a post
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: u32,
        /// Report what would be done, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
}
