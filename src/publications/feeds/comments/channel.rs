//! A page of a feed of comments, whatever the format.

use std::collections::HashMap;

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::catalogue::site::public::{self as site, PublicSite};
use crate::config::Site;
use crate::db::Conn;
use crate::db::keyset::{self, Order, Select, SortKey};
use crate::delivery::reader::{Lasting, Shown, View};
use crate::delivery::surrogate_keys::{self, POSTS_IN_ANY};
use crate::delivery::visibility;
use crate::error::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::publications::comments::model::{PublicComment, keys_of};
use crate::publications::comments::posts::{self, CommentedPost};
use crate::publications::comments::store::of_public_posts;
use crate::surrogate_keys::SurrogateKeys;

/// The filter of a feed of comments.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommentFeedQuery {
    /// Comments of this post: its id.
    pub post: Option<Id>,
}

impl CommentFeedQuery {
    /// Returns the keys of everything from which the comments are selected.
    pub fn keys(&self) -> SurrogateKeys {
        let site = SurrogateKeys::new().with(surrogate_keys::all(Kind::Site));
        match self.post {
            Some(post) => keys_of(post).iter().fold(site, SurrogateKeys::with),
            None => site
                .with(surrogate_keys::all(Kind::Comment))
                .with(surrogate_keys::all(Kind::Post))
                .with(POSTS_IN_ANY),
        }
    }
}

/// A page of a feed of comments.
pub struct CommentChannel {
    /// The comments, newest first.
    pub comments: Vec<PublicComment>,
    /// The description of the site.
    pub site: PublicSite,
    /// The position of the page.
    pub page: PageInfo,
    /// The address of the feed, and that of this page.
    pub addresses: (String, String),
    posts: HashMap<Id, Vec<CommentedPost>>,
}

impl CommentChannel {
    /// Returns the post of a comment in the language of the comment, or else in its original language, or else in any.
    pub fn post(&self, comment: &PublicComment) -> Option<&CommentedPost> {
        posts::nearest(self.posts.get(&comment.post)?, &comment.lang)
    }
}

/// Reads a page of a feed of comments.
///
/// # Errors
/// Returns [`crate::error::Error::Parameters`] for a cursor of another list, and database errors.
pub fn read(
    conn: &mut Conn,
    (listing, query): (&Listing, &CommentFeedQuery),
    settings: &Site,
    view: &View,
) -> Result<Lasting<CommentChannel>> {
    let mut from = of_public_posts(view.now);
    from.push(" AND t.html IS NOT NULL");
    if let Some(post) = query.post {
        from.push(" AND t.post_id = ").bind(post);
    }
    if let Some(lang) = view.languages.wanted() {
        from.push(" AND t.lang = ").bind(lang.as_str());
    }
    let select = Select {
        columns: "t.*",
        from: &from,
    };
    let key = |row: &PublicComment| SortKey::from_id(row.id);
    let (comments, page) = keyset::sorted(conn, listing, Order::newest("t.id"), select, key)?;
    let Lasting { shown: site, until } = site::find(conn, settings, view)?;
    let next = visibility::next_change(conn, view.now)?;
    let shown = CommentChannel {
        posts: posts::load(conn, comments.iter().map(|comment| comment.post), view.now)?,
        addresses: (listing.address(), listing.current()),
        comments,
        site,
        page,
    };
    Ok(Lasting {
        shown,
        until: until.into_iter().chain(next).min(),
    })
}

impl Shown for CommentChannel {
    fn keys(&self, keys: &mut SurrogateKeys) {
        self.site.keys(keys);
        self.comments.iter().for_each(|comment| comment.keys(keys));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.comments
            .iter()
            .for_each(|comment| comment.languages(found));
    }
}
