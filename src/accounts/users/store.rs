//! The queries for users.

use diesel::prelude::*;

use super::model::{Account, AccountPatch, OwnPatch, Role, User};
use super::name::UserName;
use crate::accounts::sessions;
use crate::changes::actor::{Access, By};
use crate::changes::preconditions;
use crate::changes::{self, Facts, Operation};
use crate::collation::CollationKey;
use crate::db::sql_types::Json;
use crate::db::{Conn, each};
use crate::email::Email;
use crate::error::{Code, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema::{authors, users};
use crate::version::{Revised, Seen};

/// Returns all users, ordered by e-mail address.
///
/// # Errors
/// Returns the same errors as [`By::require`].
pub fn all(conn: &mut Conn, by: By) -> Result<Vec<User>> {
    by.require(Access::Admins)?;
    let all = users::table.order(users::email);
    Ok(each!(conn, all.select(User::as_select()).load(conn))?)
}

/// Returns a user: to admins, or to the user.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if there is no such user.
pub fn find(conn: &mut Conn, by: By, id: Id) -> Result<User> {
    if by.actor.user() != Some(id) {
        by.require(Access::Admins)?;
    }
    load(conn, id)
}

fn load(conn: &mut Conn, id: Id) -> Result<User> {
    let one = users::table.find(id);
    Ok(each!(conn, one.select(User::as_select()).first(conn))?)
}

/// Returns the user with this e-mail address.
///
/// # Errors
/// Returns the same errors as [`By::require`]; [`Error::NotFound`] if there is no such user.
pub fn find_by_email(conn: &mut Conn, by: By, email: &Email) -> Result<User> {
    by.require(Access::Admins)?;
    let one = users::table.filter(users::email.eq(email));
    Ok(each!(conn, one.select(User::as_select()).first(conn))?)
}

/// Returns a user's own e-mail address and password hash.
///
/// # Errors
/// Returns the same errors as [`By::require_self`]; [`Error::NotFound`] if there is no such user.
pub fn credentials(conn: &mut Conn, by: By, id: Id) -> Result<(Email, String)> {
    by.require_self(id)?;
    let one = users::table
        .find(id)
        .select((users::email, users::password_hash));
    Ok(each!(conn, one.first(conn))?)
}

/// Returns whether there is no user yet.
///
/// # Errors
/// Returns database errors.
pub fn is_empty(conn: &mut Conn) -> Result<bool> {
    let any = users::table.select(users::id);
    Ok(each!(conn, any.first::<Id>(conn).optional())?.is_none())
}

/// Creates an admin if there is no user yet. Returns whether it did.
///
/// # Errors
/// Returns the same errors as [`By::require`] and [`insert`].
pub fn ensure_first_admin(
    conn: &mut Conn,
    by: By,
    email: Email,
    password_hash: String,
) -> Result<bool> {
    by.require(Access::System)?;
    if !is_empty(conn)? {
        return Ok(false);
    }
    let admin = Account {
        email,
        name: None,
        password_hash,
        role: Role::Admin,
        author: None,
        active: true,
        languages: Vec::new(),
    };
    insert(conn, by, admin).map(|_| true)
}

/// Creates a user.
///
/// # Errors
/// Returns the same errors as [`By::require`], the conflict `email_taken`, and [`Error::Invalid`] for an unknown
/// author.
pub fn insert(conn: &mut Conn, by: By, new: Account) -> Result<User> {
    by.require(Access::Admins)?;
    let id = Id::new();
    let name = match new.name {
        Some(name) => name,
        None => default_name(conn, new.author, &new.email)?,
    };
    let name = String::from(name);
    let row = (
        users::id.eq(id),
        users::email.eq(&new.email),
        users::name_key.eq(CollationKey::new(&name)?),
        users::name.eq(name),
        users::password_hash.eq(&new.password_hash),
        users::role.eq(new.role),
        users::author_id.eq(new.author),
        users::active.eq(new.active),
        users::languages.eq(Json(each_once(new.languages))),
        users::version.eq(1),
        users::created_at.eq(by.at),
        users::updated_at.eq(by.at),
    );
    let inserted = conn.savepoint(|conn| {
        let insert = diesel::insert_into(users::table).values(row);
        each!(conn, insert.execute(conn))?;
        Ok(())
    });
    inserted.map_err(explained)?;
    let user = load(conn, id)?;
    changes::append(
        conn,
        by,
        Kind::User,
        id,
        Operation::Create,
        Facts::created(&user),
    )?;
    Ok(user)
}

/// Returns the name of a user who was given none.
fn default_name(conn: &mut Conn, author: Option<Id>, email: &Email) -> Result<UserName> {
    let author = match author {
        Some(id) => {
            let name = authors::table.find(id).select(authors::name);
            each!(conn, name.first(conn).optional())?
        }
        None => None,
    };
    Ok(UserName::default_for(author, email))
}

/// Changes a user. Deactivation and a new password end all sessions of the user.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`], [`Error::Stale`], the conflicts `email_taken` and
/// `last_admin`, and [`Error::Invalid`] for an unknown author.
pub fn update(conn: &mut Conn, by: By, id: Id, seen: &Seen, patch: AccountPatch) -> Result<User> {
    by.require(Access::Admins)?;
    let new_password = patch.password_hash.is_some();
    let row = write(conn, by, id, seen, patch)?;
    if new_password || !row.active {
        let why = if row.active {
            "new_password"
        } else {
            "deactivated"
        };
        sessions::store::revoke_all(conn, by, id, None, why)?;
    }
    Ok(row)
}

/// A new password hash, the one that it replaces, and the session of the change.
pub struct OwnPassword {
    /// The hash against which the current password was verified.
    pub old: String,
    /// The hash of the new password.
    pub new: String,
    /// The session that does not end.
    pub keep: Id,
}

/// Returns the error for a wrong current password.
pub fn wrong_password() -> Error {
    let detail = "is not the current password of this user";
    Error::invalid("/current_password", "wrong_password", detail)
}

/// Changes a user's own password and ends every other session of the user.
///
/// # Errors
/// Returns the same errors as [`By::require_self`], [`Error::NotFound`], [`Error::Stale`], and `wrong_password` if the
/// password has changed since it was verified.
pub fn set_own_password(
    conn: &mut Conn,
    by: By,
    id: Id,
    seen: &Seen,
    change: OwnPassword,
) -> Result<()> {
    if credentials(conn, by, id)?.1 != change.old {
        return Err(wrong_password());
    }
    let patch = AccountPatch {
        password_hash: Some(change.new),
        ..AccountPatch::default()
    };
    write(conn, by, id, seen, patch)?;
    sessions::store::revoke_all(conn, by, id, Some(change.keep), "new_password")
}

/// Changes a user's own account.
///
/// # Errors
/// Returns the same errors as [`By::require_self`], [`Error::NotFound`] and [`Error::Stale`].
pub fn update_own(conn: &mut Conn, by: By, id: Id, seen: &Seen, change: OwnPatch) -> Result<User> {
    by.require_self(id)?;
    let patch = AccountPatch {
        name: change.name,
        ..AccountPatch::default()
    };
    write(conn, by, id, seen, patch)
}

/// Deletes a user with all sessions. The user's posts are kept.
///
/// # Errors
/// Returns the same errors as [`By::require`], [`Error::NotFound`], [`Error::Stale`], and the conflict `last_admin`.
pub fn delete(conn: &mut Conn, by: By, id: Id, seen: &Seen) -> Result<()> {
    by.require(Access::Admins)?;
    let old = load(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    keep_an_admin(conn, &old, false)?;
    each!(conn, diesel::delete(users::table.find(id)).execute(conn))?;
    changes::append(
        conn,
        by,
        Kind::User,
        id,
        Operation::Delete,
        Facts::deleted(&old),
    )
}

fn write(conn: &mut Conn, by: By, id: Id, seen: &Seen, patch: AccountPatch) -> Result<User> {
    let old = load(conn, id)?;
    preconditions::check(conn, seen, old.version, id)?;
    let hash = patch.password_hash.clone();
    let patched = patched(conn, &old, patch)?;
    let row = match &hash {
        // A password is always a new one: its hash has a new salt.
        Some(_) => patched.revised(by.at),
        None => match patched.next(&old, by.at) {
            Some(row) => row,
            None => return Ok(old),
        },
    };
    keep_an_admin(conn, &old, row.active && row.role == Role::Admin)?;
    let mut facts = Facts::updated(&old, &row);
    if hash.is_some() {
        facts = facts.with("password", "changed");
    }
    let set = (
        users::email.eq(&row.email),
        users::name.eq(&row.name),
        users::name_key.eq(CollationKey::new(&row.name)?),
        users::role.eq(row.role),
        users::author_id.eq(row.author),
        users::active.eq(row.active),
        users::languages.eq(&row.languages),
        users::version.eq(row.version),
        users::updated_at.eq(row.updated_at),
        hash.map(|hash| users::password_hash.eq(hash)),
    );
    let updated = conn.savepoint(|conn| {
        let update = diesel::update(users::table.find(id)).set(set);
        each!(conn, update.execute(conn))?;
        Ok(())
    });
    updated.map_err(explained)?;
    changes::append(conn, by, Kind::User, id, Operation::Update, facts)?;
    Ok(row)
}

/// Returns the user with the changes of a patch, in the old version. The password is not part of it.
fn patched(conn: &mut Conn, old: &User, patch: AccountPatch) -> Result<User> {
    let email = patch.email.unwrap_or_else(|| old.email.clone());
    let author = patch.author.unwrap_or(old.author);
    Ok(User {
        name: match patch.name {
            None => old.name.clone(),
            Some(Some(name)) => name.into(),
            Some(None) => default_name(conn, author, &email)?.into(),
        },
        email,
        author,
        role: patch.role.unwrap_or(old.role),
        active: patch.active.unwrap_or(old.active),
        languages: match patch.languages {
            Some(new) => Json(each_once(new)),
            None => old.languages.clone(),
        },
        ..old.clone()
    })
}

/// Removes duplicate languages.
fn each_once(mut languages: Vec<Lang>) -> Vec<Lang> {
    let mut seen = std::collections::HashSet::new();
    languages.retain(|lang| seen.insert(lang.clone()));
    languages
}

/// Refuses to remove the last active admin, because nobody could create another one.
fn keep_an_admin(conn: &mut Conn, old: &User, stays: bool) -> Result<()> {
    if stays || !old.active || old.role != Role::Admin {
        return Ok(());
    }
    let others = users::table
        .filter(users::role.eq(Role::Admin).and(users::active.eq(true)))
        .filter(users::id.ne(old.id))
        .select(users::id);
    match each!(conn, others.first::<Id>(conn).optional())? {
        Some(_) => Ok(()),
        None => {
            let detail = "This is the last active admin. Make another user an admin first.";
            Err(Error::conflict(Code::LastAdmin, detail))
        }
    }
}

/// Translates a constraint violation. Only the e-mail address is unique, and only the author is a foreign key.
fn explained(error: Error) -> Error {
    if error.is_unique() {
        Error::conflict_at(
            "/email",
            Code::EmailTaken,
            "Another user has this e-mail address.",
        )
    } else if error.is_foreign_key() {
        Error::unknown("/author", "author")
    } else {
        error
    }
}
