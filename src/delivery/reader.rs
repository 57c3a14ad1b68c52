//! Who reads on the delivery surface: what they are to be shown, and the one way out for every answer to them.
//!
//! A handler says what it reads and for which path. The languages, the members and the moment are the reader's, and so is
//! what the headers say of the things shown.

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

/// What a reader is to be shown.
#[derive(Debug, Clone)]
pub struct View {
    /// Now.
    pub now: Timestamp,
    /// The languages that will be taken, best first.
    pub languages: Languages,
    /// The members asked for: what is not among them need not be loaded.
    pub asked: Selection,
}

impl View {
    /// What an answer depends on that may count posts: on those that the reader is shown, if it does.
    pub fn counted(&self) -> SurrogateKeys {
        match self.asked.has("post_count") {
            true => surrogate_keys::posts_for(&self.languages),
            false => SurrogateKeys::new(),
        }
    }
}

/// A thing that the public is shown, and what the headers say of it.
pub trait Shown {
    /// Adds the keys of all that is shown of it: a change of any of that makes it another.
    fn keys(&self, keys: &mut SurrogateKeys);

    /// Adds the languages of its texts, in their order, for `Content-Language`.
    fn languages<'a>(&'a self, _found: &mut Vec<&'a Lang>) {}

    /// Where its other languages are, for the `Link` of an answer that shows nothing else.
    fn alternates(&self) -> Option<String> {
        None
    }
}

/// A thing that knows by itself until when it stays as it is.
#[derive(Debug, Clone)]
pub struct Lasting<T> {
    /// The thing.
    pub shown: T,
    /// The next instant at which it will be another, if not only a write can make it so.
    pub until: Option<Timestamp>,
}

/// Who reads: taken off the request as `lang`, `fallback` and `fields` say it. Comes last among a handler's parameters.
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

    /// Who asks for these members, too.
    pub fn including(mut self, members: Vec<String>) -> Self {
        self.view.asked = self.view.asked.including(members);
        self
    }

    /// Who asks for what takes long to read, as counting does, and must not keep all others waiting.
    pub fn at_length(mut self) -> Self {
        self.at_length = true;
        self
    }

    /// What they are to be shown.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// One thing, which any publication may change. `among` are the keys of what else it depends on than what it shows: of
    /// which it was chosen, what was counted.
    ///
    /// # Errors
    /// What `find` returns, and those of [`crate::db::Db::read`].
    pub async fn one<T, F>(
        self,
        among: SurrogateKeys,
        find: F,
    ) -> Result<Delivered<Data<Selected<T>>>>
    where
        F: Fn(&mut Conn, &View) -> Result<T> + Send + 'static,
        T: Shown + Send + 'static,
    {
        self.lasting(among, while_nothing_is_published(find)).await
    }

    /// One thing that knows by itself until when it stays as it is.
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
        let (headers, kept) = (headers(only), kept(among, only, until));
        let data = Selected::one(shown, self.view.asked);
        Ok(Delivered::kept(Data { data }, headers, kept).with_some(LINK, alternates))
    }

    /// All things of a list that has no pages; any publication may change it.
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
        let Lasting { shown, until } = self.read(while_nothing_is_published(list)).await?;
        let (headers, kept) = (headers(&shown), kept(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(Delivered::kept(Data { data }, headers, kept))
    }

    /// A page of a list; any publication may change it.
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
        let Lasting { shown, until } = self.read(while_nothing_is_published(list)).await?;
        let (shown, page) = shown;
        let (headers, kept) = (headers(&shown), kept(among, &shown, until));
        let data = Selected::all(shown, self.view.asked);
        Ok(Delivered::kept(Page { data, page }, headers, kept))
    }

    async fn read<T, F>(&self, work: F) -> Result<T>
    where
        F: Fn(&mut Conn, &View) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let view = self.view.clone();
        let read = move |conn: &mut Conn| work(conn, &view);
        match self.at_length {
            true => self.state.db.read_at_length(read).await,
            false => self.state.db.read(read).await,
        }
    }
}

/// What is read of publications at large stays as it is until the next of them appears or goes.
fn while_nothing_is_published<T>(
    read: impl Fn(&mut Conn, &View) -> Result<T>,
) -> impl Fn(&mut Conn, &View) -> Result<Lasting<T>> {
    move |conn, view| {
        Ok(Lasting {
            shown: read(conn, view)?,
            until: visibility::next_change(conn, view.now)?,
        })
    }
}

/// The headers of an answer that shows these things. Every answer gets them here, so whatever is to be said of answers by
/// what they show has this one place; how long it may be kept is said when it is sent ([`crate::http::cache`]).
fn headers<T: Shown>(shown: &[T]) -> Vec<(HeaderName, String)> {
    let languages = content_language(shown).map(|languages| (CONTENT_LANGUAGE, languages));
    languages.into_iter().collect()
}

/// What makes an answer that shows these things another: whatever it was chosen from, whatever it shows, and time.
fn kept<T: Shown>(among: SurrogateKeys, shown: &[T], until: Option<Timestamp>) -> Cacheable {
    let mut keys = among;
    let mut languages = Vec::new();
    for one in shown {
        one.keys(&mut keys);
        one.languages(&mut languages);
    }
    keys.extend(languages.into_iter().map(surrogate_keys::lang));
    Cacheable { keys, until }
}

/// The value of `Content-Language`: each language once, in the order of the items; nothing for none.
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
