// A shared connection on which many reads are under way at once (the driver's pipeline mode).

import { Client, type ClientConfig } from "pg";

export class ReadPipe {
  readonly #config: ClientConfig;
  readonly #admit: (client: Client) => Promise<void>;
  #open: Promise<Client> | undefined;
  #client: Client | undefined;

  /** `admit` is asked of each new connection; what it throws ends it. */
  constructor(config: ClientConfig, admit: (client: Client) => Promise<void>) {
    this.#config = config;
    this.#admit = admit;
  }

  /** The connection, made at the first use and anew after it broke. */
  client(): Promise<Client> {
    this.#open ??= this.#connect();
    return this.#open;
  }

  /** Whatever waits for an answer fails now. */
  cut(): void {
    this.#client?.connection.stream.destroy();
  }

  async end(): Promise<void> {
    const client = this.#client;
    this.#forget(client);
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    const client = new Client({ ...this.#config, pipeline: true });
    this.#client = client;
    client.on("error", () => this.#forget(client));
    client.on("end", () => this.#forget(client));
    try {
      await client.connect();
      await this.#admit(client);
      return client;
    } catch (error) {
      this.#forget(client);
      void client.end();
      throw error;
    }
  }

  #forget(client: Client | undefined): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#open = undefined;
  }
}
