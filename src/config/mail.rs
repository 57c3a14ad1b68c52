//! The settings of e-mail.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

use super::database_url::DatabaseUrl;
use super::origin::{Layer, Origin};
use super::reader::{Bad, SettingsReader};
use super::setting::{Accepts, DefaultValue, Setting};
use super::smtp_url::SmtpUrl;
use super::table::settings;

settings! {
    "E-mail settings"
    /// The settings of e-mail.
    pub struct Mail {
        /// The mail server; without one, messages are written into a folder
        smtp: Option<SmtpUrl> {
            name: "smtp-url",
            env: SMTP_URL,
            accepts: Accepts::Text(
                "URL",
                "smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS) or smtp://host:25?tls=none",
            ),
            default: DefaultValue::Nothing,
            secret: true,
            read: |r, s| r.read_optional(s, SmtpUrl::parse),
        }
        /// The address that messages come from, with or without a name; required with a mail server
        from: Option<Mailbox> {
            name: "mail-from",
            env: "TRIBUNA_MAIL_FROM",
            accepts: Accepts::Text("ADDRESS", "an e-mail address, such as news@example.org, or a name and an address in angle brackets"),
            default: DefaultValue::Nothing,
            read: |r, s| read_from(r, s, smtp.as_ref().ok()),
        }
        /// The folder into which messages are written without a mail server; `outbox` beside the SQLite file when absent,
        /// and `data/outbox` with PostgreSQL
        folder: Option<String> {
            name: "mail-folder",
            env: "TRIBUNA_MAIL_FOLDER",
            accepts: Accepts::Text("FOLDER", "the path of a folder"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, path),
        }
        /// A folder with texts of messages that replace those of the program
        templates: Option<String> {
            name: "mail-templates",
            env: "TRIBUNA_MAIL_TEMPLATES",
            accepts: Accepts::Text("FOLDER", "the path of a folder"),
            default: DefaultValue::Nothing,
            read: |r, s| r.read_optional(s, path),
        }
    }
}

const SMTP_URL: &str = "TRIBUNA_SMTP_URL";

impl Mail {
    /// The environment variable of the folder with texts, for messages about them.
    pub const TEMPLATES: &str = "TRIBUNA_MAIL_TEMPLATES";

    /// Returns the folder into which messages are written without a mail server.
    pub fn folder(&self, database: &DatabaseUrl) -> PathBuf {
        match (&self.folder, database) {
            (Some(folder), _) => folder.into(),
            (None, DatabaseUrl::Sqlite(file)) => {
                file.parent().unwrap_or(Path::new("")).join("outbox")
            }
            (None, DatabaseUrl::Postgres(_)) => "data/outbox".into(),
        }
    }
}

/// Reads the address that messages come from, which mail servers require. `smtp` is `None` if the server could not be read.
fn read_from(
    r: &mut SettingsReader<'_>,
    setting: &Setting,
    smtp: Option<&Option<SmtpUrl>>,
) -> Result<Option<Mailbox>, Bad> {
    let from = r.read_optional(setting, mailbox)?;
    if from.is_none() && matches!(smtp, Some(Some(_))) {
        let origin = Origin {
            layer: Layer::Environment,
            name: setting.env.to_owned(),
            file: None,
        };
        let problem = format!(
            "is missing, though {SMTP_URL} is set; expected {}",
            setting.accepts
        );
        return Err(r.refuse(&origin, problem));
    }
    Ok(from)
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    let parsed = text.parse().ok();
    let parsed = parsed.filter(|_| !text.chars().any(char::is_control));
    parsed.ok_or_else(|| "is not an e-mail address".to_owned())
}

fn path(text: &str) -> Result<String, String> {
    match text.contains('\0') {
        true => Err("holds a NUL character".to_owned()),
        false => Ok(text.to_owned()),
    }
}
