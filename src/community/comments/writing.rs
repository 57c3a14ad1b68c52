//! Writing, changing and deleting comments by those who write them.

use super::admission::{self, Attempt, Verdict};
use super::input::{CommentPatch, NewComment};
use super::model::CommentRow;
use super::notices::{self, Pages};
use super::place::Place;
use super::rows;
use super::states::{self, CommentState, Deletion};
use super::writer::{Writer, writer};
use crate::catalogue::site::comments::{CommentMode, CommentSettings};
use crate::changes::actor::By;
use crate::community::guard::{Guard, repetition};
use crate::content;
use crate::db::Conn;
use crate::db::sql_types::Json;
use crate::error::{Code, Credentials, Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::publications::comments::discussion;
use crate::publications::single;
use crate::secret_token::SecretToken;
use crate::slugs::addresses::comments_url;
use crate::version::Revised;

/// The number of seconds for which writers may change what they wrote without an account.
const EDITABLE: i64 = 15 * 60;

/// The permission to change a comment: the token of the answer to it, or the account of its writer.
pub struct Permit {
    /// The token.
    pub token: Option<SecretToken>,
}

/// Writes a comment on a post. Returns it with the token by which it may be changed.
///
/// # Errors
/// Returns the same errors as [`single::locate`]; `comments_closed`; [`Error::Unauthenticated`] if only members may comment;
/// [`Error::Invalid`] for a missing name or address, and for a comment to answer that is not public.
pub fn insert(
    conn: &mut Conn,
    by: By,
    (guard, pages): (&Guard, &Pages),
    id_or_slug: &str,
    new: NewComment,
) -> Result<(CommentRow, SecretToken)> {
    let languages = Languages::default();
    let located = single::locate(conn, id_or_slug, &languages, by.at, comments_url);
    let post = located.map_err(unmoved)?.shown;
    let settings = check_open(conn, by, post.post_id)?;
    let writer = writer(conn, by, &new, post.post_id)?;
    let token = SecretToken::random("")?;
    let place = Place::below(conn, post.post_id, new.parent)?;
    let draft = Draft {
        email_hash: Some(guard.people.email(&writer.email)),
        lang: new.lang.unwrap_or(post.lang),
        source: new.text,
        fills_honeypot: new.website.is_some_and(|text| !text.is_empty()),
    };
    let html = content::comment(&draft.source);
    let attempt = draft.attempt(settings, (post.post_id, None), &html);
    admission::check(conn, by, (guard, new.form.as_ref()), &attempt)?;
    let verdict = admission::admit(conn, by, &attempt)?;
    let row = CommentRow {
        post_id: post.post_id,
        parent_id: new.parent,
        address_hash: by.origin.map(|origin| guard.people.address(origin.address)),
        edit_token: Some(token.hash()),
        edit_until: Some(by.at.plus_seconds(EDITABLE)),
        html,
        ..draft.row(by, place, writer, verdict)
    };
    let row = rows::insert(conn, by, row)?;
    notices::answered(conn, pages, &row, by.at)?;
    Ok((row, token))
}

/// Says where the post is now, in place of a redirect: whoever follows one may send the comment again as a read.
fn unmoved(error: Error) -> Error {
    match error {
        Error::Moved(to) => Error::missing(format!("Send the comment to `{to}`.")),
        other => other,
    }
}

/// The parts of a comment that decide whether it is public at once.
struct Draft {
    email_hash: Option<Vec<u8>>,
    lang: Lang,
    source: String,
    fills_honeypot: bool,
}

impl Draft {
    fn attempt(
        &self,
        settings: CommentSettings,
        (post, comment): (Id, Option<Id>),
        html: &str,
    ) -> Attempt<'_> {
        Attempt {
            settings,
            post,
            comment,
            email_hash: self.email_hash.as_deref(),
            text: &self.source,
            links: content::links_of_comment(html),
            fills_honeypot: self.fills_honeypot,
        }
    }

    /// Returns the row of a new comment, without its post, its HTML and its token.
    fn row(self, by: By, place: Place, writer: Writer, verdict: Verdict) -> CommentRow {
        let (state, reasons) = verdict.state();
        CommentRow {
            id: place.id,
            post_id: place.id,
            parent_id: None,
            depth: place.depth,
            path: place.path,
            lang: self.lang,
            name: writer.name,
            email: Some(writer.email),
            email_hash: self.email_hash,
            address_hash: None,
            user_id: writer.account.map(|(id, _)| id),
            by_author: writer.account.is_some_and(|(_, is_author)| is_author),
            text_hash: Some(repetition::text_hash(&self.source)),
            source: self.source,
            html: String::new(),
            state,
            deletion: None,
            is_public: false,
            reasons: Json(reasons),
            edit_token: None,
            edit_until: None,
            version: 1,
            created_at: by.at,
            updated_at: by.at,
            edited_at: None,
        }
    }
}

