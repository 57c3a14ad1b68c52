//! E-mail. The rest of the program describes a [`Message`] and enters it into the [`outbox`] in its own transaction.
//!
//! - **The outbox** holds messages until they are sent. Its rows are leased, so of any number of instances one sends each.
//! - **The mailer** ([`mailer`]) is the job that sends what is due, and again later if that fails for the moment.
//! - **The composer** ([`composer`]) writes a message from [`templates`] in the language of the receiver: headers, plain
//!   text and HTML. Operators can replace the texts of the program ([`built_in`]); they are checked at the start.
//! - **The transports** ([`transports`]) are a mail server, or a folder where there is none.
//! - **Unsubscribing** ([`unsubscribe`]) by one click or on a page. Addresses of those who did are kept as keyed hashes.
//!
//! No log line and no error contains an address.

pub mod body;
pub mod built_in;
pub mod composer;
pub mod direction;
pub mod keys;
pub mod mailer;
pub mod message;
pub mod outbox;
pub mod sender;
pub mod sites;
pub mod template_check;
pub mod template_folder;
pub mod templates;
pub mod transports;
pub mod unsubscribe;
pub mod values;

#[cfg(test)]
mod tests;

use actix_web::web;

use crate::error::Result;
use crate::http::contract::operation::operations;
use crate::state::{AppData, State};

pub use message::{Message, Template, Topic};

operations!(
    "mail",
    unsubscribe::delivery::get_unsubscription => unlisted,
    unsubscribe::delivery::confirm_unsubscription => public_may_write.unlisted,
);

/// Creates the value that the handlers share: the key.
///
/// # Errors
/// Returns the same errors as [`keys::MailKey::ensure`].
pub fn app_data(state: &State) -> Result<AppData> {
    let key = keys::MailKey::ensure(&state.db)?;
    Ok(AppData::new().with(web::Data::new(key)))
}
