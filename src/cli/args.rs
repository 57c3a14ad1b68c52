//! The arguments of each command, with their help.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use uuid::Uuid;

use super::Input;

/// `tribuna serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Load the demo content and make an admin with a random password, once
    #[arg(long)]
    pub demo: bool,
}

/// `tribuna migrate`.
#[derive(Debug, Args)]
pub struct Migrate {
    /// Take the last N migrations back; their data is lost
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub revert: Option<u32>,
    /// Show which migrations have run and which have not, and change nothing
    #[arg(long, conflicts_with = "revert")]
    pub status: bool,
}

/// `tribuna user`.
#[derive(Debug, Subcommand)]
pub enum User {
    /// Make a user.
    ///
    /// Example:
    ///
    ///   printf %s "$PASSWORD" | tribuna user create --email ada@example.org --role editor --password-stdin
    #[command(verbatim_doc_comment)]
    Create {
        /// The address to log in with
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// What the user may do
        #[arg(long, value_name = "ROLE")]
        role: Role,
        /// Read the password from standard input, without its last newline
        #[arg(long, required = true)]
        password_stdin: bool,
        /// The author whose posts are the user's own
        #[arg(long, value_name = "ID")]
        author: Option<Uuid>,
    },
    /// Give a user a new password and end all sessions.
    ///
    /// Example:
    ///
    ///   printf %s "$PASSWORD" | tribuna user set-password --email ada@example.org --password-stdin
    #[command(verbatim_doc_comment)]
    SetPassword {
        /// The address of the user
        #[arg(long, value_name = "EMAIL")]
        email: String,
        /// Read the password from standard input, without its last newline
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Lock a user out and end all sessions.
    ///
    /// Example:
    ///
    ///   tribuna user deactivate --email ada@example.org
    #[command(verbatim_doc_comment)]
    Deactivate {
        /// The address of the user
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
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Write own drafts, submit them
    Contributor,
    /// Also edit own posts after publication
    Author,
    /// Everything with content
    Editor,
    /// Comments and submissions
    Moderator,
    /// Also users, keys, webhooks, permanent deletion, audit
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
        /// What to import
        #[command(flatten)]
        input: ImportInput,
        /// The language of the content
        #[arg(long, value_name = "LANG", default_value = "en")]
        lang: String,
    },
    /// Import posts with translations, one JSON object a line.
    ///
    /// Example:
    ///
    ///   tribuna import jsonl posts.jsonl
    #[command(verbatim_doc_comment)]
    Jsonl {
        /// What to import
        #[command(flatten)]
        input: ImportInput,
    },
}

/// What both imports take.
#[derive(Debug, Args)]
pub struct ImportInput {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    pub file: Input,
    /// A name for where this comes from, by which it is found again; default: what the file says of itself
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Only report what would be done
    #[arg(long)]
    pub dry_run: bool,
}

/// `tribuna demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Make a synthetic corpus of N posts instead
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub posts: Option<u64>,
    /// The same seed makes the same corpus
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
    /// Fail if a document in this folder is not current
    #[arg(long, value_name = "DIR")]
    pub check: Option<PathBuf>,
}

/// An OpenAPI document, each for its own audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Document {
    /// What frontends and partners read
    Delivery,
    /// What editors and machines write
    Management,
}

/// `tribuna config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// As a JSON array
    #[arg(long)]
    pub json: bool,
}

/// `tribuna keys`.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a new key to sign with; tokens of the last one stay valid until they expire
    Rotate,
    /// List the keys: id, age and state, never the key
    List,
}

/// `tribuna revisions`.
#[derive(Debug, Subcommand)]
pub enum Revisions {
    /// Delete old revisions.
    ///
    /// Of each language of each post the newest N stay, and whatever is published, scheduled, submitted, approved or has a
    /// preview link. The others are gone for good. Example:
    ///
    ///   tribuna revisions prune --keep 50 --dry-run
    #[command(verbatim_doc_comment)]
    Prune {
        /// How many stay of each language of a post
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        keep: u32,
        /// Only report what would be done
        #[arg(long)]
        dry_run: bool,
    },
}
