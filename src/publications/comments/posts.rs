//! The posts below which comments stand: their titles and pages, for what shows comments elsewhere.

use std::collections::HashMap;

use diesel::QueryableByName;
use diesel::sql_types::Text;

use crate::config::Site;
use crate::db::Conn;
use crate::db::sql::Sql;
use crate::db::sql_types::Uuid;
use crate::delivery::site_pages::SitePages;
use crate::delivery::visibility::live;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::languages::Languages;
use crate::post_type::PostType;
use crate::slug::Slug;
use crate::slugs::addresses::delivery_url;
use crate::timestamp::Timestamp;

/// A language of a post with comments.
#[derive(Debug, Clone, QueryableByName)]
pub struct CommentedPost {
    #[diesel(sql_type = Uuid)]
    post_id: Id,
    #[diesel(sql_type = Text)]
    lang: Lang,
    #[diesel(sql_type = Text)]
    original_lang: Lang,
    #[diesel(sql_type = Text)]
    slug: Slug,
    #[diesel(sql_type = Text)]
    post_type: PostType,
    /// The title.
    #[diesel(sql_type = Text)]
    pub title: String,
}

impl CommentedPost {
    /// Returns the URL of the post on the site, or else in the API below `base`.
    pub fn url(&self, site: &Site, base: &str) -> String {
        let languages = Languages::default();
        let page = SitePages::new(site, &languages).post(self.post_type, &self.slug, &self.lang);
        page.unwrap_or_else(|| {
            let url = delivery_url(Kind::Post, &self.slug, Some(&self.lang));
            format!("{base}{url}")
        })
    }
}

/// Returns the live languages of the posts, by post.
///
/// # Errors
/// Returns database errors.
pub fn load(
    conn: &mut Conn,
    ids: impl IntoIterator<Item = Id>,
    now: Timestamp,
) -> Result<HashMap<Id, Vec<CommentedPost>>> {
    let mut sql = Sql::new(
        "SELECT p.post_id, p.lang, p.original_lang, p.slug, p.post_type, p.title FROM publications p WHERE p.post_id IN ",
    );
    sql.bind_all(ids).push(" AND ");
    live(&mut sql, "p", now);
    sql.push(" ORDER BY p.post_id, p.lang");
    let found: Vec<CommentedPost> = sql.load(conn)?;
    let mut posts: HashMap<Id, Vec<CommentedPost>> = HashMap::new();
    for one in found {
        posts.entry(one.post_id).or_default().push(one);
    }
    Ok(posts)
}

/// Returns the post in a language, or else in its original language, or else in any.
pub fn nearest<'a>(langs: &'a [CommentedPost], lang: &Lang) -> Option<&'a CommentedPost> {
    let own = langs.iter().find(|one| one.lang == *lang);
    let original = || langs.iter().find(|one| one.lang == one.original_lang);
    own.or_else(original).or_else(|| langs.first())
}
