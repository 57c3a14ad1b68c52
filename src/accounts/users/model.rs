//! The data types of users, in the API and in the database.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::name::UserName;
use crate::accounts::passwords::{Password, Passwords};
use crate::db::sql_types::{Json, words};
use crate::delivery::named_lists::NamedSort;
use crate::email::Email;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::named_ref::NamedRef;
use crate::patch::{self, Patched};
use crate::schema::users;
use crate::timestamp::{InstantOrDate, Timestamp};
use crate::version::{Versioned, revised};

pub use crate::changes::actor::Role;

/// A user. The password is never shown.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, ToSchema, Queryable, Selectable, QueryableByName,
)]
#[diesel(table_name = users)]
pub struct User {
    /// The user's id (UUIDv7).
    pub id: Id,
    /// The e-mail address that the user signs in with.
    pub email: Email,
    /// The name by which others know the user.
    #[schema(examples("Ada Lovelace"))]
    pub name: String,
    /// The user's role.
    pub role: Role,
    /// The author whose posts are the user's own.
    #[diesel(column_name = author_id)]
    pub author: Option<Id>,
    /// True if the user may sign in.
    pub active: bool,
    /// The languages the user translates into.
    #[schema(value_type = Vec<Lang>)]
    pub languages: Json<Vec<Lang>>,
    /// Grows with every change.
    #[schema(minimum = 1)]
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
}

revised!(User);

impl Versioned for User {
    fn version(&self) -> i32 {
        self.version
    }
}

/// A user to create.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UserInput, examples(json!({
    "email": "ada@example.org",
    "name": "Ada Lovelace",
    "password": "a long walk by the sea",
    "role": "contributor",
    "languages": ["fr"]
})))]
pub struct NewUser {
    /// The e-mail address that the user signs in with.
    pub email: Email,
    /// The name by which others know the user. When absent, the name of the author or, without an author, the part of the
    /// e-mail address before the @.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub name: Option<UserName>,
    /// The user's password.
    pub password: Password,
    /// The user's role.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// True (the default) if the user may sign in.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false, default = true)]
    pub active: Option<bool>,
    /// The languages the user translates into: `GET /v1/admin/tasks` lists what is missing in them.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub languages: Vec<Lang>,
}

/// The complete new state of a user.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "email": "ada@example.org",
    "name": "Ada Lovelace",
    "role": "contributor",
    "active": true,
    "languages": ["fr"]
})))]
pub struct ReplacedUser {
    /// The e-mail address that the user signs in with.
    pub email: Email,
    /// The name by which others know the user. When absent, the name of the author or, without an author, the part of the
    /// e-mail address before the @.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub name: Option<UserName>,
    /// A new password, which ends all sessions of the user. Absent keeps the password.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub password: Option<Password>,
    /// The user's role.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// True (the default) if the user may sign in. False ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false, default = true)]
    pub active: Option<bool>,
    /// The languages the user translates into; none when absent.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub languages: Vec<Lang>,
}

/// Changes to a user. Absent members keep their value, and null clears them.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "role": "author" })))]
pub struct UserPatch {
    /// The e-mail address that the user signs in with.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub email: Option<Email>,
    /// The name by which others know the user. Null: the name of the author or, without an author, the part of the e-mail
    /// address before the @.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<UserName>)]
    pub name: Patched<UserName>,
    /// A new password ends all sessions of the user.
    #[serde(default, deserialize_with = "patch::required")]
    #[schema(nullable = false)]
    pub password: Option<Password>,
    /// The user's role, effective from the next request.
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
    /// Clears every absent member, except the password, which is kept.
    fn from(new: ReplacedUser) -> Self {
        Self {
            email: Some(new.email),
            name: Some(new.name),
            password: new.password,
            role: Some(new.role),
            author: Some(new.author),
            active: Some(new.active.unwrap_or(true)),
            languages: Some(new.languages),
        }
    }
}

