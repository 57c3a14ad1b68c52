//! A single post and its related posts, by any present or former slug in any language.

use serde_json::Value;
use tribuna::timestamp::Timestamp;

use super::asker::Asker;
use super::fields::{RARE_IN_LISTS, RARE_IN_ONE, Wanted};
use super::model::single::PostAnswer;
use super::query::{Pairs, Reader, address};
use super::questions::samples;
use super::world::{Kind, Lang, World};
use crate::support::client::Answer;

/// A request for a post or for its related posts.
struct Question<'a> {
    world: &'a World,
    name: String,
    reader: Reader,
    wanted: Wanted,
    /// The number of related posts to request, or `None` to request the post itself.
    near: Option<usize>,
}

impl Asker<'_> {
    pub async fn asks_for_a_post(&mut self) {
        self.operation = "/v1/posts/{id_or_slug}";
        self.asks_for_one(RARE_IN_ONE, None).await;
    }

    pub async fn asks_for_related_posts(&mut self) {
        self.operation = "/v1/posts/{id_or_slug}/related";
        let limit = self.random.between(1, 8);
        self.asks_for_one(RARE_IN_LISTS, Some(limit)).await;
    }

    async fn asks_for_one(&mut self, rare: &'static [&'static str], near: Option<usize>) {
        let (world, reader, name) = (self.world, self.a_reader(), self.a_name(Kind::Post));
        let wanted = Wanted::at_random(&mut self.random, || samples(world), rare);
        let question = Question {
            world,
            name,
            reader,
            wanted,
            near,
        };
        let found = question.found(self.now());
        let answer = self
            .get(&question.address(&question.name, question.pairs()))
            .await;
        match found[0] {
            PostAnswer::Shown(..) => self.is_here(&question, &found, &answer.expect(200)),
            PostAnswer::Moved(..) => question.has_moved(&found, self.now(), &answer.expect(308)),
            PostAnswer::Gone | PostAnswer::NotFound => is_not_there(&found, &answer),
        }
    }

    /// Checks that the answer is one of the acceptable ones. A sparse answer can match several.
    fn is_here(&self, question: &Question<'_>, found: &[PostAnswer], answer: &Answer) {
        let said = answer.headers.get("content-language");
        let suits = |(id, lang): &(&str, Lang)| {
            let is_said = question.near.is_some() || said.is_some_and(|said| said == *lang);
            is_said && question.answer(id, lang, self.now()) == answer.json["data"]
        };
        let here = found.iter().filter_map(PostAnswer::shown);
        let meant: Vec<(&str, Lang)> = here.filter(suits).collect();
        if meant.is_empty() {
            let (id, lang) = found[0].shown().expect("a post");
            self.same(&question.answer(id, lang, self.now()), &answer.json["data"]);
            panic!("the answer is not declared to be in {lang}: {answer}");
        }
        self.check_lifetime(answer, |at| {
            let then = question.found(at);
            let is_still = |(id, lang): &(&str, Lang)| {
                let there = then.iter().any(|one| one.shown() == Some((id, lang)));
                there && question.answer(id, lang, at) == answer.json["data"]
            };
            !meant.iter().any(is_still)
        });
    }
}

impl Question<'_> {
    fn pairs(&self) -> Pairs {
        let limit = self.near.map(|limit| ("limit", limit.to_string()));
        [
            self.reader.pairs(),
            self.wanted.pairs(),
            Vec::from_iter(limit),
        ]
        .concat()
    }

    fn address(&self, name: &str, pairs: Pairs) -> String {
        let below = if self.near.is_some() { "/related" } else { "" };
        address(&format!("/v1/posts/{name}{below}"), &pairs)
    }

    fn found(&self, now: Timestamp) -> Vec<PostAnswer> {
        self.world.found(&self.name, &self.reader, now)
    }

    fn answer(&self, id: &str, lang: Lang, now: Timestamp) -> Value {
        let whole = |one| self.wanted.of(&self.world.whole(one, &self.reader, now));
        let source = self.world.shown_in(id, lang, now);
        match self.near {
            None => whole(source),
            Some(limit) => {
                let near = self.world.related(source, &self.reader, now);
                near.into_iter().take(limit).map(whole).collect()
            }
        }
    }

    fn has_moved(&self, found: &[PostAnswer], now: Timestamp, answer: &Answer) {
        let targets = found.iter().filter_map(PostAnswer::shown);
        let targets: Vec<String> = targets
            .map(|(id, lang)| self.target(id, lang, now))
            .collect();
        let location = answer.header("location");
        let is_one = targets.iter().any(|target| target == location);
        assert!(is_one, "{location} is none of {targets:?}");
    }

    /// The address of the redirect. It keeps the query, and adds the language if none was requested.
    fn target(&self, id: &str, lang: Lang, now: Timestamp) -> String {
        let mut pairs = self.pairs();
        if self.reader.lang.is_none() {
            pairs.insert(0, ("lang", lang.into()));
        }
        self.address(self.world.slug_in(id, lang, now), pairs)
    }
}

fn is_not_there(found: &[PostAnswer], answer: &Answer) {
    let may_be = |one| found.contains(&one);
    let is_right = match answer.status {
        410 => may_be(PostAnswer::Gone),
        404 => may_be(PostAnswer::NotFound),
        _ => false,
    };
    assert!(
        is_right,
        "410 allowed: {}, 404 allowed: {}, got {answer}",
        may_be(PostAnswer::Gone),
        may_be(PostAnswer::NotFound)
    );
}
