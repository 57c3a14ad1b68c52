//! The reader of the delivery surface: the languages and members to show, and the one way to answer.
//!
//! A handler says what to read. The reader brings the languages, the members and the instant, and derives the headers and
//! the cache keys from what is shown.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LANGUAGE, HeaderName, LINK};
use actix_web::{FromRequest, HttpRequest, web};

use super::answer::Delivered;
use super::localized::Localized;
use super::surrogate_keys;
use super::visibility;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::fields::{Fields, Selected, Selection};
use crate::http::cache::surrogate_keys::{Cacheable, SurrogateKeys};
use crate::http::contract::signature::{Describe, Signature};
use crate::http::input::Query;
use crate::http::reply::{Data, Page};
use crate::lang::Lang;
use crate::languages::Languages;
use crate::page::PageInfo;
use crate::state::State;
use crate::timestamp::Timestamp;

/// The view of a reader.
#[derive(Debug, Clone)]
pub struct View {
    /// Now.
    pub now: Timestamp,
    /// The languages that the reader accepts, best first.
    pub languages: Languages,
    /// The requested members: others need not be loaded.
    pub asked: Selection,
}

impl View {
    /// The keys of the posts shown to the reader, if the answer counts them.
    pub fn counted(&self) -> SurrogateKeys {
        if self.asked.has("post_count") {
            surrogate_keys::posts_for(&self.languages)
        } else {
            SurrogateKeys::new()
        }
    }
}

/// A value that the public is shown, with the facts that headers and cache keys need.
pub trait Shown {
    /// Adds the keys of everything it shows: a change of any of that invalidates the answer.
    fn keys(&self, keys: &mut SurrogateKeys);

    /// Adds the languages of its texts, in order, for `Content-Language`.
    fn languages<'a>(&'a self, _found: &mut Vec<&'a Lang>) {}

    /// The `Link` header with its other languages, for an answer that shows nothing else.
    fn alternates(&self) -> Option<String> {
        None
    }
}

/// A value with the instant until which it is valid.
#[derive(Debug, Clone)]
pub struct Lasting<T> {
    /// The thing.
    pub shown: T,
    /// The next instant at which it changes by the clock alone.
    pub until: Option<Timestamp>,
}

/// The reader of a request, from `lang`, `fallback` and `fields`. Comes last among a handler's parameters.
pub struct Reader {
    state: web::Data<State>,
    view: View,
    at_length: bool,
}

impl Describe for Reader {
    fn describe(_: &mut Signature) {}
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
        let state = request.app_data::<web::Data<State>>().cloned();
        let state = state.ok_or_else(|| Error::Internal("no state for readers".into()))?;
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
        })
    }

    /// Adds `members` to the requested ones.
    pub fn including(mut self, members: Vec<String>) -> Self {
        self.view.asked = self.view.asked.including(members);
        self
    }

    /// Marks the read as long, such as a count: it must not hold up the others.
    pub fn at_length(mut self) -> Self {
        self.at_length = true;
        self
    }

    /// The view of the reader.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Answers with one value, which any publication may change. `among` are the keys of everything it depends on besides
    /// what it shows, such as what it was chosen from or counts.
    ///
    /// # Errors
    /// The errors of `find` and of [`crate::db::Db::read`].
    pub async fn one<T, F>(
        self,
        among: SurrogateKeys,
        find: F,
    ) -> Result<Delivered<Data<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<T> + Send + 'static,
        T: Shown + Send + 'static,
    {
        self.lasting(among, valid_until_next_change(find)).await
    }

    /// Answers with one value that knows until when it is valid.
    ///
    /// # Errors
    /// As [`Reader::one`].
    pub async fn lasting<T, F>(
        self,
        among: SurrogateKeys,
        find: F,
    ) -> Result<Delivered<Data<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<Lasting<T>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { shown, until } = self.read(find).await?;
        let alternates = shown.alternates();
        let only = std::slice::from_ref(&shown);
        let (headers, cacheable) = (headers(only), cacheable(among, only, until));
        let data = Selected::one(shown, self.view.asked);
        Ok(Delivered::cacheable(Data { data }, headers, cacheable).with_some(LINK, alternates))
    }

    /// Answers with a list without pages, which any publication may change.
    ///
    /// # Errors
    /// As [`Reader::one`].
    pub async fn all<T, F>(
        self,
        among: SurrogateKeys,
        list: F,
    ) -> Result<Delivered<Data<Vec<Selected<T>>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<Vec<T>> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { shown, until } = self.read(valid_until_next_change(list)).await?;
        let (headers, cacheable) = (headers(&shown), cacheable(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(Delivered::cacheable(Data { data }, headers, cacheable))
    }

    /// Answers with a page of a list, which any publication may change.
    ///
    /// # Errors
    /// As [`Reader::one`].
    pub async fn page<T, F>(
        self,
        among: SurrogateKeys,
        list: F,
    ) -> Result<Delivered<Page<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<(Vec<T>, PageInfo)> + Send + 'static,
        T: Shown + Send + 'static,
    {
        let Lasting { shown, until } = self.read(valid_until_next_change(list)).await?;
        let (shown, page) = shown;
        let (headers, cacheable) = (headers(&shown), cacheable(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(Delivered::cacheable(
            Page { data, page },
            headers,
            cacheable,
        ))
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

/// Limits the validity of a read to the next instant at which any publication appears or ends.
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

/// The headers that follow from what an answer shows. Its lifetime is added when it is sent ([`crate::http::cache`]).
fn headers<T: Shown>(shown: &[T]) -> Vec<(HeaderName, String)> {
    let languages = content_language(shown).map(|languages| (CONTENT_LANGUAGE, languages));
    languages.into_iter().collect()
}

/// Everything that invalidates an answer: what it was chosen from, what it shows, and time.
fn cacheable<T: Shown>(among: SurrogateKeys, shown: &[T], until: Option<Timestamp>) -> Cacheable {
    let mut keys = among;
    let mut languages = Vec::new();
    for one in shown {
        one.keys(&mut keys);
        one.languages(&mut languages);
    }
    keys.extend(languages.into_iter().map(surrogate_keys::lang));
    Cacheable { keys, until }
}

/// The value of `Content-Language`: each language once, in the order of the items; `None` for no language.
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
