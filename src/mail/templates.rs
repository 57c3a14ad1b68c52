//! The templates of messages, compiled, and how messages are written from them.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value as Given};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context, escape_formatter};
use serde_json::Value;

use super::body::{self, Block, Part, marked, plain, plain_line};
use super::built_in::{self, FOOTER, LANGUAGES, LAYOUT, LAYOUT_SOURCE};
use super::direction::is_rtl;
use super::message::Template;
use super::values::{self, COMMON, Declared, FOOTER as OF_FOOTER};
use crate::error::{Error, Result};
use crate::lang::Lang;

/// The beginning of the first line of a template, behind which the subject stands.
pub const SUBJECT: &str = "Subject:";

/// The templates, compiled.
pub struct Templates {
    environment: Environment<'static>,
}

/// A message, written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The language.
    pub lang: Lang,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// The values that every message shows besides the values of its template.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The name of the site.
    pub site: &'a str,
    /// The page for unsubscribing.
    pub unsubscribe_url: Option<&'a str>,
}

impl Templates {
    /// Compiles the texts of the program.
    ///
    /// # Errors
    /// Returns the error of the template engine.
    pub fn built_in() -> std::result::Result<Self, minijinja::Error> {
        let mut environment = environment()?;
        for (lang, template, source) in built_in::texts() {
            environment.add_template_owned(file_name(lang, template), source)?;
        }
        environment.add_template(LAYOUT, LAYOUT_SOURCE)?;
        Ok(Self { environment })
    }

    /// Adds a template, or replaces the one with this name.
    ///
    /// # Errors
    /// Returns the error of the template engine if the template does not parse.
    pub(super) fn add(
        &mut self,
        name: &str,
        source: &str,
    ) -> std::result::Result<(), minijinja::Error> {
        let (name, source) = (name.to_owned(), source.to_owned());
        self.environment.add_template_owned(name, source)
    }

    /// Returns the language of a template that is nearest to `lang` (RFC 4647 section 3.4), or else English.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if there is not even an English text, which does not happen.
    pub fn language(&self, template: Template, lang: Option<&Lang>) -> Result<Lang> {
        self.nearest(Some(template), lang)
    }

    /// Writes a message in a language that the template has.
    ///
    /// # Errors
    /// Returns [`Error::Internal`] if the values are not those that the template declares, or if it cannot be written. The
    /// error contains no value.
    pub fn write(
        &self,
        template: Template,
        lang: &Lang,
        values: &Value,
        around: Around<'_>,
    ) -> Result<Written> {
        let values = values::check(template, values)?;
        let common = COMMON
            .iter()
            .map(|one| (*one, Some(around.site.to_owned())));
        let given: Vec<_> = values.into_iter().chain(common).collect();
        let written = self.render(&file_name(lang.as_str(), Some(template)), &given)?;
        let (subject, written) = subject(&written)?;
        let footer = self.footer(lang, around)?;
        self.complete(lang.clone(), &subject, &body::parse(written), &footer)
    }

    /// Returns the language of a template, or of the footer, that is nearest to a language.
    fn nearest(&self, template: Option<Template>, lang: Option<&Lang>) -> Result<Lang> {
        let mut tags = lang.iter().flat_map(|lang| lang.lookup());
        let exists = |tag: &Lang| {
            let name = file_name(tag.as_str(), template);
            self.environment.get_template(&name).is_ok()
        };
        match (tags.find(exists), LANGUAGES) {
            (Some(lang), _) => Ok(lang),
            (None, [last_resort, ..]) => last_resort
                .parse()
                .map_err(|flaw: &str| Error::Internal(flaw.to_owned())),
        }
    }

    fn footer(&self, lang: &Lang, around: Around<'_>) -> Result<Vec<Block>> {
        let lang = self.nearest(None, Some(lang))?;
        let common = COMMON
            .iter()
            .map(|one| (*one, Some(around.site.to_owned())));
        let url = around.unsubscribe_url.map(str::to_owned);
        let own = OF_FOOTER.iter().map(|one| (*one, url.clone()));
        let given: Vec<_> = common.chain(own).collect();
        let written = self.render(&file_name(lang.as_str(), None), &given)?;
        Ok(body::parse(&written))
    }

    /// Writes the text of a template, in which values stand between marks.
    pub(super) fn render(
        &self,
        name: &str,
        given: &[(Declared, Option<String>)],
    ) -> Result<String> {
        let values = given.iter().map(|(one, text)| {
            let value = text.as_ref().map(|text| marked(one.kind, text));
            (one.name, value.map_or(Given::from(()), Given::from))
        });
        let values = Given::from_pairs(values);
        let template = self.environment.get_template(name).map_err(failed)?;
        template.render(values).map_err(failed)
    }

    /// Writes plain text and HTML.
    pub(super) fn complete(
        &self,
        lang: Lang,
        subject: &[Part],
        body: &[Block],
        footer: &[Block],
    ) -> Result<Written> {
        let is_rtl = is_rtl(&lang);
        let subject = plain_line(subject, is_rtl);
        // The line before a signature has a space at its end (RFC 3676 section 4.3).
        let text = format!(
            "{}\n\n-- \n{}\n",
            plain(body, is_rtl),
            plain(footer, is_rtl)
        );
        let dir = if is_rtl { "rtl" } else { "ltr" };
        let layout = self.environment.get_template(LAYOUT).map_err(failed)?;
        let html = layout.render(context! {
            lang => lang.as_str(),
            dir,
            subject => subject.as_str(),
            body => Serde(body),
            footer => Serde(footer),
        });
        // The engine escapes slashes, too, which makes URLs long and hard to read.
        let html = html.map_err(failed)?.replace("&#x2f;", "/");
        let html = html.trim_start().to_owned();
        Ok(Written {
            lang,
            subject,
            text,
            html,
        })
    }

    /// Returns the names that a template uses without defining them.
    pub(super) fn names(&self, name: &str) -> Vec<String> {
        let template = self.environment.get_template(name);
        let names = template.map(|template| template.undeclared_variables(false));
        names.unwrap_or_default().into_iter().collect()
    }
}

/// Returns the name of a file in the folder of templates. `None` is the footer.
pub fn file_name(lang: &str, template: Option<Template>) -> String {
    let name = template.map_or(FOOTER, Template::as_str);
    format!("{lang}/{name}.txt")
}

/// Splits what a template has written into the subject and the rest.
///
/// # Errors
/// Returns [`Error::Internal`] if there is no subject.
pub(super) fn subject(written: &str) -> Result<(Vec<Part>, &str)> {
    let written = written.trim_start();
    let (first, rest) = written.split_once('\n').unwrap_or((written, ""));
    let subject = first.trim().strip_prefix(SUBJECT).map(body::parse_line);
    let subject = subject.filter(|parts| !parts.is_empty());
    let missing = || Error::Internal(format!("the first line is not `{SUBJECT} …`"));
    Ok((subject.ok_or_else(missing)?, rest))
}

fn environment() -> std::result::Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    let syntax = syntax.trim_blocks(true).lstrip_blocks(true).build()?;
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| match value.is_none() {
        true => Ok(()),
        false => escape_formatter(out, state, value),
    });
    Ok(environment)
}

fn failed(error: minijinja::Error) -> Error {
    Error::Internal(error.to_string())
}
