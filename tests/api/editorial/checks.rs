//! Compares the state of the server with the model.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tribuna::accounts::users::model::Role;

use super::model::{LANGS, Lang, PersonNumber, PostNumber, PublicAnswer, Row, Step, World};
use super::newsroom::Newsroom;
use crate::support::client::Answer;
use crate::support::content::translation;

impl Newsroom<'_> {
    /// Compares a working copy with the model as `who` reads it. Returns its `ETag` if `who` may read it.
    pub async fn working_copy_matches(
        &self,
        world: &World,
        who: PersonNumber,
        post: PostNumber,
        lang: Lang,
    ) -> Result<Option<String>, String> {
        let path = translation(&world.posts[post].id, lang);
        let answer = self.client(who).get(&path).await;
        let status = if world.people[who].role == Role::Moderator {
            403
        } else if !world.sees(who, post) || world.copy(post, lang).is_none() {
            404
        } else {
            200
        };
        same(&answer, "status", &answer.status.into(), &status.into())?;
        let Some(copy) = world.copy(post, lang).filter(|_| status == 200) else {
            return Ok(None);
        };
        let data = &answer.json["data"];
        for (name, value) in [
            ("title", json!(copy.text.title)),
            ("slug", json!(copy.text.slug)),
            ("revision", json!(copy.revision)),
            ("status", json!(world.status(post, lang))),
        ] {
            same(&answer, name, &data[name], &value)?;
        }
        same(
            &answer,
            "body",
            &data["body"]["source"],
            &json!(copy.text.word),
        )?;
        let actions: BTreeSet<String> = serde_json::from_value(data["allowed_actions"].clone())
            .map_err(|error| format!("allowed_actions: {error}\n{answer}"))?;
        let expected = world.allowed_actions(who, post, lang);
        same(
            &answer,
            "allowed_actions",
            &json!(actions),
            &json!(expected),
        )?;
        self.publication_matches(world, post, lang, &answer)?;
        Ok(Some(answer.header("etag").to_owned()))
    }

    fn publication_matches(
        &self,
        world: &World,
        post: PostNumber,
        lang: Lang,
        answer: &Answer,
    ) -> Result<(), String> {
        let got = &answer.json["data"]["publication"];
        let Some(place) = world.place(post, lang) else {
            return same(answer, "publication", got, &Value::Null);
        };
        same(
            answer,
            "publication/status",
            &got["status"],
            &json!(place.status(world.now)),
        )?;
        row_matches(answer, "publication", got, &place.shown, place.shown.from)?;
        let replacement = &got["replacement"];
        match &place.next {
            Some(next) => row_matches(answer, "replacement", replacement, next, next.begins),
            None => same(answer, "replacement", replacement, &Value::Null),
        }
    }

    /// Compares the lists, and single posts by id and by every slug that was ever used.
    pub async fn public_responses_match(&self) {
        let anyone = self.app.anonymous();
        for lang in LANGS.map(Some).into_iter().chain([None]) {
            let query = lang.map_or_else(String::new, |lang| format!("&lang={lang}"));
            let list = anyone
                .get(&format!("/v1/posts?limit=100{query}"))
                .await
                .expect(200);
            let got = list.items().iter().map(|item| {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                (
                    text("id"),
                    text("lang"),
                    text("slug"),
                    text("title"),
                    text("published_at"),
                )
            });
            let got: Vec<_> = got.collect();
            let expected = self.world.list(lang).into_iter();
            let expected = expected.map(|(id, lang, slug, title, from)| {
                (id, lang.to_owned(), slug, title, from.to_string())
            });
            assert_eq!(got, expected.collect::<Vec<_>>(), "{query}");
        }
        for (number, post) in self.world.posts.iter().enumerate() {
            self.transcript.begin_step(&[number]);
            for lang in LANGS.map(Some).into_iter().chain([None]) {
                let query = lang.map_or_else(String::new, |lang| format!("?lang={lang}"));
                let path = format!("/v1/posts/{}{query}", post.id);
                self.post_matches(&path, self.world.by_id(number, lang), "")
                    .await;
            }
        }
        for lang in LANGS {
            // A text copied from another language has a slug of that language. Such an ambiguous slug is tested in
            // `resolve`.
            let others = LANGS.into_iter().filter(|other| *other != lang);
            let others: BTreeSet<String> = others.flat_map(|other| self.slugs(other)).collect();
            for slug in self.slugs(lang).difference(&others) {
                self.transcript.begin_step(
                    &self
                        .world
                        .name(lang, slug)
                        .map_or(vec![], |name| vec![name.owner]),
                );
                let name = self.world.name(lang, slug);
                if name.is_some_and(|name| name.leads_to(self.world.now) != Some(name.owner)) {
                    self.record_event("a name that leads to its former post");
                }
                let path = format!("/v1/posts/{slug}");
                self.post_matches(&path, self.world.by_slug(lang, slug, false), "")
                    .await;
                let query = format!("?lang={lang}");
                let found = self.world.by_slug(lang, slug, true);
                self.post_matches(&format!("{path}{query}"), found, &query)
                    .await;
            }
        }
    }

    /// Every slug that was ever saved or requested.
    fn slugs(&self, lang: Lang) -> BTreeSet<String> {
        let histories = self
            .world
            .posts
            .iter()
            .filter_map(|post| post.history.get(lang));
        let mut slugs: BTreeSet<String> = histories
            .flatten()
            .map(|snapshot| snapshot.text.slug.clone())
            .collect();
        let names = self.world.names.iter().filter(|name| name.lang == lang);
        slugs.extend(names.map(|name| name.slug.clone()));
        slugs
    }

    async fn post_matches(&self, path: &str, expected: PublicAnswer, query: &str) {
        let path_kind = if query.is_empty() {
            "a request"
        } else {
            "a request with a language"
        };
        let answer = self.app.anonymous().get(path).await;
        let language = |answer: &Answer| {
            let got = answer.text("/data/lang").to_owned();
            *LANGS.iter().find(|lang| **lang == got).unwrap()
        };
        let got = match answer.status {
            200 => PublicAnswer::Shown(
                language(&answer),
                answer.text("/data/body/text").trim().to_owned(),
            ),
            308 => {
                let location = answer.header("location");
                let (slug, to) = location["/v1/posts/".len()..].split_once("?lang=").unwrap();
                let lang = *LANGS.iter().find(|lang| **lang == to).expect(query);
                PublicAnswer::Moved(lang, slug.to_owned())
            }
            410 => PublicAnswer::Gone,
            404 => PublicAnswer::NotFound,
            other => panic!("{other}: {answer}"),
        };
        assert_eq!(got, expected, "at {}: {answer}", self.world.now);
        self.record_event(&format!("{path_kind} answered {}", answer.status));
    }

    pub async fn previews_match(&self) {
        let anyone = self.app.anonymous();
        for link in &self.world.links {
            self.transcript.begin_step(&[link.post]);
            let post = &self.world.posts[link.post];
            let is_over = link.is_revoked || link.expires_at <= self.world.now;
            let is_away = post.trashed_at.is_some() || post.is_purged;
            let is_there = post.copies.contains_key(link.lang);
            let answer = anyone.get(&format!("/v1/previews/{}", link.token)).await;
            if is_over || is_away {
                answer.expect_problem(404, "not_found");
            } else if is_there {
                let answer = answer.expect(200);
                assert_eq!(answer.text("/data/body/text").trim(), link.word);
            }
        }
    }

    /// Checks that each revision still holds the text that was saved.
    pub async fn every_text_is_in_a_revision(&self, some: usize) {
        for (number, post) in self.world.posts.iter().enumerate() {
            self.transcript.begin_step(&[number]);
            for (lang, history) in &post.history {
                let path = format!("{}/revisions", translation(&post.id, lang));
                if post.is_purged {
                    self.admin()
                        .get(&path)
                        .await
                        .expect_problem(404, "not_found");
                    continue;
                }
                let list = self
                    .admin()
                    .get(&format!("{path}?limit=1&count=true"))
                    .await
                    .expect(200);
                assert_eq!(list.at("/page/total"), history.len(), "{list}");
                let newest = history.len().saturating_sub(some);
                for (place, snapshot) in history.iter().enumerate().skip(newest) {
                    let read = self
                        .admin()
                        .get(&format!("{path}/{}", place + 1))
                        .await
                        .expect(200);
                    let by = &self.world.people[snapshot.by].id;
                    assert_eq!(
                        read.text("/data/snapshot/title"),
                        snapshot.text.title,
                        "{read}"
                    );
                    assert_eq!(
                        read.text("/data/snapshot/slug"),
                        snapshot.text.slug,
                        "{read}"
                    );
                    let source = read.text("/data/snapshot/body/source");
                    assert_eq!(source, snapshot.text.word, "{read}");
                    assert_eq!(read.text("/data/created_by/id"), by, "{read}");
                }
            }
            for (lang, steps) in post.steps.iter().filter(|_| !post.is_purged) {
                self.workflow_resources_match(number, lang).await;
                let path = format!("{}/steps?limit=100", translation(&post.id, lang));
                let list = self.admin().get(&path).await.expect(200);
                let got: Vec<Value> = list
                    .items()
                    .iter()
                    .map(|step| json!([step["step"], step["created_by"]["id"], step["revision"]]))
                    .collect();
                let steps = steps.iter().rev().take(100);
                let steps: Vec<Value> = steps
                    .map(|(step, who, revision)| {
                        json!([step, self.world.people[*who].id, revision])
                    })
                    .collect();
                assert_eq!(got, steps, "{list}");
            }
        }
    }
}

