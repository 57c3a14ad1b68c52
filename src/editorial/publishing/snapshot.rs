//! The content of a publication: a rendition of the working copy, with the relations of the post.

use super::times::Times;
use crate::content::{self, RenderOptions, Rendition};
use crate::editorial::posts::bylines::{BylineRole, PostByline};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations;
use crate::editorial::translations::rows::TranslationRow;
use crate::publications::model::ExcerptSource;
use crate::publications::writing::snapshot::{FrozenByline, PublicationSnapshot};

impl From<PostByline> for FrozenByline {
    fn from(line: PostByline) -> Self {
        let roles = line.roles.into_iter();
        Self {
            author: line.author,
            organization: line.organization,
            role: line.role,
            roles: roles.map(|(lang, BylineRole(role))| (lang, role)).collect(),
        }
    }
}

impl From<FrozenByline> for PostByline {
    fn from(line: FrozenByline) -> Self {
        let roles = line.roles.into_iter();
        Self {
            author: line.author,
            organization: line.organization,
            role: line.role,
            roles: roles.map(|(lang, role)| (lang, BylineRole(role))).collect(),
        }
    }
}

/// Renders a working copy.
pub fn render(copy: &TranslationRow, options: impl Into<RenderOptions>) -> Rendition {
    content::render(copy.body_format, &copy.body_source, options)
}

/// Returns the publication that this state of a post and its working copy would have.
pub fn publication_snapshot(
    post: &PostRow,
    copy: &TranslationRow,
    relations: relations::Relations,
    times: Times,
    rendition: Rendition,
) -> PublicationSnapshot {
    let (excerpt, excerpt_source) = excerpt(copy, &rendition);
    let bylines = relations.authors.into_iter();
    PublicationSnapshot {
        post_id: post.id,
        lang: copy.lang.clone(),
        original_lang: post.original_lang.clone(),
        revision: copy.revision,
        slug: copy.slug.clone(),
        published_at: times.begin,
        replaces_at: times.replaces,
        unpublish_at: times.end,
        updated_at: times.updated,
        time_zone: times.zone,
        shared_version: post.shared_version,
        featured: post.featured,
        licence: post.licence.clone(),
        canonical_url: post.canonical_url.clone(),
        post_type: post.post_type,
        parent: post.parent,
        position: post.position,
        title: copy.title.clone(),
        subtitle: copy.subtitle.clone(),
        excerpt,
        excerpt_source,
        seo_title: copy.seo_title.clone(),
        seo_description: copy.seo_description.clone(),
        rendition,
        translators: copy.translators.0.clone(),
        bylines: bylines.map(FrozenByline::from).collect(),
        terms: [relations.categories, relations.tags].concat(),
    }
}

/// Returns the excerpt of a publication, in plain text, and its origin.
pub(super) fn excerpt(copy: &TranslationRow, rendition: &Rendition) -> (String, ExcerptSource) {
    match &copy.excerpt {
        Some(excerpt) => (content::excerpt(excerpt), ExcerptSource::Author),
        None => (rendition.excerpt.clone(), ExcerptSource::Body),
    }
}
