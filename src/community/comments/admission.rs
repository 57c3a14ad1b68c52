//! Decides whether a comment is public at once, waits for a moderator, or is spam. Every write of the public passes here.

use std::net::IpAddr;

use diesel::prelude::*;

use super::input::FormProof;
use super::states::CommentState;
use crate::catalogue::site::comments::{CommentSettings, Moderation};
use crate::changes::actor::{Access, By};
use crate::db::{Conn, each};
use crate::error::Result;
use crate::lang::Lang;
use crate::schema::comments;

/// What somebody tries to write.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// The settings of the site.
    pub settings: CommentSettings,
    /// The keyed hash of the writer's e-mail address.
    pub email_hash: Option<&'a [u8]>,
    /// The client's address, if it is known.
    pub address: Option<IpAddr>,
    /// The source of the text.
    pub text: &'a str,
    /// The number of links in it.
    pub links: usize,
    /// The language.
    pub lang: &'a Lang,
    /// The proof that a form was read and work was done.
    pub form: Option<&'a FormProof>,
    /// True if the field was filled that people do not see.
    pub fills_honeypot: bool,
}

/// A reason for which a comment is not public at once, as moderators see it.
pub type Reason = &'static str;

/// The decision about an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is public at once.
    Pass,
    /// It waits for a moderator.
    Hold(Vec<Reason>),
    /// It is spam. The writer is told that it waits.
    Spam(Vec<Reason>),
}

impl Verdict {
    /// Returns the state of the comment, and the reasons for it.
    pub fn state(self) -> (CommentState, Vec<String>) {
        let owned = |reasons: Vec<Reason>| reasons.into_iter().map(str::to_owned).collect();
        match self {
            Self::Pass => (CommentState::Approved, Vec::new()),
            Self::Hold(reasons) => (CommentState::Pending, owned(reasons)),
            Self::Spam(reasons) => (CommentState::Spam, owned(reasons)),
        }
    }
}

/// Decides about an attempt, by the settings of the site and by what the person has written before.
///
/// # Errors
/// Returns database errors.
pub fn admit(conn: &mut Conn, by: By, attempt: &Attempt<'_>) -> Result<Verdict> {
    if by.require(Access::Moderators).is_ok() {
        return Ok(Verdict::Pass);
    }
    if attempt.fills_honeypot {
        return Ok(Verdict::Spam(vec!["honeypot"]));
    }
    match attempt.settings.moderation() {
        Moderation::None => Ok(Verdict::Pass),
        Moderation::All => Ok(Verdict::Hold(vec!["all"])),
        // Those who can sign in are known.
        Moderation::First if by.actor.caller().is_some() => Ok(Verdict::Pass),
        Moderation::First => {
            let approved = approvals(conn, attempt.email_hash)?;
            Ok(match approved >= attempt.settings.trusted_after() {
                true => Verdict::Pass,
                false => Verdict::Hold(vec!["first"]),
            })
        }
    }
}

/// Returns the number of approved comments of the person with this hash.
fn approvals(conn: &mut Conn, email_hash: Option<&[u8]>) -> Result<i64> {
    let Some(hash) = email_hash else {
        return Ok(0);
    };
    let approved = comments::table
        .filter(comments::email_hash.eq(hash))
        .filter(comments::state.eq(CommentState::Approved));
    Ok(each!(conn, approved.count().get_result(conn))?)
}
