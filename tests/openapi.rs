//! The OpenAPI documents: the committed files are current, and every operation is fully described. The list of error
//! codes in the documentation is current too; `UPDATE_DOCS=1` writes it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use tribuna::config::cache_routes;
use tribuna::error::Code;

const RENEW: &str = "renew it with: cargo run -- openapi --write openapi";

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// Both documents with the names of their files.
fn documents() -> [(&'static str, Value); 2] {
    let contract = tribuna::app::contract().unwrap();
    [
        ("openapi/delivery.json", contract.delivery),
        ("openapi/management.json", contract.management),
    ]
}

/// The method, the path and the description of every operation of both documents.
fn operations() -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (_, document) in documents() {
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations.push((method.clone(), path.clone(), operation.clone()));
            }
        }
    }
    assert!(operations.len() > 10, "found only {}", operations.len());
    operations
}

#[test]
fn the_committed_documents_are_those_of_the_code() {
    for (name, document) in documents() {
        let current = serde_json::to_string_pretty(&document).unwrap() + "\n";
        assert!(read(name) == current, "{name} is not current; {RENEW}");
    }
}

#[test]
fn every_cacheable_route_can_have_lifetimes_of_its_own() {
    let (_, delivery) = &documents()[0];
    let paths = delivery["paths"].as_object().unwrap().keys();
    let mut routes: BTreeSet<&str> = paths.map(|path| path.split('/').nth(2).unwrap()).collect();
    // What a key may do is not cached.
    assert!(routes.remove("key"));
    // Each form is issued to one client.
    assert!(routes.remove("forms"));
    let mut expected = BTreeSet::from_iter(cache_routes());
    expected.insert("previews");
    // They tell what has changed, so no cache stores them.
    expected.extend(["events", "snapshot.ndjson", "sync"]);
    // Its links are secret.
    expected.insert("unsubscribe");
    assert_eq!(routes, expected);
}

#[test]
fn every_reference_leads_somewhere() {
    for (name, document) in documents() {
        let mut targets = BTreeSet::new();
        references(&document, &mut targets);
        assert!(!targets.is_empty());
        for target in targets {
            let pointer = target
                .strip_prefix('#')
                .expect("a reference within the document");
            assert!(
                document.pointer(pointer).is_some(),
                "{name}: {target} leads nowhere"
            );
        }
    }
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            found.extend(
                members
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn operations_are_called_verb_and_noun_and_no_two_alike() {
    let mut seen = BTreeSet::new();
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let (verb, noun) = id
            .split_once('_')
            .unwrap_or_else(|| panic!("{id}: verb_noun"));
        let words = id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(
            words && !verb.is_empty() && !noun.is_empty(),
            "{id}: verb_noun"
        );
        let fits = match verb {
            "list" | "get" | "compare" | "resolve" | "search" | "check" | "sync" | "follow" => {
                method == "get"
            }
            "create" => method == "post",
            "replace" => method == "put",
            "update" => method == "patch",
            "delete" => method == "delete",
            // Other verbs are actions by POST or PUT, such as merge_tag and publish_translation.
            _ => method != "get" && method != "patch",
        };
        assert!(fits, "{id} is no name for {method} {path}");
        assert!(seen.insert(id.clone()), "{id} twice");
    }
}

#[test]
fn every_operation_is_described_whole() {
    for (method, path, operation) in operations() {
        let at = format!("{method} {path}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(
            !summary.is_empty() && !summary.ends_with('.'),
            "{at}: summary"
        );
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{at}: tags"
        );
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{at}: no success"
        );
        for status in ["400", "406", "500"] {
            assert!(responses.contains_key(status), "{at}: no {status}");
        }
        let security = operation["security"].as_array().unwrap();
        if !security.is_empty() {
            assert!(responses.contains_key("401"), "{at}: security");
        }
        // An operation for users is forbidden to some roles or API keys, and one for everybody to keys without the scope.
        let is_for_users = security.iter().any(|one| one["bearer"].is_array());
        let is_delivery = path.starts_with("/v1/")
            && !path.starts_with("/v1/admin/")
            && !path.starts_with("/v1/auth/");
        let is_for_all = is_delivery && security.is_empty();
        let is_forbidden_to_some = is_for_users || is_for_all;
        assert_eq!(
            responses.contains_key("403"),
            is_forbidden_to_some,
            "{at}: 403"
        );
        if operation.get("requestBody").is_some() {
            for status in ["413", "415", "422"] {
                assert!(responses.contains_key(status), "{at}: no {status}");
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(described, "{at}: parameter {}", parameter["name"]);
        }
    }
}

