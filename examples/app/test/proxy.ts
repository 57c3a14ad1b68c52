/** A TCP proxy that cuts an answer in the middle, and then refuses all connections until it is told otherwise. */

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A cut that is still to come: of the answer to a request that contains `request`, after some bytes of it. */
interface Cut {
  request: string;
  bytes: number;
  done: () => void;
}

export class Proxy {
  /** The heads of all requests that passed. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  #cut: Cut | undefined;
  #isClosed = false;

  private constructor(target: URL) {
    this.#server = createServer((client) => this.#pass(client, Number(target.port), target.hostname));
  }

  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts the next answer, or the rest of one that is under way, and refuses connections then. Resolves after the cut. */
  cut(request: string, bytes: number): Promise<void> {
    return new Promise((done) => (this.#cut = { request, bytes, done }));
  }

  open(): void {
    this.#isClosed = false;
  }

  stop(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #pass(client: Socket, port: number, host: string): void {
    if (this.#isClosed) return void client.destroy();
    const server = connect(port, host);
    for (const socket of [client, server]) {
      this.#connections.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#connections.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    let request = "";
    client.on("data", (bytes) => {
      request = bytes.toString();
      this.requests.push(request);
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      const cut = this.#cut;
      if (!cut || !request.includes(cut.request)) return void client.write(bytes);
      const kept = bytes.subarray(0, cut.bytes);
      cut.bytes -= kept.length;
      if (cut.bytes > 0) return void client.write(kept);
      this.#cut = undefined;
      this.#isClosed = true;
      client.end(kept, () => this.#connections.forEach((connection) => connection.destroy()));
      cut.done();
    });
  }
}
