//! The facts about a publication of what all languages of a post share: what the public saw before, and what it sees now.

use serde_json::Value;

use super::bylines::PostByline;
use super::loaded::LoadedPost;
use super::model::PostRow;
use super::relations::Relations;
use super::rows::logged;
use crate::changes::Facts;
use crate::changes::actor::By;
use crate::db::Conn;
use crate::error::Result;
use crate::lang::Lang;
use crate::publications::writing::frozen::{self, FrozenProperties};

/// Returns the members that differ from what the public saw in some language, as they were in the first such language and as
/// they are now, and the languages in which it sees the change. `seen` has the members in each language.
pub(super) fn facts(post: &LoadedPost, by: By, seen: &[Value]) -> Facts {
    let after = logged(&post.post, &post.relations);
    let langs = |is_changed: bool| match is_changed {
        true => post.live_langs(by.at),
        false => Vec::<&Lang>::new(),
    };
    let Some(first) = seen.first() else {
        return Facts::created(&after).with("langs", langs(true));
    };
    let mut before = first.clone();
    for (member, was) in before.as_object_mut().into_iter().flatten() {
        let others = seen.iter().filter_map(|one| one.get(member));
        let other = others
            .into_iter()
            .find(|one| Some(*one) != after.get(member));
        *was = other.unwrap_or(was).clone();
    }
    let is_changed = before != after;
    Facts::updated(&before, &after).with("langs", langs(is_changed))
}

/// Reads the members that the public sees in each language, the original one first.
///
/// # Errors
/// Database errors.
pub(super) fn seen(conn: &mut Conn, by: By, post: &LoadedPost) -> Result<Vec<Value>> {
    let frozen = frozen::live_properties(conn, post.post.id, by.at)?;
    Ok(frozen
        .into_iter()
        .map(|one| members(one, &post.post))
        .collect())
}

fn members(frozen: FrozenProperties, post: &PostRow) -> Value {
    let FrozenProperties {
        row,
        authors,
        categories,
        tags,
    } = frozen;
    let relations = Relations {
        authors: authors.into_iter().map(PostByline::from).collect(),
        categories,
        tags,
    };
    let then = PostRow {
        featured: row.featured,
        licence: row.licence,
        canonical_url: row.canonical_url,
        parent: row.parent_id,
        position: row.position,
        ..post.clone()
    };
    logged(&then, &relations)
}
