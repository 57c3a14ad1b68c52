//! Creating copies, through the functions that create posts and translations.

use crate::changes::actor::By;
use crate::db::Conn;
use crate::editorial::posts::loaded::{self, LoadedPost};
use crate::editorial::posts::model::{NewPost, Post};
use crate::editorial::posts::rows::check_not_in_trash;
use crate::editorial::posts::{store, writing};
use crate::editorial::translations::first_translation::FirstTranslation;
use crate::editorial::translations::rows::TranslationRow;
use crate::editorial::translations::store as translations;
use crate::error::{Error, Fault, Result};
use crate::id::Id;
use crate::lang::Lang;
use crate::translation_id::TranslationId;

/// Copies a post in the given languages, or in all of them if `langs` is `None`.
///
/// # Errors
/// Returns [`Error::NotFound`] if the caller may not see the post; [`Error::Forbidden`] for a role or key that reads no
/// posts; `post_in_trash`; [`Error::Invalid`] for a language that the post does not have; the errors of
/// [`writing::insert`].
pub fn insert(conn: &mut Conn, by: By, id: Id, langs: Option<Vec<Lang>>) -> Result<Post> {
    let LoadedPost {
        post: source,
        relations,
        copies,
        ..
    } = loaded::load_to_read(conn, by, id)?;
    check_not_in_trash(&source)?;
    let mut texts = chosen(copies, langs)?;
    // A stable sort: the other languages keep their order.
    texts.sort_by_key(|text| text.lang != source.original_lang);
    let mut texts = texts.into_iter().map(|text| {
        let note = format!("Copied from {id}, revision {}", text.revision);
        (text.lang.clone(), text.copied(note))
    });
    let (lang, first) = texts.next().ok_or(Error::NotFound)?;
    let new = NewPost {
        translation: FirstTranslation { lang, text: first },
        r#type: Some(source.post_type),
        parent: source.parent,
        position: Some(source.position),
        authors: relations.authors.into_iter().map(Into::into).collect(),
        categories: relations.categories,
        tags: relations.tags,
        featured: false,
        licence: source.licence,
        canonical_url: source.canonical_url,
    };
    let copy = writing::insert(conn, by, new)?.summary.id;
    for (lang, text) in texts {
        translations::upsert(conn, by, &TranslationId::new(copy, lang), text, "")?;
    }
    store::find(conn, by, copy)
}

/// Returns the texts in the requested languages, in the order of the request, without duplicates.
fn chosen(texts: Vec<TranslationRow>, langs: Option<Vec<Lang>>) -> Result<Vec<TranslationRow>> {
    let Some(langs) = langs else {
        return Ok(texts);
    };
    let mut found: Vec<TranslationRow> = Vec::new();
    let mut faults = Vec::new();
    for (place, lang) in langs.iter().enumerate() {
        match texts.iter().find(|text| text.lang == *lang) {
            Some(_) if found.iter().any(|text| text.lang == *lang) => {}
            Some(text) => found.push(text.clone()),
            None => faults.push(Fault::unknown(&format!("/langs/{place}"), "translation")),
        }
    }
    if faults.is_empty() {
        Ok(found)
    } else {
        Err(Error::Invalid(faults))
    }
}
