//! The row of a translation, and the statements that touch no other table.

use diesel::prelude::*;

use super::input::NewTranslation;
use super::model::{BodySource, Seo};
use super::submitter::Submitter;
use super::translators::{SelectedTranslators, Translators};
use crate::collation::CollationKey;
use crate::content::Format;
use crate::db::sql::Sql;
use crate::db::{Conn, each};
use crate::editorial::workflow::words::Stage;
use crate::error::Result;
use crate::id::Id;
use crate::lang::Lang;
use crate::schema::translations;
use crate::slug::Slug;
use crate::timestamp::Timestamp;
use crate::translation_id::TranslationId;

/// A row of the table `translations`.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = translations, treat_none_as_null = true)]
pub struct TranslationRow {
    /// The post's id.
    pub post_id: Id,
    /// The language.
    pub lang: Lang,
    /// The slug.
    pub slug: Slug,
    /// The title.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The excerpt, if one was written.
    pub excerpt: Option<String>,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
    /// The format of the body.
    pub body_format: Format,
    /// The source of the body.
    pub body_source: String,
    /// The number of the last revision.
    pub revision: i32,
    /// The number of the revision in which the text was last changed. Later revisions have the same text.
    pub text_revision: i32,
    /// The workflow stage.
    pub stage: Stage,
    /// The time at which the translation entered this stage.
    pub stage_at: Timestamp,
    /// The user who last submitted the translation.
    pub submitted_by: Option<Id>,
    /// The API key that last submitted the translation.
    pub submitted_by_key: Option<Id>,
    /// The user who reviews the translation, or reviewed it last.
    pub reviewed_by: Option<Id>,
    /// The version number, which every change increases.
    pub version: i32,
    /// The time of creation.
    pub created_at: Timestamp,
    /// The time at which the text was last saved.
    pub updated_at: Timestamp,
    /// The translators, which stand in a table of their own.
    #[diesel(select_expression = SelectedTranslators)]
    #[diesel(select_expression_type = SelectedTranslators)]
    #[diesel(skip_insertion, skip_update)]
    pub translators: Translators,
}

impl TranslationRow {
    /// Returns the id of the translation.
    pub fn id(&self) -> TranslationId {
        TranslationId::new(self.post_id, self.lang.clone())
    }

    /// Returns the user or the API key that last submitted the translation.
    pub(in crate::editorial) fn submitter(&self) -> Submitter {
        Submitter {
            user: self.submitted_by,
            key: self.submitted_by_key,
        }
    }

    /// Returns whether a revision has the text of this working copy.
    pub fn has_text_of(&self, revision: i32) -> bool {
        revision >= self.text_revision
    }

    /// Returns whether two working copies have the same text.
    pub fn has_same_text(&self, other: &Self) -> bool {
        let text = |row: &Self| {
            let seo = (row.seo_title.clone(), row.seo_description.clone());
            (
                row.slug.clone(),
                row.title.clone(),
                row.subtitle.clone(),
                row.excerpt.clone(),
                seo,
                row.body_format,
            )
        };
        text(self) == text(other)
            && self.body_source == other.body_source
            && self.translators == other.translators
    }

    /// Returns the same text for a new translation, whose slug will be derived from the title.
    pub fn copied(self, note: String) -> NewTranslation {
        NewTranslation {
            translators: self.translators.named(),
            title: self.title,
            slug: None,
            subtitle: self.subtitle,
            excerpt: self.excerpt,
            body: BodySource {
                format: self.body_format,
                source: self.body_source,
            },
            seo: Some(Seo {
                title: self.seo_title,
                description: self.seo_description,
            }),
            note: Some(note),
            take_over: false,
        }
    }
}

/// Reads the row of a translation; `None` if there is none.
///
/// # Errors
/// Database errors.
pub fn row(conn: &mut Conn, id: &TranslationId) -> Result<Option<TranslationRow>> {
    Ok(each!(
        conn,
        translations::table
            .find((id.post, &id.lang))
            .select(TranslationRow::as_select())
            .first(conn)
            .optional()
    )?)
}

