// Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.
// Types by openapi-typescript, requests by openapi-fetch.
import createClient from "openapi-fetch";

import type { paths as DeliveryPaths } from "../generated/openapi-fetch/delivery.js";
import type { paths as ManagementPaths } from "../generated/openapi-fetch/management.js";

const baseUrl = process.env.API_URL ?? "http://127.0.0.1:8080";
const email = process.env.API_EMAIL ?? "admin@example.org";
const password = process.env.API_PASSWORD ?? "";

async function frontPage(lang: string) {
  const delivery = createClient<DeliveryPaths>({ baseUrl });
  const { data, error } = await delivery.GET("/v1/posts", {
    params: { query: { lang, fallback: ["en"], limit: 3 } },
  });
  if (!data) throw new Error(error.detail ?? error.title);
  console.log(`\n${lang}`);
  for (const post of data.data) {
    const authors = post.authors.map((byline) => byline.name).join(", ");
    console.log(`- ${post.title} (${post.lang}) by ${authors}: ${post.url}`);
  }
  const [first] = data.data;
  if (!first) throw new Error("no posts");
  const one = await delivery.GET("/v1/posts/{id_or_slug}", {
    params: { path: { id_or_slug: first.id }, query: { lang: first.lang } },
  });
  if (!one.data) throw new Error(one.error.detail ?? one.error.title);
  console.log(`  ${one.data.data.title}: ${one.data.data.body.html.length} characters of HTML`);
}

async function draft() {
  const management = createClient<ManagementPaths>({ baseUrl });
  const login = await management.POST("/v1/auth/login", { body: { email, password } });
  if (!login.data) throw new Error(login.error.detail ?? login.error.title);
  const headers = { Authorization: `Bearer ${login.data.access_token}` };
  const created = await management.POST("/v1/admin/posts", {
    headers,
    body: { translation: { lang: "en", title: "A draft by openapi-fetch", body: { format: "markdown", source: "Hello." } } },
  });
  if (!created.data) throw new Error(created.error.detail ?? created.error.title);
  const id = created.data.data.id;
  const read = await management.GET("/v1/admin/posts/{id}/translations/{lang}", {
    headers,
    params: { path: { id, lang: "en" } },
  });
  if (!read.data) throw new Error(read.error.detail ?? read.error.title);
  console.log(`\nDraft: ${read.data.data.title}, ${read.data.data.status}`);
  const deleted = await management.DELETE("/v1/admin/posts/{id}", { headers, params: { path: { id } } });
  if (deleted.error) throw new Error(deleted.error.detail ?? deleted.error.title);
}

for (const lang of ["en", "fr", "es"]) await frontPage(lang);
await draft();
