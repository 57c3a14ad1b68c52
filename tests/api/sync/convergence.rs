//! Copies that crash, repeat pages and fall back to earlier states converge: in the end, each equals a full filtered read, byte
//! for byte.

use serde_json::json;
use tribuna::operations::scheduler;
use tribuna::timestamp::Timestamp;

use super::copy::{Copy, full_read};
use crate::lists::newsroom::Newsroom;
use crate::lists::world::{Kind, LANGS};
use crate::support::client::Client;
use crate::support::content::{AUTHORS, CATEGORIES, POSTS};
use crate::support::random::Random;
use crate::support::{Backend, TestApp, run};

const USUAL_SEEDS: &str = "1,2";
const USUAL_ROUNDS: &str = "40";

mod copies_that_crash_and_repeat_end_up_as_a_full_read {
    use super::*;

    #[test]
    fn sqlite() {
        run_seeds(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        run_seeds(Backend::Postgres);
    }
}

fn run_seeds(backend: Backend) {
    let setting = |name, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let seeds = setting("TEST_SYNC_SEEDS", USUAL_SEEDS);
    let rounds = setting("TEST_SYNC_ROUNDS", USUAL_ROUNDS);
    let rounds: usize = rounds.parse().expect("TEST_SYNC_ROUNDS: a number");
    for seed in seeds.split(',') {
        let seed = seed.trim().parse();
        let seed = seed.expect("TEST_SYNC_SEEDS: numbers with commas");
        run(backend, async move |app| {
            run_seed(&app, seed, rounds).await;
        });
    }
}

async fn run_seed(app: &TestApp, seed: u64, rounds: usize) {
    let on_failure = OnFailure(seed);
    let mut newsroom = Newsroom::open(app, Random::new(seed)).await;
    let mut random = Random::new(!seed);
    let anyone = app.anonymous();
    // One copy begins before there is anything.
    let mut copies = vec![Copy::new(anyone.clone(), "&type=post,page".to_owned())];
    copies[0].goes_on(&mut Random::new(3)).await;
    newsroom.fill(12).await;
    for filter in filters(&newsroom, &mut random) {
        copies.push(Copy::new(anyone.clone(), filter));
    }
    let open = json!({ "mode": "open", "moderation": "none" });
    app.admin("boss").await.opens_comments(open).await;
    let ada = app.editor("ada").await;
    let mut pages = Vec::new();
    for _ in 0..rounds {
        match random.below(11) {
            0 => advance_clock(app, &newsroom, &mut random),
            1 => drop(scheduler::tick(&app.state.db, app.clock.now()).unwrap()),
            2 => moves_a_category(&newsroom, &ada, &mut random).await,
            3 => edits_pages(&ada, &mut pages, &mut random).await,
            4 => describes_something(&newsroom, &ada, &mut random).await,
            6 => says_something(app, &mut random).await,
            5 => deletes_a_language(&mut newsroom, &ada, &mut random).await,
            _ => newsroom.changes_something().await,
        }
        for copy in &mut copies {
            if random.one_in(2) {
                copy.goes_on(&mut random).await;
            }
        }
    }
    scheduler::tick(&app.state.db, app.clock.now()).unwrap();
    let mut compared = 0;
    for copy in &mut copies {
        compared += compare(&anyone, copy).await;
    }
    assert!(compared > 40, "only {compared} items");
    drop(on_failure);
}

/// Brings a copy up to date and compares it with a full read. Returns the number of items.
async fn compare(anyone: &Client, copy: &mut Copy) -> usize {
    copy.catches_up().await;
    let expected = full_read(anyone, &copy.filter, &LANGS).await;
    for (key, item) in &expected {
        let found = copy.items.get(key);
        assert_eq!(found, Some(item), "{key:?} of {}", copy.filter);
    }
    for key in copy.items.keys() {
        let is_expected = expected.contains_key(key);
        assert!(is_expected, "{key:?} of {} is too much", copy.filter);
    }
    assert_eq!(copy.catches_up().await, 1, "{}", copy.filter);
    expected.len()
}

struct OnFailure(u64);

impl Drop for OnFailure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("TEST_SYNC_SEEDS={}", self.0);
        }
    }
}

/// Filters of copies: by language, by the present and former slugs and the ids of terms and authors, with parts of posts.
fn filters(newsroom: &Newsroom<'_>, random: &mut Random) -> Vec<String> {
    let world = &newsroom.world;
    let mut name = |kind: Kind| {
        let names: Vec<&str> = world
            .names
            .iter()
            .filter(|name| name.kind == kind)
            .map(|name| name.slug.as_str())
            .collect();
        random.pick(&names).to_string()
    };
    vec![
        "&kinds=post,category,tag,author,organization".to_owned(),
        "&lang=fr&kinds=category,organization,author,post".to_owned(),
        "&lang=en,es,pt-BR&include=body,translations.title".to_owned(),
        format!("&category={}", name(Kind::Category)),
        format!(
            "&category={},{}&lang=en",
            name(Kind::Category),
            name(Kind::Category)
        ),
        format!("&tag={}&fields=id,title,authors.name,tags", name(Kind::Tag)),
        format!("&author={}&lang=en,fr", name(Kind::Author)),
        format!("&organization={}&include=seo", name(Kind::Organization)),
        format!("&tag={}&category={}", name(Kind::Tag), name(Kind::Category)),
        "&type=page&lang=en,fr".to_owned(),
        "&kinds=comment,post&type=post,page".to_owned(),
    ]
}

