// Looks at the documentation of the server at $SERVER in $BROWSER; `.ci/browser` says what must hold.
import { strict as assert } from "node:assert";
import puppeteer from "puppeteer-core";

const { BROWSER, SERVER, PASSWORD, PICTURES } = process.env;
const PAGES = ["/docs/", "/docs/#management/tag/posts/create_post", "/docs/problems", "/docs/guide/", "/docs/guide/quick-start",
  "/docs/guide/api-guide", "/docs/guide/settings", "/docs/guide/errors", "/docs/guide/performance", "/docs/guide/nginx"];
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

// Signing in, and sending the example of creating a post as it is.
const page = await open(SIZES[0]);
await visit(page, "/docs/#management/tag/posts/create_post");
const button = (text) => page.waitForSelector(`::-p-xpath(//button[contains(., "${text}")])`);
await page.click("#session");
await page.type("[name=email]", "ada@example.org");
await page.type("[name=password]", PASSWORD);
await page.click("#sign-in .main");
await page.waitForFunction(() => document.querySelector("#session").textContent === "Sign out");
await (await button("(post /v1/admin/posts)")).click();
const answer = page.waitForResponse((response) => response.request().method() === "POST");
await (await button("Send post request")).click();
assert.equal((await answer).status(), 201, "the example of creating a post is not accepted");

// The token is there after a reload, for this tab alone.
await page.reload({ waitUntil: "networkidle0" });
assert.equal(await page.$eval("#session", (session) => session.textContent), "Sign out");
await visit(page, "/docs/guide/");
assert.equal(await page.evaluate(() => localStorage.length), 0, "something is kept beyond the tab");
const other = await open(SIZES[0]);
await visit(other, "/docs/");
assert.equal(await other.$eval("#session", (session) => session.textContent), "Sign in");

await browser.close();
assert.deepEqual(flaws, []);
console.log(`${PAGES.length} pages at ${SIZES.map((size) => size.width).join(" and ")} pixels: all is well`);
