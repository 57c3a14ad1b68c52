//! The shapes of a user.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::accounts::passwords::{Password, Passwords};
use crate::db::sql_types::Json;
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::patch::{self, Patched};
use crate::schema::users;
use crate::timestamp::Timestamp;
use crate::version::Versioned;

pub use crate::changes::actor::Role;

/// A user. The password is never shown.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = users)]
pub struct User {
    /// Its id.
    pub id: Id,
    /// What the user signs in with.
    pub email: Email,
    /// What the user may do.
    pub role: Role,
    /// The author whose posts are the user's own.
    #[diesel(column_name = author_id)]
    pub author: Option<Id>,
    /// Whether the user may sign in.
    pub active: bool,
    /// The languages the user translates into.
    #[schema(value_type = Vec<Lang>)]
    pub languages: Json<Vec<Lang>>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Versioned for User {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A user to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What the user signs in with.
    pub email: Email,
    /// What the user proves it with.
    pub password: Password,
    /// What the user may do.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// Whether the user may sign in; true when absent.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false, default = true)]
    pub active: Option<bool>,
    /// The languages the user translates into: `GET /v1/admin/tasks` tells what is missing in them.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub languages: Vec<Lang>,
}

/// A user to stand in the place of another.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacedUser {
    /// What the user signs in with.
    pub email: Email,
    /// Stays when absent. A new one ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub password: Option<Password>,
    /// What the user may do.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// Whether the user may sign in; true when absent. False ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false, default = true)]
    pub active: Option<bool>,
    /// The languages the user translates into; none when absent.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub languages: Vec<Lang>,
}

/// Changes to a user: absent keeps, null clears.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// What the user signs in with.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub email: Option<Email>,
    /// A new password ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub password: Option<Password>,
    /// What the user may do, from the next request on.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub role: Option<Role>,
    /// The author whose posts are the user's own.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<Id>)]
    pub author: Patched<Id>,
    /// False ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub active: Option<bool>,
    /// The languages the user translates into; replaces all.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(max_items = 20, nullable = false)]
    pub languages: Option<Vec<Lang>>,
}

impl From<ReplacedUser> for UserPatch {
    /// All that is not given is cleared; the password stays.
    fn from(new: ReplacedUser) -> Self {
        Self {
            email: Some(new.email),
            password: new.password,
            role: Some(new.role),
            author: Some(new.author),
            active: Some(new.active.unwrap_or(true)),
            languages: Some(new.languages),
        }
    }
}

/// A new user as it is stored, the password hashed.
#[derive(Debug, Clone)]
pub struct Account {
    /// What the user signs in with.
    pub email: Email,
    /// What is kept of the password.
    pub password_hash: String,
    /// What the user may do.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// Whether the user may sign in.
    pub active: bool,
    /// The languages the user translates into.
    pub languages: Vec<Lang>,
}

/// Changes as they are stored, the password hashed.
#[derive(Debug, Clone, Default)]
pub struct AccountPatch {
    /// A new e-mail.
    pub email: Option<Email>,
    /// What is kept of a new password.
    pub password_hash: Option<String>,
    /// A new role.
    pub role: Option<Role>,
    /// Another author, or none.
    pub author: Patched<Id>,
    /// Whether the user may sign in from now on.
    pub active: Option<bool>,
    /// Other languages to translate into.
    pub languages: Option<Vec<Lang>>,
}

impl NewUser {
    /// Hashes the password.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when too many passwords wait for that.
    pub async fn hashed(self, passwords: &Passwords) -> Result<Account> {
        Ok(Account {
            email: self.email,
            password_hash: passwords.hash(self.password).await?,
            role: self.role,
            author: self.author,
            active: self.active.unwrap_or(true),
            languages: self.languages,
        })
    }
}

impl UserPatch {
    /// Hashes the new password, if there is one.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when too many passwords wait for that.
    pub async fn hashed(self, passwords: &Passwords) -> Result<AccountPatch> {
        Ok(AccountPatch {
            email: self.email,
            password_hash: passwords.hash_any(self.password).await?,
            role: self.role,
            author: self.author,
            active: self.active,
            languages: self.languages,
        })
    }
}

/// A password of one's own to be changed. Has no `Debug`.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The one that was good until now.
    #[schema(
        min_length = 1,
        max_length = 200,
        format = "password",
        write_only,
        examples("a long walk by the sea")
    )]
    pub current_password: String,
    /// The one to be good from now on.
    pub new_password: Password,
}

/// Which users to list.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Text in the e-mail.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// Those who may sign in, or those who may not.
    pub active: Option<bool>,
}
