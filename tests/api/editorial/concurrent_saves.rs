//! Eight editors on two instances save one translation at the same time. No acknowledged text is lost.

use actix_web::http::Method;
use actix_web::http::header::IF_MATCH;
use serde_json::json;

use crate::support::client::Client;
use crate::support::content::translation;
use crate::support::{TestApp, random::Random};

const EDITORS: usize = 8;
const SAVES: usize = 5;

/// An acknowledged save.
#[derive(Debug, Clone)]
struct Save {
    revision: u64,
    source: String,
}

impl Save {
    /// Reads the revision and the text from the answer to a save.
    fn of(answer: &crate::support::client::Answer) -> Self {
        Self {
            revision: answer.at("/data/revision").as_u64().unwrap(),
            source: answer.text("/data/body/source").to_owned(),
        }
    }
}

on_both!(
    conditional_saves_by_eight_editors_lose_no_text,
    async |app| {
        let settings = [("TRIBUNA_DATABASE_POOL", "4")];
        let instances = [app.another(&settings).await, app.another(&settings).await];
        let ada = app.editor("ada").await;
        let post = ada.writes("en", "Housing").await;
        let address = translation(&post, "en");
        let begin = json!({ "body": { "source": "begin" } });
        ada.patch(&address, begin).await.expect(200);
        let saves = run_editors(&instances, &app, |editor, name| {
            append_lines(editor, address.clone(), name)
        })
        .await;
        every_save_is_a_revision(&ada, &address, &saves).await;
        // Each editor appended to the text it had read, so every line of every editor is there once.
        let last = ada.get(&address).await.expect(200);
        let lines: Vec<&str> = last.text("/data/body/source").lines().collect();
        assert_eq!(lines.len(), 1 + EDITORS * SAVES);
        let newest = saves.iter().max_by_key(|save| save.revision).unwrap();
        assert_eq!(last.text("/data/body/source"), newest.source);
        for editor in 0..EDITORS {
            for turn in 0..SAVES {
                let line = format!("{editor}-{turn}");
                assert!(lines.contains(&&*line), "{line} is lost: {lines:?}");
            }
        }
    }
);

on_both!(
    each_unconditional_save_by_eight_editors_is_in_a_revision,
    async |app| {
        let settings = [("TRIBUNA_DATABASE_POOL", "4")];
        let instances = [app.another(&settings).await, app.another(&settings).await];
        let ada = app.editor("ada").await;
        let post = ada.writes("en", "Housing").await;
        let address = translation(&post, "en");
        let saves = run_editors(&instances, &app, |editor, name| {
            overwrite(editor, address.clone(), name)
        })
        .await;
        assert_eq!(saves.len(), EDITORS * SAVES);
        every_save_is_a_revision(&ada, &address, &saves).await;
        let last = ada.get(&address).await.expect(200);
        let newest = saves.iter().max_by_key(|save| save.revision).unwrap();
        assert_eq!(last.text("/data/body/source"), newest.source);
        assert_eq!(last.at("/data/revision"), newest.revision);
    }
);

/// Runs all editors at the same time, half of them on each instance.
async fn run_editors<F: Future<Output = Vec<Save>> + 'static>(
    instances: &[TestApp; 2],
    app: &TestApp,
    work: impl Fn(Client, usize) -> F,
) -> Vec<Save> {
    let mut running = Vec::new();
    for number in 0..EDITORS {
        let editor = app.editor(&format!("editor{number}")).await;
        let there = instances[number % 2].bearer(editor.token.as_ref().unwrap());
        running.push(actix_web::rt::spawn(work(there, number)));
    }
    let mut saves = Vec::new();
    for one in running {
        saves.extend(one.await.expect("the editor's task"));
    }
    saves
}

/// Appends lines to the present text. Reads the text again after each `412`.
async fn append_lines(editor: Client, address: String, name: usize) -> Vec<Save> {
    let mut saves = Vec::new();
    let mut random = Random::new(name as u64);
    for turn in 0..SAVES {
        loop {
            let seen = editor.get(&address).await.expect(200);
            let source = format!("{}\n{name}-{turn}", seen.text("/data/body/source"));
            let request = editor.request(Method::PATCH, &address);
            let request = request.insert_header((IF_MATCH, seen.header("etag")));
            let request = request.set_json(json!({ "body": { "source": source } }));
            let answer = editor.send(request).await;
            if answer.status == 200 {
                assert_eq!(answer.text("/data/body/source"), source);
                saves.push(Save::of(&answer));
                break;
            }
            answer.expect_problem(412, "precondition_failed");
            for _ in 0..random.below(4) {
                actix_web::rt::task::yield_now().await;
            }
        }
    }
    saves
}

async fn overwrite(editor: Client, address: String, name: usize) -> Vec<Save> {
    let mut saves = Vec::new();
    for turn in 0..SAVES {
        let source = format!("{name}-{turn}");
        let body = json!({ "body": { "source": source } });
        let answer = editor.patch(&address, body).await.expect(200);
        assert_eq!(answer.text("/data/body/source"), source);
        saves.push(Save::of(&answer));
    }
    saves
}

async fn every_save_is_a_revision(ada: &Client, address: &str, saves: &[Save]) {
    for save in saves {
        let path = format!("{address}/revisions/{}", save.revision);
        let read = ada.get(&path).await.expect(200);
        assert_eq!(read.text("/data/snapshot/body/source"), save.source);
    }
    let mut numbers: Vec<u64> = saves.iter().map(|save| save.revision).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(
        numbers.len(),
        saves.len(),
        "two saves have the same revision"
    );
}
