//! Unusual texts in every text member, query parameter and path variable that the documents describe. None causes a
//! server error, and each accepted text is read back as documented.

use actix_web::http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::client::Client;
use crate::support::content::{AUTHORS, CATEGORIES, ORGANIZATIONS, TAGS, named};

/// Texts that a layer between client and database could alter or reject.
fn awkward_values() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        "\0",
        "\u{7f}",
        "a\u{1}b",
        "\u{85}",
        "\u{85}a\u{85}",
        "\u{ad}",
        "\u{200b}",
        "\u{feff}",
        "\u{301}",
        "\u{202e}abc",
        "\u{fffd}",
        "\u{10ffff}",
        "\u{e0041}",
        "𝕋𝕚𝕥𝕝𝕖",
        "👩\u{200d}👩\u{200d}👧",
        "İstanbul",
        " a",
        "\na\n",
        "a\r\nb",
        "'; --",
        "\\",
        "%00",
        "<b>a</b>",
        "&amp;",
        "null",
        "-1",
        "日本語",
        "العربية",
        "\u{1f3f4}\u{e0067}\u{e007f}",
    ]
    .map(str::to_owned)
    .to_vec();
    let white = (char::MIN..=char::MAX).filter(|character| character.is_whitespace());
    let white: String = white.collect();
    texts.push(format!("{white}a{white}"));
    texts.push(white);
    texts.extend(["x", "𝕏"].map(|long| long.repeat(201)));
    texts.extend(["\u{301}", "東"].map(|long| long.repeat(5001)));
    texts
}

/// The ids of one resource of each kind, for path variables and for references in bodies.
struct Things {
    document: Value,
    post: String,
    tag: String,
    category: String,
    author: String,
    organization: String,
    user: String,
}

impl Things {
    async fn of(root: &Client) -> Self {
        let user = json!({ "email": "eve@example.org", "password": "a long enough walk", "role": "author" });
        Self {
            document: tribuna::app::contract().unwrap().management,
            post: root.writes("en", "Housing").await,
            tag: root.makes(TAGS, named("en", "Rents")).await,
            category: root.makes(CATEGORIES, named("en", "Homes")).await,
            author: root.makes(AUTHORS, json!({ "name": "Lin" })).await,
            organization: root.makes(ORGANIZATIONS, json!({ "name": "City" })).await,
            user: root.makes("/v1/admin/users", user).await,
        }
    }

    /// Returns the path with its variables set.
    fn at(&self, path: &str) -> String {
        let id = match path.split('/').nth(3) {
            Some("tags") => &self.tag,
            Some("categories") => &self.category,
            Some("authors") => &self.author,
            Some("organizations") => &self.organization,
            Some("users") => &self.user,
            _ => &self.post,
        };
        let known = path.replacen("{id}", id, 1).replace("{post}", &self.post);
        let known = known.replace("{lang}", "en").replace("{number}", "1");
        known.replace("{from}", "1").replace("{to}", "1")
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema["$ref"].as_str();
        let found = target.and_then(|target| self.document.pointer(target.trim_start_matches('#')));
        let schema = found.unwrap_or(schema);
        let branches = ["oneOf", "anyOf", "allOf"].into_iter();
        let mut branches = branches
            .filter_map(|kind| schema[kind].as_array())
            .flatten();
        match branches.find(|branch| branch["type"] != "null") {
            Some(branch) => self.resolve(branch),
            None => schema,
        }
    }

    /// Returns a value that the schema allows. It has all members except those that refer to other resources.
    fn sample(&self, name: &str, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        match (name, schema["type"].as_str().or(schema["type"][0].as_str())) {
            ("author", _) => self.author.as_str().into(),
            ("into", _) => self.tag.as_str().into(),
            ("lang", _) => "en".into(),
            ("path", _) => "/v1/admin/tags".into(),
            ("method", _) => "GET".into(),
            ("email", _) => "zoe@example.org".into(),
            ("publish_at" | "unpublish_at", _) => "2026-06-01T08:00:00Z".into(),
            (_, Some("object")) => self.sample_object(schema),
            (_, Some("array")) => json!([self.sample("", &schema["items"])]),
            (_, Some("boolean")) => false.into(),
            (_, Some("integer")) => 1.into(),
            _ => match (schema["format"].as_str(), schema["enum"][0].as_str()) {
                (Some("uri"), _) => "https://example.org/".into(),
                (Some("date-time"), _) => "2026-06-01T08:00:00Z".into(),
                (Some("uuid"), _) => Value::Null,
                (_, Some(word)) => word.into(),
                (Some("password"), _) => "a long enough walk".into(),
                _ => "Text".into(),
            },
        }
    }

