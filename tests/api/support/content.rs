//! Content for tests: posts, terms, authors and organizations, created through the API.

use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Text};
use serde_json::{Value, json};
use tribuna::db::sql::Sql;
use tribuna::db::sql_types::{Json, JsonDocument, Uuid};
use tribuna::id::Id;

use super::TestApp;
use super::client::Client;

pub const POSTS: &str = "/v1/admin/posts";
pub const CATEGORIES: &str = "/v1/admin/categories";
pub const TAGS: &str = "/v1/admin/tags";
pub const AUTHORS: &str = "/v1/admin/authors";
pub const ORGANIZATIONS: &str = "/v1/admin/organizations";

/// The required members of a text.
pub fn text(title: &str) -> Value {
    json!({ "title": title, "body": { "format": "markdown", "source": format!("All about {title}.") } })
}

/// The required members of a post.
pub fn post(lang: &str, title: &str) -> Value {
    let mut translation = text(title);
    translation["lang"] = lang.into();
    json!({ "translation": translation })
}

/// A post with additional members beside the translation.
pub fn post_with(lang: &str, title: &str, more: Value) -> Value {
    let mut post = post(lang, title);
    for (name, value) in more.as_object().unwrap() {
        post[name] = value.clone();
    }
    post
}

/// A term or an author with a name in one language.
pub fn named(lang: &str, name: &str) -> Value {
    json!({ "translations": { lang: { "name": name } } })
}

impl Client {
    /// Creates a resource and returns its id.
    pub async fn makes(&self, list: &str, body: Value) -> String {
        self.post(list, body).await.expect(201).id()
    }

    /// Creates a draft and returns its id.
    pub async fn writes(&self, lang: &str, title: &str) -> String {
        self.makes(POSTS, post(lang, title)).await
    }

    /// Adds a draft translation to a post.
    pub async fn translates(&self, post: &str, lang: &str, title: &str) {
        let path = format!("{POSTS}/{post}/translations/{lang}");
        self.put(&path, text(title)).await.expect(201);
    }

    /// Publishes a translation now.
    pub async fn publishes(&self, post: &str, lang: &str) {
        self.schedules(post, lang, json!({})).await;
    }

    /// Publishes a translation at these times.
    pub async fn schedules(&self, post: &str, lang: &str, times: Value) {
        let path = publication(post, lang);
        self.put(&path, times).await.expect(200);
    }

    /// Creates and publishes a post. Returns its id.
    pub async fn issues(&self, lang: &str, title: &str) -> String {
        self.issues_with(lang, title, json!({})).await
    }

    /// Stores the settings of the site for comments. The client is an admin.
    pub async fn opens_comments(&self, settings: Value) {
        let mut settings = settings;
        for (name, value) in [
            ("form", json!("optional")),
            ("max_per_network", json!(10_000)),
        ] {
            let members = settings.as_object_mut().unwrap();
            members.entry(name).or_insert(value);
        }
        let site = json!({ "comments": settings });
        self.put("/v1/admin/site", site).await.expect(200);
    }

    /// Creates and publishes a post with additional members beside the translation.
    pub async fn issues_with(&self, lang: &str, title: &str, more: Value) -> String {
        let post = self.makes(POSTS, post_with(lang, title, more)).await;
        self.publishes(&post, lang).await;
        post
    }
}

/// The address of a working copy.
pub fn translation(post: &str, lang: &str) -> String {
    format!("{POSTS}/{post}/translations/{lang}")
}

/// The address of a publication on the management surface.
pub fn publication(post: &str, lang: &str) -> String {
    format!("{POSTS}/{post}/translations/{lang}/publication")
}

/// Every table that input can end in.
const TABLES: [&str; 20] = [
    "comments",
    "comment_decisions",
    "discussions",
    "slugs",
    "organizations",
    "authors",
    "terms",
    "term_names",
    "posts",
    "post_bylines",
    "post_terms",
    "translations",
    "translation_translators",
    "revisions",
    "publications",
    "publication_bylines",
    "publication_terms",
    "publication_translators",
    "changes",
    "users",
];

impl TestApp {
    /// The number of rows in each table. Equal values before and after mean that nothing was stored.
    pub fn stored(&self) -> Vec<(&'static str, i64)> {
        let count = |table| {
            let sql = Sql::new(&format!("SELECT count(*) AS n FROM {table}"));
            self.state.db.read_now(|conn| sql.number(conn)).unwrap()
        };
        TABLES.map(|table| (table, count(table))).to_vec()
    }

    /// The number of rows of a table. `table` can include conditions.
    pub fn count(&self, table: &str) -> i64 {
        let sql = Sql::new(&format!("SELECT count(*) AS n FROM {table}"));
        self.state.db.read_now(|conn| sql.number(conn)).unwrap()
    }

    /// The log entries about publications, in order: the post and the operation, with the time if the scheduler logged
    /// it.
    pub fn publication_log(&self) -> Vec<(String, String)> {
        #[derive(QueryableByName)]
        struct Change {
            #[diesel(sql_type = Uuid)]
            entity_id: Id,
            #[diesel(sql_type = Text)]
            operation: String,
            #[diesel(sql_type = Nullable<JsonDocument>)]
            after: Option<Json<Value>>,
        }
        let sql = Sql::new(
            "SELECT entity_id, operation, after FROM changes WHERE kind = 'publication' ORDER BY seq",
        );
        let all: Vec<Change> = self.state.db.read_now(|conn| sql.load(conn)).unwrap();
        let told = all.into_iter().map(|change| {
            let at = change
                .after
                .and_then(|after| after.0["at"].as_str().map(str::to_owned));
            let what = match at {
                Some(at) => format!("{} at {at}", change.operation),
                None => change.operation,
            };
            (change.entity_id.to_string(), what)
        });
        told.collect()
    }

    /// The log entries about the publications of one post.
    pub fn publication_log_of(&self, post: &str) -> Vec<String> {
        let all = self.publication_log().into_iter();
        all.filter(|one| one.0 == post).map(|one| one.1).collect()
    }
}
