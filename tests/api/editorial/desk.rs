//! The newsroom at work: requests are put to the server and to the model, and must be answered alike.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tribuna::accounts::users::model::Role;
use tribuna::operations::scheduler;

use super::chance::Chance;
use super::model::{
    Ask, Entry, Lang, Person, PersonNumber, PostNumber, Refusal, Seen, Verb, World,
};
use super::story::{CLOCK, Story};
use super::wire::{Call, call};
use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{POSTS, translation};

pub const PEOPLE: [(&str, Role); 7] = [
    ("carla", Role::Contributor),
    ("chidi", Role::Contributor),
    ("ana", Role::Author),
    ("ed", Role::Editor),
    ("eva", Role::Editor),
    ("mo", Role::Moderator),
    ("adm", Role::Admin),
];

/// After so many days, a post in the trash is deleted for good.
pub const TRASH_DAYS: u32 = 3;

/// What somebody's browser remembers: the `ETag` that was last seen of each thing.
type Tab = BTreeMap<(PostNumber, Option<Lang>), String>;

pub struct Desk<'a> {
    pub app: &'a TestApp,
    pub world: World,
    pub chance: Chance,
    pub story: Story,
    /// What has come about at all.
    pub seen: RefCell<BTreeSet<String>>,
    clients: Vec<Client>,
    /// Two for each person.
    tabs: Vec<[Tab; 2]>,
    /// Every `ETag` a working copy has had.
    had: BTreeMap<(PostNumber, Lang), Vec<String>>,
}

impl<'a> Desk<'a> {
    pub async fn open(app: &'a TestApp, seed: u64, self_review: bool) -> Self {
        let mut clients = Vec::new();
        for (name, role) in PEOPLE {
            clients.push(app.person(name, role).await);
        }
        let people = PEOPLE
            .into_iter()
            .zip(&clients)
            .map(|((name, role), client)| Person {
                name,
                role,
                id: client.user.unwrap().to_string(),
            });
        Self {
            app,
            world: World::new(people.collect(), app.clock.now(), self_review),
            chance: Chance::new(seed),
            story: Story::of(seed),
            seen: RefCell::default(),
            tabs: clients.iter().map(|_| Default::default()).collect(),
            clients,
            had: BTreeMap::new(),
        }
    }

    pub fn admin(&self) -> &Client {
        self.clients.last().unwrap()
    }

    /// One thing happens, or two at once, or several in a batch.
    pub async fn goes_on(&mut self) {
        if self.chance.random.one_in(4) {
            self.time_passes();
        }
        self.world.touched.clear();
        let is_begun = !self.world.posts.is_empty();
        match self.chance.random.below(20) {
            0 | 1 if is_begun => self.two_at_once().await,
            2 if is_begun => self.a_batch().await,
            _ => self.one_step().await,
        }
    }

    fn time_passes(&mut self) {
        let now = self.chance.moves_the_clock(&self.world);
        self.app.clock.set(now);
        self.world.set_time(now);
        self.world.names_part();
        let is_missed = self.chance.random.one_in(3);
        if !is_missed {
            self.ticks();
        }
        let missed = if is_missed {
            ", and the scheduler missed it"
        } else {
            ""
        };
        self.story.tell(None, format!("{CLOCK}{now}{missed}"));
    }

    /// The scheduler's turn.
    fn ticks(&mut self) {
        scheduler::tick(&self.app.state.db, self.world.now).unwrap();
        self.app.does_housekeeping(TRASH_DAYS, self.world.now);
        self.world.tick(i64::from(TRASH_DAYS));
    }