#[test]
fn every_change_takes_if_match_and_every_read_of_one_thing_has_an_etag() {
    // Reports about many things, and states of the server, which nobody changes by their address.
    let reports = [
        "get_audit_export",
        "get_comment_counts",
        "get_delivery",
        "get_liveness",
        "get_own_key",
        "get_readiness",
        "get_translation_matrix",
    ];
    // The response to a secret link must not be stored, and streams have no validator.
    let secret = [
        "get_comment_form",
        "get_preview",
        "get_snapshot",
        "get_unsubscription",
        "follow_events",
    ];
    for (method, path, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let takes = |name: &str| parameters.iter().any(|one| one["name"] == name);
        // Nobody but its writer changes a comment.
        let is_own = ["update_comment", "delete_comment"].contains(&id);
        if ["put", "patch", "delete"].contains(&&*method) && !is_own {
            assert!(takes("If-Match"), "{method} {path} takes no If-Match");
        }
        let found = &operation["responses"]["200"];
        let is_list = takes("cursor") || id.starts_with("list_");
        let is_exempt = reports.contains(&id) || secret.contains(&id) || is_list;
        if method == "get" && !is_exempt {
            let has_etag = found["headers"]["ETag"].is_object();
            assert!(has_etag, "{method} {path} has no ETag");
        }
    }
}

#[test]
fn the_headers_of_all_responses_are_described_once() {
    for (name, document) in documents() {
        let description = document["info"]["description"].as_str().unwrap();
        for header in [
            "X-Content-Type-Options",
            "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers",
            "Content-Encoding",
        ] {
            assert!(
                description.contains(&format!("`{header}")),
                "{name}: {header}"
            );
        }
    }
}

#[test]
fn a_list_is_not_described_as_one_resource() {
    for (name, document) in documents() {
        for (schema, description) in document["components"]["schemas"].as_object().unwrap() {
            let is_list = description["properties"]["data"]["type"] == "array";
            let text = description["description"].as_str().unwrap_or_default();
            assert!(
                !is_list || !text.contains("One resource"),
                "{name}: {schema}"
            );
        }
    }
}

#[test]
fn a_parameter_shares_the_enumeration_of_a_schema() {
    let [_, (_, management)] = documents();
    let status = management["paths"]["/v1/admin/posts"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let status = status.iter().find(|one| one["name"] == "status").unwrap();
    assert_eq!(
        status["schema"]["items"]["$ref"],
        "#/components/schemas/Status"
    );
}

#[test]
fn every_link_gives_an_operation_the_place_it_needs() {
    for (name, document) in documents() {
        let paths = document["paths"].as_object().unwrap();
        let items = paths
            .values()
            .flat_map(|item| item.as_object().unwrap().values());
        let targets: BTreeMap<&str, &Value> = items
            .map(|target| (target["operationId"].as_str().unwrap(), target))
            .collect();
        let mut links = Vec::new();
        for target in targets.values() {
            let responses = target["responses"].as_object().unwrap().values();
            links.extend(
                responses
                    .filter_map(|response| response["links"].as_object())
                    .flatten(),
            );
        }
        assert!(links.len() > 5, "{name}: only {} links", links.len());
        for (link, described) in links {
            let target = targets[described["operationId"].as_str().unwrap()];
            // An operation without variables takes nothing.
            let given = described["parameters"].as_object().cloned();
            let given = given.unwrap_or_default();
            let taken = target["parameters"].as_array().cloned();
            let taken = taken.unwrap_or_default();
            for parameter in taken
                .iter()
                .filter(|parameter| parameter["required"] == true)
            {
                assert!(
                    given.contains_key(parameter["name"].as_str().unwrap()),
                    "{name}: {link}: {parameter}"
                );
            }
            for parameter in given.keys() {
                assert!(
                    taken.iter().any(|one| one["name"] == **parameter),
                    "{name}: {link}: {parameter}"
                );
            }
        }
    }
}

#[test]
fn what_was_made_leads_to_all_that_is_done_with_it_as_it_was_seen() {
    let [_, (_, management)] = documents();
    let links = &management["paths"]["/v1/admin/tags"]["post"]["responses"]["201"]["links"];
    for (operation, seen) in [
        ("get_tag", false),
        ("replace_tag", true),
        ("update_tag", true),
        ("delete_tag", true),
    ] {
        let parameters = &links[operation]["parameters"];
        assert_eq!(parameters["id"], "$response.body#/data/id", "{operation}");
        let validator = parameters["If-Match"].as_str();
        assert_eq!(
            validator,
            seen.then_some("$response.header.ETag"),
            "{operation}"
        );
    }
    let list = &management["paths"]["/v1/admin/tags"]["get"]["responses"]["200"]["links"];
    assert_eq!(
        list["get_tag"]["parameters"]["id"],
        "$response.body#/data/0/id"
    );
    assert_eq!(
        list["next_page"]["parameters"]["cursor"],
        "$response.body#/page/next_cursor"
    );
}

#[test]
fn every_tag_has_a_sentence_of_its_own_and_operations_use_no_other() {
    for (name, document) in documents() {
        let tags = document["tags"].as_array().unwrap();
        let named: BTreeSet<&str> = tags
            .iter()
            .map(|tag| tag["name"].as_str().unwrap())
            .collect();
        let items = document["paths"].as_object().unwrap().values();
        let operations = items.flat_map(|item| item.as_object().unwrap().values());
        let used = operations.map(|operation| operation["tags"][0].as_str().unwrap());
        assert_eq!(named, used.collect(), "{name}");
        let mut told = BTreeSet::new();
        for tag in tags {
            let sentence = tag["description"].as_str().unwrap_or_default();
            let is_whole = sentence.ends_with('.') && sentence.contains(' ');
            assert!(is_whole && told.insert(sentence), "{name}: {tag}");
        }
    }
}

#[test]
fn a_list_of_revisions_leads_to_a_revision_and_no_link_to_what_is_deprecated() {
    let [_, (_, management)] = documents();
    let revisions = "/v1/admin/posts/{id}/translations/{lang}/revisions";
    let paths = &management["paths"];
    let links = &paths[revisions]["get"]["responses"]["200"]["links"];
    let number = &links["get_revision"]["parameters"]["number"];
    assert_eq!(number, "$response.body#/data/0/number");
    let former = &paths[format!("{revisions}/{{from}}...{{to}}")]["get"];
    assert_eq!(former["deprecated"], true);
    assert!(
        !management["paths"]
            .to_string()
            .contains("\"compare_revisions\":{")
    );
}

#[test]
fn every_property_is_described() {
    for (name, document) in documents() {
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for (schema, description) in schemas {
            for (property, value) in description["properties"].as_object().into_iter().flatten() {
                let parts = value["oneOf"].as_array().into_iter().flatten();
                let described = std::iter::once(value)
                    .chain(parts)
                    .any(|part| part.get("description").or(part.get("$ref")).is_some());
                assert!(described, "{name}: {schema}.{property}");
            }
        }
    }
}

#[test]
fn every_body_has_an_example_that_is_true_to_its_schema() {
    for (name, document) in documents() {
        let mut shown = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let bodies = [
                    "/requestBody/content",
                    "/responses/200/content",
                    "/responses/201/content",
                ];
                let bodies = bodies.iter().filter_map(|place| operation.pointer(place));
                for (kind, body) in bodies.flat_map(|content| content.as_object().unwrap()) {
                    let at = format!("{name}: {method} {path} {kind}");
                    let shared = body.pointer("/examples/example/$ref");
                    let example = match shared.and_then(Value::as_str) {
                        Some(target) => {
                            let component = document.pointer(target.trim_start_matches('#'));
                            &component.unwrap_or_else(|| panic!("{at}: {target}"))["value"]
                        }
                        None => body.get("example").unwrap_or_else(|| panic!("{at}")),
                    };
                    let mut schema = body["schema"].clone();
                    schema["components"] = document["components"].clone();
                    let validator = jsonschema::options()
                        .with_draft(jsonschema::Draft::Draft202012)
                        .should_validate_formats(true)
                        .build(&schema)
                        .unwrap();
                    let wrong: Vec<String> = validator
                        .iter_errors(example)
                        .map(|error| format!("{} at {}", error, error.instance_path()))
                        .collect();
                    assert!(wrong.is_empty(), "{at}: {wrong:?} in {example}");
                    shown += 1;
                }
            }
        }
        assert!(shown > 10, "{name}: only {shown}");
    }
}

