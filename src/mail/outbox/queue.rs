//! The queue of the outbox. A message that is due is leased to one mailer. If that mailer dies, the lease ends, and another
//! one sends the message when its next attempt is due.
//!
//! Leases are taken in write transactions, and there is one writer at a time on both databases ([`crate::db`]). So no
//! message is leased twice, without further locks.

use diesel::prelude::*;
use serde_json::Value;

use super::retries::{self, MOST_ATTEMPTS};
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::mail::keys::MailKey;
use crate::mail::message::{Template, Topic};
use crate::mail::unsubscribe::store::has_opted_out;
use crate::schema::mail_outbox;
use crate::timestamp::Timestamp;

/// The number of seconds for which a message is leased: more than an attempt may take.
const LEASE_SECONDS: i64 = 180;

/// A message of the outbox.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mail_outbox)]
pub struct Letter {
    /// The id, which is a part of `Message-ID`.
    pub id: Id,
    /// The template.
    pub template: Template,
    /// The language of the receiver.
    pub lang: Option<Lang>,
    /// The address of the receiver.
    pub recipient: Email,
    /// The address to which answers go.
    pub reply_to: Option<Email>,
    /// The topic.
    pub topic: Option<Topic>,
    /// The values of the template.
    #[diesel(column_name = data)]
    pub values: Json<Value>,
    /// The number of attempts, with the one that begins.
    pub attempts: i32,
    /// The lease.
    pub holder: Option<Id>,
    /// The time at which it was entered.
    pub created_at: Timestamp,
}

/// Returns whether there is a message to send at `now`.
///
/// # Errors
/// Returns database errors.
pub fn is_due(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    due(conn, now, 1).map(|ids| !ids.is_empty())
}

/// Returns the ids of up to `most` messages that are due and that nobody is sending.
fn due(conn: &mut Conn, now: Timestamp, most: i64) -> Result<Vec<Id>> {
    let ids = mail_outbox::table
        .filter(mail_outbox::dead_at.is_null())
        .filter(mail_outbox::due_at.le(now))
        .filter(mail_outbox::attempts.lt(MOST_ATTEMPTS))
        .filter(
            mail_outbox::held_until
                .is_null()
                .or(mail_outbox::held_until.le(now)),
        )
        .order((mail_outbox::due_at, mail_outbox::id))
        .limit(most)
        .select(mail_outbox::id);
    Ok(each!(conn, ids.load(conn))?)
}

/// Leases up to `most` messages that are due at `now`. Messages to receivers who have unsubscribed meanwhile are deleted.
///
/// # Errors
/// Returns database errors.
pub fn lease(conn: &mut Conn, key: &MailKey, most: i64, now: Timestamp) -> Result<Vec<Letter>> {
    let mut leased = Vec::new();
    for id in due(conn, now, most)? {
        let letter = hold(conn, id, now)?;
        let is_unwanted = match letter.topic {
            Some(topic) => has_opted_out(conn, &key.address(&letter.recipient), topic)?,
            None => false,
        };
        match is_unwanted {
            true => delete(conn, id)?,
            false => leased.push(letter),
        }
    }
    Ok(leased)
}

/// Leases one message. The time of the next attempt is set now, in case that nobody tells how this one went.
fn hold(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Letter> {
    let row = mail_outbox::table.find(id);
    let attempts: i32 = each!(conn, row.select(mail_outbox::attempts).first::<i32>(conn))? + 1;
    let pause = retries::pause(id, attempts).unwrap_or(LEASE_SECONDS);
    let set = (
        mail_outbox::attempts.eq(attempts),
        mail_outbox::due_at.eq(now.plus_seconds(pause)),
        mail_outbox::holder.eq(Id::new()),
        mail_outbox::held_until.eq(now.plus_seconds(LEASE_SECONDS)),
    );
    let update = diesel::update(row).set(set);
    Ok(each!(
        conn,
        update.returning(Letter::as_returning()).get_result(conn)
    )?)
}

/// An attempt that has ended.
#[derive(Debug, Clone)]
pub struct Attempted {
    /// The id of the message.
    pub id: Id,
    /// The template, for the log.
    pub template: Template,
    /// The number of attempts, with this one.
    pub attempts: i32,
    /// The lease under which it was made.
    pub holder: Option<Id>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The message is sent.
    Sent,
    /// It is not, and a later attempt may succeed. Contains the reason, without the address.
    Failed(String),
    /// It is not, and never will be. Contains the reason, without the address.
    Refused(String),
}

/// The consequence of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consequence {
    /// The message is sent, and its row is deleted.
    Done,
    /// It is tried again after these seconds.
    Again(i64),
    /// It is given up.
    GivenUp,
    /// Nothing: another mailer has the message.
    Nothing,
}

/// Stores how an attempt went. One whose lease has ended counts only if the message is sent: nobody must send it again.
///
/// # Errors
/// Returns database errors.
pub fn record(conn: &mut Conn, attempted: &Attempted, now: Timestamp) -> Result<Consequence> {
    let (reason, is_final) = match &attempted.outcome {
        Outcome::Sent => {
            delete(conn, attempted.id)?;
            return Ok(Consequence::Done);
        }
        Outcome::Failed(reason) => (reason, false),
        Outcome::Refused(reason) => (reason, true),
    };
    let next = retries::pause(attempted.id, attempted.attempts).filter(|_| !is_final);
    let row = mail_outbox::table
        .find(attempted.id)
        .filter(mail_outbox::holder.eq(attempted.holder));
    let set = (
        mail_outbox::reason.eq(reason),
        mail_outbox::holder.eq(None::<Id>),
        mail_outbox::held_until.eq(None::<Timestamp>),
        mail_outbox::dead_at.eq(next.is_none().then_some(now)),
    );
    let changed = each!(conn, diesel::update(row).set(set).execute(conn))?;
    Ok(match (changed, next) {
        (0, _) => Consequence::Nothing,
        (_, Some(seconds)) => Consequence::Again(seconds),
        (_, None) => Consequence::GivenUp,
    })
}

fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    let row = diesel::delete(mail_outbox::table.find(id));
    each!(conn, row.execute(conn))?;
    Ok(())
}
