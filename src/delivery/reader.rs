//! The reader of the delivery surface: the languages and members to show, and the common way to respond.
//!
//! A handler determines what to read. The reader provides the languages, the members and the time, and derives the
//! headers and surrogate keys from what is shown.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderName, LINK};
use actix_web::{FromRequest, HttpRequest, web};

use super::localized::Localized;
use super::response::PublicResponse;
use super::site_pages::SitePages;
use super::surrogate_keys;
use super::visibility;
use crate::config::Config;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::fields::{Fields, Selected, Selection};
use crate::http::app_data::app_data;
use crate::http::cache::cacheable::Cacheable;
use crate::http::contract::signature::{Describe, Signature};
use crate::http::input::Query;
use crate::http::response::{Data, Document, Page};
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::PageInfo;
use crate::state::State;
use crate::surrogate_keys::SurrogateKeys;
use crate::timestamp::Timestamp;

/// The view of a reader.
#[derive(Debug, Clone)]
pub struct View {
    /// The time of the request.
    pub now: Timestamp,
    /// The languages that the reader accepts, in order of preference.
    pub languages: Languages,
    /// The requested members. Others need not be loaded.
    pub asked: Selection,
}

impl View {
    /// Returns the keys of the posts shown to the reader, if the response counts them.
    pub fn counted(&self) -> SurrogateKeys {
        if self.asked.has("post_count") {
            surrogate_keys::posts_for(&self.languages)
        } else {
            SurrogateKeys::new()
        }
    }
}

/// A public value, with the information that headers and surrogate keys require.
pub trait Shown {
    /// Fills in what depends on the settings of the site, such as the URLs of pages.
    fn complete(&mut self, _pages: &SitePages<'_>) {}

    /// Adds the keys of everything that the value shows. A change to any of it invalidates the response.
    fn keys(&self, keys: &mut SurrogateKeys);

    /// Adds the languages of its texts, in order, for `Content-Language`.
    fn languages<'a>(&'a self, _found: &mut Vec<&'a Lang>) {}

    /// Returns the next time at which the value changes without a write and without a publication.
    fn changes_at(&self) -> Option<Timestamp> {
        None
    }

    /// Returns the `Link` header of a response that shows nothing else.
    fn links(&self) -> Option<String> {
        None
    }
}

/// A value with the time until which it is valid.
#[derive(Debug, Clone)]
pub struct Lasting<T> {
    /// The value.
    pub shown: T,
    /// The next time at which it changes without a write.
    pub until: Option<Timestamp>,
}

/// A page of a list, with the keys of what it was selected from, which the read has found.
#[derive(Debug, Clone)]
pub struct ListPage<T> {
    /// The items.
    pub items: Vec<T>,
    /// The position of the page.
    pub page: PageInfo,
    /// The keys.
    pub keys: SurrogateKeys,
}

/// The reader of a request, from the parameters `lang`, `fallback` and `fields`. It must be the last parameter of a
/// handler.
pub struct Reader {
    state: web::Data<State>,
    view: View,
    at_length: bool,
    is_undated: bool,
}

impl Describe for Reader {
    fn describe(signature: &mut Signature) {
        let check = |request: &HttpRequest| Self::of(request).map(drop);
        signature.query_checks.push(check);
    }
}

impl FromRequest for Reader {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Reader {
    fn of(request: &HttpRequest) -> Result<Self> {
        let state = app_data::<State>(request)?.clone();
        let Query(localized) = Query::<Localized>::extract(request).into_inner()?;
        let Query(fields) = Query::<Fields>::extract(request).into_inner()?;
        let view = View {
            now: state.clock.now(),
            languages: localized.languages()?,
            asked: Selection::new(fields, Vec::new()),
        };
        Ok(Self {
            state,
            view,
            at_length: false,
            is_undated: false,
        })
    }

    /// Changes the requested members.
    pub fn selecting(mut self, change: impl FnOnce(Selection) -> Selection) -> Self {
        self.view.asked = change(self.view.asked);
        self
    }

    /// Marks the read as long, for example because it counts, so that it does not delay others.
    pub fn at_length(mut self) -> Self {
        self.at_length = true;
        self
    }

    /// Marks the document as one without `Last-Modified`, because time alone changes it.
    pub fn undated(mut self) -> Self {
        self.is_undated = true;
        self
    }

    /// Returns the view of the reader.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Responds with one value, which any publication may change. `among` contains the keys of everything else on which
    /// the response depends, such as the set from which the value was selected.
    ///
    /// # Errors
    /// Returns the errors of `find` and of [`crate::db::Db::read`].
    pub async fn one<T, F>(
        self,
        among: SurrogateKeys,
        find: F,
    ) -> Result<PublicResponse<Data<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<T> + Send + 'static,
        T: Shown + Send + 'static,
    {
        self.lasting(among, valid_until_next_change(find)).await
    }

    /// Responds with one value that has its own expiry.
    ///
    /// # Errors
    /// Returns the same errors as [`Reader::one`].
    pub async fn lasting<T, F>(
        self,
        among: SurrogateKeys,
        find: F,
    ) -> Result<PublicResponse<Data<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<Lasting<T>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { mut shown, until } = self.read(find).await?;
        shown.complete(&self.pages());
        let links = shown.links();
        let only = std::slice::from_ref(&shown);
        let (headers, cacheable) = (headers(only), cacheable(among, only, until));
        let data = Selected::one(shown, self.view.asked);
        Ok(PublicResponse::cacheable(Data { data }, headers, cacheable).with_some(LINK, links))
    }

