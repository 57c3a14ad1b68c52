//! The organizations, authors, categories and tags of a corpus. They are created by the ordinary stores, and a later
//! run finds them by their slugs.

use diesel::prelude::*;

use super::random::Random;
use super::vocabulary::{FAMILY, GIVEN, VOCABULARIES};
use crate::by_lang::ByLang;
use crate::catalogue::authors::model::NewAuthor;
use crate::catalogue::organizations::model::NewOrganization;
use crate::catalogue::terms::edit::NewTerm;
use crate::catalogue::terms::model::NewTermName;
use crate::catalogue::{authors, organizations, terms};
use crate::changes::actor::{Actor, By};
use crate::db::{Conn, each};
use crate::editorial::posts::bylines::PostByline;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::schema as t;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

const ORGANIZATIONS: usize = 24;
const AUTHORS: usize = 200;
const ROOTS: usize = 6;
const CHILDREN: usize = 24;
const TAGS: usize = 300;
/// The number of occasional authors, who write one post in a hundred.
const GUESTS: usize = 400;
/// The number of rare tags, which one post in a thousand has.
const RARE_TAGS: usize = 40;
/// The number of languages in which a term has a name.
const TERM_LANGUAGES: usize = 3;

/// Authors with their organizations, and terms.
#[derive(Default)]
pub(super) struct Cast {
    organizations: Vec<Id>,
    authors: Vec<(Id, Option<Id>)>,
    guests: Vec<(Id, Option<Id>)>,
    pub(super) categories: Vec<Id>,
    pub(super) tags: Vec<Id>,
    pub(super) rare_tags: Vec<Id>,
}

impl Cast {
    /// Creates the resources that the corpus of this seed does not have yet.
    ///
    /// # Errors
    /// Returns [`Error::Unavailable`] when the database cannot be reached.
    pub(super) fn make(conn: &mut Conn, seed: u64, now: Timestamp) -> Result<Self> {
        let casting = Casting {
            seed,
            by: By::new(Actor::Import, now),
        };
        let mut cast = Self::default();
        for number in 0..ORGANIZATIONS {
            cast.organizations.push(casting.organization(conn, number)?);
        }
        for number in 0..AUTHORS + GUESTS {
            let organization = cast.organizations.get(number % ORGANIZATIONS).copied();
            let author = (casting.author(conn, number, organization)?, organization);
            match number {
                ..AUTHORS => cast.authors.push(author),
                _ => cast.guests.push(author),
            }
        }
        for number in 0..ROOTS + CHILDREN {
            let parent = number
                .checked_sub(ROOTS)
                .and_then(|child| cast.categories.get(child % ROOTS).copied());
            let category = casting.term(conn, Kind::Category, number, parent)?;
            cast.categories.push(category);
        }
        for number in 0..TAGS + RARE_TAGS {
            let tag = casting.term(conn, Kind::Tag, number, None)?;
            match number {
                ..TAGS => cast.tags.push(tag),
                _ => cast.rare_tags.push(tag),
            }
        }
        Ok(cast)
    }

    /// Returns an author to credit. A few authors write most of the posts.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] when there is no author, which cannot be.
    pub(super) fn author(&self, random: &mut Random) -> Result<PostByline> {
        let one = if random.chance(1, 100) {
            random.pick(&self.guests)
        } else {
            self.authors.get(random.skewed(self.authors.len())).copied()
        };
        let (author, organization) = one.ok_or_else(|| Error::Internal("no author".into()))?;
        Ok(PostByline {
            author,
            organization,
            role: None,
            roles: ByLang::default(),
        })
    }
}

/// Creates the resources of one cast.
struct Casting {
    seed: u64,
    by: By,
}

impl Casting {
    fn organization(&self, conn: &mut Conn, number: usize) -> Result<Id> {
        let seed = self.seed;
        let slug = format!("corpus-{seed}-organization-{number}");
        find_or_make(conn, Kind::Organization, &slug, |conn, slug| {
            let new = NewOrganization {
                name: format!("Municipality {number} of corpus {seed}"),
                lang: None,
                names: None,
                slug: Some(slug),
                url: None,
                country: None,
            };
            Ok(organizations::store::insert(conn, self.by, new)?.id)
        })
    }

    fn author(&self, conn: &mut Conn, number: usize, organization: Option<Id>) -> Result<Id> {
        let slug = format!("corpus-{}-author-{number}", self.seed);
        find_or_make(conn, Kind::Author, &slug, |conn, slug| {
            let new = NewAuthor {
                name: author_name(number),
                slug: Some(slug),
                organization,
                bio: None,
                links: None,
            };
            Ok(authors::store::insert(conn, self.by, new)?.id)
        })
    }

    fn term(&self, conn: &mut Conn, kind: Kind, number: usize, parent: Option<Id>) -> Result<Id> {
        let slug = format!("corpus-{}-{kind}-{number}", self.seed);
        find_or_make(conn, kind, &slug, |conn, slug| {
            let new = NewTerm {
                translations: term_names(number, &slug)?,
                parent,
                position: i32::try_from(number).unwrap_or(0),
            };
            Ok(terms::store::insert(conn, self.by, kind, new)?.row.id)
        })
    }
}

fn term_names(number: usize, slug: &Slug) -> Result<ByLang<NewTermName>> {
    let names = VOCABULARIES.iter().take(TERM_LANGUAGES).map(|vocabulary| {
        let words = vocabulary.words;
        let word = words.get(number % words.len()).copied().unwrap_or_default();
        let name = NewTermName {
            name: format!("{word} {number}"),
            slug: Some(slug.clone()),
            description: None,
        };
        Ok((vocabulary.language()?, name))
    });
    names.collect()
}

/// Returns the resource with this slug, and creates it if there is none.
fn find_or_make(
    conn: &mut Conn,
    kind: Kind,
    slug: &str,
    make: impl FnOnce(&mut Conn, Slug) -> Result<Id>,
) -> Result<Id> {
    let row = t::slugs::table
        .filter(t::slugs::kind.eq(kind).and(t::slugs::slug.eq(slug)))
        .select(t::slugs::owner_id);
    let found: Option<Id> = each!(conn, row.first(conn).optional())?;
    match found {
        Some(id) => Ok(id),
        None => make(
            conn,
            slug.parse()
                .map_err(|_| Error::Internal(format!("no slug: {slug}")))?,
        ),
    }
}

fn author_name(number: usize) -> String {
    let given = GIVEN.get(number % GIVEN.len()).copied().unwrap_or_default();
    let family = FAMILY
        .get(number / GIVEN.len() % FAMILY.len())
        .copied()
        .unwrap_or_default();
    format!("{given} {family}")
}
