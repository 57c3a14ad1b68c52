//! `tribuna mail`: sends a message to try the settings, and writes the texts of messages into a folder.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use serde_json::json;

use super::args::Mail as Args;
use super::{Failure, print};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::sql_types::Json;
use crate::email::Email;
use crate::id::Id;
use crate::lang::Lang;
use crate::mail::Template;
use crate::mail::built_in::{self, LAYOUT, LAYOUT_SOURCE};
use crate::mail::keys::MailKey;
use crate::mail::outbox::queue::{Letter, Outcome};
use crate::mail::sender::Sender;
use crate::mail::sites::SiteNames;
use crate::mail::templates::file_name;

/// Runs the command.
///
/// # Errors
/// Returns a [`Failure`] with a message for the operator: the settings or a template are wrong, the message is not sent, or
/// a file cannot be written.
pub fn run(config: &Config, args: Args) -> Result<(), Failure> {
    match args {
        Args::Test { to, lang } => test(config, to, lang),
        Args::Templates { write } => write_templates(&write),
    }
}

fn test(config: &Config, to: Email, lang: Option<Lang>) -> Result<(), Failure> {
    let sender = Sender::open(config).map_err(|bad| Failure::settings(&bad))?;
    let letter = Letter {
        id: Id::new(),
        template: Template::Test,
        lang,
        recipient: to,
        reply_to: None,
        topic: None,
        values: Json(json!({ "server": sender.place() })),
        attempts: 1,
        holder: None,
        created_at: Clock::system().now(),
    };
    // The message has no topic, so nothing is sealed by this key.
    let key = MailKey::new(&[0; 32]);
    let sent = sender.send(&letter, &key, &SiteNames::of_settings(config));
    match sent.outcome {
        Outcome::Sent => print(&format!("Sent: {}.\n", sent.place.unwrap_or_default())),
        Outcome::Refused(reason) | Outcome::Failed(reason) => {
            let place = sender.place();
            let message = format_args!("the message is not sent by {place}: {reason}");
            Err(Failure::general(message))
        }
    }
}

fn write_templates(folder: &Path) -> Result<(), Failure> {
    let texts = built_in::texts();
    let texts = texts.map(|(lang, template, source)| (file_name(lang, template), source));
    let mut written = 0;
    for (name, source) in texts.chain([(LAYOUT.to_owned(), LAYOUT_SOURCE)]) {
        let path = folder.join(name);
        let done = write_new(&path, source);
        let done = done.map_err(|error| {
            Failure::general(format_args!(
                "{} cannot be written: {error}",
                path.display()
            ))
        })?;
        written += usize::from(done);
    }
    print(&format!("{written} files written.\n"))
}

/// Writes a file, unless it exists. Returns whether it did not.
fn write_new(path: &Path, content: &str) -> std::io::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(content.as_bytes()).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
