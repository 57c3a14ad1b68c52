//! SQL for who wants no more messages on a topic.

use diesel::prelude::*;

use crate::db::{Conn, each};
use crate::error::Result;
use crate::mail::keys::AddressHash;
use crate::mail::message::Topic;
use crate::schema::mail_opt_outs;
use crate::timestamp::Timestamp;

/// Notes that an address gets no more messages on a topic. Has no effect if it is noted already.
///
/// # Errors
/// Returns database errors.
pub fn opt_out(conn: &mut Conn, now: Timestamp, address: &AddressHash, topic: Topic) -> Result<()> {
    let row = (
        mail_opt_outs::address.eq(address.0.as_slice()),
        mail_opt_outs::topic.eq(topic),
        mail_opt_outs::created_at.eq(now),
    );
    let insert = diesel::insert_into(mail_opt_outs::table).values(row);
    each!(conn, insert.on_conflict_do_nothing().execute(conn))?;
    Ok(())
}

/// Returns whether an address gets no more messages on a topic.
///
/// # Errors
/// Returns database errors.
pub fn has_opted_out(conn: &mut Conn, address: &AddressHash, topic: Topic) -> Result<bool> {
    let row = mail_opt_outs::table.find((address.0.as_slice(), topic));
    let exists = diesel::select(diesel::dsl::exists(row));
    Ok(each!(conn, exists.get_result(conn))?)
}
