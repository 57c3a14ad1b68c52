//! Synthetic corpora: any number of published posts, the same for the same seed, written in batches straight into the
//! tables. What publishing would do one by one is done here for hundreds at once; a test holds the result against it.

use std::collections::HashMap;

use diesel::prelude::*;

use super::batch::{Batch, RenderedBody, SyntheticPost, SyntheticTranslation};
use super::random::Random;
use super::words::{FAMILY, GIVEN, VOCABULARIES, Vocabulary};
use crate::catalogue::authors::model::NewAuthor;
use crate::catalogue::organizations::model::NewOrganization;
use crate::catalogue::terms::edit::NewTerm;
use crate::catalogue::terms::model::NewTermName;
use crate::catalogue::{authors, organizations, terms};
use crate::changes::actor::{Actor, By};
use crate::content::{self, ExternalLinks, Format};
use crate::db::{Conn, Db, each};
use crate::editorial::posts::model::PostByline;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::schema as t;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// Posts per transaction.
const BATCH: u64 = 250;
/// Different bodies per language: rendering each post's own would take most of the time and show nothing more.
const BODIES: usize = 40;
/// When the newest post of a corpus was published: 2026-10-01T00:00:00Z.
const NEWEST: i64 = 1_790_812_800_000;
/// Minutes between one post and the one before.
const PACE: i64 = 7;

const ORGANIZATIONS: usize = 24;
const AUTHORS: usize = 200;
const ROOTS: usize = 6;
const CHILDREN: usize = 24;
const TAGS: usize = 300;
/// Authors who write now and then, on one post in a hundred.
const GUESTS: usize = 400;
/// Tags that hardly anybody uses, on one post in a thousand.
const RARE_TAGS: usize = 40;

/// A corpus to be written.
pub struct Corpus {
    posts: u64,
    seed: u64,
    links: ExternalLinks,
}

impl Corpus {
    /// `posts` posts out of `seed`.
    pub fn new(posts: u64, seed: u64, links: ExternalLinks) -> Self {
        Self { posts, seed, links }
    }

    /// Writes it, unless it is there; `progress` hears how many posts each transaction brought, and may stop between two.
    ///
    /// # Errors
    /// What the database reports, and what `progress` returns.
    pub fn write<E: From<Error>>(
        &self,
        db: &Db,
        mut progress: impl FnMut(u64) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let (cast, bodies) = (db.write_now(|conn| self.cast(conn))?, self.bodies());
        let mut first = 0;
        while first < self.posts {
            let count = BATCH.min(self.posts - first);
            let batch = self.batch(first..first + count, &cast, &bodies)?;
            db.write_now(|conn| batch.write(conn))?;
            progress(count)?;
            first += count;
        }
        db.write_now(learn)?;
        Ok(())
    }

    /// The people and terms, made through the stores as anybody's are; found again by their slugs.
    fn cast(&self, conn: &mut Conn) -> Result<Cast> {
        let by = By::new(Actor::Import, Timestamp::from_millis(NEWEST));
        let seed = self.seed;
        let mut cast = Cast::default();
        for number in 0..ORGANIZATIONS {
            let slug = format!("corpus-{seed}-organization-{number}");
            let id = found_or(conn, Kind::Organization, &slug, |conn, slug| {
                let name = format!("Municipality {number} of corpus {seed}");
                let new = NewOrganization {
                    name,
                    slug: Some(slug),
                    url: None,
                    country: None,
                };
                Ok(organizations::store::insert(conn, by, new)?.id)
            })?;
            cast.organizations.push(id);
        }
        for number in 0..AUTHORS + GUESTS {
            let slug = format!("corpus-{seed}-author-{number}");
            let organization = cast.organizations.get(number % ORGANIZATIONS).copied();
            let id = found_or(conn, Kind::Author, &slug, |conn, slug| {
                let new = NewAuthor {
                    name: author_name(number),
                    slug: Some(slug),
                    organization,
                    bio: None,
                    links: None,
                };
                Ok(authors::store::insert(conn, by, new)?.id)
            })?;
            match number {
                ..AUTHORS => cast.authors.push((id, organization)),
                _ => cast.guests.push((id, organization)),
            }
        }
        for number in 0..ROOTS + CHILDREN {
            let parent = number
                .checked_sub(ROOTS)
                .and_then(|child| cast.categories.get(child % ROOTS).copied());
            cast.categories
                .push(self.term(conn, by, Kind::Category, number, parent)?);
        }
        for number in 0..TAGS + RARE_TAGS {
            let tag = self.term(conn, by, Kind::Tag, number, None)?;
            match number {
                ..TAGS => cast.tags.push(tag),
                _ => cast.rare_tags.push(tag),
            }
        }
        Ok(cast)
    }

