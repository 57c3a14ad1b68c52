//! The documentation that the server serves: every link has a target, files can be cached for ever, and no page has
//! inline scripts or loads anything from other hosts.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::Method;
use actix_web::http::header::ACCEPT_ENCODING;
use serde_json::Value;

use crate::support::client::{Answer, Client};

/// The pages from which the crawl starts.
const ENTRANCES: [&str; 4] = ["/docs/", "/docs/guide/", "/docs/problems", "/docs/search"];

fn html(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.body).expect("a page in UTF-8")
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    let values = html.split(start.as_str()).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

/// True for an address on this server. Addresses on other servers have a scheme.
fn is_ours(address: &str) -> bool {
    !address.contains("://") && !address.starts_with("mailto:")
}

/// Follows all links from the entrances. Returns the pages by address, and every link with its page and its target.
async fn crawl(anyone: &Client) -> (BTreeMap<String, String>, BTreeSet<(String, String)>) {
    let (mut pages, mut links) = (BTreeMap::new(), BTreeSet::new());
    let mut open: Vec<String> = ENTRANCES.map(str::to_owned).to_vec();
    while let Some(address) = open.pop() {
        if pages.contains_key(&address) {
            continue;
        }
        let answer = anyone.get(&address).await.expect(200);
        if !answer.header("content-type").starts_with("text/html") {
            pages.insert(address, String::new());
            continue;
        }
        let page = html(&answer).to_owned();
        for link in [values(&page, "href"), values(&page, "src")].concat() {
            links.insert((address.clone(), link.to_owned()));
            let target = link.split('#').next().unwrap();
            if is_ours(link) && !target.is_empty() {
                assert!(target.starts_with('/'), "{address}: {link} is relative");
                open.push(target.to_owned());
            }
        }
        pages.insert(address, page);
    }
    (pages, links)
}

on_both!(every_link_has_a_target, async |app| {
    let anyone = app.anonymous();
    let (pages, links) = crawl(&anyone).await;
    assert!(pages.len() > 20, "found only {:?}", pages.keys());
    for (from, link) in links.iter().filter(|(_, link)| is_ours(link)) {
        let Some((page, anchor)) = link.split_once('#') else {
            continue;
        };
        let page = if page.is_empty() { from } else { page };
        let leads_somewhere = match page {
            "/docs/" => is_operation(&anyone, anchor).await,
            page => values(&pages[page], "id").contains(&anchor),
        };
        assert!(leads_somewhere, "{from}: {link} has no target");
    }
});

/// True if an anchor of the reference names an operation: `management/tag/posts/create_post`.
async fn is_operation(anyone: &Client, anchor: &str) -> bool {
    let [document, "tag", tag, id] = anchor.split('/').collect::<Vec<_>>()[..] else {
        return false;
    };
    let document = anyone.get(&format!("/openapi/{document}.json")).await;
    let document = document.expect(200).json;
    let items = document["paths"].as_object().unwrap().values();
    let mut operations = items.flat_map(|item| item.as_object().unwrap().values());
    operations.any(|operation| operation["operationId"] == id && operation["tags"][0] == tag)
}

on_both!(
    every_link_in_the_descriptions_of_the_documents_has_a_target,
    async |app| {
        let anyone = app.anonymous();
        for document in ["/openapi/delivery.json", "/openapi/management.json"] {
            let document = anyone.get(document).await.expect(200);
            assert!(document.json["info"]["contact"]["url"].is_null());
            assert!(document.json["info"]["license"]["identifier"].is_null());
            let text = document.json.to_string();
            for link in text.split("](").skip(1) {
                let link = link.split(')').next().unwrap();
                if link.starts_with('/') {
                    anyone.get(link).await.expect(200);
                }
            }
        }
    }
);

on_both!(no_page_has_an_inline_script_or_style, async |app| {
    let (pages, _) = crawl(&app.anonymous()).await;
    for (address, page) in pages {
        let scripts = page.matches("<script").count();
        let loaded = page.matches("<script src=\"/docs/assets/").count();
        assert_eq!(scripts, loaded, "{address}: an inline script");
        assert!(!page.contains("<style"), "{address}: an inline style");
        for attribute in ["style", "onclick", "onerror", "onload", "onsubmit"] {
            let inline = values(&page, attribute);
            assert!(inline.is_empty(), "{address}: {attribute}={inline:?}");
        }
    }
});

