//! The change log: complete, and in the order in which it all happened.

use serde_json::Value;

use super::desk::Desk;
use super::model::{Entry, LANGS, Lang, PostNumber, World};

impl Desk<'_> {
    /// The whole log, oldest first.
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
            kind: leaked(text("kind").unwrap()),
            post: post.unwrap_or_else(|| panic!("of no post: {item}")),
            lang: text("lang").map(|lang| leaked(lang)),
            operation: leaked(text("operation").unwrap()),
        }
    }

    /// What people did stands in the order in which they did it; what the clock did to a place, between what people did to it.
    /// What the clock did and nobody told yet may be told already.
    pub async fn the_log_is_complete_and_in_order(&self) {
        let told = self.audit().await;
        let by_people = |log: &[Entry]| -> Vec<Entry> {
            log.iter()
                .filter(|entry| entry.by.is_some())
                .cloned()
                .collect()
        };
        let (people, expected) = (by_people(&told), by_people(&self.world.log));
        if let Some(place) = people.iter().zip(&expected).position(|(a, b)| a != b) {
            self.story
                .turns_to(&[expected[place].post, people[place].post]);
            panic!("{}", beside(&people, &expected, place));
        }
        let shorter = people.len().min(expected.len());
        assert_eq!(
            people.len(),
            expected.len(),
            "{}",
            beside(&people, &expected, shorter)
        );
        for post in 0..self.world.posts.len() {
            self.story.turns_to(&[post]);
            for lang in LANGS {
                if let Err(difference) = in_place(&self.world, &told, post, lang) {
                    panic!("{difference}");
                }
            }
        }
    }

    /// Whether people did to a post what a world tells.
    pub async fn log_of_post_is(&self, world: &World, post: PostNumber) -> Result<(), String> {
        let of_post = |log: &[Entry]| -> Vec<Entry> {
            let is_its = |entry: &&Entry| entry.post == post && entry.by.is_some();
            log.iter().filter(is_its).cloned().collect()
        };
        let (told, expected) = (of_post(&self.audit().await), of_post(&world.log));
        if told == expected {
            return Ok(());
        }
        let pairs = told.iter().zip(&expected);
        let alike = pairs
            .take_while(|(told, expected)| told == expected)
            .count();
        Err(beside(&told, &expected, alike))
    }
}

/// Both around the place where they differ.
fn beside(told: &[Entry], expected: &[Entry], place: usize) -> String {
    let around = |log: &[Entry]| -> String {
        let some = log.iter().enumerate().skip(place.saturating_sub(3)).take(6);
        some.map(|(number, entry)| format!("  {number}: {entry:?}\n"))
            .collect()
    };
    format!(
        "the log at {place}:\n{}expected:\n{}",
        around(told),
        around(expected)
    )
}

fn in_place(world: &World, told: &[Entry], post: PostNumber, lang: Lang) -> Result<(), String> {
    let of_place = |log: &[Entry]| -> Vec<Entry> {
        let is_its = |entry: &&Entry| {
            entry.kind == "publication" && entry.post == post && entry.lang == Some(lang)
        };
        log.iter().filter(is_its).cloned().collect()
    };
    let (told, mut expected) = (of_place(told), of_place(&world.log));
    let mut due: Vec<_> = world
        .moments
        .iter()
        .filter(|moment| (moment.post, moment.lang) == (post, lang) && moment.at <= world.now)
        .collect();
    due.sort_by_key(|moment| (moment.at, moment.number));
    for moment in due {
        if told.len() <= expected.len() {
            break;
        }
        let lang = Some(lang);
        expected.push(Entry {
            by: None,
            kind: "publication",
            post,
            lang,
            operation: moment.operation,
        });
    }
    if told == expected {
        Ok(())
    } else {
        Err(format!(
            "the log of {lang} of {post}: {told:#?}\nexpected {expected:#?}"
        ))
    }
}

/// For the life of the test: entries are compared with words of the model.
fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