    pub async fn one_step(&mut self) {
        let mut ask = self.chance.ask(&self.world);
        let tab = self.chance.random.below(2);
        self.story.turns_to(&[ask.post]);
        if self.chance.random.one_in(3) {
            self.sends_what_it_saw(&mut ask, tab).await;
        }
        let before = self.etag(&ask).await;
        let answer = self.send(&ask).await;
        let got = told(&answer);
        self.story.tell(
            self.about(&ask, got),
            format!("{} → {got:?}", self.line(&ask)),
        );
        let expected = self.world.judge(&ask);
        must_be_granted(&expected, got, &answer.to_string());
        let fate = if expected.is_ok() {
            "granted"
        } else {
            "refused"
        };
        self.saw(&format!("{} {fate}", ask.verb.name()));
        let mut is_changed = false;
        if expected.is_ok() {
            let is_restoring = matches!(ask.verb, Verb::RestoreRevision(_));
            if is_restoring && self.world.copy(ask.post, ask.lang).is_none() {
                self.saw("a deleted language restored");
            }
            is_changed = self.world.happen(&ask, &answer.json);
            if !is_changed {
                self.saw(&format!("{} changed nothing", ask.verb.name()));
            }
        }
        if answer.status == 412 {
            self.says_who_was_faster(&ask, before.as_ref(), &answer);
        }
        self.is_another_version(&ask, before, is_changed).await;
        if let Some(etag) = answer.headers.get("etag").filter(|_| answer.status < 300) {
            let etag = etag.to_str().unwrap().to_owned();
            if !matches!(ask.verb, Verb::Create(_) | Verb::CopyPost) {
                self.tabs[ask.who][tab].insert(ask.thing(), etag);
            }
        }
        let post = if matches!(ask.verb, Verb::Create(_)) {
            self.world.posts.len().checked_sub(1)
        } else {
            Some(ask.post)
        };
        if let Some(post) = post {
            self.somebody_reads(post, ask.lang).await;
        }
    }

    /// What concerns a new post is told of the new post.
    fn about(&self, ask: &Ask, (status, _): (u16, Option<&str>)) -> Option<PostNumber> {
        let is_new = matches!(ask.verb, Verb::Create(_)) && status == 201;
        Some(if is_new {
            self.world.posts.len()
        } else {
            ask.post
        })
    }

    /// With the `ETag` this tab has, if any.
    pub async fn sends_what_it_saw(&mut self, ask: &mut Ask, tab: usize) {
        let held = self.tabs[ask.who][tab].get(&ask.thing()).cloned();
        if let Some(etag) = held.filter(|_| ask.verb.takes_if_match()) {
            let is_current = self.etag(ask).await.as_ref() == Some(&etag);
            ask.seen = Some(Seen { etag, is_current });
        }
    }

    /// The present one of what is asked about.
    async fn etag(&self, ask: &Ask) -> Option<String> {
        if matches!(ask.verb, Verb::Create(_)) {
            return None;
        }
        let id = &self.world.posts[ask.post].id;
        let path = match ask.thing() {
            (_, None) => format!("{POSTS}/{id}"),
            (_, Some(lang)) => translation(id, lang),
        };
        let answer = self.admin().get(&path).await;
        (answer.status == 200).then(|| answer.header("etag").to_owned())
    }

    /// A refusal for want of the present version says what it is, and whose.
    fn says_who_was_faster(&self, ask: &Ask, etag: Option<&String>, answer: &Answer) {
        let told = answer
            .headers
            .get("etag")
            .map(|etag| etag.to_str().unwrap());
        assert_eq!(told, etag.map(String::as_str), "{answer}");
        let (post, Some(lang)) = ask.thing() else {
            return;
        };
        // What makes no version is nobody's being faster.
        let makes_none = |entry: &Entry| entry.kind == "preview_link" || entry.by.is_none();
        let is_its = |entry: &&Entry| {
            entry.post == post && entry.lang.is_none_or(|of| of == lang) && !makes_none(entry)
        };
        let last = self.world.log.iter().rev().find(is_its).expect("an entry");
        if let (Some(by), Some(_), Some(_)) = (last.by, last.lang, etag) {
            let by = &self.world.people[by].id;
            assert_eq!(answer.text("/changed_by/id"), by, "{last:?}: {answer}");
        }
    }

