//! The cost of writing: the whole request, including authentication, takes a bounded number of statements, however many
//! references the post has. The statements that begin and end a transaction do not count.

use serde_json::{Value, json};
use tribuna::operations::scheduler;

use crate::support::TestApp;
use crate::support::client::{Answer, Client};
use crate::support::content::{
    AUTHORS, CATEGORIES, ORGANIZATIONS, POSTS, TAGS, named, post_with, publication, text,
    translation,
};

/// The maximum for publishing one translation.
const MOST_OF_A_PUBLICATION: usize = 15;
/// The same if it has translators, which stand in a table of their own.
const MOST_WITH_TRANSLATORS: usize = 16;
/// The maximum for an edit.
const MOST_OF_AN_EDIT: usize = 10;
/// The most that publishing what all languages share may cost. If it was changed without being published, one statement reads
/// what the publications have.
const MOST_OF_SHARED: usize = 13;
/// The most that changing it and publishing it may cost.
const MOST_OF_BOTH: usize = 17;

/// Creates two authors with organizations, and terms. Returns them as members of a post.
async fn relations(ada: &Client) -> Value {
    relations_called(ada, ["Iris", "Tom"], ["Rent", "Water"]).await
}

/// Relations with other names.
async fn relations_called(ada: &Client, people: [&str; 2], topics: [&str; 2]) -> Value {
    let mut authors = Vec::new();
    for name in people {
        let organization = ada.makes(ORGANIZATIONS, json!({ "name": name })).await;
        let author = json!({ "name": name, "organization": organization });
        let author = ada.makes(AUTHORS, author).await;
        authors.push(json!({ "author": author, "role": "Mayor", "roles": { "fr": "Maire" } }));
    }
    let mut categories = Vec::new();
    for name in ["Cities", "Homes", "Parks"] {
        let mut category = named("en", name);
        if let Some(parent) = categories.last() {
            category["parent"] = json!(parent);
        }
        categories.push(ada.makes(CATEGORIES, category).await);
    }
    let mut tags = Vec::new();
    for name in topics {
        tags.push(ada.makes(TAGS, named("en", name)).await);
    }
    json!({ "authors": authors, "categories": categories, "tags": tags })
}

/// Creates a post without relations, one with many, one that is published in a second language too, and one with many
/// relations and with translators.
async fn posts(ada: &Client) -> [String; 4] {
    let draft = |more| async move { ada.makes(POSTS, post_with("en", "The city", more)).await };
    let relations = relations(ada).await;
    let (bare, rich, twice, credited) = (
        draft(json!({})).await,
        draft(relations.clone()).await,
        draft(json!({})).await,
        draft(relations).await,
    );
    ada.translates(&twice, "fr", "La ville").await;
    ada.publishes(&twice, "fr").await;
    let credits = json!({ "translators": ["iris", "tom"] });
    let path = translation(&credited, "en");
    ada.patch(&path, credits).await.expect(200);
    [bare, rich, twice, credited]
}

/// The measurements. Each call above the maximum adds a line.
struct Costs<'a> {
    app: &'a TestApp,
    most: usize,
    excesses: Vec<String>,
}

impl<'a> Costs<'a> {
    fn new(app: &'a TestApp, most: usize) -> Self {
        let excesses = Vec::new();
        Self {
            app,
            most,
            excesses,
        }
    }

    /// Returns the number of statements.
    async fn of(&mut self, what: &str, call: impl Future<Output = Answer>) -> usize {
        let (answer, statements) = self.app.watched(call).await;
        answer.expect(200);
        assert!(!statements.is_empty(), "no statement was observed");
        if statements.len() > self.most {
            let cost = statements.len();
            let list = statements.join("\n    ");
            self.excesses
                .push(format!("{what} costs {cost}:\n    {list}"));
        }
        statements.len()
    }

    #[track_caller]
    fn assert_bounded(self) {
        let excesses = self.excesses.join("\n");
        assert!(excesses.is_empty(), "more than {}:\n{excesses}", self.most);
    }
}

/// A slug that no other call uses.
fn slug(post: &str, word: &str) -> Value {
    json!({ "slug": format!("{word}-{}", &post[24..]) })
}