/// A new user as it is stored, with a hashed password.
#[derive(Debug, Clone)]
pub struct Account {
    /// The e-mail address that the user signs in with.
    pub email: Email,
    /// The name by which others know the user; `None` for the default.
    pub name: Option<UserName>,
    /// The hash of the password.
    pub password_hash: String,
    /// The user's role.
    pub role: Role,
    /// The author whose posts are the user's own.
    pub author: Option<Id>,
    /// True if the user may sign in.
    pub active: bool,
    /// The languages the user translates into.
    pub languages: Vec<Lang>,
}

/// Changes to a user as they are stored, with a hashed password.
#[derive(Debug, Clone, Default)]
pub struct AccountPatch {
    /// A new e-mail address.
    pub email: Option<Email>,
    /// A new name, or the default.
    pub name: Patched<UserName>,
    /// The hash of a new password.
    pub password_hash: Option<String>,
    /// A new role.
    pub role: Option<Role>,
    /// Another author, or none.
    pub author: Patched<Id>,
    /// True if the user may sign in.
    pub active: Option<bool>,
    /// Other languages to translate into.
    pub languages: Option<Vec<Lang>>,
}

impl NewUser {
    /// Hashes the password.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Unavailable`] if the queue for hashing is too long.
    pub async fn hashed(self, passwords: &Passwords) -> Result<Account> {
        Ok(Account {
            email: self.email,
            name: self.name,
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
    /// Returns [`crate::error::Error::Unavailable`] if the queue for hashing is too long.
    pub async fn hashed(self, passwords: &Passwords) -> Result<AccountPatch> {
        Ok(AccountPatch {
            email: self.email,
            name: self.name,
            password_hash: passwords.hash_any(self.password).await?,
            role: self.role,
            author: self.author,
            active: self.active,
            languages: self.languages,
        })
    }
}

/// Changes of users to their own accounts. Absent members keep their value.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({ "name": "Ada Lovelace" })))]
pub struct OwnPatch {
    /// The name by which others know the user. Null: the name of the author or, without an author, the part of the e-mail
    /// address before the @.
    #[serde(default, deserialize_with = "patch::clearable")]
    #[schema(value_type = Option<UserName>)]
    pub name: Patched<UserName>,
}

/// A change of the user's own password.
// No `Debug`, because it holds secrets.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The current password.
    #[schema(
        min_length = 1,
        max_length = 200,
        format = "password",
        write_only,
        examples("a long walk by the sea")
    )]
    pub current_password: String,
    /// The new password.
    pub new_password: Password,
}

/// The filters of the list of users.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Text that the e-mail address or the name contains.
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// The roles of the users, comma-separated. May be repeated.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 20)]
    pub role: Vec<Role>,
    /// True for users who may sign in, false for those who may not.
    pub active: Option<bool>,
    /// Created at this instant or after it.
    #[param(inline)]
    pub created_after: Option<InstantOrDate>,
    /// Created before this instant.
    #[param(inline)]
    pub created_before: Option<InstantOrDate>,
    /// Changed at this instant or after it.
    #[param(inline)]
    pub updated_after: Option<InstantOrDate>,
    /// Changed before this instant.
    #[param(inline)]
    pub updated_before: Option<InstantOrDate>,
    /// The order: by the time of creation, by the time of the last change, or by name. `-` means descending.
    /// `-created_at` when absent. Names are sorted by the Unicode Collation Algorithm.
    #[param(inline)]
    pub sort: Option<NamedSort>,
    /// Adds `included` with the name of what the user refers to.
    #[serde(default)]
    #[param(inline, style = Form, explode = false, min_items = 1, max_items = 1)]
    pub include: Vec<UserIncludable>,
}

words! {
    /// The names that `include` adds to a user.
    pub enum UserIncludable {
        /// The name of the author.
        Author = "author",
    }
}

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedUser {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// The names of what the user refers to; present only with `include`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub included: Option<UserInclusions>,
}

/// The names of what a user refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserInclusions {
    /// The author whose posts are the user's own.
    pub author: Option<NamedRef>,
}