/// Advances the clock to the next begin or end of a publication, or to a time beside it. The scheduler may be late.
fn advance_clock(app: &TestApp, newsroom: &Newsroom<'_>, random: &mut Random) {
    let now = app.clock.now();
    let to_come = newsroom.world.boundaries().into_iter();
    if let Some(at) = to_come.filter(|at| *at > now).min() {
        let beside = *random.pick(&[0, -1, 1, 30_000]);
        let then = Timestamp::from_millis(at.millis() + beside);
        app.clock.set(then.max(now));
    }
}

/// Moves a category below another one, or to the top. A move that would close a circle is refused.
async fn moves_a_category(newsroom: &Newsroom<'_>, ada: &Client, random: &mut Random) {
    let terms = newsroom.world.terms.iter();
    let all: Vec<&str> = terms
        .filter(|term| term.kind == Kind::Category)
        .map(|term| term.id.as_str())
        .collect();
    let parent = match random.one_in(4) {
        true => json!(null),
        false => json!(random.pick(&all)),
    };
    let path = format!("{CATEGORIES}/{}", random.pick(&all));
    ada.patch(&path, json!({ "parent": parent })).await;
}

/// Changes what only the thing itself shows, and the affiliation of authors.
async fn describes_something(newsroom: &Newsroom<'_>, ada: &Client, random: &mut Random) {
    let world = &newsroom.world;
    let (author, organization) = (
        &random.pick(&world.authors).id,
        &random.pick(&world.organizations).id,
    );
    let organization = match random.one_in(4) {
        true => json!(null),
        false => json!(organization),
    };
    let bio = json!({ "fr": format!("Écrit {}.", random.below(9)) });
    let patch = json!({ "organization": organization, "bio": bio });
    ada.patch(&format!("{AUTHORS}/{author}"), patch)
        .await
        .expect(200);
}

/// Writes a page, below another one if there are any, or renames one.
async fn edits_pages(ada: &Client, pages: &mut Vec<String>, random: &mut Random) {
    let lang = *random.pick(&["en", "fr"]);
    let title = format!("Page {}", random.below(1000));
    if pages.len() < 3 || random.one_in(3) {
        let parent = pages.last().filter(|_| random.one_in(2)).cloned();
        let body = json!({ "format": "markdown", "source": "About us." });
        let page = json!({
            "type": "page", "parent": parent,
            "translation": { "lang": lang, "title": title, "body": body },
        });
        let id = ada.makes(POSTS, page).await;
        ada.publishes(&id, lang).await;
        pages.push(id);
        return;
    }
    let id = random.pick(pages).clone();
    let text = json!({ "title": title, "body": { "format": "markdown", "source": "About." } });
    ada.put(&format!("{POSTS}/{id}/translations/{lang}"), text)
        .await;
    match random.one_in(4) {
        true => drop(
            ada.delete(&format!("{POSTS}/{id}/translations/{lang}/publication"))
                .await,
        ),
        false => ada.publishes(&id, lang).await,
    }
}

/// Writes a comment on a public post, or an answer, or decides about one.
async fn says_something(app: &TestApp, random: &mut Random) {
    let (anyone, mo) = (app.anonymous(), app.moderator("mo").await);
    let list = anyone
        .get("/v1/posts?limit=5&type=post,page")
        .await
        .expect(200);
    for post in list.items() {
        let path = format!("/v1/posts/{}/comments", post["id"].as_str().unwrap());
        let comments = anyone.get(&path).await.expect(200);
        let mut new = json!({ "name": "Amara", "email": "amara@example.org", "text": format!("{}", random.below(99)) });
        if let [_, ..] = comments.items() {
            let other = random.pick(comments.items());
            if random.one_in(2) {
                let state = *random.pick(&["deleted", "spam", "approved"]);
                let path = format!("/v1/admin/comments/{}/state", other["id"].as_str().unwrap());
                mo.put(&path, json!({ "state": state })).await.expect(200);
                continue;
            }
            new["parent"] = match other["is_deleted"] == true {
                true => json!(null),
                false => other["id"].clone(),
            };
        }
        anyone.post(&path, new).await.expect(201);
    }
}

/// Takes a language down by deleting its working copy. The newsroom is told that it is not published any more.
async fn deletes_a_language(newsroom: &mut Newsroom<'_>, ada: &Client, random: &mut Random) {
    let posts = newsroom.world.posts.iter_mut();
    let candidates: Vec<_> = posts
        .filter(|post| !post.in_trash && post.texts.len() > 1)
        .collect();
    if candidates.is_empty() {
        return;
    }
    let at = random.below(candidates.len());
    let post = candidates.into_iter().nth(at).unwrap();
    let langs: Vec<_> = post
        .texts
        .keys()
        .copied()
        .filter(|lang| *lang != post.original)
        .collect();
    if langs.is_empty() {
        return;
    }
    let lang = *random.pick(&langs);
    let path = format!("{POSTS}/{}/translations/{lang}", post.id);
    if ada.delete(&path).await.status == 204 {
        post.texts.remove(lang);
        post.publications.remove(lang);
        post.replacements.remove(lang);
    }
}
