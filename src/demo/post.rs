//! A synthetic post, which is determined by the seed and its number.

use super::bodies::{Bodies, RenderedBody};
use super::cast::Cast;
use super::random::Random;
use super::vocabulary::{VOCABULARIES, Vocabulary};
use crate::content::Format;
use crate::editorial::posts::bylines::PostByline;
use crate::editorial::revisions::model::Snapshot;
use crate::editorial::translations::model::{BodySource, Seo};
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::slug::Slug;
use crate::timestamp::Timestamp;

/// The position of a post in its corpus.
#[derive(Clone, Copy)]
pub(super) struct PostNumber {
    pub(super) seed: u64,
    pub(super) number: u64,
    /// The time of publication.
    pub(super) at: Timestamp,
}

/// A post of a corpus.
pub(super) struct SyntheticPost {
    pub(super) id: Id,
    pub(super) at: Timestamp,
    pub(super) authors: Vec<PostByline>,
    pub(super) categories: Vec<Id>,
    pub(super) tags: Vec<Id>,
    pub(super) featured: bool,
    /// The post in each of its languages, the original first.
    pub(super) languages: Vec<SyntheticTranslation>,
}

/// One language of a synthetic post.
pub(super) struct SyntheticTranslation {
    pub(super) lang: Lang,
    pub(super) title: String,
    pub(super) slug: Slug,
    pub(super) at: Timestamp,
    pub(super) body: RenderedBody,
}

impl SyntheticPost {
    /// Creates the post with this number.
    ///
    /// # Errors
    /// Returns [`crate::error::Error::Internal`] when the cast or the bodies are empty, which cannot be.
    pub(super) fn new(number: PostNumber, cast: &Cast, bodies: &Bodies) -> Result<Self> {
        let random = &mut Random::new(number.seed.rotate_left(32) ^ number.number);
        let authors = authors(cast, random)?;
        let categories = distinct(random, &cast.categories, 2);
        let mut tags = distinct(random, &cast.tags, 3);
        if random.chance(1, 1000) {
            tags.extend(random.pick(&cast.rare_tags));
        }
        let featured = random.chance(1, 50);
        let languages = translations(number, bodies, random)?;
        Ok(Self {
            id: id(number.at, random),
            at: number.at,
            authors,
            categories,
            tags,
            featured,
            languages,
        })
    }

    /// Returns the categories, then the tags.
    pub(super) fn terms(&self) -> impl Iterator<Item = Id> {
        self.categories.iter().chain(&self.tags).copied()
    }

    /// Returns the content of a revision of this post in one language.
    pub(super) fn snapshot(&self, one: &SyntheticTranslation) -> Snapshot {
        Snapshot {
            title: one.title.clone(),
            slug: one.slug.clone(),
            subtitle: None,
            excerpt: None,
            body: BodySource {
                format: Format::Markdown,
                source: one.body.source.clone(),
            },
            seo: Seo::default(),
            translators: Vec::new(),
            authors: self.authors.clone(),
            categories: self.categories.clone(),
            tags: self.tags.clone(),
            featured: self.featured,
            licence: None,
            canonical_url: None,
            parent: None,
            position: 0,
        }
    }
}

fn authors(cast: &Cast, random: &mut Random) -> Result<Vec<PostByline>> {
    let first = cast.author(random)?;
    let mut authors = vec![first];
    if random.chance(2, 5) {
        let second = cast.author(random)?;
        if authors.iter().all(|first| first.author != second.author) {
            authors.push(second);
        }
    }
    Ok(authors)
}

/// Returns one or two languages, the second published a day later. Half of the posts are in the language of the first
/// vocabulary.
fn translations(
    number: PostNumber,
    bodies: &Bodies,
    random: &mut Random,
) -> Result<Vec<SyntheticTranslation>> {
    let all = VOCABULARIES.len();
    let original = if random.chance(1, 2) {
        0
    } else {
        random.below(all)
    };
    let second = random
        .chance(1, 2)
        .then(|| (original + 1 + random.below(all - 1)) % all);
    let chosen = [Some(original), second].into_iter().flatten();
    let chosen = chosen.filter_map(|index| VOCABULARIES.get(index));
    let translations = (0..).zip(chosen).map(|(days, vocabulary)| {
        let body = bodies.pick(vocabulary, random)?.clone();
        let title = title(vocabulary, random, number.number);
        let slug = format!("c{} {} {title}", number.seed, number.number);
        Ok(SyntheticTranslation {
            lang: vocabulary.language()?,
            slug: Slug::derive(&slug, "post"),
            title,
            at: number.at.plus_seconds(days * 86_400),
            body,
        })
    });
    translations.collect()
}

/// Returns a UUIDv7 for that time, whose random part is derived from the seed.
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