    fn sample_object(&self, schema: &Value) -> Value {
        let mut object = Map::new();
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            let required = schema["required"].as_array();
            let required = required.is_some_and(|all| all.iter().any(|one| *one == json!(name)));
            let value = self.sample(name, member);
            let skipped = [
                "slug",
                "licence",
                "country",
                "time_zone",
                "body",
                "take_over",
                "parent",
            ];
            let refers = value.is_null() || value == json!([null]);
            if required || !refers && !skipped.contains(&name.as_str()) {
                object.insert(name.clone(), value);
            }
        }
        if schema["additionalProperties"].is_object() {
            object.insert(
                "en".into(),
                self.sample("", &schema["additionalProperties"]),
            );
        }
        object.into()
    }

    /// Finds the JSON Pointers of all texts in the schema. The flag is true for a single line, which the server puts in one line.
    fn texts(&self, schema: &Value, at: &str, found: &mut Vec<(String, bool)>) {
        let said = schema["description"].as_str().unwrap_or_default();
        let schema = self.resolve(schema);
        let kind = schema["type"].as_str().or(schema["type"][0].as_str());
        match kind {
            Some("object") => {
                for (name, member) in schema["properties"].as_object().into_iter().flatten() {
                    self.texts(member, &format!("{at}/{name}"), found);
                }
                if schema["additionalProperties"].is_object() {
                    self.texts(&schema["additionalProperties"], &format!("{at}/en"), found);
                }
            }
            Some("array") => self.texts(&schema["items"], &format!("{at}/0"), found),
            Some("string") => found.push((at.to_owned(), said.contains("at its ends is removed"))),
            _ => {}
        }
    }
}

/// Sets the text at a JSON Pointer, and creates the objects above it.
fn put(value: &mut Value, pointer: &str, text: &str) {
    let mut here = value;
    for name in pointer.split('/').skip(1) {
        here = match here {
            Value::Array(list) => &mut list[0],
            other => &mut other[name],
        };
    }
    *here = text.into();
}

async fn write_awkward(
    root: &Client,
    things: &Things,
    method: &Method,
    path: &str,
    schema: &Value,
) {
    let mut texts = Vec::new();
    things.texts(schema, "", &mut texts);
    for (pointer, is_line) in texts {
        for text in awkward_values() {
            let mut body = things.sample("", schema);
            put(&mut body, &pointer, &text);
            let request = root
                .request(method.clone(), &things.at(path))
                .set_json(&body);
            let answer = root.send(request).await;
            assert!(
                answer.status < 500,
                "{method} {path} {pointer} {text:?}: {answer}"
            );
            if answer.status >= 300 || path.starts_with("/v1/auth") {
                continue;
            }
            let read = answer.json.pointer(&format!("/data{pointer}"));
            let Some(read) = read.and_then(Value::as_str) else {
                continue;
            };
            let line = tribuna::text::in_one_line(text.clone());
            let same = if is_line { &line } else { &text };
            let is_name = pointer.ends_with("slug") || pointer.ends_with("email");
            // Translators are named by slug and read back as ids.
            let is_name = is_name || pointer.contains("/translators/");
            let is_shape = pointer.ends_with("lang") || pointer.ends_with("_at");
            assert!(
                is_name || is_shape || read == same,
                "{method} {path} {pointer} {text:?}: {read:?}"
            );
        }
    }
}

fn is_slow(path: &str) -> bool {
    // These operations hash a password, which is slow.
    path.starts_with("/v1/auth") || path.starts_with("/v1/admin/users")
}

on_both!(
    no_text_in_any_body_is_an_error_of_the_server_and_each_is_read_back,
    async |app| {
        let root = app.admin("root").await;
        let things = Things::of(&root).await;
        let mut written = 0;
        for (path, item) in things.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                if schema.is_null() || is_slow(path) {
                    continue;
                }
                let method = method.to_uppercase().parse().unwrap();
                write_awkward(&root, &things, &method, path, schema).await;
                written += 1;
            }
        }
        assert!(written > 20, "{written}");
    }
);

on_both!(
    no_text_of_a_user_or_a_session_is_an_error_of_the_server,
    async |app| {
        let root = app.admin("root").await;
        let anonymous = app.anonymous();
        for text in awkward_values() {
            let login = json!({ "email": text, "password": text });
            let user = json!({ "email": text, "password": text, "role": text });
            for answer in [
                anonymous.post("/v1/auth/login", login).await,
                anonymous
                    .post("/v1/auth/refresh", json!({ "refresh_token": text }))
                    .await,
                root.post("/v1/admin/users", user).await,
            ] {
                assert!((400..500).contains(&answer.status), "{text:?}: {answer}");
            }
        }
    }
);