/// Writes the revision number and the stage of a working copy, and raises its version.
///
/// # Errors
/// Database errors.
pub fn advance(conn: &mut Conn, copy: &mut TranslationRow) -> Result<()> {
    copy.version += 1;
    let set = (
        translations::revision.eq(copy.revision),
        translations::stage.eq(copy.stage),
        translations::stage_at.eq(copy.stage_at),
        translations::version.eq(copy.version),
    );
    let row = translations::table.find((copy.post_id, &copy.lang));
    each!(conn, diesel::update(row).set(set).execute(conn))?;
    Ok(())
}

/// Raises the revision number and the version of working copies of one post by one, and writes the text of one of them, if
/// there is one to write. An approved one becomes a draft, as [`super::saving`] has it.
///
/// # Errors
/// Database errors.
pub(super) fn advance_all(
    conn: &mut Conn,
    copies: &[TranslationRow],
    text: Option<&TranslationRow>,
    now: Timestamp,
) -> Result<()> {
    let Some(first) = copies.first() else {
        return Ok(());
    };
    let approved = "CASE WHEN stage = 'approved' THEN ";
    let mut sql = Sql::new(
        "UPDATE translations SET revision = revision + 1, version = version + 1, stage = ",
    );
    sql.push(approved)
        .push("'draft' ELSE stage END, stage_at = ")
        .push(approved)
        .bind(now)
        .push(" ELSE stage_at END");
    if let Some(text) = text {
        push_text(&mut sql, text)?;
    }
    let langs = copies.iter().chain(text).map(|copy| copy.lang.as_str());
    sql.push(" WHERE post_id = ")
        .bind(first.post_id)
        .push(" AND lang IN ")
        .bind_all(langs);
    sql.execute(conn)?;
    Ok(())
}

/// Appends assignments that write a text to the row of its language, and leave other rows as they are.
///
/// # Errors
/// Returns the same errors as [`CollationKey::new`].
fn push_text(sql: &mut Sql, row: &TranslationRow) -> Result<()> {
    let columns = [
        ("slug", Some(row.slug.as_str())),
        ("title", Some(row.title.as_str())),
        ("subtitle", row.subtitle.as_deref()),
        ("excerpt", row.excerpt.as_deref()),
        ("seo_title", row.seo_title.as_deref()),
        ("seo_description", row.seo_description.as_deref()),
        ("body_format", Some(row.body_format.as_str())),
        ("body_source", Some(row.body_source.as_str())),
    ];
    let case = |column| format!(", {column} = CASE lang WHEN ");
    for (column, value) in columns {
        sql.push(&case(column))
            .bind(row.lang.as_str())
            .push(" THEN ");
        match value {
            Some(value) => sql.bind(value),
            None => sql.push("CAST(NULL AS text)"),
        };
        sql.push(&format!(" ELSE {column} END"));
    }
    let key: Vec<u8> = CollationKey::new(&row.title)?.into();
    sql.push(&case("title_key"))
        .bind(row.lang.as_str())
        .push(" THEN ")
        .bind(key)
        .push(" ELSE title_key END");
    sql.push(&case("text_revision"))
        .bind(row.lang.as_str())
        .push(" THEN revision + 1 ELSE text_revision END")
        .push(&case("updated_at"))
        .bind(row.lang.as_str())
        .push(" THEN ")
        .bind(row.updated_at)
        .push(" ELSE updated_at END");
    Ok(())
}

/// Raises the version of languages of a post by one.
///
/// # Errors
/// Database errors.
pub(in crate::editorial) fn raise_versions(
    conn: &mut Conn,
    post: Id,
    langs: &[Lang],
) -> Result<()> {
    let these = translations::table
        .filter(translations::post_id.eq(post))
        .filter(translations::lang.eq_any(langs.to_vec()));
    let set = translations::version.eq(translations::version + 1);
    each!(conn, diesel::update(these).set(set).execute(conn))?;
    Ok(())
}
