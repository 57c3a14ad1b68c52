//! Which posts are near another.

use tribuna::timestamp::Timestamp;

use super::super::query::Reader;
use super::super::world::{Post, Publication, World};
use super::languages::{live, shown};
use super::posts::Shown;

impl World {
    /// Those that share terms with it: its language first, rare terms before common ones, then the newest.
    pub fn related<'a>(
        &'a self,
        source: Shown<'a>,
        reader: &Reader,
        now: Timestamp,
    ) -> Vec<Shown<'a>> {
        let mut found = Vec::new();
        for post in self.posts.iter().filter(|post| post.id != source.post.id) {
            // Who names no language goes on in that of the post.
            let mut live = live(post, now).into_iter();
            let same = match reader.lang {
                None => live.find(|(lang, _)| *lang == source.lang),
                Some(_) => None,
            };
            let Some((lang, publication)) = same.or_else(|| shown(post, reader, now)) else {
                continue;
            };
            let score = self.score(source.publication, publication, now);
            if score > 0 {
                let one = Shown {
                    post,
                    lang,
                    publication,
                };
                found.push((lang == source.lang, score, publication.from, &post.id, one));
            }
        }
        found.sort_by(|a, b| (b.0, b.1, b.2, b.3).cmp(&(a.0, a.1, a.2, a.3)));
        found.into_iter().map(|(.., one)| one).collect()
    }

    /// The rarer what both have, the more it counts; what stands below a category of the one is in it, too.
    fn score(&self, a: &Publication, b: &Publication, now: Timestamp) -> u64 {
        let terms = [a.shared.categories.clone(), a.shared.tags.clone()].concat();
        let shared = terms.iter().filter(|term| self.carries(b, term));
        shared
            .map(|term| 1_000_000_000 / self.carriers(term, now))
            .sum()
    }

    fn carries(&self, publication: &Publication, term: &String) -> bool {
        self.carried(publication, self.term(term).kind)
            .contains(term)
    }

    /// How many live posts carry the term.
    fn carriers(&self, term: &String, now: Timestamp) -> u64 {
        let carries = |post: &&Post| {
            live(post, now)
                .iter()
                .any(|(_, one)| self.carries(one, term))
        };
        self.posts.iter().filter(carries).count() as u64
    }
}
