//! The content of a publication: a rendition of the working copy, with the relations of the post.

use super::times::Times;
use crate::content::{self, RenderOptions, Rendition};
use crate::editorial::posts::model::PostRow;
use crate::editorial::posts::relations;
use crate::editorial::translations::rows::TranslationRow;
use crate::publications::model::ExcerptSource;
use crate::publications::writing::snapshot::PublicationSnapshot;

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
        bylines: bylines
            .map(|line| (line.author, line.organization, line.role))
            .collect(),
        terms: [relations.categories, relations.tags].concat(),
    }
}

fn excerpt(copy: &TranslationRow, rendition: &Rendition) -> (String, ExcerptSource) {
    match &copy.excerpt {
        Some(excerpt) => (content::excerpt(excerpt), ExcerptSource::Author),
        None => (rendition.excerpt.clone(), ExcerptSource::Body),
    }
}