impl Newsroom<'_> {
    /// Checks the submission, the review and the archive of the present working copy. Steps of a deleted one do not
    /// count.
    async fn workflow_resources_match(&self, post: PostNumber, lang: Lang) {
        let steps = self.world.steps(post, lang).iter().rev();
        for (noun, begins, ends) in [
            ("submission", &["submit"][..], "withdraw"),
            (
                "review",
                &["take", "approve", "request_changes"],
                "hand_back",
            ),
            ("archive", &["archive"], "unarchive"),
        ] {
            let mut steps = steps.clone();
            let is_its = |step: &&Step| begins.contains(&step.0) || step.0 == ends;
            let last = steps.find(is_its).filter(|step| step.0 != ends);
            let there = self.world.copy(post, lang).and(last);
            let path = translation(&self.world.posts[post].id, lang);
            let answer = self.admin().get(&format!("{path}/{noun}")).await;
            match there {
                Some(step) => assert_eq!(answer.expect(200).at("/data/revision"), step.2),
                None => drop(answer.expect_problem(404, "not_found")),
            }
        }
    }
}

fn row_matches(
    answer: &Answer,
    name: &str,
    got: &Value,
    row: &Row,
    publish_at: tribuna::timestamp::Timestamp,
) -> Result<(), String> {
    same(
        answer,
        &format!("{name}/publish_at"),
        &got["publish_at"],
        &json!(publish_at),
    )?;
    same(
        answer,
        &format!("{name}/unpublish_at"),
        &got["unpublish_at"],
        &json!(row.until),
    )?;
    same(
        answer,
        &format!("{name}/revision"),
        &got["revision"],
        &json!(row.revision),
    )?;
    same(
        answer,
        &format!("{name}/slug"),
        &got["slug"],
        &json!(row.text.slug),
    )
}

fn same(answer: &Answer, name: &str, got: &Value, expected: &Value) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{name}: expected {expected}, got {got}\n{answer}"))
}