on_both!(
    a_publication_costs_at_most_fifteen_statements,
    async |app| {
        let ada = app.editor("ada").await;
        let mut costs = Costs::new(&app, MOST_OF_A_PUBLICATION);
        let posts = posts(&ada).await;
        let most = [
            MOST_OF_A_PUBLICATION,
            MOST_OF_A_PUBLICATION,
            MOST_OF_A_PUBLICATION,
            MOST_WITH_TRANSLATORS,
        ];
        for (post, most) in posts.iter().zip(most) {
            costs.most = most;
            let (text_path, path) = (translation(post, "en"), publication(post, "en"));
            let edit = async |patch| ada.patch(&text_path, patch).await.expect(200);
            let title = |title: &str| json!({ "title": title });
            let publish = |times: Value| ada.put(&path, times);
            let days = |from, to| json!({ "publish_at": format!("2026-{from}T08:00:00Z"), "unpublish_at": format!("2026-{to}T08:00:00Z") });
            costs
                .of("scheduling a draft", publish(days("05-10", "05-20")))
                .await;
            costs
                .of("other times", publish(days("05-11", "05-21")))
                .await;
            edit(slug(post, "later")).await;
            costs
                .of("scheduling another slug", publish(days("05-12", "05-22")))
                .await;
            costs.of("instead of a plan", publish(json!({}))).await;
            edit(title("Cities")).await;
            costs.of("another text", publish(json!({}))).await;
            edit(title("Boroughs")).await;
            let shared = json!({ "licence": "CC0-1.0" });
            ada.patch(&format!("{POSTS}/{post}"), shared)
                .await
                .expect(200);
            costs
                .of("what languages share, too", publish(json!({})))
                .await;
            costs.of("nothing", publish(json!({}))).await;
            edit(slug(post, "cities")).await;
            costs.of("another slug", publish(json!({}))).await;
            edit(title("Towns")).await;
            costs
                .of("a replacement", publish(days("06-01", "07-01")))
                .await;
            edit(slug(post, "towns")).await;
            costs
                .of("another replacement", publish(days("06-02", "07-02")))
                .await;
            edit(slug(post, "villages")).await;
            costs
                .of("another slug of it", publish(days("06-03", "07-03")))
                .await;
            edit(slug(post, "hamlets")).await;
            costs
                .of("in place of a replacement", publish(days("04-01", "05-25")))
                .await;
            edit(slug(post, "farms")).await;
            costs
                .of(
                    "a replacement of what ends",
                    publish(days("05-20", "07-01")),
                )
                .await;
            edit(slug(post, "barns")).await;
            costs
                .of("another of that", publish(days("05-21", "07-02")))
                .await;
        }
        app.pass(120 * 24 * 3600);
        scheduler::tick(&app.state.db, app.clock.now()).unwrap();
        let eve = app.editor("eve").await;
        for (post, most) in posts.iter().zip(most) {
            costs.most = most;
            let path = publication(post, "en");
            costs.of("over before", eve.put(&path, json!({}))).await;
            eve.delete(&path).await.expect(204);
            costs
                .of("taken down before", eve.put(&path, json!({})))
                .await;
            let end = json!({ "unpublish_at": "2027-01-01T00:00:00Z" });
            costs.of("other times", eve.patch(&path, end)).await;
        }
        costs.assert_bounded();
    }
);

on_both!(an_edit_costs_at_most_ten_statements, async |app| {
    let ada = app.editor("ada").await;
    let mut costs = Costs::new(&app, MOST_OF_AN_EDIT);
    for post in posts(&ada).await {
        for state in ["draft", "live"] {
            edits(&mut costs, (&ada, &post), state).await;
            ada.publishes(&post, "en").await;
        }
    }
    for writer in [app.contributor("carl").await, app.author("anna").await] {
        let post = writer.writes("en", "Mine").await;
        edits(&mut costs, (&writer, &post), "own").await;
    }
    costs.assert_bounded();
});

on_both!(new_translators_cost_at_most_ten_statements, async |app| {
    let ada = app.editor("ada").await;
    let mut costs = Costs::new(&app, MOST_OF_AN_EDIT);
    ada.makes(AUTHORS, json!({ "name": "Ida" })).await;
    for post in posts(&ada).await {
        let path = translation(&post, "en");
        for names in [vec!["iris"], vec!["tom", "iris"], vec!["tom"], vec![]] {
            let patch = json!({ "translators": names });
            costs.of("PATCH", ada.patch(&path, patch)).await;
            let mut with_slug = slug(&post, &format!("with-{}", names.len()));
            with_slug["translators"] = json!(["ida"]);
            costs
                .of("PATCH with a slug", ada.patch(&path, with_slug))
                .await;
            let mut whole = post_with("en", &format!("By {}", names.len()), json!({}));
            let reversed: Vec<&str> = names.into_iter().rev().collect();
            whole["translation"]["translators"] = json!(reversed);
            let path = format!("{POSTS}/{post}");
            let whole = ada.put(&path, whole);
            costs.of("PUT of a post", whole).await;
        }
    }
    costs.assert_bounded();
});

