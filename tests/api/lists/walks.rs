//! Paging through a list while it changes. Each page continues after the last item of the previous page, as the list is
//! at that time, and each item that stays in its place is returned once.

use std::cmp::Ordering;

use super::model::order::{Place, compare};
use super::newsroom::Newsroom;
use super::queries::{POST_SORTS, THING_SORTS};
use super::query::{Pairs, PostQuery, Reader, ThingQuery, address};
use super::random::Random;
use super::things::THINGS;
use super::world::Kind;
use crate::support::TestApp;
use crate::support::client::Answer;

on_both!(
    paging_through_posts_returns_each_lasting_item_once_despite_other_changes,
    async |app| {
        let mut newsroom = Newsroom::open(&app, Random::new(7)).await;
        newsroom.fill(25).await;
        for sort in POST_SORTS {
            for reader in [Reader::default(), any_of_three()] {
                let query = PostQuery {
                    reader,
                    sort: Some(sort),
                    ..PostQuery::default()
                };
                let list = |newsroom: &Newsroom<'_>| {
                    let posts = newsroom.world.posts(&query, app.clock.now());
                    posts.iter().map(|one| one.place(sort)).collect()
                };
                let mut walk = Walk::new("/v1/posts", query.pairs(), sort, &list);
                walk.run(&app, &mut newsroom).await;
            }
        }
    }
);

on_both!(
    paging_through_things_returns_each_lasting_item_once_despite_other_changes,
    async |app| {
        let mut newsroom = Newsroom::open(&app, Random::new(8)).await;
        newsroom.fill(5).await;
        for (kind, path, _) in THINGS {
            for sort in THING_SORTS {
                let mut query = ThingQuery::all(kind, any_of_three());
                query.sort = Some(sort);
                let list = |newsroom: &Newsroom<'_>| {
                    let things = newsroom.world.things(&query, app.clock.now());
                    things.into_iter().map(|(place, _)| place).collect()
                };
                let mut walk = Walk::new(path, query.pairs(), sort, &list);
                walk.run(&app, &mut newsroom).await;
            }
        }
    }
);

fn any_of_three() -> Reader {
    Reader {
        lang: Some("en"),
        fallback: vec!["fr", "es-MX"],
    }
}

const LIMIT: usize = 4;

struct Walk<'a> {
    first: String,
    sort: &'static str,
    list: &'a dyn Fn(&Newsroom<'_>) -> Vec<Place>,
    /// The items that have kept their place since the beginning.
    unmoved: Option<Vec<Place>>,
    met: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(
        path: &str,
        pairs: Pairs,
        sort: &'static str,
        list: &'a dyn Fn(&Newsroom<'_>) -> Vec<Place>,
    ) -> Self {
        let pairs = [pairs, vec![("limit", LIMIT.to_string())]].concat();
        Self {
            first: address(path, &pairs),
            sort,
            list,
            unmoved: None,
            met: Vec::new(),
        }
    }

    async fn run(&mut self, app: &TestApp, newsroom: &mut Newsroom<'_>) {
        let (mut next, mut last, mut turn) = (Some(self.first.clone()), None, None);
        while let Some(address) = next {
            let page = app.anonymous().get(&address).await.expect(200);
            let mut expected = (self.list)(newsroom);
            expected.retain(|place| last.as_ref().is_none_or(|last| self.is_before(last, place)));
            expected.truncate(LIMIT);
            self.check_page(newsroom, &page, &expected);
            turn = link(&page, "prev").zip(expected.first().cloned()).or(turn);
            next = link(&page, "next");
            last = expected.pop();
            change_something(newsroom).await;
        }
        self.check_met_once();
        while let Some((address, first)) = turn {
            let page = app.anonymous().get(&address).await.expect(200);
            let mut expected = (self.list)(newsroom);
            expected.retain(|place| self.is_before(place, &first));
            expected.drain(..expected.len().saturating_sub(LIMIT));
            self.check_page(newsroom, &page, &expected);
            turn = link(&page, "prev").zip(expected.first().cloned());
            change_something(newsroom).await;
        }
    }

    fn is_before(&self, a: &Place, b: &Place) -> bool {
        compare(self.sort, a, b) == Ordering::Less
    }

    fn check_page(&mut self, newsroom: &Newsroom<'_>, page: &Answer, expected: &[Place]) {
        let ids: Vec<&str> = expected.iter().map(|place| place.id.as_str()).collect();
        assert_eq!(page.column("id"), ids, "{}", page.uri);
        self.met
            .extend(expected.iter().map(|place| place.id.clone()));
        let mut list = (self.list)(newsroom);
        if let Some(unmoved) = &self.unmoved {
            list.retain(|place| unmoved.contains(place));
        }
        self.unmoved = Some(list);
    }

    fn check_met_once(&self) {
        for place in self.unmoved.iter().flatten() {
            let times = self.met.iter().filter(|id| **id == place.id).count();
            assert_eq!(times, 1, "{place:?} in {}", self.first);
        }
    }
}

fn link(page: &Answer, rel: &str) -> Option<String> {
    page.json["page"][rel].as_str().map(str::to_owned)
}

async fn change_something(newsroom: &mut Newsroom<'_>) {
    for _ in 0..newsroom.random.below(3) {
        match newsroom.random.below(12) {
            0 => newsroom.makes_a_term(Kind::Category).await,
            1 => newsroom.makes_a_term(Kind::Tag).await,
            2 => newsroom.meets_an_author().await,
            3 => newsroom.founds_an_organization().await,
            4..7 => newsroom.writes_and_publishes_a_post().await,
            _ => newsroom.changes_something().await,
        }
    }
}
