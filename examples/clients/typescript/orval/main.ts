// Prints a front page in three languages, then writes a draft, reads it, and puts it into the trash.
// Client by orval.
import { getPublicPost, listPublicPosts } from "../generated/orval/delivery";
import { createPost, createSession, deletePost, getTranslation } from "../generated/orval/management";
import { signIn } from "./request";

const email = process.env.API_EMAIL ?? "admin@example.org";
const password = process.env.API_PASSWORD ?? "";

async function frontPage(lang: string) {
  const page = await listPublicPosts({ lang, fallback: ["en"], limit: 3 });
  if (page.status !== 200) throw new Error(`listPublicPosts: ${page.status}`);
  console.log(`\n${lang}`);
  for (const post of page.data.data) {
    const authors = post.authors.map((byline) => byline.name).join(", ");
    console.log(`- ${post.title} (${post.lang}) by ${authors}: ${post.url}`);
  }
  const [first] = page.data.data;
  if (!first) throw new Error("no posts");
  const one = await getPublicPost(first.id, { lang: first.lang });
  if (one.status !== 200) throw new Error(`getPublicPost: ${one.status}`);
  console.log(`  ${one.data.data.title}: ${one.data.data.body.html.length} characters of HTML`);
}

async function draft() {
  const login = await createSession({ email, password });
  if (login.status !== 200) throw new Error(`createSession: ${login.status}`);
  signIn(login.data.access_token);
  const created = await createPost({
    translation: { lang: "en", title: "A draft by orval", body: { format: "markdown", source: "Hello." } },
  });
  if (created.status !== 201) throw new Error(`createPost: ${created.status}`);
  const id = created.data.data.id;
  const read = await getTranslation(id, "en");
  if (read.status !== 200) throw new Error(`getTranslation: ${read.status}`);
  console.log(`\nDraft: ${read.data.data.title}, ${read.data.data.status}`);
  const deleted = await deletePost(id);
  if (deleted.status !== 204) throw new Error(`deletePost: ${deleted.status}`);
}

for (const lang of ["en", "fr", "es"]) await frontPage(lang);
await draft();
