//! Puts pages into an order in which each comes after the page above it, with their places in the tree.

use std::collections::HashSet;

use super::channel::Group;
use super::posts::what;
use super::{Export, Noted};
use crate::import::record::{Post, Record};

/// The greatest position in Tribuna.
const LAST_POSITION: i32 = 1_000_000;

/// A page, and what the export says about its place.
pub struct Page {
    what: String,
    post: Post,
    /// The number of the item above; `None` at the top.
    above: Option<String>,
}

impl Page {
    /// Creates a page from its item.
    pub fn new(item: &Group, post: Post) -> Self {
        let above = item.text("wp:post_parent");
        let position = item.text("wp:menu_order").parse::<i32>().ok();
        let position = position.map(|position| position.clamp(0, LAST_POSITION));
        Self {
            what: what(item),
            post: Post {
                position: position.filter(|position| *position > 0),
                ..post
            },
            above: (!matches!(above, "" | "0")).then(|| above.to_owned()),
        }
    }

    fn key_above(&self) -> Option<String> {
        self.above.as_ref().map(|above| format!("post:{above}"))
    }
}

/// Adds the pages to the export, parents first. A page whose parent is not imported, or that is its own ancestor, goes to
/// the top.
pub fn into_records(mut pages: Vec<Page>, export: &mut Export) {
    let all: HashSet<String> = pages.iter().map(|page| page.post.key.clone()).collect();
    for page in &mut pages {
        if page.key_above().is_some_and(|key| !all.contains(&key)) {
            move_to_top(page, "the page above it is not imported", export);
        }
    }
    let mut placed = HashSet::new();
    while !pages.is_empty() {
        let is_next = |page: &Page| page.key_above().is_none_or(|key| placed.contains(&key));
        let (next, rest): (Vec<Page>, Vec<Page>) = pages.into_iter().partition(is_next);
        pages = rest;
        if next.is_empty() {
            for page in &mut pages {
                move_to_top(page, "it is its own ancestor", export);
            }
        }
        for page in next {
            placed.insert(page.post.key.clone());
            let parent = page.key_above();
            export.records.push(Record::Page(Post {
                parent,
                ..page.post
            }));
        }
    }
}

fn move_to_top(page: &mut Page, why: &str, export: &mut Export) {
    page.above = None;
    export.notes.push(Noted {
        what: page.what.clone(),
        reason: format!("moved to the top: {why}"),
    });
}