    fn term(
        &self,
        conn: &mut Conn,
        by: By,
        kind: Kind,
        number: usize,
        parent: Option<Id>,
    ) -> Result<Id> {
        let seed = self.seed;
        let slug = format!("corpus-{seed}-{kind}-{number}");
        found_or(conn, kind, &slug, |conn, slug| {
            let mut names = Vec::new();
            for vocabulary in VOCABULARIES.iter().take(3) {
                let word = vocabulary
                    .words
                    .get(number % vocabulary.words.len())
                    .copied()
                    .unwrap_or_default();
                let slug = Some(slug.clone());
                names.push((
                    lang(vocabulary)?,
                    NewTermName {
                        name: format!("{word} {number}"),
                        slug,
                        description: None,
                    },
                ));
            }
            let position = i32::try_from(number).unwrap_or(0);
            let new = NewTerm {
                translations: names.into_iter().collect(),
                parent,
                position,
            };
            Ok(terms::store::insert(conn, by, kind, new)?.row.id)
        })
    }

    fn bodies(&self) -> HashMap<&'static str, Vec<RenderedBody>> {
        let mut random = Random::new(self.seed ^ 0xb0d1e5);
        let of = |vocabulary: &Vocabulary, random: &mut Random| {
            let source = body(vocabulary, random);
            let rendition = content::render(Format::Markdown, &source, self.links);
            RenderedBody {
                excerpt: content::excerpt(&rendition.text),
                source,
                rendition,
            }
        };
        VOCABULARIES
            .iter()
            .map(|vocabulary| {
                (
                    vocabulary.lang,
                    (0..BODIES).map(|_| of(vocabulary, &mut random)).collect(),
                )
            })
            .collect()
    }

    fn batch(
        &self,
        numbers: std::ops::Range<u64>,
        cast: &Cast,
        bodies: &HashMap<&'static str, Vec<RenderedBody>>,
    ) -> Result<Batch> {
        let mut batch = Batch::default();
        for number in numbers {
            batch.posts.push(self.post(number, cast, bodies)?);
        }
        Ok(batch)
    }

    /// The post with this number: a pure function of it and the seed.
    fn post(
        &self,
        number: u64,
        cast: &Cast,
        bodies: &HashMap<&'static str, Vec<RenderedBody>>,
    ) -> Result<SyntheticPost> {
        let mut random = Random::new(self.seed.rotate_left(32) ^ number);
        let age = i64::try_from(number)
            .unwrap_or(i64::MAX)
            .saturating_mul(PACE * 60_000);
        let at = Timestamp::from_millis(NEWEST.saturating_sub(age));
        let mut authors = vec![cast.author(&mut random)?];
        if random.chance(2, 5) {
            let second = cast.author(&mut random)?;
            if second.author != authors.first().map_or(second.author, |first| first.author) {
                authors.push(second);
            }
        }
        let categories = distinct(&mut random, &cast.categories, 2);
        let mut tags = distinct(&mut random, &cast.tags, 3);
        if random.chance(1, 1000) {
            tags.extend(random.pick(&cast.rare_tags));
        }
        let featured = random.chance(1, 50);
        let original = if random.chance(1, 2) {
            0
        } else {
            random.below(VOCABULARIES.len())
        };
        let second = random
            .chance(1, 2)
            .then(|| (original + 1 + random.below(VOCABULARIES.len() - 1)) % VOCABULARIES.len());
        let mut languages = Vec::new();
        for (index, vocabulary) in [Some(original), second]
            .into_iter()
            .flatten()
            .filter_map(|index| VOCABULARIES.get(index))
            .enumerate()
        {
            let delay = i64::try_from(index).unwrap_or(0) * 86_400;
            let bodies = bodies
                .get(vocabulary.lang)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let body = bodies
                .get(random.below(bodies.len()))
                .ok_or_else(|| Error::Internal("no body".into()))?;
            let title = title(vocabulary, &mut random, number);
            let slug = Slug::derive(&format!("c{} {number} {title}", self.seed), "post");
            languages.push(SyntheticTranslation {
                lang: lang(vocabulary)?,
                title,
                slug,
                at: at.plus_seconds(delay),
                body: body.clone(),
            });
        }
        Ok(SyntheticPost {
            id: id(at, &mut random),
            at,
            authors,
            categories,
            tags,
            featured,
            languages,
        })
    }
}

