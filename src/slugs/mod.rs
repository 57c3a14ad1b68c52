//! Slugs and their owners.
//!
//! A slug has one owner per kind and language, which the database enforces. A slug that was public stays with its owner
//! when it is no longer used, so that it can redirect. A slug that was never public is free again at once.
//!
//! A post can take over a slug that another post gave up. It owns the slug at once, so that no one else can get it, but
//! the slug redirects to the former owner until it is public at the new one. If that never happens, the slug returns to
//! the former owner.

pub mod addresses;
mod history;
pub mod lookup;
mod owners;
mod store;
mod transfers;

use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::translation_id::TranslationId;

pub use history::{Target, find, find_at, public_among, public_langs, slugs_of};
pub use owners::push_owners;
pub use store::{bury, claim, first_free, forget, holder, make_public, release, set_public};
pub use transfers::{drop_superseded_redirects, hand_over, take_over};

/// The owner of a slug: a resource, in one language if resources of its kind have a slug for each.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The kind of the resource.
    pub kind: Kind,
    /// The id of the resource.
    pub id: Id,
    /// The language; `None` for kinds with one slug.
    pub lang: Option<&'a Lang>,
}

impl<'a> Owner<'a> {
    /// A thing that has one slug for all languages.
    pub fn whole(kind: Kind, id: Id) -> Self {
        let lang = None;
        Self { kind, id, lang }
    }

    /// One language of a post.
    pub fn translation(id: &'a TranslationId) -> Self {
        Self {
            kind: Kind::Post,
            id: id.post,
            lang: Some(&id.lang),
        }
    }

    fn lang(&self) -> &str {
        self.lang.map_or("", Lang::as_str)
    }
}
