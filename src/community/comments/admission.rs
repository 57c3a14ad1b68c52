//! Decides whether a comment is taken at all, and then whether it is public at once, waits for a moderator, or is spam.
//! Every write of the public passes here.

use diesel::prelude::*;

use super::states::CommentState;
use crate::catalogue::site::comments::{CommentSettings, Moderation};
use crate::changes::actor::{Access, By};
use crate::community::guard::forms::{self, FormProof};
use crate::community::guard::{Guard, limits, repetition};
use crate::db::{Conn, each};
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::schema::comments;

/// What somebody tries to write.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// The settings of the site.
    pub settings: CommentSettings,
    /// The post.
    pub post: Id,
    /// The comment, if it exists and is changed.
    pub comment: Option<Id>,
    /// The keyed hash of the writer's e-mail address.
    pub email_hash: Option<&'a [u8]>,
    /// The text in Markdown.
    pub text: &'a str,
    /// The number of links in it.
    pub links: usize,
    /// True if the field was filled that people do not see.
    pub fills_honeypot: bool,
}

/// The number of links beyond the allowed ones from which a comment is spam.
const LINKS_OF_SPAM: usize = 10;

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

/// Refuses what no reader can mean to send: too much from one network or to one post, a missing or wrong form, and the same
/// text again. Moderators may send it all. Those with an account need no form, and what a key passes on comes from the
/// network of its server.
///
/// # Errors
/// Returns [`Error::Throttled`] beyond a limit; [`Error::Invalid`] for the form; `duplicate_comment`.
pub fn check(
    conn: &mut Conn,
    by: By,
    (guard, form): (&Guard, Option<&FormProof>),
    attempt: &Attempt<'_>,
) -> Result<()> {
    if by.require(Access::Moderators).is_ok() {
        return Ok(());
    }
    let is_known = by.actor.caller().is_some() || by.actor.key().is_some();
    let network = by.origin.filter(|_| by.actor.key().is_none());
    let network = network.map(|origin| guard.people.address(origin.address));
    let (settings, at) = (&attempt.settings, by.at);
    limits::check(conn, settings, (network.as_deref(), attempt.post), at)?;
    match form {
        Some(form) => forms::take(conn, &guard.forms, form, at)?,
        None if is_known || !settings.requires_form() => {}
        None => {
            let detail = "is required without an account; get one from /v1/forms/comment";
            return Err(Error::invalid("/form", "required", detail));
        }
    }
    let text_hash = repetition::text_hash(attempt.text);
    let Some(email_hash) = attempt.email_hash else {
        return Ok(());
    };
    let of = (attempt.post, attempt.comment);
    match repetition::by_same_person(conn, (&text_hash, email_hash), of, at)? {
        true => Err(Error::conflict(
            Code::DuplicateComment,
            "You have sent the same text already.",
        )),
        false => Ok(()),
    }
}

/// Decides about an attempt, by the settings of the site, by the text, and by what the person has written before.
///
/// # Errors
/// Returns database errors.
pub fn admit(conn: &mut Conn, by: By, attempt: &Attempt<'_>) -> Result<Verdict> {
    if by.require(Access::Moderators).is_ok() {
        return Ok(Verdict::Pass);
    }
    let max_links = attempt.settings.max_links();
    let spam = [
        (attempt.fills_honeypot, "honeypot"),
        (attempt.links >= max_links + LINKS_OF_SPAM, "links"),
    ];
    let spam = applying(spam);
    if !spam.is_empty() {
        return Ok(Verdict::Spam(spam));
    }
    let reasons = applying([
        (
            waits_by_settings(conn, by, attempt)?,
            attempt.settings.moderation().as_str(),
        ),
        (attempt.links > max_links, "links"),
        (is_repeated(conn, by, attempt)?, "duplicate"),
    ]);
    Ok(match reasons.is_empty() {
        true => Verdict::Pass,
        false => Verdict::Hold(reasons),
    })
}

fn applying<const N: usize>(reasons: [(bool, Reason); N]) -> Vec<Reason> {
    let applying = reasons.into_iter().filter(|(applies, _)| *applies);
    applying.map(|(_, reason)| reason).collect()
}

fn waits_by_settings(conn: &mut Conn, by: By, attempt: &Attempt<'_>) -> Result<bool> {
    match attempt.settings.moderation() {
        Moderation::None => Ok(false),
        Moderation::All => Ok(true),
        // Those who can sign in are known.
        Moderation::First if by.actor.caller().is_some() => Ok(false),
        Moderation::First => {
            let approved = approvals(conn, attempt.email_hash)?;
            Ok(approved < attempt.settings.trusted_after())
        }
    }
}

/// Returns whether a long text was sent before, by anybody and below any post.
fn is_repeated(conn: &mut Conn, by: By, attempt: &Attempt<'_>) -> Result<bool> {
    if !repetition::is_long(attempt.text) {
        return Ok(false);
    }
    let text_hash = repetition::text_hash(attempt.text);
    repetition::by_anybody(conn, &text_hash, attempt.comment, by.at)
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