/// Checks that a post takes comments from the caller. Returns the settings of the site.
fn check_open(conn: &mut Conn, by: By, post: Id) -> Result<CommentSettings> {
    let (stored, settings) = discussion::load(conn, post, by.at)?;
    match stored.shown(&settings, by.at).mode {
        CommentMode::Open => Ok(settings),
        CommentMode::Members if by.actor.caller().is_some() => Ok(settings),
        CommentMode::Members => Err(Error::Unauthenticated(Credentials::Missing)),
        CommentMode::Closed => {
            let detail = "This post takes no comments, or no more.";
            Err(Error::conflict(Code::CommentsClosed, detail))
        }
    }
}

/// Changes a comment. An approved one waits for a moderator again, unless its writer is trusted.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such comment, or if it is not public and the caller did not write it;
/// [`Error::Forbidden`] if the caller may not change it, or no longer; `wrong_state`.
pub fn update(
    conn: &mut Conn,
    by: By,
    permit: &Permit,
    id: Id,
    patch: CommentPatch,
) -> Result<CommentRow> {
    let old = permitted(conn, by, permit, id)?;
    let text_changes = patch.text.as_ref().is_some_and(|text| *text != old.source);
    let mut row = old.clone();
    row.name = patch.name.unwrap_or(row.name);
    row.source = patch.text.unwrap_or(row.source);
    if row == old {
        return Ok(old);
    }
    row.html = content::comment(&row.source);
    if text_changes {
        row.edited_at = Some(by.at);
    }
    row.text_hash = Some(repetition::text_hash(&row.source));
    decide(conn, by, &old, &mut row)?;
    let row = row.revised(by.at);
    rows::update(conn, by, &old, row, None)
}

/// Decides again about a comment that has changed.
fn decide(conn: &mut Conn, by: By, old: &CommentRow, row: &mut CommentRow) -> Result<()> {
    let draft = Draft {
        email_hash: row.email_hash.clone(),
        lang: row.lang.clone(),
        source: row.source.clone(),
        fills_honeypot: old.state == CommentState::Spam,
    };
    let (_, settings) = discussion::load(conn, row.post_id, by.at)?;
    let attempt = draft.attempt(settings, (row.post_id, Some(row.id)), &row.html);
    let verdict = admission::admit(conn, by, &attempt)?;
    let (state, reasons) = verdict.state();
    row.state = match (old.state, state) {
        // Nobody's edit undoes what a guard has decided.
        (CommentState::Pending, CommentState::Approved) => CommentState::Pending,
        (_, state) => state,
    };
    if row.state != old.state {
        row.reasons = Json(reasons);
    }
    Ok(())
}

/// Deletes a comment. Its text, its name and its address are gone; its place stays while it has answers.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such comment, or if it is not public and the caller did not write it;
/// [`Error::Forbidden`] if the caller may not change it, or no longer; `wrong_state`.
pub fn delete(conn: &mut Conn, by: By, permit: &Permit, id: Id) -> Result<()> {
    let old = permitted(conn, by, permit, id)?;
    let row = CommentRow {
        state: CommentState::Deleted,
        deletion: Some(Deletion::Writer),
        name: String::new(),
        email: None,
        source: String::new(),
        html: String::new(),
        text_hash: None,
        edit_token: None,
        edit_until: None,
        ..old.clone()
    };
    let row = row.revised(by.at);
    rows::update(conn, by, &old, row, None).map(drop)
}

/// Returns a comment that the caller may change: by the token of the answer to it, while that is valid, or by the account of
/// its writer.
///
/// # Errors
/// Returns [`Error::NotFound`] if there is no such comment, or if it is not public and the caller did not write it;
/// [`Error::Forbidden`] if the caller may not change it, or no longer; `wrong_state`.
fn permitted(conn: &mut Conn, by: By, permit: &Permit, id: Id) -> Result<CommentRow> {
    let row = rows::find(conn, id)?;
    if !is_writer(&row, by, permit) {
        return Err(match row.state {
            CommentState::Approved => Error::Forbidden(
                "Only its writer may change a comment: with the `Edit-Token` while that is valid, or with the account.",
            ),
            CommentState::Pending
            | CommentState::Rejected
            | CommentState::Spam
            | CommentState::Deleted => Error::NotFound,
        });
    }
    match states::may_edit(row.state) {
        true => Ok(row),
        false => {
            let detail = "A moderator has decided about the comment, or it was deleted.";
            Err(Error::conflict(Code::WrongState, detail))
        }
    }
}

fn is_writer(row: &CommentRow, by: By, permit: &Permit) -> bool {
    let has_account = row.user_id.is_some() && row.user_id == by.actor.user();
    let is_in_time = row.edit_until.is_some_and(|until| by.at < until);
    let token = permit.token.as_ref().map(SecretToken::hash);
    has_account || is_in_time && token.is_some() && token == row.edit_token
}