/// PostgreSQL: its planner must know at once how much there is now, and not when the autovacuum comes by.
fn learn(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(_) => Ok(conn.batch("ANALYZE")?),
    }
}

/// Authors with their organizations, and terms.
#[derive(Default)]
struct Cast {
    organizations: Vec<Id>,
    authors: Vec<(Id, Option<Id>)>,
    guests: Vec<(Id, Option<Id>)>,
    categories: Vec<Id>,
    tags: Vec<Id>,
    rare_tags: Vec<Id>,
}

impl Cast {
    fn author(&self, random: &mut Random) -> Result<PostByline> {
        let one = match random.chance(1, 100) {
            true => random.pick(&self.guests),
            false => self.authors.get(random.skewed(self.authors.len())).copied(),
        };
        let (author, organization) = one.ok_or_else(|| Error::Internal("no author".into()))?;
        Ok(PostByline {
            author,
            organization,
            role: None,
        })
    }
}

/// What has this slug, or is now made with it.
fn found_or(
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

fn lang(vocabulary: &Vocabulary) -> Result<Lang> {
    vocabulary
        .lang
        .parse()
        .map_err(|_| Error::Internal(format!("no language: {}", vocabulary.lang)))
}

fn author_name(number: usize) -> String {
    let given = GIVEN.get(number % GIVEN.len()).copied().unwrap_or_default();
    let family = FAMILY
        .get(number / GIVEN.len() % FAMILY.len())
        .copied()
        .unwrap_or_default();
    format!("{given} {family}")
}

/// A UUIDv7 of that time whose random part is the seed's.
fn id(at: Timestamp, random: &mut Random) -> Id {
    let [a, b, c, d, e, f, g, h] = random.next().to_be_bytes();
    let [i, j, ..] = random.next().to_be_bytes();
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    Id(
        uuid::Builder::from_unix_timestamp_millis(millis, &[a, b, c, d, e, f, g, h, i, j])
            .into_uuid(),
    )
}

fn distinct(random: &mut Random, ids: &[Id], most: usize) -> Vec<Id> {
    let mut chosen = Vec::new();
    for _ in 0..=random.below(most) {
        if let Some(id) = ids
            .get(random.skewed(ids.len()))
            .filter(|id| !chosen.contains(*id))
        {
            chosen.push(*id);
        }
    }
    chosen
}

fn title(vocabulary: &Vocabulary, random: &mut Random, number: u64) -> String {
    let words: Vec<&str> = (0..3 + random.below(4))
        .filter_map(|_| random.pick(vocabulary.words))
        .collect();
    format!("{} {number}", words.join(" "))
}

fn body(vocabulary: &Vocabulary, random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..1 + random.below(3) {
        text.push_str(&format!("## {}\n\n", sentence(vocabulary, random, 4)));
        for _ in 0..1 + random.below(2) {
            let sentences: Vec<String> = (0..2 + random.below(3))
                .map(|_| sentence(vocabulary, random, 12))
                .collect();
            text.push_str(&format!("{}.\n\n", sentences.join(". ")));
        }
    }
    text
}

fn sentence(vocabulary: &Vocabulary, random: &mut Random, length: usize) -> String {
    let words: Vec<&str> = (0..length)
        .filter_map(|_| random.pick(vocabulary.words))
        .collect();
    words.join(" ")
}