#[test]
fn the_schema_of_a_problem_lists_the_codes() {
    let expected: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    for (name, document) in documents() {
        let code = &document["components"]["schemas"]["Problem"]["properties"]["code"];
        assert_eq!(code["type"], "string", "{name}");
        assert!(code.get("enum").is_none(), "later versions may have more");
        assert_eq!(code["x-extensible-enum"], json!(expected), "{name}");
    }
}

#[test]
fn codes_are_snake_case_unique_and_of_an_error_status() {
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes.len(), Code::ALL.len());
    for code in Code::ALL {
        let snake = code
            .as_str()
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(snake, "{code}");
        assert!((400..600).contains(&code.status()), "{code}");
        assert!(
            code.title().len() > 2 && code.help().ends_with('.'),
            "{code}"
        );
    }
}

/// The file with the table of codes, and the marks around it.
const ERRORS: &str = "docs/errors.md";
const MARKS: (&str, &str) = ("<!-- codes -->\n", "<!-- /codes -->");

#[test]
fn the_documented_error_codes_are_those_of_the_code() {
    let mut table =
        "\n| status | `code` | title | what it means, what to do |\n|---|---|---|---|\n".to_owned();
    for code in Code::ALL {
        writeln!(
            table,
            "| {} | `{}` | {} | {} |",
            code.status(),
            code,
            code.title(),
            code.help()
        )
        .unwrap();
    }
    table.push('\n');
    let document = read(ERRORS);
    let (before, rest) = document.split_once(MARKS.0).expect("the first mark");
    let (documented, after) = rest.split_once(MARKS.1).expect("the second mark");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let current = [before, MARKS.0, &table, MARKS.1, after].concat();
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(ERRORS), current).unwrap();
    } else {
        assert_eq!(
            documented, table,
            "{ERRORS} is not current: UPDATE_DOCS=1 cargo test --test openapi"
        );
    }
}
