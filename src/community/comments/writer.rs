//! The writer of a comment: somebody with an account, or whoever the comment names.

use super::input::NewComment;
use crate::accounts::users;
use crate::catalogue::authors;
use crate::changes::actor::{By, Caller};
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::email::Email;
use crate::error::{Error, Result};
use crate::id::Id;

/// The writer of a comment.
pub(super) struct Writer {
    /// The name that is shown.
    pub(super) name: String,
    /// The e-mail address.
    pub(super) email: Email,
    /// The user, and whether they are linked to an author of the post.
    pub(super) account: Option<(Id, bool)>,
}

/// Returns the writer: the user who is signed in, or whoever the comment names.
///
/// # Errors
/// Returns [`Error::Invalid`] for a missing name or address.
pub(super) fn writer(conn: &mut Conn, by: By, new: &NewComment, post: Id) -> Result<Writer> {
    if let Some(caller) = by.actor.caller() {
        return member(conn, by, caller, post);
    }
    let required = |pointer: &str| {
        let detail = "is required without an account";
        Error::invalid(pointer, "required", detail)
    };
    Ok(Writer {
        name: new.name.clone().ok_or_else(|| required("/name"))?,
        email: new.email.clone().ok_or_else(|| required("/email"))?,
        account: None,
    })
}

fn member(conn: &mut Conn, by: By, caller: Caller, post: Id) -> Result<Writer> {
    let user = users::store::find(conn, by, caller.id)?;
    let names = match caller.author {
        Some(author) => authors::store::load_refs(conn, &[author])?,
        None => Vec::new(),
    };
    let name = names.into_iter().next().map(|(_, _, name)| name);
    Ok(Writer {
        name: name.unwrap_or(user.name),
        email: user.email,
        account: Some((caller.id, is_author_of(conn, caller.author, post)?)),
    })
}

/// Returns whether a publication of the post names the author.
fn is_author_of(conn: &mut Conn, author: Option<Id>, post: Id) -> Result<bool> {
    let Some(author) = author else {
        return Ok(false);
    };
    let mut sql = Sql::new(
        "SELECT count(*) AS n FROM publications p JOIN publication_bylines b ON b.publication_id = p.id WHERE p.post_id = ",
    );
    sql.bind(post).push(" AND b.author_id = ").bind(author);
    Ok(sql.number(conn)? > 0)
}
