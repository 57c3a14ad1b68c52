//! Checks that the change log is complete and in order.

use serde_json::Value;

use super::model::{Entry, LANGS, Lang, PostNumber, World};
use super::newsroom::Newsroom;

impl Newsroom<'_> {
    /// Reads the whole log, oldest entry first.
    async fn audit(&self) -> Vec<Entry> {
        let answer = self.admin().get("/v1/admin/audit.ndjson").await.expect(200);
        let lines = std::str::from_utf8(&answer.body).unwrap().lines();
        lines
            .map(|line| self.entry(&serde_json::from_str(line).unwrap()))
            .collect()
    }

    fn entry(&self, item: &Value) -> Entry {
        let text = |name: &str| item[name].as_str().map(str::to_owned);
        let by = item["actor"]["id"].as_str();
        let by = by.map(|id| {
            self.world
                .people
                .iter()
                .position(|one| one.id == id)
                .expect(id)
        });
        assert!(by.is_some() || item["actor"]["kind"] == "clock", "{item}");
        let entity = text("entity").unwrap();
        let post = self.world.posts.iter().position(|post| post.id == entity);
        Entry {
            by,
            kind: leak(text("kind").unwrap()),
            post: post.unwrap_or_else(|| panic!("an entry about an unknown post: {item}")),
            lang: text("lang").map(|lang| leak(lang)),
            operation: leak(text("operation").unwrap()),
        }
    }

    /// Checks that people's entries are in the order of their requests, and that the scheduler's entries stand between
    /// them where they belong. Transitions that are due may be logged early.
    pub async fn the_log_is_complete_and_in_order(&self) {
        let got = self.audit().await;
        let by_people = |log: &[Entry]| -> Vec<Entry> {
            log.iter()
                .filter(|entry| entry.by.is_some())
                .cloned()
                .collect()
        };
        let (people, expected) = (by_people(&got), by_people(&self.world.log));
        if let Some(place) = people.iter().zip(&expected).position(|(a, b)| a != b) {
            self.transcript
                .begin_step(&[expected[place].post, people[place].post]);
            panic!("{}", difference_at(&people, &expected, place));
        }
        let shorter = people.len().min(expected.len());
        assert_eq!(
            people.len(),
            expected.len(),
            "{}",
            difference_at(&people, &expected, shorter)
        );
        for post in 0..self.world.posts.len() {
            self.transcript.begin_step(&[post]);
            for lang in LANGS {
                if let Err(difference) = publication_entries_match(&self.world, &got, post, lang) {
                    panic!("{difference}");
                }
            }
        }
    }

    /// Compares people's entries about a post with the log of `world`.
    pub async fn log_of_post_is(&self, world: &World, post: PostNumber) -> Result<(), String> {
        let of_post = |log: &[Entry]| -> Vec<Entry> {
            let is_its = |entry: &&Entry| entry.post == post && entry.by.is_some();
            log.iter().filter(is_its).cloned().collect()
        };
        let (got, expected) = (of_post(&self.audit().await), of_post(&world.log));
        if got == expected {
            return Ok(());
        }
        let pairs = got.iter().zip(&expected);
        let alike = pairs.take_while(|(got, expected)| got == expected).count();
        Err(difference_at(&got, &expected, alike))
    }
}

/// Shows both logs around the entry where they differ.
fn difference_at(got: &[Entry], expected: &[Entry], place: usize) -> String {
    let around = |log: &[Entry]| -> String {
        let some = log.iter().enumerate().skip(place.saturating_sub(3)).take(6);
        some.map(|(number, entry)| format!("  {number}: {entry:?}\n"))
            .collect()
    };
    format!(
        "the log at {place}:\n{}expected:\n{}",
        around(got),
        around(expected)
    )
}

fn publication_entries_match(
    world: &World,
    got: &[Entry],
    post: PostNumber,
    lang: Lang,
) -> Result<(), String> {
    let of_place = |log: &[Entry]| -> Vec<Entry> {
        let is_its = |entry: &&Entry| {
            entry.kind == "publication" && entry.post == post && entry.lang == Some(lang)
        };
        log.iter().filter(is_its).cloned().collect()
    };
    let (got, mut expected) = (of_place(got), of_place(&world.log));
    let mut due: Vec<_> = world
        .transitions
        .iter()
        .filter(|transition| {
            (transition.post, transition.lang) == (post, lang) && transition.at <= world.now
        })
        .collect();
    due.sort_by_key(|transition| (transition.at, transition.number));
    for transition in due {
        if got.len() <= expected.len() {
            break;
        }
        let lang = Some(lang);
        expected.push(Entry {
            by: None,
            kind: "publication",
            post,
            lang,
            operation: transition.operation,
        });
    }
    if got == expected {
        Ok(())
    } else {
        Err(format!(
            "the log of {lang} of {post}: {got:#?}\nexpected {expected:#?}"
        ))
    }
}

/// Leaks a string for the rest of the test, because the model's entries hold `&'static str`.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