on_both!(no_page_may_load_from_other_hosts, async |app| {
    let anyone = app.anonymous();
    let (pages, links) = crawl(&anyone).await;
    for (address, page) in pages.iter().filter(|(_, page)| !page.is_empty()) {
        let answer = anyone.get(address).await.expect(200);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; "),
            "{address}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-eval") && !policy.contains("http"),
            "{policy}"
        );
        for script in policy.split(';').filter(|rule| rule.contains("script-src")) {
            assert_eq!(script.trim(), "script-src 'self'");
        }
        for source in values(page, "src") {
            assert!(is_ours(source), "{address}: {source}");
        }
    }
    for (from, link) in links {
        assert!(!link.contains("example.org"), "{from}: {link}");
    }
});

on_both!(versioned_files_are_cached_for_ever, async |app| {
    let anyone = app.anonymous();
    let (pages, _) = crawl(&anyone).await;
    let files = pages
        .keys()
        .filter(|address| address.starts_with("/docs/assets/"));
    let files: Vec<&String> = files.collect();
    assert_eq!(files.len(), 6, "{files:?}");
    for file in files {
        let answer = anyone.get(file).await.expect(200);
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
        let (stem, rest) = file.split_once('.').unwrap();
        let (version, extension) = rest.split_once('.').unwrap();
        assert_eq!(version.len(), 16, "{file}");
        for other in ["0000000000000000", "latest"] {
            let stale = format!("{stem}.{other}.{extension}");
            anyone.get(&stale).await.expect_problem(404, "not_found");
        }
    }
    let page = anyone.get("/docs/").await.expect(200);
    assert_eq!(page.header("cache-control"), "no-cache");
});

on_both!(a_large_file_is_sent_as_it_is_stored, async |app| {
    let anyone = app.anonymous();
    let (pages, _) = crawl(&anyone).await;
    let scalar = pages.keys().find(|address| address.contains("/scalar."));
    let scalar = scalar.unwrap();
    let coded = |codings: &'static str| {
        let request = anyone.request(Method::GET, scalar);
        anyone.send(request.insert_header((ACCEPT_ENCODING, codings)))
    };
    let brotli = coded("gzip, deflate, br, zstd").await.expect(200);
    assert_eq!(brotli.header("content-encoding"), "br");
    let plain = coded("identity").await.expect(200);
    assert!(plain.headers.get("content-encoding").is_none());
    for answer in [&brotli, &plain] {
        assert!(answer.header("vary").contains("accept-encoding"));
    }
    assert!(brotli.body.len() * 3 < plain.body.len());
    assert!(brotli.body.len() < 1_200_000, "{}", brotli.body.len());
});

on_both!(pages_and_documents_can_only_be_read, async |app| {
    let anyone = app.anonymous();
    let (pages, _) = crawl(&anyone).await;
    let more = ["/", "/v1", "/v1/", "/docs", "/docs/guide"];
    let documents = ["/openapi/delivery.json", "/openapi/management.json"];
    let more = more.into_iter().chain(documents);
    let known = pages.keys().map(String::as_str);
    let known = known.filter(|page| page.starts_with("/docs") || page.starts_with("/openapi"));
    for address in known.chain(more).chain(["/openapi.json"]) {
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = anyone.send(anyone.request(method, address)).await;
            let answer = answer.expect_problem(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{address}");
        }
        let options = anyone.send(anyone.request(Method::OPTIONS, address)).await;
        let options = options.expect(204);
        assert_eq!(options.header("allow"), "GET, HEAD, OPTIONS", "{address}");
    }
    for unknown in ["/docs/nothing", "/openapi/nothing.json"] {
        let answer = anyone.post(unknown, Value::Null).await;
        answer.expect_problem(404, "not_found");
    }
});

on_both!(addresses_of_folders_lead_to_their_pages, async |app| {
    let anyone = app.anonymous();
    for (short, page) in [("/docs", "/docs/"), ("/docs/guide", "/docs/guide/")] {
        let answer = anyone.get(short).await.expect(308);
        assert_eq!(answer.header("location"), page);
    }
    // What errors are, and all codes, are one page.
    let answer = anyone.get("/docs/guide/errors").await.expect(308);
    assert_eq!(answer.header("location"), "/docs/problems");
    for address in [
        "/docs/nothing",
        "/docs/guide/nothing",
        "/docs/guide/../README.md",
    ] {
        anyone.get(address).await.expect_problem(404, "not_found");
    }
});

on_both!(the_type_of_a_problem_leads_to_its_code, async |app| {
    let anyone = app.anonymous();
    let problem = anyone.get("/v1/posts/nothing").await.expect(404);
    let (page, anchor) = problem.text("/type").split_once('#').unwrap();
    let page = anyone.get(page).await.expect(200);
    assert!(values(html(&page), "id").contains(&anchor));
});

