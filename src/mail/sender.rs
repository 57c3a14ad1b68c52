//! The sender: the composer and the transport, as the settings say. It is opened before the server starts, so that
//! a flaw in the settings or in a template is told at once.

use std::path::Path;
use std::sync::Arc;

use super::composer::Composer;
use super::keys::MailKey;
use super::outbox::queue::{Letter, Outcome};
use super::sites::SiteNames;
use super::template_check;
use super::transports::{self, Transport};
use crate::config::{BadSetting, Config, Mail};

/// The composer and the transport. Clones share them.
#[derive(Clone)]
pub struct Sender {
    composer: Arc<Composer>,
    transport: Arc<dyn Transport>,
}

impl Sender {
    /// Opens what the settings say.
    ///
    /// # Errors
    /// Returns every flaw of the templates, with file and line, or what is wrong with the mail server.
    pub fn open(config: &Config) -> Result<Self, Vec<BadSetting>> {
        let transport = transports::open(config);
        let transport = transport.map_err(|flaw| vec![bad("TRIBUNA_SMTP_URL", flaw)])?;
        Self::with(config, transport)
    }

    /// Creates a sender with this transport.
    ///
    /// # Errors
    /// Returns every flaw of the templates, with file and line.
    pub fn with(config: &Config, transport: Arc<dyn Transport>) -> Result<Self, Vec<BadSetting>> {
        let of_templates = |flaw| bad(Mail::TEMPLATES, flaw);
        let folder = config.mail.templates.as_deref().map(Path::new);
        let templates = template_check::load(folder)
            .map_err(|flaws| flaws.into_iter().map(of_templates).collect::<Vec<_>>())?;
        let composer = Composer::new(config, templates)
            .map_err(|error| vec![bad("TRIBUNA_MAIL_FROM", error.to_string())])?;
        Ok(Self {
            composer: Arc::new(composer),
            transport,
        })
    }

    /// Composes and sends a message. Returns where it is, for people, or why it is not sent.
    pub fn send(&self, letter: &Letter, key: &MailKey, sites: &SiteNames) -> Sent {
        let outgoing = match self.composer.compose(letter, key, sites) {
            Ok(outgoing) => outgoing,
            Err(error) => return Sent::not(Outcome::Refused(error.to_string())),
        };
        match self.transport.send(&outgoing) {
            Ok(place) => Sent {
                place: Some(place),
                outcome: Outcome::Sent,
            },
            Err(refusal) if refusal.is_permanent => Sent::not(Outcome::Refused(refusal.reason)),
            Err(refusal) => Sent::not(Outcome::Failed(refusal.reason)),
        }
    }

    /// Returns the name of the server or the folder, for people.
    pub fn place(&self) -> String {
        self.transport.place()
    }
}

/// The result of sending a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Where it is, for people.
    pub place: Option<String>,
    /// The result, for the outbox.
    pub outcome: Outcome,
}

impl Sent {
    fn not(outcome: Outcome) -> Self {
        Self {
            place: None,
            outcome,
        }
    }
}

fn bad(name: &str, problem: String) -> BadSetting {
    BadSetting {
        name: name.to_owned(),
        problem,
    }
}
