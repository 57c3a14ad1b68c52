//! The macro `settings!`, which generates a struct, its reader and its documentation from one table.

/// Declares a group of settings. It generates a struct with a field for each setting, the rows of the table, and the
/// function that reads them.
///
/// The heading for the help comes first, then the struct. The doc comment of a field is also its description in the
/// help and in the documentation. `read` is called with the [`super::reader::SettingsReader`] and the row; the results of
/// preceding fields are in scope under the names of the fields.
macro_rules! settings {
    (
        $section:literal
        $(#[doc = $about:literal])+
        pub struct $group:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident: $kind:ty {
                    name: $name:expr,
                    env: $env:expr,
                    $(further_env: $further_env:expr,)?
                    accepts: $accepts:expr,
                    default: $default:expr,
                    $(secret: $secret:expr,)?
                    read: $read:expr,
                }
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $group {
            $($(#[doc = $doc])+ pub $field: $kind,)+
        }

        impl $group {
            /// The rows, in the order in which they are displayed.
            pub(super) const SETTINGS: [$crate::config::setting::Setting; [$(stringify!($field)),+].len()] = [$(
                $crate::config::setting::Setting {
                    name: $name,
                    env: $env,
                    $(further_env: $further_env,)?
                    doc: concat!($($doc),+).trim_ascii(),
                    accepts: $accepts,
                    default: $default,
                    section: $section,
                    $(secret: $secret,)?
                    ..$crate::config::setting::Setting::BARE
                }
            ),+];

            /// Reads every setting before it fails, so that all problems are recorded.
            pub(super) fn read(
                reader: &mut $crate::config::reader::SettingsReader<'_>,
            ) -> Result<Self, $crate::config::reader::Bad> {
                let [$($field),+] = &Self::SETTINGS;
                $(let $field = reader.apply($field, $read);)+
                Ok(Self { $($field: $field?),+ })
            }
        }
    };
}
pub(super) use settings;