on_both!(
    the_page_of_errors_is_the_guide_with_all_codes,
    async |app| {
        let page = app.anonymous().get("/docs/problems").await.expect(200);
        let ids = values(html(&page), "id");
        for id in ["not_found", "precondition_failed", "the-order-of-checks"] {
            assert!(ids.contains(&id), "{id} is not among {ids:?}");
        }
        assert!(!html(&page).contains("UPDATE_DOCS"));
    }
);

on_both!(
    the_search_covers_both_documents_and_the_guides,
    async |app| {
        let anyone = app.anonymous();
        for (question, address) in [
            ("publish", "/docs/#management/tag/posts/replace_publication"),
            ("create a post", "/docs/#management/tag/posts/create_post"),
            ("create_post", "/docs/#management/tag/posts/create_post"),
            ("Facets", "/docs/#delivery/tag/posts/get_post_facets"),
            ("next_cursor", "/docs/guide/api-guide#for-typed-clients"),
            ("srcset", "/docs/guide/content#the-allow-list"),
            (
                "not_in_this_language",
                "/docs/problems#not_in_this_language",
            ),
            ("order checks", "/docs/problems#the-order-of-checks"),
        ] {
            let query = question.replace(' ', "+");
            let page = anyone.get(&format!("/docs/search?q={query}")).await;
            let page = page.expect(200);
            let found = values(html(&page), "href");
            assert!(found.contains(&address), "{question}: {found:?}");
            assert!(html(&page).contains(&format!(" value=\"{question}\"")));
        }
        let first = anyone.get("/docs/search?q=create+a+post").await.expect(200);
        let (_, results) = html(&first).split_once("class=\"results\"").unwrap();
        let first = values(results, "href")[0];
        assert_eq!(first, "/docs/#management/tag/posts/create_post");
        for nothing in ["q=zzzz", "q=", "", "q=%22%3E%3Cscript%3Ezzzz", "q=%FF&q=a"] {
            let page = anyone.get(&format!("/docs/search?{nothing}")).await;
            let page = page.expect(200);
            assert!(!html(&page).contains("class=\"results\""), "{nothing}");
            assert!(!html(&page).contains("<script"), "{nothing}");
        }
    }
);

on_both!(every_link_of_a_search_has_a_target, async |app| {
    let anyone = app.anonymous();
    for question in ["post", "cache", "error", "code", "a"] {
        let page = anyone.get(&format!("/docs/search?q={question}")).await;
        let page = page.expect(200);
        let (_, results) = html(&page).split_once("class=\"results\"").unwrap();
        let (results, _) = results.split_once("</ul>").unwrap();
        for link in values(results, "href") {
            let (page, anchor) = link.split_once('#').unwrap();
            let has_target = match page {
                "/docs/" => is_operation(&anyone, anchor).await,
                page => {
                    let page = anyone.get(page).await.expect(200);
                    values(html(&page), "id").contains(&anchor)
                }
            };
            assert!(has_target, "{question}: {link}");
        }
    }
});

on_both!(a_long_guide_begins_with_its_sections, async |app| {
    let anyone = app.anonymous();
    for guide in ["content", "operations", "caching", "testing"] {
        let page = anyone.get(&format!("/docs/guide/{guide}")).await;
        let page = page.expect(200);
        let (_, list) = html(&page)
            .split_once("<details class=\"contents\">")
            .unwrap();
        let (list, _) = list.split_once("</details>").unwrap();
        assert!(values(list, "href").len() > 2, "{guide}: {list}");
    }
});

/// The example of a request body in a document.
fn example(document: &Value, path: &str, method: &str) -> Value {
    let operation = &document["paths"][path][method];
    let shown = &operation["requestBody"]["content"]["application/json"]["examples"]["example"];
    let target = shown["$ref"]
        .as_str()
        .unwrap_or_else(|| panic!("{method} {path}"));
    let example = document.pointer(target.trim_start_matches('#')).unwrap();
    example["value"].clone()
}

/// The required query parameters of an operation, with their example values.
fn required_query(operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let required = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
    let pairs = required.map(|one| {
        let example = one["example"].as_str().unwrap();
        format!("{}={example}", one["name"].as_str().unwrap())
    });
    let pairs: Vec<String> = pairs.collect();
    match pairs.as_slice() {
        [] => String::new(),
        pairs => format!("?{}", pairs.join("&")),
    }
}

