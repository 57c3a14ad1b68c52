//! Posts as items. Whether a post matches, and what is shown of it, the lists of posts decide.

use std::collections::BTreeMap;

use super::model::{Item, ItemFilter, ItemKind};
use crate::db::Conn;
use crate::db::keyset::SortKey;
use crate::error::Result;
use crate::fields::Selected;
use crate::id::Id;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::publications::lists::criteria::Criteria;
use crate::publications::lists::excerpts;
use crate::publications::lists::plan::Selectivities;
use crate::publications::lists::row::Members;
use crate::publications::model::PublicPostSummary;
use crate::timestamp::Timestamp;

/// Returns those of these posts, given by language, that are live and match the filter.
///
/// # Errors
/// Returns database errors.
pub fn matching(
    conn: &mut Conn,
    filter: &ItemFilter,
    posts: &BTreeMap<Lang, Vec<Id>>,
    now: Timestamp,
) -> Result<Vec<Item>> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let of_posts = filter.of_posts();
    let selectivities = Selectivities::measure(conn, &of_posts, &Languages::default(), now)?;
    let members = Members::of_list(&filter.members());
    let mut found = Vec::new();
    for (lang, ids) in posts {
        let criteria = criteria(filter, lang, now)?;
        let posts = excerpts::among(conn, &criteria, &selectivities, ids, members)?;
        found.extend(items(posts, filter));
    }
    Ok(found)
}

/// A step through the posts in one language.
pub struct Step {
    /// The items.
    pub items: Vec<Item>,
    /// The position after which the next step begins; `None` after the last step.
    pub next: Option<SortKey>,
}

/// Returns up to `most` posts in a language that are live and match the filter, after a position in their list.
///
/// # Errors
/// Returns database errors.
pub fn step(
    conn: &mut Conn,
    filter: &ItemFilter,
    lang: &Lang,
    after: Option<SortKey>,
    (most, now): (u32, Timestamp),
) -> Result<Step> {
    let members = Members::of_list(&filter.members());
    let criteria = criteria(filter, lang, now)?;
    let excerpts::Step { posts, next } = excerpts::step(conn, &criteria, members, after, most)?;
    Ok(Step {
        items: items(posts, filter),
        next,
    })
}

fn criteria(filter: &ItemFilter, lang: &Lang, now: Timestamp) -> Result<Criteria> {
    Ok(Criteria {
        languages: Languages::new(Some(lang.clone()), Vec::new())?,
        filter: filter.of_posts(),
        now,
    })
}

fn items(posts: Vec<PublicPostSummary>, filter: &ItemFilter) -> Vec<Item> {
    let keys: Vec<(Id, Lang)> = posts
        .iter()
        .map(|post| (post.id, post.lang.clone()))
        .collect();
    let posts = Selected::all(posts, filter.members());
    let item = |((id, lang), post)| Item {
        post: Some(post),
        ..Item::upsert(ItemKind::Post, id, Some(lang))
    };
    keys.into_iter().zip(posts).map(item).collect()
}
