//! `settings!`, which turns one table into a struct, its reading and its documentation.

/// Declares the settings of one concern, each once: a struct with a field for each, the table of their rows, and the
/// function that reads them.
///
/// First comes the section of the help, then the struct. The doc comment of a field is also the text of the help and of
/// the documentation. `read` is called with the [`super::reader::Reader`] and the row; it sees the results of the fields
/// above it by their names.
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
            /// The rows, in the order in which they are shown.
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

            /// Reads every setting before it gives up, so that all problems are noted.
            pub(super) fn read(
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Result<Self, $crate::config::reader::Bad> {
                let [$($field),+] = &Self::SETTINGS;
                $(let $field = reader.apply($field, $read);)+
                Ok(Self { $($field: $field?),+ })
            }
        }
    };
}
pub(super) use settings;
