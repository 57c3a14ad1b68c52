//! The authors of an export: those the file lists and those that only stand on its items.
//! E-mail addresses and logins stay behind; an author is credited by the display name.

use std::collections::HashSet;

use super::channel::Group;
use super::text::plain;
use crate::import::record::{Author, Record};

/// All authors of an export, while they are gathered.
#[derive(Debug, Default)]
pub struct Authors {
    authors: Vec<Author>,
    logins: HashSet<String>,
}

impl Authors {
    /// The authors the file lists.
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

    /// The key of an item's author, new or not; `None` when it names nobody.
    pub fn of(&mut self, item: &Group) -> Option<String> {
        self.remember(item.text("dc:creator"), "")
    }

    /// The records, in the order they were met.
    pub fn into_records(self) -> impl Iterator<Item = Record> {
        self.authors.into_iter().map(Record::Author)
    }

    fn remember(&mut self, login: &str, name: &str) -> Option<String> {
        // No login holds angle brackets, but hand-edited exports have them beside one.
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
