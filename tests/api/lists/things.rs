//! Categories, tags, authors and organizations: their lists, the tree, and single ones by any name.

use serde_json::{Value, json};
use tribuna::timestamp::Timestamp;

use super::asker::Asker;
use super::fields::Wanted;
use super::model::one_thing::ThingAnswer;
use super::query::{Pairs, ThingQuery, address};
use super::world::{Kind, Lang};

/// The paths of each kind: the list, and a single resource as in the document.
pub const THINGS: [(Kind, &str, &str); 4] = [
    (
        Kind::Category,
        "/v1/categories",
        "/v1/categories/{id_or_slug}",
    ),
    (Kind::Tag, "/v1/tags", "/v1/tags/{id_or_slug}"),
    (Kind::Author, "/v1/authors", "/v1/authors/{id_or_slug}"),
    (
        Kind::Organization,
        "/v1/organizations",
        "/v1/organizations/{id_or_slug}",
    ),
];

impl Asker<'_> {
    pub async fn asks_for_things(&mut self) {
        let (kind, path, _) = *self.random.pick(&THINGS);
        self.operation = path;
        let query = self.a_thing_query(kind);
        let (world, now) = (self.world, self.now());
        let things = |now| {
            world
                .things(&query, now)
                .into_iter()
                .map(|(_, thing)| thing)
        };
        let wanted = Wanted::at_random(&mut self.random, || things(now).collect(), &[]);
        let pairs = [query.pairs(), wanted.pairs()].concat();
        let list = |now| things(now).map(|one| wanted.of(&one)).collect();
        self.check_list(pairs, &list).await;
    }

    pub async fn asks_for_a_thing(&mut self) {
        let (kind, path, operation) = *self.random.pick(&THINGS);
        self.operation = operation;
        let (reader, name) = (self.a_reader(), self.a_name(kind));
        let (world, now) = (self.world, self.now());
        let query = ThingQuery::all(kind, reader);
        let all = |now| {
            world
                .things(&query, now)
                .into_iter()
                .map(|(_, thing)| thing)
        };
        let wanted = Wanted::at_random(&mut self.random, || all(now).collect(), &[]);
        let pairs = [query.pairs(), wanted.pairs()].concat();
        let answers = world.answers_to(kind, &name, &query.reader);
        let answer = self.get(&address(&format!("{path}/{name}"), &pairs)).await;
        // A sparse answer can match several resources.
        let expected = |now: Timestamp| -> Vec<Value> {
            let is_meant = |thing: &Value| {
                answers.contains(&ThingAnswer::Shown(thing["id"].as_str().unwrap().into()))
            };
            all(now)
                .filter(is_meant)
                .map(|thing| wanted.of(&thing))
                .collect()
        };
        match answers[0] {
            ThingAnswer::Shown(_) => {
                let answer = answer.expect(200);
                let got = &answer.json["data"];
                if !expected(now).contains(got) {
                    self.same(&expected(now)[0], got);
                }
                self.check_lifetime(&answer, |at| !expected(at).contains(got));
            }
            ThingAnswer::Moved(..) => {
                let answer = answer.expect(308);
                // Without a requested language, the redirect names one, because the new slug may belong to another
                // resource elsewhere.
                let target = |slug: &str, lang: Lang| {
                    let is_said = query.reader.lang.is_none() && !lang.is_empty();
                    let said = is_said.then(|| ("lang", lang.to_owned()));
                    let pairs: Pairs = said.into_iter().chain(pairs.clone()).collect();
                    address(&format!("{path}/{slug}"), &pairs)
                };
                let is_target = |one: &ThingAnswer| match one {
                    ThingAnswer::Moved(slug, lang) => {
                        target(slug, lang) == answer.header("location")
                    }
                    _ => false,
                };
                assert!(
                    answers.iter().any(is_target),
                    "none of {answers:?}: {answer}"
                );
            }
            ThingAnswer::NotFound => {
                answer.expect(404);
            }
        }
    }

    pub async fn asks_for_the_tree(&mut self) {
        self.operation = "/v1/category-tree";
        let (world, reader) = (self.world, self.a_reader());
        let tree = |now| json!(world.tree(None, &reader, now));
        let answer = self
            .get(&address(self.operation, &reader.pairs()))
            .await
            .expect(200);
        let expected = tree(self.now());
        self.same(&expected, &answer.json["data"]);
        self.check_lifetime(&answer, |at| tree(at) != expected);
    }
}