async fn edits(costs: &mut Costs<'_>, (writer, post): (&Client, &str), state: &str) {
    let path = translation(post, "en");
    let title = json!({ "title": format!("The city, {state}") });
    let what = |what: &str| format!("{what} of {state}");
    costs.of(&what("PATCH"), writer.patch(&path, title)).await;
    let other = slug(post, state);
    costs.of(&what("slug"), writer.patch(&path, other)).await;
    let text = text(&format!("Homes, {state}"));
    costs.of(&what("PUT"), writer.put(&path, text)).await;
    let path = format!("{POSTS}/{post}");
    let licence = json!({ "licence": format!("LicenseRef-{}", state.len()) });
    costs
        .of(&what("PATCH of a post"), writer.patch(&path, licence))
        .await;
    let whole = post_with(
        "en",
        &format!("All, {state}"),
        json!({ "licence": "CC-BY-4.0" }),
    );
    costs
        .of(&what("PUT of a post"), writer.put(&path, whole))
        .await;
}

on_both!(
    replacing_everything_that_languages_share_costs_ten_statements,
    async |app| {
        let ada = app.editor("ada").await;
        let mut costs = Costs::new(&app, MOST_OF_AN_EDIT);
        let one = relations(&ada).await;
        let other = relations_called(&ada, ["Ida", "Ben"], ["Air", "Soil"]).await;
        let none = json!({ "authors": [], "categories": [], "tags": [] });
        for langs in [vec!["en"], vec!["en", "fr"], vec!["en", "fr", "es", "de"]] {
            let post = ada
                .makes(POSTS, post_with("en", "The city", one.clone()))
                .await;
            for lang in langs.iter().skip(1) {
                ada.translates(&post, lang, "La ville").await;
            }
            let path = format!("{POSTS}/{post}");
            for round in 0..2 {
                let what = |what: &str| format!("{what} in {} languages, {round}", langs.len());
                let patch = |relations: &Value| ada.patch(&path, relations.clone());
                costs.of(&what("others"), patch(&other)).await;
                costs.of(&what("none"), patch(&none)).await;
                costs.of(&what("some again"), patch(&one)).await;
                let whole = |title: &str, relations: &Value| {
                    ada.put(&path, post_with("en", title, relations.clone()))
                };
                let same = if round == 0 { "The city" } else { "Town 2" };
                costs.of(&what("PUT, same text"), whole(same, &other)).await;
                costs
                    .of(&what("PUT, other text"), whole("Town 1", &one))
                    .await;
                costs.of(&what("PUT, none"), whole("Town 2", &none)).await;
                costs.of(&what("back"), patch(&one)).await;
                ada.publishes(&post, "en").await;
            }
        }
        costs.assert_bounded();
    }
);

on_both!(
    publishing_what_languages_share_costs_the_same_for_any_number,
    async |app| {
        let ada = app.editor("ada").await;
        let one = relations(&ada).await;
        let other = relations_called(&ada, ["Ida", "Ben"], ["Air", "Soil"]).await;
        let (air, iris) = (&other["tags"][0], &one["authors"][0]["author"]);
        let (air, iris) = (air.as_str().unwrap(), iris.as_str().unwrap());
        let mut shared = Costs::new(&app, MOST_OF_SHARED);
        let mut both = Costs::new(&app, MOST_OF_BOTH);
        let mut all = Vec::new();
        for langs in [vec!["en"], vec!["en", "fr", "es", "de", "it", "pt"]] {
            let post = ada
                .makes(POSTS, post_with("en", "The city", one.clone()))
                .await;
            for lang in langs.iter().skip(1) {
                ada.translates(&post, lang, "La ville").await;
            }
            for lang in &langs {
                ada.publishes(&post, lang).await;
                let title = json!({ "title": format!("Half in {lang}") });
                ada.patch(&translation(&post, lang), title)
                    .await
                    .expect(200);
                let later = json!({ "publish_at": "2026-06-01T08:00:00Z" });
                ada.schedules(&post, lang, later).await;
            }
            let what = |what: &str| format!("{what} in {} languages", langs.len());
            let path = format!("{POSTS}/{post}");
            let switch = format!("{path}?publish=shared");
            ada.patch(&path, other.clone()).await.expect(200);
            let publication = format!("{path}/publication");
            let counts = [
                shared
                    .of(&what("publishing"), ada.put(&publication, json!({})))
                    .await,
                shared
                    .of(&what("nothing"), ada.put(&publication, json!({})))
                    .await,
                both.of(&what("others"), ada.patch(&switch, one.clone()))
                    .await,
                shared
                    .of(
                        &what("one"),
                        ada.put(&format!("{path}/tags/{air}?publish=shared"), json!({})),
                    )
                    .await,
                shared
                    .of(
                        &what("an author"),
                        ada.put(
                            &format!("{path}/authors/{iris}?publish=shared"),
                            json!({ "role": "Poet" }),
                        ),
                    )
                    .await,
            ];
            ada.patch(&path, other.clone()).await.expect(200);
            both.of(&what("pending, too"), ada.patch(&switch, one.clone()))
                .await;
            all.push(counts);
        }
        assert_eq!(all[0], all[1]);
        shared.assert_bounded();
        both.assert_bounded();
    }
);