    /// Responds with a document in another format than JSON, which `write` makes of what was read.
    ///
    /// # Errors
    /// Returns the errors of `read`, of `write` and of [`crate::db::Db::read`].
    pub async fn document<T, F>(
        self,
        among: SurrogateKeys,
        read: F,
        write: impl FnOnce(&T, &Config) -> Result<Document>,
    ) -> Result<PublicResponse<Document>>
    where
        F: Fn(&mut Conn, &View) -> Result<Lasting<T>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { mut shown, until } = self.read(read).await?;
        shown.complete(&self.pages());
        let only = std::slice::from_ref(&shown);
        let cacheable = Cacheable {
            is_undated: self.is_undated,
            ..cacheable(among, only, until)
        };
        let headers = headers(only);
        let document = write(&shown, &self.state.config)?;
        Ok(PublicResponse::cacheable(document, headers, cacheable))
    }

    /// Responds with a list without pages, which any publication may change.
    ///
    /// # Errors
    /// Returns the same errors as [`Reader::one`].
    pub async fn all<T, F>(
        self,
        among: SurrogateKeys,
        list: F,
    ) -> Result<PublicResponse<Data<Vec<Selected<T>>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<Vec<T>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { mut shown, until } = self.read(valid_until_next_change(list)).await?;
        complete(&mut shown, &self.pages());
        let (headers, cacheable) = (headers(&shown), cacheable(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(PublicResponse::cacheable(Data { data }, headers, cacheable))
    }

    /// Responds with a page of a list, which any publication may change.
    ///
    /// # Errors
    /// Returns the same errors as [`Reader::one`].
    pub async fn page<T, F>(
        self,
        among: SurrogateKeys,
        list: F,
    ) -> Result<PublicResponse<Page<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<(Vec<T>, PageInfo)> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { shown, until } = self.read(valid_until_next_change(list)).await?;
        let (mut shown, page) = shown;
        complete(&mut shown, &self.pages());
        let (headers, cacheable) = (headers(&shown), cacheable(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(PublicResponse::cacheable(
            Page { data, page },
            headers,
            cacheable,
        ))
    }

    /// Responds with a page of a list that has its own expiry and its own keys besides `among`.
    ///
    /// # Errors
    /// Returns the same errors as [`Reader::one`].
    pub async fn lasting_page<T, F>(
        self,
        among: SurrogateKeys,
        list: F,
    ) -> Result<PublicResponse<Page<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<Lasting<ListPage<T>>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { shown, until } = self.read(list).await?;
        let ListPage {
            mut items,
            page,
            keys,
        } = shown;
        complete(&mut items, &self.pages());
        let mut among = among;
        among.extend(keys.iter().map(str::to_owned));
        let (headers, cacheable) = (headers(&items), cacheable(among, &items, until));
        let data = Selected::all(items, self.view.asked);
        Ok(PublicResponse::cacheable(
            Page { data, page },
            headers,
            cacheable,
        ))
    }

    fn pages(&self) -> SitePages<'_> {
        SitePages::new(&self.state.config.site, &self.view.languages)
    }

    async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, &View) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let view = self.view.clone();
        let read = move |conn: &mut Conn| work(conn, &view);
        if self.at_length {
            self.state.db.read_at_length(read).await
        } else {
            self.state.db.read(read).await
        }
    }
}

/// Limits the validity of a read to the next time at which any publication appears or ends.
fn valid_until_next_change<T>(
    read: impl Fn(&mut Conn, &View) -> Result<T>,
) -> impl Fn(&mut Conn, &View) -> Result<Lasting<T>> {
    move |conn, view| {
        Ok(Lasting {
            shown: read(conn, view)?,
            until: visibility::next_change(conn, view.now)?,
        })
    }
}

fn complete<T: Shown>(shown: &mut [T], pages: &SitePages<'_>) {
    shown.iter_mut().for_each(|one| one.complete(pages));
}

/// Returns the headers that depend on the values shown. The lifetime is added when the response is sent
/// ([`crate::http::cache`]).
fn headers<T: Shown>(shown: &[T]) -> Vec<(HeaderName, String)> {
    let languages = content_language(shown).map(|languages| (CONTENT_LANGUAGE, languages));
    languages.into_iter().collect()
}

/// Collects everything that invalidates a response: the sets from which it was selected, the values shown, and the
/// time.
fn cacheable<T: Shown>(among: SurrogateKeys, shown: &[T], until: Option<Timestamp>) -> Cacheable {
    let mut keys = among;
    let mut languages = Vec::new();
    for one in shown {
        one.keys(&mut keys);
        one.languages(&mut languages);
    }
    keys.extend(languages.into_iter().map(surrogate_keys::lang));
    let edges = shown.iter().filter_map(Shown::changes_at);
    Cacheable {
        keys,
        until: edges.chain(until).min(),
        is_undated: false,
    }
}

/// Returns the value of `Content-Language`, with each language once, in the order of the items; `None` if there is
/// none.
fn content_language<T: Shown>(shown: &[T]) -> Option<String> {
    let mut found = Vec::new();
    shown.iter().for_each(|one| one.languages(&mut found));
    let mut seen: Vec<&str> = Vec::new();
    for lang in found.into_iter().map(Lang::as_str) {
        if !seen.contains(&lang) {
            seen.push(lang);
        }
    }
    (!seen.is_empty()).then(|| seen.join(", "))
}
