//! The stored form of a snapshot. It is separate from the API's representation, so that the API can change while old
//! revisions stay readable for ever.
//!
//! To add a member, append it at the end, give it a default for older revisions, and skip it while it has that
//! default (`skip_serializing_if`): the hash of equal content must not change. Never rename or remove a member.

use serde::{Deserialize, Serialize};

use super::model::Snapshot;
use crate::content::Format;
use crate::editorial::posts::bylines::{BylineRole, PostByline};
use crate::editorial::translations::model::{BodySource, Seo};
use crate::error::{Error, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::sha256::sha256;
use crate::slug::Slug;

/// The content of a revision, in its stored form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    title: String,
    slug: Slug,
    subtitle: Option<String>,
    excerpt: Option<String>,
    body: StoredBody,
    #[serde(default)]
    seo: StoredSeo,
    #[serde(default)]
    authors: Vec<StoredByline>,
    #[serde(default)]
    categories: Vec<Id>,
    #[serde(default)]
    tags: Vec<Id>,
    #[serde(default)]
    featured: bool,
    licence: Option<String>,
    canonical_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<Id>,
    #[serde(default, skip_serializing_if = "is_zero")]
    position: i32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    translators: Vec<Id>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it")]
fn is_zero(position: &i32) -> bool {
    *position == 0
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredBody {
    format: Format,
    source: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct StoredSeo {
    title: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct StoredByline {
    author: Id,
    organization: Option<Id>,
    role: Option<String>,
    /// The role in other languages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<(Lang, String)>,
}

impl Stored {
    /// Returns the SHA-256 of the JSON, which identifies the content.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the content cannot be written as JSON.
    pub fn hash(&self) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(sha256(&text))
    }
}

impl From<Snapshot> for Stored {
    fn from(shown: Snapshot) -> Self {
        Self {
            title: shown.title,
            slug: shown.slug,
            subtitle: shown.subtitle,
            excerpt: shown.excerpt,
            body: StoredBody {
                format: shown.body.format,
                source: shown.body.source,
            },
            seo: StoredSeo {
                title: shown.seo.title,
                description: shown.seo.description,
            },
            authors: shown.authors.into_iter().map(StoredByline::from).collect(),
            categories: shown.categories,
            tags: shown.tags,
            featured: shown.featured,
            licence: shown.licence,
            canonical_url: shown.canonical_url,
            parent: shown.parent,
            position: shown.position,
            translators: shown.translators,
        }
    }
}

impl From<Stored> for Snapshot {
    fn from(stored: Stored) -> Self {
        Self {
            title: stored.title,
            slug: stored.slug,
            subtitle: stored.subtitle,
            excerpt: stored.excerpt,
            body: BodySource {
                format: stored.body.format,
                source: stored.body.source,
            },
            seo: Seo {
                title: stored.seo.title,
                description: stored.seo.description,
            },
            authors: stored.authors.into_iter().map(PostByline::from).collect(),
            categories: stored.categories,
            tags: stored.tags,
            featured: stored.featured,
            licence: stored.licence,
            canonical_url: stored.canonical_url,
            parent: stored.parent,
            position: stored.position,
            translators: stored.translators,
        }
    }
}

impl From<PostByline> for StoredByline {
    fn from(shown: PostByline) -> Self {
        Self {
            author: shown.author,
            organization: shown.organization,
            role: shown.role,
            roles: shown
                .roles
                .into_iter()
                .map(|(lang, BylineRole(role))| (lang, role))
                .collect(),
        }
    }
}

impl From<StoredByline> for PostByline {
    fn from(stored: StoredByline) -> Self {
        Self {
            author: stored.author,
            organization: stored.organization,
            role: stored.role,
            roles: stored
                .roles
                .into_iter()
                .map(|(lang, role)| (lang, BylineRole(role)))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A snapshot as the first version wrote it. Neither this text nor the hash may ever change.
    const FIRST: &str = r#"{"title":"The right to the city","slug":"the-right-to-the-city","subtitle":null,"excerpt":"Short.","body":{"format":"markdown","source":"*Homes*"},"seo":{"title":"Homes","description":null},"authors":[{"author":"0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11","organization":null,"role":"Mayor"}],"categories":[],"tags":["0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a12"],"featured":true,"licence":"CC-BY-4.0","canonical_url":null}"#;
    const HASH: &str = "4496d441e6690af23761a46ad4f62e49dd3afa45e11ebd75115108e39175b3e9";

    #[test]
    fn what_the_first_version_wrote_is_read_and_has_the_same_hash() {
        let stored: Stored = serde_json::from_str(FIRST).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), FIRST);
        let hash: String = stored
            .hash()
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(hash, HASH);
        let snapshot = Snapshot::from(stored.clone());
        assert_eq!(Stored::from(snapshot), stored);
    }

    #[test]
    fn what_a_version_with_languages_of_bylines_wrote_is_read() {
        const LATER: &str = r#"{"title":"T","slug":"t","subtitle":null,"excerpt":null,"body":{"format":"markdown","source":""},"seo":{"title":null,"description":null},"authors":[{"author":"0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a11","organization":null,"role":"Mayor","roles":[["fr","Maire"]]}],"categories":[],"tags":[],"featured":false,"licence":null,"canonical_url":null,"translators":["0192f0c1-2f6b-7c1e-9c52-0b6f3f0e7a12"]}"#;
        let stored: Stored = serde_json::from_str(LATER).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), LATER);
        let snapshot = Snapshot::from(stored.clone());
        assert_eq!(snapshot.translators.len(), 1);
        assert_eq!(Stored::from(snapshot), stored);
    }

    #[test]
    fn what_a_later_version_wrote_is_read_too() {
        let later = FIRST.replacen('{', r#"{"mood":"blue","#, 1);
        let stored: Stored = serde_json::from_str(&later).unwrap();
        assert_eq!(stored, serde_json::from_str(FIRST).unwrap());
    }
}