    /// A version changes with what it is a version of, and never comes again.
    async fn is_another_version(&mut self, ask: &Ask, before: Option<String>, is_changed: bool) {
        let now = self.etag(ask).await;
        if !is_changed {
            assert_eq!(
                now, before,
                "the version after a refusal, or of what is the same"
            );
            return;
        }
        let (post, Some(lang)) = ask.thing() else {
            return;
        };
        let had = self.had.entry((post, lang)).or_default();
        had.extend(before.clone());
        if let Some(now) = now.filter(|now| before.as_ref() != Some(now)) {
            let again = had.contains(&now);
            assert!(!again, "{now} was the version of something else before");
        } else if let (Verb::Patch(_) | Verb::Submit | Verb::Publish { .. }, Some(before)) =
            (&ask.verb, before)
        {
            panic!("the version is {before} as before");
        }
    }

    async fn send(&self, ask: &Ask) -> Answer {
        send(
            self.clients[ask.who].clone(),
            call(&self.world, ask),
            ask.seen.clone(),
        )
        .await
    }

    pub fn line(&self, ask: &Ask) -> String {
        let name = self.world.people[ask.who].name;
        let seen = match &ask.seen {
            Some(seen) if seen.is_current => ", as it is now",
            Some(_) => ", as it was",
            None => "",
        };
        format!(
            "{name}: {:?} of {} in {}{seen}",
            ask.verb, ask.post, ask.lang
        )
    }

    /// Anybody reads a working copy, and remembers its version.
    pub async fn somebody_reads(&mut self, post: PostNumber, lang: Lang) {
        let who: PersonNumber = self.chance.random.below(self.clients.len());
        let tab = self.chance.random.below(2);
        let read = self.as_told_to(&self.world, who, post, lang).await;
        match read {
            Ok(Some(etag)) => {
                self.tabs[who][tab].insert((post, Some(lang)), etag);
            }
            Ok(None) => {}
            Err(difference) => panic!("{} reads {lang} of {post}: {difference}", PEOPLE[who].0),
        }
        if self.world.sees(who, post) && self.world.people[who].role != Role::Moderator {
            let path = format!("{POSTS}/{}", self.world.posts[post].id);
            let etag = self.clients[who].get(&path).await.expect(200);
            let etag = etag.header("etag").to_owned();
            self.tabs[who][tab].insert((post, None), etag);
        }
    }

    /// Counts something that is to happen in every run.
    pub fn saw(&self, what: &str) {
        self.seen.borrow_mut().insert(what.to_owned());
    }

    pub fn client(&self, who: PersonNumber) -> &Client {
        &self.clients[who]
    }
}

pub async fn send(client: Client, call: Call, seen: Option<Seen>) -> Answer {
    let mut request = client.request(call.method.clone(), &call.path);
    if let Some(seen) = seen {
        request = request.insert_header(("if-match", seen.etag));
    }
    if let Some(body) = call.body {
        request = request.set_json(body);
    }
    client.send(request).await
}

/// Status, and code of a problem.
pub fn told(answer: &Answer) -> (u16, Option<&str>) {
    (
        answer.status,
        answer.json["code"]
            .as_str()
            .filter(|_| answer.status >= 400),
    )
}

pub fn is_granted(
    expected: &Result<u16, Vec<Refusal>>,
    (status, code): (u16, Option<&str>),
) -> bool {
    match expected {
        Ok(expected) => status == *expected,
        Err(refusals) => refusals
            .iter()
            .any(|refusal| (refusal.0, Some(refusal.1)) == (status, code)),
    }
}

pub fn must_be_granted(
    expected: &Result<u16, Vec<Refusal>>,
    got: (u16, Option<&str>),
    answer: &str,
) {
    assert!(
        is_granted(expected, got),
        "the model says {expected:?}, the server {got:?}:\n{answer}"
    );
}
