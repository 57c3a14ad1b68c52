//! The ways on which messages leave: a mail server ([`smtp`]), or a folder ([`folder`]).

pub mod folder;
pub mod refusal;
pub mod smtp;

use std::sync::Arc;

use crate::config::Config;
use crate::mail::composer::Outgoing;

/// A way on which messages leave. It is used by several threads at a time.
pub trait Transport: Send + Sync {
    /// Sends a message. Returns where it is now, for people.
    ///
    /// # Errors
    /// Returns why it is not sent, without the address.
    fn send(&self, mail: &Outgoing) -> Result<String, refusal::Refusal>;

    /// Returns the name of the server or the folder, for people.
    fn place(&self) -> String;
}

/// Returns the transport of the settings: the mail server, or else the folder.
///
/// # Errors
/// Returns what is wrong with the mail server, in words that complete a sentence about its setting.
pub fn open(config: &Config) -> Result<Arc<dyn Transport>, String> {
    match &config.mail.smtp {
        Some(url) => {
            let own = crate::mail::sites::host(config.server.public_url.as_str());
            Ok(Arc::new(smtp::Smtp::new(url, &own, smtp::TIME_LIMIT)?))
        }
        None => {
            let folder = config.mail.folder(&config.database.url);
            Ok(Arc::new(folder::Folder::new(folder)))
        }
    }
}
