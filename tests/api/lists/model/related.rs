//! Related posts.

use tribuna::timestamp::Timestamp;

use super::super::query::Reader;
use super::super::world::{Post, Publication, World};
use super::languages::{live, shown};
use super::posts::Shown;

impl World {
    /// The posts that share terms with `source`: those in its language first, then by score, then the newest.
    pub fn related<'a>(
        &'a self,
        source: Shown<'a>,
        reader: &Reader,
        now: Timestamp,
    ) -> Vec<Shown<'a>> {
        let mut found = Vec::new();
        for post in self.posts.iter().filter(|post| post.id != source.post.id) {
            // Without a requested language, related posts are preferably in the language of the source.
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

    /// Each shared term counts more the rarer it is. A post in a subcategory is also in the category.
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

    /// The number of live posts with the term.
    fn carriers(&self, term: &String, now: Timestamp) -> u64 {
        let carries = |post: &&Post| {
            live(post, now)
                .iter()
                .any(|(_, one)| self.carries(one, term))
        };
        self.posts.iter().filter(carries).count() as u64
    }
}
