// Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.
// Client by @hey-api/openapi-ts.
import { client as delivery } from "../generated/hey-api/delivery/client.gen";
import { getPublicPost, listPublicPosts } from "../generated/hey-api/delivery/sdk.gen";
import { client as management } from "../generated/hey-api/management/client.gen";
import { createPost, createSession, deletePost, getTranslation } from "../generated/hey-api/management/sdk.gen";

const baseUrl = process.env.API_URL ?? "http://127.0.0.1:8080";
const email = process.env.API_EMAIL ?? "admin@example.org";
const password = process.env.API_PASSWORD ?? "";

async function frontPage(lang: string) {
  delivery.setConfig({ baseUrl });
  const { data: page } = await listPublicPosts({
    query: { lang, fallback: ["en"], limit: 3 },
    throwOnError: true,
  });
  console.log(`\n${lang}`);
  for (const post of page.data) {
    const authors = post.authors.map((byline) => byline.name).join(", ");
    console.log(`- ${post.title} (${post.lang}) by ${authors}: ${post.url}`);
  }
  const [first] = page.data;
  if (!first) throw new Error("no posts");
  const { data: one } = await getPublicPost({
    path: { id_or_slug: first.id },
    query: { lang: first.lang },
    throwOnError: true,
  });
  console.log(`  ${one.data.title}: ${one.data.body.html.length} characters of HTML`);
}

async function draft() {
  management.setConfig({ baseUrl });
  const { data: tokens } = await createSession({ body: { email, password }, throwOnError: true });
  // One credential per request: the client would send the token as an API key, too.
  management.setConfig({ baseUrl, auth: ({ scheme }) => (scheme === "bearer" ? tokens.access_token : undefined) });
  const { data: created } = await createPost({
    body: { translation: { lang: "en", title: "A draft by hey-api", body: { format: "markdown", source: "Hello." } } },
    throwOnError: true,
  });
  const id = created.data.id;
  const { data: read } = await getTranslation({ path: { id, lang: "en" }, throwOnError: true });
  console.log(`\nDraft: ${read.data.title}, ${read.data.status}`);
  await deletePost({ path: { id }, throwOnError: true });
}

for (const lang of ["en", "fr", "es"]) await frontPage(lang);
await draft();
