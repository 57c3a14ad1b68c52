//! The categories and tags of an export: those that the file lists, and those that occur only in its items. Categories
//! follow their parents, regardless of their order in the file. A cycle of parents is broken.

use crate::lang::Lang;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::channel::{Field, Group};
use super::text::{percent_decoded, plain};
use super::{Export, Noted};
use crate::import::record::{Category, Record, Tag, Term};

/// Collects the terms of an export.
#[derive(Debug, Default)]
pub struct Terms {
    categories: Table,
    tags: Table,
}

/// The keys of the terms of one item.
#[derive(Debug, Default, PartialEq)]
pub struct Assigned {
    /// The keys of its categories.
    pub categories: Vec<String>,
    /// The keys of its tags.
    pub tags: Vec<String>,
}

impl Terms {
    /// Starts with the terms that the file lists. Terms of other taxonomies are counted as left out.
    pub fn listed(groups: &[Group], left_out: &mut BTreeMap<String, u64>) -> Self {
        let mut terms = Self::default();
        for group in groups {
            let taxonomy = match group.name.as_str() {
                "wp:category" => "category",
                "wp:tag" => "post_tag",
                "wp:term" => group.text("wp:term_taxonomy"),
                _ => continue,
            };
            match terms.table(taxonomy) {
                Some(table) => table.list(group),
                None => *left_out.entry(other_taxonomy(taxonomy)).or_default() += 1,
            }
        }
        terms
    }

    /// Returns the terms of an item. New terms are added; terms of other taxonomies are counted as left out.
    pub fn assigned(&mut self, item: &Group, left_out: &mut BTreeMap<String, u64>) -> Assigned {
        let mut assigned = Assigned::default();
        for field in item.named("category").filter(|field| !repeats(field, item)) {
            let Some(table) = self.table(&field.domain) else {
                *left_out.entry(other_taxonomy(&field.domain)).or_default() += 1;
                continue;
            };
            let Some(key) = table.assign(field) else {
                continue;
            };
            let keys = match field.domain.as_str() {
                "post_tag" | "tag" => &mut assigned.tags,
                _ => &mut assigned.categories,
            };
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        assigned
    }

    /// Appends the terms to the export, parents before children.
    pub fn into_records(self, lang: &Lang, export: &mut Export) {
        for node in self.categories.parents_first(&mut export.notes) {
            export.records.push(Record::Category(Category {
                key: node.key,
                parent: node.parent,
                position: None,
                translations: [(lang.clone(), node.term)].into_iter().collect(),
            }));
        }
        for node in self.tags.nodes {
            let translations = [(lang.clone(), node.term)].into_iter().collect();
            export.records.push(Record::Tag(Tag {
                key: node.key,
                translations,
            }));
        }
    }

    fn table(&mut self, taxonomy: &str) -> Option<&mut Table> {
        match taxonomy {
            "category" | "" => Some(&mut self.categories),
            "post_tag" | "tag" => Some(&mut self.tags),
            _ => None,
        }
    }
}

/// Returns whether the item names the same term again with more detail: WXR 1.0 writes each term by name alone as well.
fn repeats(field: &Field, item: &Group) -> bool {
    let detailed = |other: &Field| !other.domain.is_empty() && !other.nicename.is_empty();
    field.nicename.is_empty()
        && item
            .named("category")
            .any(|other| detailed(other) && other.text == field.text)
}

fn other_taxonomy(taxonomy: &str) -> String {
    match taxonomy {
        "nav_menu" => "menus".to_owned(),
        "post_format" => "post formats".to_owned(),
        _ => format!("terms of {taxonomy}"),
    }
}

#[derive(Debug, Default)]
struct Table {
    nodes: Vec<Node>,
    /// The index into `nodes` of each key, and of each name.
    by_key: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Node {
    key: String,
    parent: Option<String>,
    term: Term,
}

impl Table {
    /// Adds a `<wp:category>`, `<wp:tag>` or `<wp:term>`.
    fn list(&mut self, group: &Group) {
        let any = |names: [&str; 3]| {
            let mut texts = names.into_iter().map(|name| group.text(name));
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        };
        let nicename = any(["wp:category_nicename", "wp:tag_slug", "wp:term_slug"]);
        let name = any(["wp:cat_name", "wp:tag_name", "wp:term_name"]);
        let parent = any(["wp:category_parent", "wp:term_parent", ""]);
        let description = any([
            "wp:category_description",
            "wp:tag_description",
            "wp:term_description",
        ]);
        if let Some(index) = self.remember(nicename, name)
            && let Some(node) = self.nodes.get_mut(index)
        {
            node.parent = Some(parent.to_owned()).filter(|it| !it.is_empty());
            node.term.description = Some(plain(description)).filter(|it| !it.is_empty());
        }
    }

