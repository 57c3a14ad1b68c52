//! Several requests at once: from two clients at the same moment, or in one batch.

use serde_json::{Value, json};

use super::desk::{Desk, PEOPLE, is_granted, must_be_granted, send, told};
use super::model::{Ask, Lang, PostNumber, Refusal, World};
use super::wire::call;

impl Desk<'_> {
    /// Two clients at the same moment: one of them was first, and the other saw what came of it.
    pub async fn two_at_once(&mut self) {
        let first = self.chance.ask(&self.world);
        if !first.verb.can_be_in_a_batch() {
            return self.one_step().await;
        }
        let (post, lang) = (first.post, first.lang);
        let mut asks = [first, self.chance.ask_about(&self.world, post, lang)];
        if !asks[1].verb.can_be_in_a_batch() {
            return self.one_step().await;
        }
        self.story.turns_to(&[post]);
        for ask in &mut asks {
            if self.chance.random.one_in(2) {
                self.sends_what_it_saw(ask, 0).await;
            }
        }
        let calls = asks.clone().map(|ask| {
            let client = self.client(ask.who).clone();
            actix_web::rt::spawn(send(client, call(&self.world, &ask), ask.seen))
        });
        let mut answers = Vec::new();
        for call in calls {
            answers.push(call.await.expect("an answer"));
        }
        let got: Vec<_> = answers.iter().map(told).collect();
        let lines = [self.line(&asks[0]), self.line(&asks[1])];
        self.story.tell(
            Some(post),
            format!(
                "at once:\n    {} → {:?}\n    {} → {:?}",
                lines[0], got[0], lines[1], got[1]
            ),
        );
        let mut possible = [[0, 1], [1, 0]].into_iter().filter_map(|order| {
            let mut world = self.world.clone();
            for number in order {
                let expected = world.judge(&asks[number]);
                if !is_granted(&expected, got[number]) {
                    return None;
                }
                if expected.is_ok() {
                    world.happen(&asks[number], &answers[number].json);
                }
            }
            Some(world)
        });
        let orders: Vec<World> = possible.by_ref().collect();
        assert!(
            !orders.is_empty(),
            "neither may have been first:\n{}\n{}",
            answers[0],
            answers[1]
        );
        let both = got.iter().all(|(status, _)| *status < 300);
        self.saw(if both {
            "two granted at once"
        } else {
            "two at once"
        });
        self.world = self.which_came_first(orders, post, lang).await;
        self.somebody_reads(post, lang).await;
    }

    /// If both orders would have been answered alike, what is there now tells.
    async fn which_came_first(&self, orders: Vec<World>, post: PostNumber, lang: Lang) -> World {
        let mut reasons = Vec::new();
        for world in orders {
            let read = self.as_told_to(&world, PEOPLE.len() - 1, post, lang).await;
            let log = self.log_of_post_is(&world, post).await;
            match read.and(log) {
                Ok(()) => return world,
                Err(reason) => reasons.push(reason),
            }
        }
        panic!(
            "what has come of it is as in neither order: {}",
            reasons.join("\nnor: ")
        );
    }

    pub async fn a_batch(&mut self) {
        let random = &mut self.chance.random;
        let (atomic, dry_run) = (random.one_in(2), random.one_in(3));
        let who = self.chance.random.below(PEOPLE.len());
        let mut asks: Vec<Ask> = Vec::new();
        for _ in 0..self.chance.random.between(1, 5) {
            let mut ask = self.chance.ask(&self.world);
            ask.who = who;
            if ask.verb.can_be_in_a_batch() {
                if self.chance.random.one_in(4) {
                    self.sends_what_it_saw(&mut ask, 0).await;
                }
                asks.push(ask);
            }
        }
        if asks.is_empty() {
            return self.one_step().await;
        }
        let posts: Vec<PostNumber> = asks.iter().map(|ask| ask.post).collect();
        self.story.turns_to(&posts);
        let operations: Vec<Value> = asks
            .iter()
            .map(|ask| {
                let seen = ask.seen.as_ref().map(|seen| seen.etag.as_str());
                call(&self.world, ask).as_operation(seen)
            })
            .collect();
        let body = json!({ "atomic": atomic, "dry_run": dry_run, "operations": operations });
        let answer = self.client(who).post("/v1/admin/batch", body).await;
        let lines: Vec<String> = asks.iter().map(|ask| self.line(ask)).collect();
        let line = format!(
            "batch (atomic {atomic}, dry_run {dry_run}): {lines:#?} → {}",
            answer.status
        );
        for post in &posts {
            self.story.tell(Some(*post), line.clone());
        }
        let answer = answer.expect(200);
        let results = answer.at("/data/results").as_array().unwrap().clone();
        assert_eq!(results.len(), asks.len(), "{answer}");
        let mut world = self.world.clone();
        let mut expected: Vec<Result<u16, Vec<Refusal>>> = Vec::new();
        for ask in &asks {
            let judged = world.judge(ask);
            let is_refused = judged.is_err();
            if !is_refused {
                world.happen(ask, &Value::Null);
            }
            expected.push(judged);
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
            expected.resize(asks.len(), Err(none));
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
            self.saw("a batch committed");
        }
        self.saw(match (is_rolled_back, dry_run) {
            (true, _) => "a batch rolled back",
            (false, true) => "a batch tried",
            (false, false) => "a batch",
        });
        for ask in asks {
            self.somebody_reads(ask.post, ask.lang).await;
        }
    }
}
