//! Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash. Clients by
//! openapi-generator.

use std::env;
use std::error::Error;
use std::sync::Arc;

use delivery::apis::Api as _;
use delivery::apis::posts_api::{GetPublicPostParams, ListPublicPostsParams};
use management::apis::Api as _;
use management::apis::posts_api::{CreatePostParams, DeletePostParams, GetTranslationParams};
use management::apis::sessions_api::CreateSessionParams;
use management::models::{BodySource, FirstTranslation, Format, Login, PostInput};

fn setting(name: &str, value: &str) -> String {
    env::var(name).unwrap_or_else(|_| value.to_owned())
}

fn url() -> String {
    setting("API_URL", "http://127.0.0.1:8080")
}

async fn front_page(lang: &str) -> Result<(), Box<dyn Error>> {
    let client =
        delivery::apis::ApiClient::new(Arc::new(delivery::apis::configuration::Configuration {
            base_path: url(),
            ..Default::default()
        }));
    let list = ListPublicPostsParams::builder()
        .lang(lang.to_owned())
        .fallback(vec!["en".to_owned()])
        .limit(3)
        .build();
    let page = client.posts_api().list_public_posts(list).await?;
    println!("\n{lang}");
    for post in &page.data {
        let authors: Vec<&str> = post
            .authors
            .iter()
            .map(|byline| byline.name.as_str())
            .collect();
        println!(
            "- {} ({}) by {}: {}",
            post.title,
            post.lang,
            authors.join(", "),
            post.url
        );
    }
    let first = page.data.first().ok_or("the list is empty")?;
    let one = GetPublicPostParams::builder()
        .id_or_slug(first.id.to_string())
        .lang(first.lang.clone())
        .build();
    let one = client.posts_api().get_public_post(one).await?;
    println!(
        "  {}: {} bytes of HTML",
        one.data.title,
        one.data.body.html.len()
    );
    Ok(())
}

fn management(access_token: Option<String>) -> management::apis::ApiClient {
    management::apis::ApiClient::new(Arc::new(management::apis::configuration::Configuration {
        base_path: url(),
        bearer_access_token: access_token,
        ..Default::default()
    }))
}

async fn draft() -> Result<(), Box<dyn Error>> {
    let login = Login::new(
        setting("API_EMAIL", "admin@example.org"),
        env::var("API_PASSWORD")?,
    );
    let login = CreateSessionParams::builder().login(login).build();
    let tokens = management(None)
        .sessions_api()
        .create_session(login)
        .await?;
    let client = management(Some(tokens.access_token));
    let body = BodySource::new(Format::FormatMarkdown, "Hello.".to_owned());
    let title = "A draft by openapi-generator, in Rust".to_owned();
    let text = FirstTranslation::new("en".to_owned(), title, body);
    let new = CreatePostParams::builder()
        .post_input(PostInput::new(text))
        .build();
    let id = client
        .posts_api()
        .create_post(new)
        .await?
        .data
        .id
        .to_string();
    let copy = GetTranslationParams::builder()
        .id(id.clone())
        .lang("en".to_owned())
        .build();
    let read = client.posts_api().get_translation(copy).await?;
    println!("\nDraft: {}, {}", read.data.title, read.data.status);
    client
        .posts_api()
        .delete_post(DeletePostParams::builder().id(id).build())
        .await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    for lang in ["en", "fr", "es"] {
        front_page(lang).await?;
    }
    draft().await
}
