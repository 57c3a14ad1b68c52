//! Converts the comments of an item. Their threads are kept. Notices of other sites (pingbacks) are counted only, and what
//! is in the trash is left there.

use std::collections::{BTreeMap, HashSet};

use super::channel::{Field, Group};
use super::posts;
use super::text::plain;
use crate::import::record::{Comment, CommentStatus};
use crate::lang::Lang;

/// Returns the comments of an item that is imported, those that are answered before their answers. Counts the others.
pub fn read(item: &Group, lang: &Lang, left_out: &mut BTreeMap<String, u64>) -> Vec<Comment> {
    let mut comments: Vec<(u64, Comment)> = Vec::new();
    for field in item.named("wp:comment") {
        match comment(field, item, lang) {
            Ok(found) => comments.push(found),
            Err(kind) => *left_out.entry(kind.to_owned()).or_default() += 1,
        }
    }
    // WordPress numbers an answer after what it answers.
    comments.sort_by_key(|(number, _)| *number);
    let keys: HashSet<String> = comments.iter().map(|(_, one)| one.key.clone()).collect();
    let comments = comments.into_iter().map(|(_, mut comment)| {
        comment.parent = comment.parent.filter(|parent| keys.contains(parent));
        comment
    });
    comments.collect()
}

fn comment(field: &Field, item: &Group, lang: &Lang) -> Result<(u64, Comment), &'static str> {
    let part = |name: &str| field.part(name);
    match part("wp:comment_type") {
        "" | "comment" => {}
        _ => return Err("pingbacks"),
    }
    let status = match part("wp:comment_approved") {
        "1" => CommentStatus::Approved,
        "0" => CommentStatus::Pending,
        "spam" => CommentStatus::Spam,
        _ => return Err("comments in the trash"),
    };
    let number: u64 = part("wp:comment_id").parse().unwrap_or_default();
    let created_at = posts::instant(part("wp:comment_date_gmt"))
        .or_else(|| posts::instant(part("wp:comment_date")))
        .ok_or("comments without a date")?;
    let html = part("wp:comment_content");
    if html.is_empty() {
        return Err("comments without a text");
    }
    let parent = Some(part("wp:comment_parent")).filter(|parent| !matches!(*parent, "" | "0"));
    let email = Some(part("wp:comment_author_email")).filter(|email| !email.is_empty());
    let name = plain(part("wp:comment_author"));
    let comment = Comment {
        key: key(part("wp:comment_id")),
        post: posts::key(item),
        parent: parent.map(key),
        lang: lang.clone(),
        name: if name.is_empty() {
            "?".to_owned()
        } else {
            name
        },
        email: email.map(str::to_owned),
        html: super::autop::paragraphs(html),
        status,
        created_at: created_at.to_string(),
    };
    Ok((number, comment))
}

fn key(number: &str) -> String {
    format!("comment:{number}")
}
