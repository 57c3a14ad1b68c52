//! Tests of the check of templates.

#![allow(clippy::unwrap_used, clippy::panic)]
use std::fs;

use super::*;

fn loaded(files: &[(&str, &str)]) -> Result<Templates, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source).unwrap();
    }
    load(Some(folder.path())).map_err(|flaws| {
        let root = format!("{}/", folder.path().display());
        flaws.iter().map(|flaw| flaw.replace(&root, "")).collect()
    })
}

#[test]
fn a_template_of_the_operator_replaces_that_of_the_program_or_adds_a_language() {
    let templates = loaded(&[
        ("en/test.txt", "Subject: Hey\n\nThis is {{ server }}.\n"),
        ("de/test.txt", "Subject: Probe\n\nVon {{ site }}.\n"),
        ("layout.html", "<p>{{ subject }}</p>"),
        ("README.md", "Our own texts."),
    ]);
    let templates = templates.map_err(|flaws| flaws.join("\n")).unwrap();
    let values = serde_json::json!({ "server": "mail.example.org" });
    let around = crate::mail::templates::Around {
        site: "Platz & Markt",
        unsubscribe_url: None,
    };
    for (tag, found, text) in [
        (
            "en",
            "en",
            "This is mail.example.org.\n\n-- \nPlatz & Markt\n",
        ),
        ("de-AT", "de", "Von Platz & Markt.\n\n-- \nPlatz & Markt\n"),
    ] {
        let lang = templates.language(Template::Test, Some(&tag.parse().unwrap()));
        let lang = lang.unwrap();
        assert_eq!(lang.as_str(), found);
        let written = templates
            .write(Template::Test, &lang, &values, around)
            .unwrap();
        assert_eq!(written.text, text);
        assert_eq!(written.html, format!("<p>{}</p>", written.subject));
    }
}

#[test]
fn a_flaw_is_told_with_its_file_and_line() {
    for (name, source, flaw) in [
        (
            "fr/test.txt",
            "Subject: x\n\n{% if %}\n",
            "fr/test.txt:3: syntax error",
        ),
        (
            "fr/test.txt",
            "Subject: x\n\nBonjour {{ nom }}\n",
            "fr/test.txt:3: nom is not a value of this template; expected any of server, site",
        ),
        (
            "fr/test.txt",
            "Subject: x\n{% if false %}{{ token }}{% endif %}",
            "fr/test.txt:2: token is not a value",
        ),
        (
            "fr/test.txt",
            "Bonjour\n",
            "fr/test.txt: the first line is not `Subject: …`",
        ),
        (
            "fr/test.txt",
            "Subject: x\n\n{{ server | sum }}",
            "fr/test.txt: line 3: ",
        ),
        (
            "fr/tset.txt",
            "Subject: x\n",
            "fr/tset.txt: is not the name of a template",
        ),
        (
            "test.txt",
            "Subject: x\n",
            "test.txt: is not the name of a template",
        ),
        (
            "french/test.txt",
            "Subject: x\n",
            "french/test.txt: french is not a language tag",
        ),
        (
            "layout.html",
            "<p>{{ body }}{{ title }}",
            "layout.html:1: title is not a value",
        ),
        (
            "en/footer.txt",
            "{{ topic }}",
            "en/footer.txt:1: topic is not a value",
        ),
    ] {
        let Err(flaws) = loaded(&[(name, source)]) else {
            panic!("{source} is accepted");
        };
        assert!(
            flaws.len() == 1 && flaws.concat().starts_with(flaw),
            "{flaws:?}"
        );
    }
    let flaws = load(Some(Path::new("/nowhere"))).map(|_| ()).unwrap_err();
    assert!(
        flaws.concat().starts_with("/nowhere: cannot be read"),
        "{flaws:?}"
    );
}
