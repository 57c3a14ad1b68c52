//! The bodies of synthetic posts, rendered once and shared by many posts.

use std::collections::HashMap;

use super::random::Random;
use super::vocabulary::{VOCABULARIES, Vocabulary};
use crate::content::{self, ExternalLinks, Format, Rendition};
use crate::error::{Error, Result};

/// The number of different bodies per language. Rendering a separate body for each post would take most of the time
/// without any benefit.
const BODIES: usize = 40;

/// A rendered body.
#[derive(Clone)]
pub(super) struct RenderedBody {
    pub(super) source: String,
    pub(super) rendition: Rendition,
    pub(super) excerpt: String,
}

/// The bodies of a corpus, by language.
pub(super) struct Bodies(HashMap<&'static str, Vec<RenderedBody>>);

impl Bodies {
    /// Writes and renders the bodies of the corpus of this seed.
    pub(super) fn render(seed: u64, links: ExternalLinks) -> Self {
        let mut random = Random::new(seed ^ 0xb0d1e5);
        let bodies = VOCABULARIES.iter().map(|vocabulary| {
            let bodies = (0..BODIES).map(|_| render(vocabulary, &mut random, links));
            (vocabulary.lang, bodies.collect())
        });
        Self(bodies.collect())
    }

    /// Returns a body in the language of the vocabulary.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] when the language has no body, which cannot be.
    pub(super) fn pick(
        &self,
        vocabulary: &Vocabulary,
        random: &mut Random,
    ) -> Result<&RenderedBody> {
        let bodies = self.0.get(vocabulary.lang).map(Vec::as_slice);
        let bodies = bodies.unwrap_or_default();
        bodies
            .get(random.below(bodies.len()))
            .ok_or_else(|| Error::Internal("no body".into()))
    }
}

fn render(vocabulary: &Vocabulary, random: &mut Random, links: ExternalLinks) -> RenderedBody {
    let source = body(vocabulary, random);
    let rendition = content::render(Format::Markdown, &source, links);
    RenderedBody {
        excerpt: rendition.excerpt.clone(),
        source,
        rendition,
    }
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
