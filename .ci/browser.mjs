// Looks at the documentation of the server at $SERVER in $BROWSER; `.ci/browser` says what must hold.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";

const { BROWSER, SERVER, PASSWORD, PICTURES } = process.env;
const PAGES = ["/docs/", "/docs/#management/tag/posts/create_post", "/docs/problems", "/docs/search?q=publish", "/docs/guide/", "/docs/guide/quick-start",
  "/docs/guide/comments", "/docs/guide/api-guide", "/docs/guide/settings", "/docs/guide/content", "/docs/guide/performance", "/docs/guide/nginx"];
const SIZES = [{ width: 1280, height: 900 }, { width: 390, height: 844, isMobile: true, hasTouch: true }];

const browser = await puppeteer.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
const flaws = [];

async function open(size) {
  const page = await browser.newPage();
  await page.setViewport(size);
  const note = (what) => flaws.push(`${page.url()} at ${size.width}: ${what}`);
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  page.on("pageerror", (error) => note(error.message));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== SERVER) note(`a request to ${url.origin}`);
  });
  return page;
}

async function visit(page, path) {
  await page.goto("about:blank");
  await page.goto(SERVER + path, { waitUntil: "networkidle0" });
  if (path.startsWith("/docs/#") || path === "/docs/") await page.waitForSelector("h1");
}

for (const size of SIZES) {
  const page = await open(size);
  for (const path of PAGES) {
    await visit(page, path);
    const name = path.replace(/\W+/g, "-").replace(/^-|-$/g, "");
    await page.screenshot({ path: `${PICTURES}/${name}-${size.width}.png` });
    const wide = await page.evaluate(() => {
      const most = document.documentElement.clientWidth;
      // Code may be scrolled by itself; nothing else may be wider than the screen.
      const tables = [...document.querySelectorAll("table")].filter((table) => table.scrollWidth > most);
      return { page: document.documentElement.scrollWidth - most, tables: tables.length };
    });
    if (wide.page > 0 || wide.tables > 0) flaws.push(`${path} at ${size.width} is too wide: ${JSON.stringify(wide)}`);
  }
  await page.close();
}

async function signIn(page) {
  await page.click("#session");
  await page.type("[name=email]", "ada@example.org");
  await page.type("[name=password]", PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#session").textContent === "Sign out");
}

// Sends the request of an operation, after writing the variables of its path, and returns the response.
async function send(page, id, variables = {}) {
  const hash = (id.startsWith("get_public") ? "#delivery/tag/posts/" : "#management/tag/posts/") + id;
  if (!page.url().endsWith(hash)) await visit(page, `/docs/${hash}`);
  await page.waitForFunction(() => document.querySelectorAll("button").length > 30);
  const place = await page.evaluate(() => location.hash);
  assert.equal(place, hash, "the place is lost");
  const operation = { create_post: "(post /v1/admin/posts)", get_public_post: "(get /v1/posts/{id_or_slug})",
    replace_publication: "(put /v1/admin/posts/{id}/translations/{lang}/publication)" }[id];
  await (await page.waitForSelector(`::-p-xpath(//button[contains(., "${operation}")])`)).click();
  await page.waitForSelector(".scalar-client--open");
  for (const [name, value] of Object.entries(variables)) {
    const input = await page.waitForSelector(`[role=dialog] tr[id="${name}"] [data-placeholder="Value"]`);
    await input.click();
    await page.keyboard.type(value);
  }
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith("/v1/"));
  const buttons = await page.$$(`::-p-xpath(//button[contains(., "Send ${operation.slice(1).split(" ")[0]} request")])`);
  for (const button of buttons) if (await button.isVisible()) await button.click();
  return answer;
}

// The quick start, in the browser: signing in keeps the place; the example of creating a post is accepted as it is; the others
// need what the answer says, and are sent without it by nobody.
const page = await open(SIZES[0]);
await visit(page, "/docs/#management/tag/posts/create_post");
await signIn(page);
const created = await send(page, "create_post");
assert.equal(created.status(), 201, "the example of creating a post is not accepted");
const { data } = await created.json();
const published = await send(page, "replace_publication", { id: data.id, lang: "en" });
assert.equal(published.status(), 200, "the post cannot be published");
const read = await send(page, "get_public_post", { id_or_slug: data.translations[0].slug });
assert.equal(read.status(), 200, "the post cannot be read");

// On a phone the answer comes into view, and the bar leaves room for the button that closes the sheet.
const phone = await open(SIZES[1]);
await visit(phone, "/docs/#management/tag/posts/create_post");
await signIn(phone);
await send(phone, "create_post");
await phone.waitForFunction(() => {
  const answer = [...document.querySelectorAll("[role=dialog] section")].filter((it) => it.textContent.includes("201 Created")).at(-1);
  return answer && answer.getBoundingClientRect().top < innerHeight / 2;
});
assert.equal(await phone.$eval(".bar", (bar) => getComputedStyle(bar).visibility), "hidden");
await phone.screenshot({ path: `${PICTURES}/answer-${SIZES[1].width}.png` });
await phone.click(".app-exit-button");
await phone.waitForFunction(() => getComputedStyle(document.querySelector(".bar")).visibility === "visible");
assert.ok(await (await phone.$(".bar .home")).isVisible(), "no link home");
await phone.close();

// An address that names no operation says so; a link from one document to the other shows the other.
await visit(page, "/docs/#management/nope");
await page.waitForSelector("#unknown:not([hidden])");
await visit(page, "/docs/");
await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Tribuna Delivery API");
await page.evaluate(() => document.querySelector("main a[href='/docs/#management'], a[href='/docs/#management']").click());
await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Tribuna Management API");
assert.ok(await page.$eval("#unknown", (unknown) => unknown.hidden));

// The token is there after a reload, for this tab alone.
await page.reload({ waitUntil: "networkidle0" });
assert.equal(await page.$eval("#session", (session) => session.textContent), "Sign out");
await visit(page, "/docs/guide/");
assert.equal(await page.evaluate(() => localStorage.length), 0, "something is kept beyond the tab");
const other = await open(SIZES[0]);
await visit(other, "/docs/");
assert.equal(await other.$eval("#session", (session) => session.textContent), "Sign in");

// The snippet of the guide proves the work of a form for a comment.
const [, snippet] = (await readFile("docs/comments.md", "utf8")).match(/```js\n(async function prove[^]*?)```/);
const { form, nonce } = await other.evaluate(`(async () => {
  ${snippet}
  const { data: form } = await (await fetch("/v1/forms/comment")).json();
  return { form, nonce: await prove(form) };
})()`);
const hash = createHash("sha256").update(`${form.token}:${nonce}`).digest();
const { difficulty } = form.proof_of_work;
assert.ok(BigInt(`0x${hash.toString("hex")}`) >> BigInt(256 - difficulty) === 0n, "the nonce proves nothing");

await browser.close();
assert.deepEqual(flaws, []);
console.log(`${PAGES.length} pages at ${SIZES.map((size) => size.width).join(" and ")} pixels: all is well`);
