//! Tests of licences.

#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn an_identifier_is_brought_to_the_case_of_the_list() {
    for (written, kept) in [
        ("cc-by-4.0", "CC-BY-4.0"),
        ("mit", "MIT"),
        ("apache-2.0+", "Apache-2.0+"),
        ("gpl-2.0+", "GPL-2.0+"),
        ("licenseref-Town.1", "LicenseRef-Town.1"),
        ("https://example.org/Licence", "https://example.org/Licence"),
    ] {
        assert_eq!(canonical(written).as_deref(), Ok(kept));
    }
}

#[test]
fn a_licence_has_a_name_and_a_text_and_allows_republication_or_not() {
    let cc = |path: &str| Some(format!("https://creativecommons.org/{path}/"));
    for (licence, written, text, allows) in [
        ("CC-BY-4.0", "CC BY 4.0", cc("licenses/by/4.0"), true),
        (
            "CC-BY-NC-SA-3.0-IGO",
            "CC BY-NC-SA 3.0 IGO",
            cc("licenses/by-nc-sa/3.0/igo"),
            true,
        ),
        ("CC0-1.0", "CC0 1.0", cc("publicdomain/zero/1.0"), true),
        (
            "CC-PDDC",
            "CC-PDDC",
            Some("https://spdx.org/licenses/CC-PDDC.html".into()),
            true,
        ),
        (
            "MIT",
            "MIT",
            Some("https://spdx.org/licenses/MIT.html".into()),
            false,
        ),
        (
            "GPL-2.0+",
            "GPL-2.0+",
            Some("https://spdx.org/licenses/GPL-2.0.html".into()),
            false,
        ),
        ("CC-BY-3.0+", "CC BY 3.0+", cc("licenses/by/3.0"), true),
        (
            "https://spdx.org/licenses/CC-BY-4.0.html",
            "CC BY 4.0",
            cc("licenses/by/4.0"),
            true,
        ),
        (
            "https://spdx.org/licenses/Nothing.html",
            "https://spdx.org/licenses/Nothing.html",
            Some("https://spdx.org/licenses/Nothing.html".into()),
            false,
        ),
        ("LicenseRef-Town", "LicenseRef-Town", None, false),
        (
            "https://a.org/terms",
            "https://a.org/terms",
            Some("https://a.org/terms".into()),
            false,
        ),
    ] {
        assert_eq!(name(licence), written);
        assert_eq!(url(licence), text, "{licence}");
        assert_eq!(allows_republication(licence), allows, "{licence}");
    }
    for (address, allows) in [
        ("http://www.creativecommons.org/licenses/by/4.0/", true),
        ("https://creativecommons.org/licenses/by-sa/3.0/at/", true),
        ("https://creativecommons.org/publicdomain/zero/1.0", true),
        ("https://creativecommons.org/licenses/", false),
        ("https://creativecommons.org/licenses/by/", false),
        ("https://creativecommons.org/licenses//4.0/", false),
        (
            "https://creativecommons.org.example/licenses/by/4.0/",
            false,
        ),
    ] {
        assert_eq!(allows_republication(address), allows, "{address}");
    }
}

#[test]
fn what_is_not_in_the_list_is_refused_with_the_nearest() {
    for (written, meant) in [
        ("CC-BY-4", Some("CC-BY-4.0")),
        ("CC BY 4.0", Some("CC-BY-4.0")),
        ("CC-BY", Some("CC-BY-4.0")),
        ("cc_by-sa", Some("CC-BY-SA-4.0")),
        ("CC0", Some("CC0-1.0")),
        ("WTFPL-XX", Some("WTFPL")),
        ("apache2", Some("Apache-2.0")),
        ("x", None),
        ("noassertion", None),
        ("LicenseRef-", None),
        ("all rights reserved", None),
        ("https://", None),
        ("", None),
    ] {
        let refused = canonical(written).unwrap_err();
        let (_, suggested) = refused.split_once("did you mean ").unzip();
        let suggested = suggested.and_then(|rest| rest.strip_suffix('?'));
        assert_eq!(suggested, meant, "{written}: {refused}");
    }
}