on_both!(
    the_example_of_every_creating_operation_succeeds,
    async |app| {
        let (admin, anyone) = (app.admin("grace").await, app.anonymous());
        let document = anyone
            .get("/openapi/management.json")
            .await
            .expect(200)
            .json;
        let creating = document["paths"].as_object().unwrap().iter();
        let creating = creating.filter(|(_, item)| !item["post"]["responses"]["201"].is_null());
        let mut creating: Vec<&str> = creating.map(|(path, _)| path.as_str()).collect();
        // Resources first, then those below them.
        creating.sort_by_key(|path| path.contains("{id}"));
        let mut created: BTreeMap<&str, String> = BTreeMap::new();
        for template in creating {
            let noun = template.split('/').nth(3).unwrap_or_default();
            let above = created.get(noun).cloned().unwrap_or_default();
            let operation = &document["paths"][template]["post"];
            let has_body = !operation["requestBody"].is_null();
            let lang = if has_body { "en" } else { "fr" };
            let path = template.replace("{id}", &above).replace("{lang}", lang);
            let path = path + &required_query(operation);
            let answer = match has_body {
                true => {
                    admin
                        .post(&path, example(&document, template, "post"))
                        .await
                }
                false => admin.send(admin.request(Method::POST, &path)).await,
            };
            let answer = answer.expect(201);
            if !template.contains('{') {
                created.insert(noun, answer.id());
            }
        }
        let publication = "/v1/admin/posts/{id}/translations/{lang}/publication";
        let path = publication.replace("{id}", &created["posts"]);
        let path = path.replace("{lang}", "en");
        admin
            .put(&path, example(&document, publication, "put"))
            .await
            .expect(200);
        anyone
            .get("/v1/posts/a-right-to-the-city")
            .await
            .expect(200);
    }
);

on_both!(the_examples_of_changes_succeed, async |app| {
    let admin = app.admin("grace").await;
    let document = app
        .anonymous()
        .get("/openapi/management.json")
        .await
        .expect(200)
        .json;
    for kind in [
        "organizations",
        "authors",
        "categories",
        "tags",
        "posts",
        "users",
    ] {
        let (list, item) = (
            format!("/v1/admin/{kind}"),
            format!("/v1/admin/{kind}/{{id}}"),
        );
        let made = admin
            .post(&list, example(&document, &list, "post"))
            .await
            .expect(201);
        let path = item.replace("{id}", &made.id());
        admin
            .put(&path, example(&document, &item, "put"))
            .await
            .expect(200);
        let patch = &document["paths"][&item]["patch"]["requestBody"]["content"];
        let (media_type, _) = patch.as_object().unwrap().iter().next().unwrap();
        let target = patch[media_type]["examples"]["example"]["$ref"]
            .as_str()
            .unwrap();
        let example = document.pointer(target.trim_start_matches('#')).unwrap();
        admin
            .patch(&path, example["value"].clone())
            .await
            .expect(200);
    }
    let batch = example(&document, "/v1/admin/batch", "post");
    let outcome = admin.post("/v1/admin/batch", batch).await.expect(200);
    assert_eq!(outcome.at("/data/results/0/status"), 201);
});

on_both!(
    the_roots_lead_people_to_the_pages_and_programs_to_the_documents,
    async |app| {
        let anyone = app.anonymous();
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for path in ["/", "/v1"] {
            for (accept, is_person) in [
                (browser, true),
                ("text/html", true),
                ("*/*", false),
                ("application/json", false),
                ("application/json, text/html;q=0.9", false),
                ("image/png", false),
            ] {
                let request = anyone.request(Method::GET, path);
                let answer = anyone.send(request.insert_header(("accept", accept))).await;
                assert!(answer.header("vary").contains("accept"), "{answer}");
                if is_person {
                    let answer = answer.expect(307);
                    assert_eq!(answer.header("location"), "/docs/", "{accept}");
                } else {
                    answer.expect(200);
                }
            }
            let answer = anyone.get(path).await.expect(200);
            let link = answer.header("link");
            assert_eq!(link.matches("rel=\"service-desc\"").count(), 2, "{link}");
            assert!(link.contains("</docs/>; rel=\"service-doc\""), "{link}");
            for pointer in [
                "openapi/delivery",
                "openapi/management",
                "docs",
                "guides",
                "errors",
                "site",
                "posts",
            ] {
                let address = answer.text(&format!("/data/{pointer}"));
                anyone.get(address).await.expect(200);
            }
        }
        let slash = anyone.get("/v1/").await.expect(308);
        assert_eq!(slash.header("location"), "/v1");
    }
);
