//! Complete posts, as the server represents them.

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::super::query::Reader;
use super::super::world::{Byline, Lang, World};
use super::languages::live;
use super::posts::Shown;

impl World {
    /// A complete post.
    pub fn whole(&self, one: Shown<'_>, reader: &Reader, now: Timestamp) -> Value {
        let (text, shared) = (&one.publication.text, &one.publication.shared);
        let terms = |ids: &[String]| -> Vec<Value> {
            ids.iter()
                .map(|id| self.term_in(id, one.lang, reader))
                .collect()
        };
        let excerpt_source = if text.excerpt.is_some() {
            "author"
        } else {
            "body"
        };
        json!({
            "id": one.post.id, "slug": text.slug, "url": url(&text.slug, one.lang),
            "lang": one.lang, "requested_lang": reader.lang, "original_lang": one.post.original,
            "is_fallback": reader.lang.is_some_and(|lang| lang != one.lang),
            "type": "post", "parent": null, "position": 0, "title": text.title, "subtitle": text.subtitle,
            "excerpt": text.excerpt.as_ref().unwrap_or(&text.body), "excerpt_source": excerpt_source,
            "word_count": text.body.split(' ').count(), "reading_minutes": 1,
            "body": { "html": format!("<p>{}</p>\n", text.body), "text": text.body, "toc": [] },
            "seo": { "title": text.seo_title, "description": text.seo_description },
            "featured": shared.featured, "licence": shared.licence, "canonical_url": shared.canonical_url,
            "published_at": one.publication.from, "updated_at": one.publication.updated_at,
            "authors": shared.bylines.iter().map(|line| self.byline(line, &one, reader)).collect::<Vec<_>>(),
            "translators": text.translators.iter().map(|id| self.translator(id)).collect::<Vec<_>>(),
            "categories": terms(&shared.categories), "tags": terms(&shared.tags),
            "can_republish": shared.licence.is_some(), "attribution": self.attribution(&one, reader),
            "site_url": null, "comment_count": 0, "comments_open": false, "comments_close_at": null,
            "translations": translations(one, now)
        })
    }

    fn byline(&self, line: &Byline, post: &Shown<'_>, reader: &Reader) -> Value {
        let author = self.author(&line.author);
        let organization = line
            .organization
            .as_ref()
            .map(|id| self.organization_ref(id, Some(post.lang), reader));
        let own = (Some(post.post.original), line.role.as_deref());
        let role = own.1.map(|role| {
            let (role, lang) = best((own.0, role), &line.roles, Some(post.lang), reader);
            (role.to_owned(), lang)
        });
        json!({
            "id": author.id, "slug": author.slug, "name": author.name,
            "role": role.as_ref().map(|(role, _)| role), "role_lang": role.as_ref().map(|(_, lang)| lang),
            "organization": organization
        })
    }

    fn translator(&self, id: &str) -> Value {
        let author = self.author(id);
        json!({ "id": author.id, "slug": author.slug, "name": author.name })
    }

    /// An organization beside something in a language, if that has one.
    pub fn organization_ref(&self, id: &str, beside: Option<Lang>, reader: &Reader) -> Value {
        let one = self.organization(id);
        let (name, lang) = best((one.lang, &one.name), &one.names, beside, reader);
        json!({ "id": one.id, "slug": one.slug, "name": name, "lang": lang })
    }

    /// A term in the language of the post, or else in one that the reader accepts, or else in its original language.
    fn term_in(&self, id: &str, lang: Lang, reader: &Reader) -> Value {
        let term = self.term(id);
        let name = term.beside(Some(lang), reader);
        json!({ "id": id, "lang": name.lang, "slug": name.slug, "name": name.name })
    }
}

/// A text in the language of what it stands beside, else in the first that the reader accepts, else itself; with its language.
pub fn best<'a>(
    (own, text): (Option<Lang>, &'a str),
    others: &'a [(Lang, String)],
    beside: Option<Lang>,
    reader: &Reader,
) -> (&'a str, Option<Lang>) {
    const UNKNOWN: Lang = "und";
    let own_or_unknown = own.unwrap_or(UNKNOWN);
    for lang in reader.chain_of_text(beside, own_or_unknown) {
        if lang == own_or_unknown {
            break;
        }
        if let Some((lang, text)) = others.iter().find(|(other, _)| *other == lang) {
            return (text, Some(lang));
        }
    }
    (text, own)
}

/// The other languages that are live; outdated where the original was published again since.
fn translations(one: Shown<'_>, now: Timestamp) -> Vec<Value> {
    let live = live(one.post, now);
    let original = live.iter().find(|(lang, _)| *lang == one.post.original);
    let again = original.filter(|(_, original)| original.is_again);
    let since = again.map(|(_, original)| original.updated_at);
    let others = live.iter().filter(|(lang, _)| *lang != one.lang);
    let shown = others.map(|(lang, other)| {
        json!({
            "lang": lang, "slug": other.text.slug, "title": other.text.title,
            "url": url(&other.text.slug, lang), "is_outdated": since.is_some_and(|since| since > other.updated_at)
        })
    });
    shown.collect()
}

fn url(slug: &str, lang: Lang) -> String {
    format!("/v1/posts/{slug}?lang={lang}")
}