async fn ask_awkward(app: &TestApp, caller: &Client, document: &Value) -> usize {
    let things = Things::of(&app.admin("root").await).await;
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for parameter in item["get"]["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let schema = things.resolve(&parameter["schema"]);
            let rules = ["enum", "format", "pattern"];
            let is_free =
                schema["type"] == "string" && rules.iter().all(|rule| schema[*rule].is_null());
            // The schema refuses most of the texts, so every seventh is enough.
            let step = if is_free { 1 } else { 7 };
            for text in awkward_values().into_iter().step_by(step) {
                let text = utf8_percent_encode(&text, NON_ALPHANUMERIC);
                let address = match parameter["in"].as_str() {
                    Some("query") => format!("{}?{name}={text}", things.at(path)),
                    Some("path") => {
                        things.at(&path.replace(&format!("{{{name}}}"), &text.to_string()))
                    }
                    _ => continue,
                };
                let address = address.replace(['{', '}'], "_");
                let answer = caller.get(&address).await;
                assert!(answer.status < 500, "{address}: {answer}");
                asked += 1;
            }
        }
    }
    asked
}

on_both!(
    no_parameter_of_delivery_is_an_error_of_the_server,
    async |app| {
        let document = tribuna::app::contract().unwrap().delivery;
        let asked = ask_awkward(&app, &app.anonymous(), &document).await;
        assert!(asked > 300, "{asked}");
    }
);

on_both!(
    no_parameter_of_management_is_an_error_of_the_server,
    async |app| {
        let document = tribuna::app::contract().unwrap().management;
        let root = app.admin("root").await;
        let asked = ask_awkward(&app, &root, &document).await;
        assert!(asked > 300, "{asked}");
    }
);

on_both!(a_name_that_nobody_can_see_is_blank, async |app| {
    let root = app.admin("root").await;
    for unseen in ["\u{200b}", "\u{85}", "\u{feff}", " \u{3000}", "\u{ad}"] {
        let cases = [
            (TAGS, named("en", unseen), "/translations/en/name"),
            (CATEGORIES, named("en", unseen), "/translations/en/name"),
            (AUTHORS, json!({ "name": unseen }), "/name"),
            (ORGANIZATIONS, json!({ "name": unseen }), "/name"),
            (
                "/v1/admin/posts",
                json!({ "translation": { "lang": "en", "title": unseen, "subtitle": "x",
                    "body": { "format": "markdown", "source": "" } } }),
                "/translation/title",
            ),
        ];
        for (list, body, place) in cases {
            let refused = root.post(list, body).await;
            let refused = refused.expect_problem(422, "invalid_body");
            assert_eq!(refused.faults(), [(place, "blank")]);
        }
    }
});

on_both!(
    every_single_line_is_trimmed_and_in_one_line_and_every_other_text_is_kept,
    async |app| {
        let root = app.admin("root").await;
        let author = json!({ "name": " Lin\u{85}", "bio": { "en": " A \n" },
            "links": [{ "rel": "\u{3000}web ", "url": "https://example.org/" }] });
        let author = root.post(AUTHORS, author).await.expect(201);
        assert_eq!(author.text("/data/name"), "Lin");
        assert_eq!(author.text("/data/bio/en"), " A \n");
        assert_eq!(author.text("/data/links/0/rel"), "web");
        let post = json!({
            "authors": [{ "author": author.id(), "role": " Mayor " }],
            "translation": { "lang": "en", "title": " Homes ", "subtitle": "\tfor\r\n  all\n", "excerpt": " a ",
                "body": { "format": "markdown", "source": "\n a \n" },
                "seo": { "title": " Homes ", "description": " All " } } });
        let post = root.post("/v1/admin/posts", post).await.expect(201);
        assert_eq!(post.text("/data/authors/0/role"), "Mayor");
        let copy = format!("/v1/admin/posts/{}/translations/en", post.id());
        let patch = json!({ "seo": { "description": "\u{2003}Everybody " } });
        root.patch(&copy, patch).await.expect(200);
        let copy = root.get(&copy).await.expect(200);
        for (pointer, kept) in [
            ("/data/title", "Homes"),
            ("/data/subtitle", "for all"),
            ("/data/excerpt", " a "),
            ("/data/body/source", "\n a \n"),
            ("/data/seo/title", "Homes"),
            ("/data/seo/description", "Everybody"),
        ] {
            assert_eq!(copy.text(pointer), kept);
        }
        let tag = json!({ "translations": { "en": { "name": " Rents\u{2028}of all ", "description": " a\nb " } } });
        let tag = root.post(TAGS, tag).await.expect(201);
        assert_eq!(tag.text("/data/translations/en/name"), "Rents of all");
        assert_eq!(tag.text("/data/translations/en/description"), " a\nb ");
    }
);
