//! The authors of an export: those that the file lists, and those that occur only in its items. Authors are credited by
//! their display names; e-mail addresses and logins are not imported.

use std::collections::HashSet;

use super::channel::Group;
use super::text::plain;
use crate::import::record::{Author, Record};

/// Collects the authors of an export.
#[derive(Debug, Default)]
pub struct Authors {
    authors: Vec<Author>,
    logins: HashSet<String>,
}

impl Authors {
    /// Starts with the authors that the file lists.
    pub fn listed(groups: &[Group]) -> Self {
        let mut authors = Self::default();
        for group in groups.iter().filter(|group| group.name == "wp:author") {
            authors.remember(
                group.text("wp:author_login"),
                group.text("wp:author_display_name"),
            );
        }
        authors
    }

    /// Returns the key of an item's author, who is added if new; `None` if the item names no author.
    pub fn key_of(&mut self, item: &Group) -> Option<String> {
        self.remember(item.text("dc:creator"), "")
    }

    /// Returns the records in the order of first appearance.
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        self.authors.into_iter().map(Record::Author)
    }

    fn remember(&mut self, login: &str, name: &str) -> Option<String> {
        // No login contains angle brackets, but hand-edited exports have them next to one.
        let login = login.trim_matches(['<', '>', ' ']);
        let key = Some(login.to_owned()).filter(|login| !login.is_empty())?;
        if self.logins.insert(key.clone()) {
            let name = [plain(name), plain(login)]
                .into_iter()
                .find(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| key.clone());
            self.authors.push(Author {
                key: key.clone(),
                name,
                ..Author::default()
            });
        }
        Some(key)
    }
}
