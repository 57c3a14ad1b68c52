//! The result of the raw reader: the channel, its groups and their fields, all of it text.

/// The content of `<channel>`.
#[derive(Debug, Default)]
pub struct Channel {
    /// The fields of the channel itself: `link`, `wp:wxr_version` …
    pub about: Group,
    /// Authors, terms and items in the order of the file.
    pub groups: Vec<Group>,
}

/// An author, a term or an item.
#[derive(Debug, Default)]
pub struct Group {
    /// The element's name, with its prefix.
    pub name: String,
    /// The line on which it begins.
    pub line: usize,
    /// The child elements. Custom fields have a name and a text, and comments have parts.
    pub fields: Vec<Field>,
}

/// A child of a group.
#[derive(Debug, Default)]
pub struct Field {
    /// The element's name, with its prefix.
    pub name: String,
    /// The attribute `domain`: a term's taxonomy.
    pub domain: String,
    /// The attribute `nicename`: a term's slug.
    pub nicename: String,
    /// The name of a custom field (`wp:postmeta`).
    pub key: String,
    /// The text, or the value of a custom field, trimmed.
    pub text: String,
    /// The children of a comment: their names and texts.
    pub parts: Vec<(String, String)>,
}

impl Field {
    /// Returns the text of a part, trimmed; empty if there is none.
    pub fn part(&self, name: &str) -> &str {
        let mut parts = self.parts.iter();
        parts
            .find(|(part, _)| part == name)
            .map_or("", |(_, text)| text.trim())
    }
}

impl Group {
    /// Returns the text of the first field with this name; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.named(name).next().map_or("", |field| &field.text)
    }

    /// Returns the value of the custom field with this name; empty if there is none.
    pub fn custom(&self, key: &str) -> &str {
        let mut fields = self.named("wp:postmeta");
        fields
            .find(|field| field.key == key)
            .map_or("", |field| &field.text)
    }

    /// Returns all fields with this name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.name == name)
    }
}
