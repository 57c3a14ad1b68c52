//! The outbox: messages that wait to be sent. A message is entered in the transaction of what it tells of, so it is sent if
//! and only if that happens, and never within a request. Its row holds personal data, and is deleted as soon as it is sent.

pub mod expiry;
pub mod queue;
pub mod retries;

use diesel::prelude::*;

use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::mail::keys::MailKey;
use crate::mail::message::Message;
use crate::mail::unsubscribe::store::has_opted_out;
use crate::mail::values;
use crate::schema::mail_outbox;
use crate::timestamp::Timestamp;

/// Enters a message, within the transaction of what it tells of. Returns its id; `None` if the receiver has unsubscribed
/// from its topic.
///
/// # Errors
/// Returns [`Error::Internal`] if the address is not one, or if the values are not those that the template declares. The
/// errors contain no address and no value. Returns database errors.
pub fn enqueue(conn: &mut Conn, now: Timestamp, message: &Message<'_>) -> Result<Option<Id>> {
    enter(conn, now, message, None)
}

/// Enters a message whose answers go to another address than that of the site.
///
/// # Errors
/// Returns the same errors as [`enqueue`].
pub fn enqueue_replying_to(
    conn: &mut Conn,
    now: Timestamp,
    message: &Message<'_>,
    reply_to: &Email,
) -> Result<Option<Id>> {
    enter(conn, now, message, Some(reply_to))
}

fn enter(
    conn: &mut Conn,
    now: Timestamp,
    message: &Message<'_>,
    reply_to: Option<&Email>,
) -> Result<Option<Id>> {
    values::check(message.template, &message.values)?;
    let recipient: Email = message.to.parse().map_err(|_| {
        let template = message.template;
        Error::Internal(format!("the receiver of a {template} has no valid address"))
    })?;
    if let Some(topic) = message.topic {
        let address = MailKey::ensure_within(conn)?.address(&recipient);
        if has_opted_out(conn, &address, topic)? {
            return Ok(None);
        }
    }
    let id = Id::new();
    let row = (
        mail_outbox::id.eq(id),
        mail_outbox::template.eq(message.template),
        mail_outbox::lang.eq(message.lang),
        mail_outbox::recipient.eq(recipient.as_str()),
        mail_outbox::reply_to.eq(reply_to.map(Email::as_str)),
        mail_outbox::topic.eq(message.topic),
        mail_outbox::data.eq(Json(message.values.clone())),
        mail_outbox::due_at.eq(now),
        mail_outbox::created_at.eq(now),
    );
    let insert = diesel::insert_into(mail_outbox::table).values(row);
    each!(conn, insert.execute(conn))?;
    Ok(Some(id))
}

/// Deletes all messages to an address, sent or not, as when a person's data are erased.
///
/// # Errors
/// Returns database errors.
pub fn erase(conn: &mut Conn, recipient: &Email) -> Result<()> {
    let rows = mail_outbox::table.filter(mail_outbox::recipient.eq(recipient.as_str()));
    each!(conn, diesel::delete(rows).execute(conn))?;
    Ok(())
}
