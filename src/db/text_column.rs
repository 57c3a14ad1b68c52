//! Columns of a diesel statement that are SQL text: a sub-query that puts rows together as a JSON array, which each database
//! begins in its own way.

/// The beginning of a column on each database.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    /// The text on SQLite.
    pub sqlite: &'static str,
    /// The text on PostgreSQL.
    pub postgres: &'static str,
}

/// Makes a type a text column of a statement. The type has two methods: `beginning`, which returns a [`Beginning`], and
/// `rest`, which writes what follows and is the same on both databases.
macro_rules! text_column {
    ($column:ty) => {
        impl diesel::expression::Expression for $column {
            type SqlType = diesel::sql_types::Text;
        }

        impl<QS> diesel::expression::AppearsOnTable<QS> for $column {}
        impl<QS> diesel::expression::SelectableExpression<QS> for $column {}

        impl<GB> diesel::expression::ValidGrouping<GB> for $column {
            type IsAggregate = diesel::expression::is_aggregate::Never;
        }

        $crate::db::text_column::text_column!(@ $column, diesel::sqlite::Sqlite, sqlite);
        $crate::db::text_column::text_column!(@ $column, diesel::pg::Pg, postgres);
    };
    (@ $column:ty, $database:ty, $text:ident) => {
        impl diesel::query_builder::QueryFragment<$database> for $column {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $database>,
            ) -> diesel::QueryResult<()> {
                out.push_sql(self.beginning().$text);
                self.rest(&mut out)
            }
        }
    };
}
pub(crate) use text_column;
