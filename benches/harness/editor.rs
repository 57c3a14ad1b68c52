//! An editor, who writes and publishes through the management API.

use limit::http::ask;
use serde_json::{Value, json};

use super::Outcome;
use super::site::{Database, PASSWORD, Site, read};

/// An editor.
pub struct Editor {
    address: String,
    authorization: String,
    written: u32,
}

impl Editor {
    pub fn sign_in(site: &Site, database: &Database) -> Outcome<Self> {
        let body = json!({ "email": database.email, "password": PASSWORD }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = ask(
            &site.address,
            "POST",
            "/v1/auth/login",
            &headers,
            body.as_bytes(),
        )?;
        let token = read("signing in", &answer)?["access_token"]
            .as_str()
            .map(str::to_owned);
        Ok(Self {
            address: site.address.clone(),
            authorization: format!("Bearer {}", token.ok_or("no token")?),
            written: 0,
        })
    }

    /// Writes and publishes an English post with a category and a tag. Returns its id.
    pub fn publish(&mut self, category: &Value, tag: &Value) -> Outcome<String> {
        let id = self.draft(category, tag)?;
        self.publish_draft(&id)?;
        Ok(id)
    }

    /// Writes an English post with a category and a tag. Returns its id.
    pub fn draft(&mut self, category: &Value, tag: &Value) -> Outcome<String> {
        self.written += 1;
        let source = "The square is **open** again, and everybody may come.\n\n".repeat(20);
        let post = json!({
            "translation": { "lang": "en", "title": format!("News of the hour, number {}", self.written),
                "body": { "format": "markdown", "source": source } },
            "categories": [category], "tags": [tag],
        });
        let made = self.write("POST", "/v1/admin/posts", &post)?;
        Ok(made["data"]["id"].as_str().ok_or("no id")?.to_owned())
    }

    /// Publishes the English text of a post as it is now.
    pub fn publish_draft(&self, id: &str) -> Outcome<()> {
        let publication = format!("/v1/admin/posts/{id}/translations/en/publication");
        self.write("PUT", &publication, &json!({}))?;
        Ok(())
    }

    /// Sends a request, with a body unless it is null, and returns the JSON of the answer.
    pub fn write(&self, method: &str, target: &str, body: &Value) -> Outcome<Value> {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let answer = ask(&self.address, method, target, &headers, body.as_bytes())?;
        read(target, &answer)
    }
}
