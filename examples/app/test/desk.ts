/** The editors of a server, and a reader who reads everything. */

import type { Item } from "../storage.js";

interface Answer {
  access_token: string;
  data: { id: string };
}

interface List {
  data: { id: string; post_count?: number }[];
  page: { next: string | null };
}

export class Desk {
  readonly #server: string;
  #token = "";

  private constructor(server: string) {
    this.#server = server;
  }

  static async signIn(server: string, email: string, password: string): Promise<Desk> {
    const desk = new Desk(server);
    desk.#token = (await desk.call("POST", "/v1/auth/login", { email, password })).access_token;
    return desk;
  }

  async call(method: string, path: string, body?: object): Promise<Answer> {
    const headers = { "Content-Type": "application/json", ...(this.#token && { Authorization: `Bearer ${this.#token}` }) };
    const sent = body ? { body: JSON.stringify(body) } : {};
    const response = await fetch(this.#server + path, { method, headers, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text || "null") as Answer;
  }

  /** Writes a post in a language and publishes it. Returns its id. */
  async publish(lang: string, title: string, more: object = {}): Promise<string> {
    const body = { format: "markdown", source: `**${title}**\n\n${"And so on. ".repeat(200)}` };
    const { data } = await this.call("POST", "/v1/admin/posts", { translation: { lang, title, body }, ...more });
    await this.call("PUT", `/v1/admin/posts/${data.id}/translations/${lang}/publication`, {});
    return data.id;
  }

  async rename(id: string, lang: string, title: string): Promise<void> {
    await this.call("PATCH", `/v1/admin/posts/${id}/translations/${lang}`, { title });
    await this.call("PUT", `/v1/admin/posts/${id}/translations/${lang}/publication`, {});
  }

  async takeDown(id: string, lang: string, reason: string): Promise<void> {
    await this.call("DELETE", `/v1/admin/posts/${id}/translations/${lang}/publication`, { reason });
  }

  async newTag(name: string): Promise<string> {
    return (await this.call("POST", "/v1/admin/tags", { translations: { en: { name } } })).data.id;
  }

  async renameTag(id: string, name: string): Promise<void> {
    await this.call("PATCH", `/v1/admin/tags/${id}`, { translations: { en: { name } } });
  }

  /** Reads all tags, and all posts in these languages with their texts, from the lists: what a copy should have. */
  async everything(langs: string[]): Promise<Item[]> {
    const items: object[] = [];
    for (const tag of await this.#all("/v1/tags?limit=100")) {
      const { post_count: _, ...rest } = tag;
      items.push({ op: "upsert", kind: "tag", id: tag.id, lang: null, tag: rest });
    }
    for (const lang of langs) {
      for (const post of await this.#all(`/v1/posts?lang=${lang}&include=body&limit=100`)) {
        items.push({ op: "upsert", kind: "post", id: post.id, lang, post });
      }
    }
    return items as Item[];
  }

  async #all(first: string): Promise<List["data"]> {
    const all: List["data"] = [];
    for (let next: string | null = first; next; ) {
      const { data, page } = (await (await fetch(this.#server + next)).json()) as List;
      all.push(...data);
      next = page.next;
    }
    return all;
  }
}