    /// Returns the key of the term that an item names, which is added if new.
    fn assign(&mut self, field: &Field) -> Option<String> {
        let known = match field.nicename.as_str() {
            "" => self.by_name.get(&plain(&field.text)),
            nicename => self.by_key.get(nicename),
        };
        let index = known
            .copied()
            .or_else(|| self.remember(&field.nicename, &field.text))?;
        self.nodes.get(index).map(|node| node.key.clone())
    }

    /// Adds a term. Returns `None` if its key is taken or the term has no name.
    fn remember(&mut self, nicename: &str, name: &str) -> Option<usize> {
        let slug = Some(percent_decoded(nicename)).filter(|it| !it.is_empty());
        let name = Some(plain(name))
            .filter(|it| !it.is_empty())
            .or_else(|| slug.clone())?;
        let key = if nicename.is_empty() {
            name.clone()
        } else {
            nicename.to_owned()
        };
        if self.by_key.contains_key(&key) {
            return None;
        }
        let index = self.nodes.len();
        self.by_key.insert(key.clone(), index);
        self.by_name.entry(name.clone()).or_insert(index);
        self.nodes.push(Node {
            key,
            parent: None,
            term: Term {
                name,
                slug,
                description: None,
            },
        });
        Some(index)
    }

    /// Returns the nodes, each after its parent. A parent that is missing, or would close a cycle, is dropped and
    /// reported.
    fn parents_first(mut self, notes: &mut Vec<Noted>) -> Vec<Node> {
        let mut order: Vec<usize> = Vec::new();
        let mut placed = HashSet::new();
        for start in 0..self.nodes.len() {
            let mut chain: Vec<usize> = Vec::new();
            let mut next = Some(start);
            while let Some(index) = next.filter(|index| !placed.contains(index)) {
                placed.insert(index);
                chain.push(index);
                next = self.resolve_parent(index, notes);
                if next.is_some_and(|parent| chain.contains(&parent)) {
                    self.cut(index, "its parents form a circle", notes);
                    next = None;
                }
            }
            order.extend(chain.into_iter().rev());
        }
        order
            .into_iter()
            .filter_map(|index| self.nodes.get(index).cloned())
            .collect()
    }

    /// Returns the parent of a node. WXR 1.0 refers to it by name, which is replaced by its key.
    fn resolve_parent(&mut self, index: usize, notes: &mut Vec<Noted>) -> Option<usize> {
        let parent = self.nodes.get(index)?.parent.clone()?;
        let found = self
            .by_key
            .get(&parent)
            .or_else(|| self.by_name.get(&plain(&parent)))
            .copied();
        let key = found
            .and_then(|found| self.nodes.get(found))
            .map(|node| node.key.clone());
        match key {
            Some(key) => self.nodes.get_mut(index)?.parent = Some(key),
            None => self.cut(index, "its parent is not in the file", notes),
        }
        found
    }

    fn cut(&mut self, index: usize, reason: &str, notes: &mut Vec<Noted>) {
        if let Some(node) = self.nodes.get_mut(index) {
            node.parent = None;
            let what = format!("category “{}”", node.term.name);
            notes.push(Noted {
                what,
                reason: format!("put at the top of the tree: {reason}"),
            });
        }
    }
}
