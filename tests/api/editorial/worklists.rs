//! Compares the tasks and the translation matrix with the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tribuna::accounts::users::model::Role;

use super::model::{Copy, LANGS, Lang, PersonNumber, PostNumber, Stage, World};
use super::newsroom::{Newsroom, PEOPLE};
use crate::support::content::POSTS;

/// A task: kind, post, language.
type Task = (String, String, String);

impl World {
    /// All tasks of a person except `translate`.
    fn tasks(&self, who: PersonNumber) -> BTreeSet<Task> {
        let mut tasks = BTreeSet::new();
        for (number, post) in self.posts.iter().enumerate() {
            if !self.sees(who, number) || post.trashed_at.is_some() {
                continue;
            }
            for (lang, copy) in &post.copies {
                if let Some(kind) = self.task(who, (number, lang), copy) {
                    tasks.insert((kind.to_owned(), post.id.clone(), (*lang).to_owned()));
                }
            }
        }
        tasks
    }

    fn task(
        &self,
        who: PersonNumber,
        (number, lang): (PostNumber, Lang),
        copy: &Copy,
    ) -> Option<&'static str> {
        let post = &self.posts[number];
        let is_mine = copy.submitter == Some(who);
        let steps = self.steps(number, lang).iter();
        let taken_by = steps.rev().find(|step| step.0 == "take");
        let may_write = self.people[who].role != Role::Contributor || post.seen.is_empty();
        match copy.stage {
            Stage::Submitted if self.decides(who) && (!is_mine || self.self_review) => {
                Some("review")
            }
            Stage::InReview if taken_by.is_some_and(|step| step.1 == who) => Some("review"),
            Stage::ChangesRequested if may_write && (is_mine || post.owner == who) => {
                Some("correct")
            }
            Stage::Approved if self.decides(who) => Some("publish"),
            _ => None,
        }
    }

    /// The number of posts in each state in a language.
    fn states(&self, lang: &str) -> BTreeMap<&'static str, u64> {
        let mut states = BTreeMap::new();
        for (number, post) in self.posts.iter().enumerate() {
            if post.is_purged || post.trashed_at.is_some() {
                continue;
            }
            let lang = LANGS.into_iter().find(|one| *one == lang).unwrap();
            let is_there = post.copies.contains_key(lang);
            let state = if is_there {
                self.status(number, lang)
            } else {
                "missing"
            };
            *states.entry(state).or_default() += 1;
        }
        states
    }
}

impl Newsroom<'_> {
    pub async fn tasks_match(&self) {
        for (who, (name, role)) in PEOPLE.into_iter().enumerate() {
            let answer = self.client(who).get("/v1/admin/tasks?limit=100").await;
            if role == Role::Moderator {
                answer.expect_problem(403, "forbidden");
                continue;
            }
            let answer = answer.expect(200);
            let items = answer.items().iter();
            let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
            let got =
                items.map(|item| (text(item, "kind"), text(item, "post"), text(item, "lang")));
            let got: BTreeSet<Task> = got.filter(|task| task.0 != "translate").collect();
            assert_eq!(got, self.world.tasks(who), "tasks of {name}: {answer}");
        }
    }

    pub async fn translation_matrix_matches(&self) {
        let matrix = self.admin().get("/v1/admin/translation-matrix").await;
        let matrix = matrix.expect(200);
        for row in matrix.items() {
            let lang = row["lang"].as_str().unwrap();
            let mut got: BTreeMap<&str, u64> = BTreeMap::new();
            for (name, count) in row.as_object().unwrap() {
                let count = count.as_u64().filter(|count| *count > 0);
                // The model counts outdated translations as published.
                let name = if name == "outdated" {
                    "published"
                } else {
                    name
                };
                if let Some(count) = count {
                    *got.entry(name).or_default() += count;
                }
            }
            assert_eq!(got, self.world.states(lang), "{lang}: {matrix}");
        }
        for status in [
            "draft",
            "submitted",
            "approved",
            "published",
            "scheduled",
            "expired",
            "archived",
        ] {
            let list = self
                .admin()
                .get(&format!("{POSTS}?status={status}&limit=100"))
                .await;
            let list = list.expect(200);
            let got: BTreeSet<&str> = list.column("id").into_iter().collect();
            let all = self.world.posts.iter().enumerate();
            let expected = all.filter(|(number, post)| {
                let is_there = !post.is_purged && post.trashed_at.is_none();
                let mut langs = post.copies.keys();
                is_there && langs.any(|lang| self.world.status(*number, lang) == status)
            });
            let expected: BTreeSet<&str> = expected.map(|(_, post)| post.id.as_str()).collect();
            assert_eq!(got, expected, "{status}: {list}");
        }
    }
}
