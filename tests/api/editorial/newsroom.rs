//! Sends each request to the server and to the model, and requires the same outcome from both.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use tribuna::accounts::users::model::Role;
use tribuna::operations::scheduler;

use super::calls::{Call, call};
use super::generator::Generator;
use super::model::{
    Entry, Lang, Person, PersonNumber, PostNumber, Refusal, Request, Seen, Verb, World,
};
use super::transcript::{CLOCK, Transcript};
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

/// The number of days after which a post in the trash is purged.
pub const TRASH_DAYS: u32 = 3;

/// The `ETag`s that one browser tab of a person has seen.
type Tab = BTreeMap<(PostNumber, Option<Lang>), String>;

pub struct Newsroom<'a> {
    pub app: &'a TestApp,
    pub world: World,
    pub generator: Generator,
    pub transcript: Transcript,
    /// The events that have occurred in this run.
    pub events: RefCell<BTreeSet<String>>,
    clients: Vec<Client>,
    /// Two tabs for each person.
    tabs: Vec<[Tab; 2]>,
    /// Every `ETag` that a working copy has had.
    had: BTreeMap<(PostNumber, Lang), Vec<String>>,
}

impl<'a> Newsroom<'a> {
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
            generator: Generator::new(seed),
            transcript: Transcript::of(seed),
            events: RefCell::default(),
            tabs: clients.iter().map(|_| Default::default()).collect(),
            clients,
            had: BTreeMap::new(),
        }
    }

    pub fn admin(&self) -> &Client {
        self.clients.last().unwrap()
    }

    /// Sends one request, two simultaneous requests, or a batch.
    pub async fn next_action(&mut self) {
        if self.generator.random.one_in(4) {
            self.advance_clock();
        }
        self.world.changed_in_step.clear();
        let is_begun = !self.world.posts.is_empty();
        match self.generator.random.below(20) {
            0 | 1 if is_begun => self.two_at_once().await,
            2 if is_begun => self.a_batch().await,
            _ => self.one_step().await,
        }
    }

    fn advance_clock(&mut self) {
        let now = self.generator.next_time(&self.world);
        self.app.clock.set(now);
        self.world.set_time(now);
        self.world.end_all_former_redirects();
        let is_missed = self.generator.random.one_in(3);
        if !is_missed {
            self.run_scheduler();
        }
        let missed = if is_missed {
            ", and the scheduler did not run"
        } else {
            ""
        };
        self.transcript
            .record(None, format!("{CLOCK}{now}{missed}"));
    }

    /// Runs the scheduler and the housekeeping once.
    fn run_scheduler(&mut self) {
        scheduler::tick(&self.app.state.db, self.world.now).unwrap();
        self.app.does_housekeeping(TRASH_DAYS, self.world.now);
        self.world.tick(i64::from(TRASH_DAYS));
    }

    pub async fn one_step(&mut self) {
        let mut request = self.generator.request(&self.world);
        let tab = self.generator.random.below(2);
        self.transcript.begin_step(&[request.post]);
        if self.generator.random.one_in(3) {
            self.add_if_match(&mut request, tab).await;
        }
        let before = self.etag(&request).await;
        let answer = self.send(&request).await;
        let got = outcome(&answer);
        self.transcript.record(
            self.about(&request, got),
            format!("{} → {got:?}", self.line(&request)),
        );
        let expected = self.world.check(&request);
        must_be_granted(&expected, got, &answer.to_string());
        let fate = if expected.is_ok() {
            "granted"
        } else {
            "refused"
        };
        self.record_event(&format!("{} {fate}", request.verb.name()));
        let mut is_changed = false;
        if expected.is_ok() {
            let is_restoring = matches!(request.verb, Verb::RestoreRevision(_));
            if is_restoring && self.world.copy(request.post, request.lang).is_none() {
                self.record_event("a deleted language restored");
            }
            is_changed = self.world.apply(&request, &answer.json);
            if !is_changed {
                self.record_event(&format!("{} changed nothing", request.verb.name()));
            }
        }
        if answer.status == 412 {
            self.conflict_names_last_writer(&request, before.as_ref(), &answer);
        }
        self.etag_follows_content(&request, before, is_changed)
            .await;
        if let Some(etag) = answer.headers.get("etag").filter(|_| answer.status < 300) {
            let etag = etag.to_str().unwrap().to_owned();
            if !matches!(request.verb, Verb::Create(_) | Verb::CopyPost) {
                self.tabs[request.who][tab].insert(request.thing(), etag);
            }
        }
        let post = if matches!(request.verb, Verb::Create(_)) {
            self.world.posts.len().checked_sub(1)
        } else {
            Some(request.post)
        };
        if let Some(post) = post {
            self.somebody_reads(post, request.lang).await;
        }
    }

    /// Returns the post that a request concerns. For a creation, that is the new post.
    fn about(&self, request: &Request, (status, _): (u16, Option<&str>)) -> Option<PostNumber> {
        let is_new = matches!(request.verb, Verb::Create(_)) && status == 201;
        Some(if is_new {
            self.world.posts.len()
        } else {
            request.post
        })
    }

    /// Adds the `ETag` that this tab holds, if any, to the request.
    pub async fn add_if_match(&mut self, request: &mut Request, tab: usize) {
        let held = self.tabs[request.who][tab].get(&request.thing()).cloned();
        if let Some(etag) = held.filter(|_| request.verb.takes_if_match()) {
            let is_current = self.etag(request).await.as_ref() == Some(&etag);
            request.seen = Some(Seen { etag, is_current });
        }
    }

    /// Returns the present `ETag` of the resource that a request names.
    async fn etag(&self, request: &Request) -> Option<String> {
        if matches!(request.verb, Verb::Create(_)) {
            return None;
        }
        let id = &self.world.posts[request.post].id;
        let path = match request.thing() {
            (_, None) => format!("{POSTS}/{id}"),
            (_, Some(lang)) => translation(id, lang),
        };
        let answer = self.admin().get(&path).await;
        (answer.status == 200).then(|| answer.header("etag").to_owned())
    }

    /// Checks a `412`: it carries the present `ETag` and names the last writer.
    fn conflict_names_last_writer(
        &self,
        request: &Request,
        etag: Option<&String>,
        answer: &Answer,
    ) {
        let got = answer
            .headers
            .get("etag")
            .map(|etag| etag.to_str().unwrap());
        assert_eq!(got, etag.map(String::as_str), "{answer}");
        let (post, Some(lang)) = request.thing() else {
            return;
        };
        // Preview links and the scheduler's entries make no version, so they have no writer to name.
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

    /// Requires a new `ETag` after each change, and an `ETag` that the working copy never had before.
    async fn etag_follows_content(
        &mut self,
        request: &Request,
        before: Option<String>,
        is_changed: bool,
    ) {
        let now = self.etag(request).await;
        if !is_changed {
            assert_eq!(now, before, "the ETag changed although nothing else did");
            return;
        }
        let (post, Some(lang)) = request.thing() else {
            return;
        };
        let had = self.had.entry((post, lang)).or_default();
        had.extend(before.clone());
        if let Some(now) = now.filter(|now| before.as_ref() != Some(now)) {
            let again = had.contains(&now);
            assert!(!again, "{now} was the ETag of another version before");
        } else if let (Verb::Patch(_) | Verb::Submit | Verb::Publish { .. }, Some(before)) =
            (&request.verb, before)
        {
            panic!("the ETag is still {before}");
        }
    }

    async fn send(&self, request: &Request) -> Answer {
        send(
            self.clients[request.who].clone(),
            call(&self.world, request),
            request.seen.clone(),
        )
        .await
    }

    pub fn line(&self, request: &Request) -> String {
        let name = self.world.people[request.who].name;
        let seen = match &request.seen {
            Some(seen) if seen.is_current => ", with the present ETag",
            Some(_) => ", with an outdated ETag",
            None => "",
        };
        format!(
            "{name}: {:?} of {} in {}{seen}",
            request.verb, request.post, request.lang
        )
    }

    /// Lets a random person read a working copy and remember its `ETag`.
    pub async fn somebody_reads(&mut self, post: PostNumber, lang: Lang) {
        let who: PersonNumber = self.generator.random.below(self.clients.len());
        let tab = self.generator.random.below(2);
        let read = self
            .working_copy_matches(&self.world, who, post, lang)
            .await;
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

    /// Records an event that must occur in every run with the usual settings.
    pub fn record_event(&self, what: &str) {
        self.events.borrow_mut().insert(what.to_owned());
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

/// Returns the status, and the code if the answer is a problem.
pub fn outcome(answer: &Answer) -> (u16, Option<&str>) {
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
