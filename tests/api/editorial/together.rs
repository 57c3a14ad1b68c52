//! Several requests at once: simultaneous requests by two clients, and batches.

use serde_json::{Value, json};

use super::calls::call;
use super::model::{Lang, PostNumber, Refusal, Request, World};
use super::newsroom::{Newsroom, PEOPLE, is_granted, must_be_granted, outcome, send};

impl Newsroom<'_> {
    /// Sends two requests at the same time. Their answers must be those of one order or the other.
    pub async fn two_at_once(&mut self) {
        let first = self.generator.request(&self.world);
        if !first.verb.can_be_in_a_batch() {
            return self.one_step().await;
        }
        let (post, lang) = (first.post, first.lang);
        let mut requests = [first, self.generator.request_about(&self.world, post, lang)];
        if !requests[1].verb.can_be_in_a_batch() {
            return self.one_step().await;
        }
        self.transcript.begin_step(&[post]);
        for request in &mut requests {
            if self.generator.random.one_in(2) {
                self.add_if_match(request, 0).await;
            }
        }
        let calls = requests.clone().map(|request| {
            let client = self.client(request.who).clone();
            actix_web::rt::spawn(send(client, call(&self.world, &request), request.seen))
        });
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.expect("an answer"));
        }
        let got: Vec<_> = answers.iter().map(outcome).collect();
        let lines = [self.line(&requests[0]), self.line(&requests[1])];
        self.transcript.record(
            Some(post),
            format!(
                "at once:\n    {} → {:?}\n    {} → {:?}",
                lines[0], got[0], lines[1], got[1]
            ),
        );
        let mut possible = [[0, 1], [1, 0]].into_iter().filter_map(|order| {
            let mut world = self.world.clone();
            for number in order {
                let expected = world.check(&requests[number]);
                if !is_granted(&expected, got[number]) {
                    return None;
                }
                if expected.is_ok() {
                    world.apply(&requests[number], &answers[number].json);
                }
            }
            Some(world)
        });
        let orders: Vec<World> = possible.by_ref().collect();
        assert!(
            !orders.is_empty(),
            "the answers are those of neither order:\n{}\n{}",
            answers[0],
            answers[1]
        );
        let both = got.iter().all(|(status, _)| *status < 300);
        self.record_event(if both {
            "two simultaneous requests granted"
        } else {
            "two simultaneous requests"
        });
        self.world = self.which_came_first(orders, post, lang).await;
        self.somebody_reads(post, lang).await;
    }

    /// If both orders have the same answers, the resulting state decides.
    async fn which_came_first(&self, orders: Vec<World>, post: PostNumber, lang: Lang) -> World {
        let mut reasons = Vec::new();
        for world in orders {
            let read = self
                .working_copy_matches(&world, PEOPLE.len() - 1, post, lang)
                .await;
            let log = self.log_of_post_is(&world, post).await;
            match read.and(log) {
                Ok(()) => return world,
                Err(reason) => reasons.push(reason),
            }
        }
        panic!(
            "the resulting state is that of neither order: {}",
            reasons.join("\nnor: ")
        );
    }

    pub async fn a_batch(&mut self) {
        let random = &mut self.generator.random;
        let (atomic, dry_run) = (random.one_in(2), random.one_in(3));
        let who = self.generator.random.below(PEOPLE.len());
        let mut requests: Vec<Request> = Vec::new();
        for _ in 0..self.generator.random.between(1, 5) {
            let mut request = self.generator.request(&self.world);
            request.who = who;
            if request.verb.can_be_in_a_batch() {
                if self.generator.random.one_in(4) {
                    self.add_if_match(&mut request, 0).await;
                }
                requests.push(request);
            }
        }
        if requests.is_empty() {
            return self.one_step().await;
        }
        let posts: Vec<PostNumber> = requests.iter().map(|request| request.post).collect();
        self.transcript.begin_step(&posts);
        let operations: Vec<Value> = requests
            .iter()
            .map(|request| {
                let seen = request.seen.as_ref().map(|seen| seen.etag.as_str());
                call(&self.world, request).as_operation(seen)
            })
            .collect();
        let body = json!({ "atomic": atomic, "dry_run": dry_run, "operations": operations });
        let answer = self.client(who).post("/v1/admin/batch", body).await;
        let lines: Vec<String> = requests.iter().map(|request| self.line(request)).collect();
        let line = format!(
            "batch (atomic {atomic}, dry_run {dry_run}): {lines:#?} → {}",
            answer.status
        );
        for post in &posts {
            self.transcript.record(Some(*post), line.clone());
        }
        let answer = answer.expect(200);
        let results = answer.at("/data/results").as_array().unwrap().clone();
        assert_eq!(results.len(), requests.len(), "{answer}");
        let mut world = self.world.clone();
        let mut expected: Vec<Result<u16, Vec<Refusal>>> = Vec::new();
        for request in &requests {
            let checked = world.check(request);
            let is_refused = checked.is_err();
            if !is_refused {
                world.apply(request, &Value::Null);
            }
            expected.push(checked);
            if is_refused && atomic {
                break;
            }
        }
        let is_rolled_back = atomic && expected.iter().any(Result::is_err);
        if is_rolled_back {
            let done = expected.pop().unwrap();
            let none = vec![(424, "rolled_back")];
            expected.iter_mut().for_each(|one| *one = Err(none.clone()));
            expected.push(done);
            expected.resize(requests.len(), Err(none));
        }
        for (result, expected) in results.iter().zip(&expected) {
            let status = result["status"].as_u64().unwrap() as u16;
            let code = result["body"]["code"].as_str().filter(|_| status >= 400);
            must_be_granted(expected, (status, code), &answer.to_string());
        }
        let committed = !is_rolled_back && !dry_run;
        assert_eq!(answer.at("/data/committed"), committed, "{answer}");
        if committed {
            self.world = world;
            self.record_event("a batch committed");
        }
        self.record_event(match (is_rolled_back, dry_run) {
            (true, _) => "a batch rolled back",
            (false, true) => "a batch in a dry run",
            (false, false) => "a batch",
        });
        for request in requests {
            self.somebody_reads(request.post, request.lang).await;
        }
    }
}
