//! A page of a feed, whatever the format: its title, its addresses and its posts.

use crate::catalogue::site::public::{self as site, PublicSite};
use crate::catalogue::{authors, organizations, terms};
use crate::config::{Config, Site};
use crate::db::Conn;
use crate::delivery::reader::{Lasting, Shown, View};
use crate::delivery::site_pages::SitePages;
use crate::delivery::visibility;
use crate::error::{Error, Result};
use crate::fields::Selection;
use crate::kind::Kind;
use crate::lang::Lang;
use crate::page::{Listing, PageInfo};
use crate::publications::lists::criteria::Criteria;
use crate::publications::lists::page;
use crate::publications::lists::query::{PostFilter, PostSort};
use crate::publications::lists::row::Members;
use crate::publications::model::PublicPostSummary;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// A page of a feed.
pub struct Channel {
    /// The posts, newest first, with their bodies.
    pub posts: Vec<PublicPostSummary>,
    /// The requested language.
    pub lang: Option<Lang>,
    /// The description of the site.
    pub site: PublicSite,
    page: PageInfo,
    /// The only term, author or organization of the filter.
    subject: Option<Subject>,
    /// The address of the feed, which all its pages have in common.
    address: String,
    /// The address of this page.
    current: String,
}

/// The only term, author or organization of a filter.
struct Subject {
    name: String,
    /// The absolute URL of its page on the site.
    page: Option<String>,
}

/// Reads a page of a feed.
///
/// # Errors
/// Returns [`Error::Parameters`] for a cursor of another list, and database errors.
pub fn read(
    conn: &mut Conn,
    listing: &Listing,
    criteria: &Criteria,
    (settings, view): (&Site, &View),
) -> Result<Lasting<Channel>> {
    let members = Members::of_list(&view.asked);
    let (posts, page) = page::list(conn, listing, criteria, PostSort::Newest, members)?;
    let Lasting { shown: site, until } = site::find(conn, settings, view)?;
    let next = visibility::next_change(conn, view.now)?;
    let shown = Channel {
        subject: subject(conn, &criteria.filter, (settings, view))?,
        lang: view.languages.wanted().cloned(),
        address: listing.address(),
        current: listing.current(),
        posts,
        site,
        page,
    };
    Ok(Lasting {
        shown,
        until: until.into_iter().chain(next).min(),
    })
}

/// Returns the term, author or organization that the filter names, if it names exactly one.
fn subject(
    conn: &mut Conn,
    filter: &PostFilter,
    (settings, view): (&Site, &View),
) -> Result<Option<Subject>> {
    let lists = filter.included().into_iter();
    let mut names = lists.flat_map(|(kind, lists)| {
        let names = lists.iter().flat_map(|list| &list.0);
        names.map(move |name| (kind, name))
    });
    let (Some((kind, name)), None) = (names.next(), names.next()) else {
        return Ok(None);
    };
    let view = View {
        asked: Selection::all_but("post_count"),
        ..view.clone()
    };
    let pages = SitePages::new(settings, &view.languages);
    let named = |name, page| Subject { name, page };
    let found = match kind {
        Kind::Author => authors::public::find(conn, name, &view).map(|mut one| {
            one.complete(&pages);
            named(one.name, one.site_url)
        }),
        Kind::Organization => organizations::public::find(conn, name, &view).map(|mut one| {
            one.complete(&pages);
            named(one.name, one.site_url)
        }),
        kind => terms::public::find(conn, kind, name, &view).map(|(_, mut term)| {
            term.complete(&pages);
            named(term.name, term.site_url)
        }),
    };
    match found {
        Ok(found) => Ok(Some(found)),
        // The filter accepts former names, and those that nothing has.
        Err(Error::NotFound | Error::Moved(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Channel {
    /// Returns the name of the site, or else its host.
    pub fn name(&self, config: &Config) -> String {
        let name = self.site.name.clone();
        name.unwrap_or_else(|| host(&self.home(config)))
    }

    /// Returns the title: the name of the site, and what the feed is about.
    pub fn title(&self, config: &Config) -> String {
        let name = self.name(config);
        match &self.subject {
            Some(subject) => format!("{name}: {}", subject.name),
            None => name,
        }
    }

    /// Returns the description of the site, or else the title.
    pub fn description(&self, config: &Config) -> String {
        let description = self.site.description.clone();
        description.unwrap_or_else(|| self.title(config))
    }

    /// Returns the absolute URL of the page that shows what the feed is about, or else of the front page.
    pub fn page(&self, config: &Config) -> String {
        let subject = self.subject.as_ref();
        let page = subject.and_then(|subject| subject.page.clone());
        page.unwrap_or_else(|| self.home(config))
    }

    /// Returns the absolute URL of the front page of the site, or else of the API.
    fn home(&self, config: &Config) -> String {
        let site = self.site.home.clone().or_else(|| self.site.url.clone());
        site.unwrap_or_else(|| format!("{}/", config.server.public_url))
    }

    /// Returns the absolute URL of the feed.
    pub fn url(&self, config: &Config) -> String {
        absolute(config, &self.address)
    }

    /// Returns the absolute URLs of pages of the feed, each with its relation: this page, the first one, and its neighbours.
    pub fn links(&self, config: &Config) -> Vec<(&'static str, String)> {
        let pages = [
            ("self", Some(&self.current)),
            ("first", Some(&self.page.first)),
            ("next", self.page.next.as_ref()),
            ("previous", self.page.prev.as_ref()),
        ];
        let there = pages
            .into_iter()
            .filter_map(|(relation, url)| Some((relation, absolute(config, url?))));
        there.collect()
    }

    /// Returns the time of the last change of a post on the page, or else of the site; `None` if nothing has a time.
    pub fn updated_at(&self) -> Option<Timestamp> {
        let posts = self.posts.iter();
        let latest = posts
            .map(|post| post.updated_at.max(post.published_at))
            .max();
        latest.or(self.site.updated_at)
    }
}

fn absolute(config: &Config, url: &str) -> String {
    format!("{}{url}", config.server.public_url)
}

/// Returns the host of a URL.
fn host(url: &str) -> String {
    let parsed = url::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(url::Url::host_str);
    host.unwrap_or(url).to_owned()
}

impl Shown for Channel {
    fn complete(&mut self, pages: &SitePages<'_>) {
        self.posts.iter_mut().for_each(|post| post.complete(pages));
    }

    fn keys(&self, keys: &mut SurrogateKeys) {
        self.site.keys(keys);
        self.posts.iter().for_each(|post| post.keys(keys));
    }

    fn languages<'a>(&'a self, found: &mut Vec<&'a Lang>) {
        self.posts.iter().for_each(|post| post.languages(found));
    }
}
