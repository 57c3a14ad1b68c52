//! The languages of a post: those that are live, and the one that is shown.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};

use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::{Instant, Uuid};
use crate::delivery::visibility::Span;
use crate::error::{Alternative, Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::slugs;
use crate::slugs::addresses::delivery_url;
use crate::slugs::lookup::PresentName;
use crate::timestamp::Timestamp;

/// One language of a post with its times of publication.
#[derive(Debug, Clone, QueryableByName)]
pub struct Sibling {
    /// The post.
    #[diesel(sql_type = Uuid)]
    pub post_id: Id,
    /// The language.
    #[diesel(sql_type = Text)]
    pub lang: Lang,
    /// The original language of the post.
    #[diesel(sql_type = Text)]
    pub original_lang: Lang,
    /// The slug.
    #[diesel(sql_type = Text)]
    pub slug: Slug,
    /// The time from which the language is public.
    #[diesel(sql_type = Instant)]
    pub published_at: Timestamp,
    /// The type of the post.
    #[diesel(sql_type = Text)]
    pub post_type: PostType,
    #[diesel(sql_type = Nullable<Instant>)]
    unpublish_at: Option<Timestamp>,
    #[diesel(sql_type = Nullable<Instant>)]
    replaces_at: Option<Timestamp>,
}

impl Sibling {
    /// Returns whether the language is public at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.span().is_live(now)
    }

    /// Returns whether the language was public until a time before `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.unpublish_at.is_some_and(|end| end <= now)
    }

    fn span(&self) -> Span {
        Span {
            published_at: self.published_at,
            replaces_at: self.replaces_at,
            unpublish_at: self.unpublish_at,
        }
    }
}

const COLUMNS: &str = "SELECT p.post_id, p.lang, p.original_lang, p.slug, p.published_at, p.unpublish_at, \
                       p.replaces_at, p.post_type FROM publications p WHERE ";

/// Returns the live languages of several posts, and the next time at which one of their languages appears or ends.
///
/// # Errors
/// Returns database errors.
pub fn load_live(
    conn: &mut Conn,
    posts: &[Id],
    now: Timestamp,
) -> Result<(Vec<Sibling>, Option<Timestamp>)> {
    let all = load(conn, posts)?;
    let until = all
        .iter()
        .flat_map(|one| one.span().edges())
        .filter(|at| *at > now)
        .min();
    let live = all.into_iter().filter(|one| one.is_live(now)).collect();
    Ok((live, until))
}

impl PresentName for &Sibling {
    fn lang(&self) -> Option<&Lang> {
        Some(&self.lang)
    }

    fn slug(&self) -> &Slug {
        &self.slug
    }
}

/// Returns all publications of several posts: those that are live, scheduled, waiting and over.
///
/// # Errors
/// Returns database errors.
pub fn load(conn: &mut Conn, posts: &[Id]) -> Result<Vec<Sibling>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push("p.post_id IN ")
        .bind_all(posts.iter().copied())
        .push(" ORDER BY p.post_id, p.lang");
    sql.load(conn)
}

/// Returns the language to show. If the reader requests one, it is the best available match, or `None`. Otherwise it is
/// the original, else the one that was published first.
pub fn choose<'a>(live: &[&'a Sibling], languages: &Languages) -> Option<&'a Sibling> {
    let first = live
        .iter()
        .copied()
        .min_by_key(|one| (one.published_at, &one.lang))?;
    let in_lang = |lang: &Lang| live.iter().copied().find(|one| one.lang == *lang);
    if languages.wanted().is_some() {
        return languages
            .choose(&first.original_lang, |lang| in_lang(lang).is_some())
            .and_then(in_lang);
    }
    Some(in_lang(&first.original_lang).unwrap_or(first))
}

/// Returns a language in which a post is public, for a reader who accepts others.
pub fn alternative(lang: &Lang, slug: &Slug, post_type: PostType) -> Alternative {
    Alternative {
        url: delivery_url(Kind::Post, slug, Some(lang)),
        lang: lang.clone(),
        slug: slug.clone(),
        post_type,
    }
}

/// Returns the error for a post that is public, but in none of the `accepted` languages: it is gone if it was public in
/// one of them once. `None` accepts the language of the slug, in which it was public.
pub fn untranslated(
    conn: &mut Conn,
    post: Id,
    accepted: Option<Vec<&Lang>>,
    mut alternatives: Vec<Alternative>,
    now: Timestamp,
) -> Result<Error> {
    alternatives.sort_by(|a, b| a.lang.cmp(&b.lang));
    let was_public = match accepted {
        Some(accepted) => {
            let seen = slugs::public_langs(conn, Kind::Post, post, now)?;
            let was_seen = |lang: &Lang| seen.iter().any(|seen| seen == lang.as_str());
            accepted.into_iter().any(was_seen)
        }
        None => true,
    };
    Ok(match was_public {
        true => Error::Gone(alternatives),
        false => Error::NotInLanguage(alternatives),
    })
}

/// Returns the SQL condition that a translation is outdated, that is, its live original was published again after it.
/// The parameters are the aliases of both. The condition is false without an original.
pub fn outdated(original: &str, translation: &str) -> String {
    format!(
        "coalesce({original}.republished AND {original}.updated_at > {translation}.updated_at, FALSE)"
    )
}
