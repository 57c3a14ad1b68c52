//! Random requests of every kind, and those for lists of posts.

use serde_json::Value;

use super::asker::Asker;
use super::fields::{RARE_IN_LISTS, Wanted};
use super::query::{PostQuery, Reader, address};
use super::world::World;

impl Asker<'_> {
    pub async fn asks_something(&mut self) {
        match self.random.below(16) {
            0 => self.asks_for_the_tree().await,
            1 => self.asks_for_a_thing().await,
            2..5 => self.asks_for_things().await,
            5 => self.asks_for_a_post().await,
            6 => self.asks_for_related_posts().await,
            7 => self.asks_for_facets().await,
            _ => self.asks_for_posts().await,
        }
    }

    async fn asks_for_posts(&mut self) {
        self.operation = "/v1/posts";
        let (world, query) = (self.world, self.a_post_query());
        let wanted = Wanted::at_random(&mut self.random, || samples(world), RARE_IN_LISTS);
        let pairs = [query.pairs(), wanted.pairs()].concat();
        let list = |now| {
            let posts = world.posts(&query, now).into_iter();
            let items = posts.map(|one| wanted.of(&world.whole(one, &query.reader, now)));
            items.collect()
        };
        self.check_list(pairs, &list).await;
    }

    /// Requests the counts of a list of posts.
    async fn asks_for_facets(&mut self) {
        self.operation = "/v1/posts/facets";
        let (world, mut query) = (self.world, self.a_post_query());
        query.sort = None;
        let limit = if self.random.one_in(2) {
            100
        } else {
            self.random.between(1, 8)
        };
        let pairs = [query.pairs(), vec![("limit", limit.to_string())]].concat();
        let facets = |now| world.facets(&query, limit, now);
        let answer = self.get(&address(self.operation, &pairs)).await.expect(200);
        let expected = facets(self.now());
        self.same(&expected, &answer.json["data"]);
        self.check_lifetime(&answer, |at| facets(at) != expected);
    }
}

/// Complete posts.
pub fn samples(world: &World) -> Vec<Value> {
    let boundaries = world.boundaries();
    let now = boundaries[boundaries.len() / 2];
    let posts = world.posts(&PostQuery::default(), now).into_iter();
    posts
        .map(|one| world.whole(one, &Reader::default(), now))
        .collect()
}
