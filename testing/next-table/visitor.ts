// Someone who keeps the cookies they are given, and comes in by another door each time.

import { type Reading, type Sent, open, read } from "./reading.ts";

export class Visitor {
  readonly #nextDoor: () => string;
  readonly #cookies = new Map<string, string>();

  constructor(nextDoor: () => string, cookies: Record<string, string> = {}) {
    this.#nextDoor = nextDoor;
    for (const [name, value] of Object.entries(cookies)) this.#cookies.set(name, value);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Reading> {
    return await this.send(path, { headers });
  }

  /** As a browser sends it: with where the page came from. */
  async post(path: string, { headers = {}, body = "" }: Sent = {}): Promise<Reading> {
    return await this.send(path, { method: "POST", headers, body });
  }

  async send(path: string, sent: Sent): Promise<Reading> {
    const door = this.#nextDoor();
    const headers: Record<string, string> = { ...sent.headers };
    if (sent.method === "POST") headers["origin"] ??= door;
    if (this.#cookies.size > 0) headers["cookie"] = this.#cookieHeader();
    const reading = await read(await open(`${door}${path}`, { ...sent, headers }));
    reading.cookies.forEach((cookie) => this.#keep(cookie));
    return withoutDoor(reading, door);
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  #keep(cookie: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
    const gone = /max-age=0|expires=thu, 01 jan 1970/i.test(cookie);
    if (gone) this.#cookies.delete(name!);
    else this.#cookies.set(name!, value!);
  }
}

/** An address of the door that was used is the same fact at every door. */
function withoutDoor(reading: Reading, door: string): Reading {
  for (const name of ["location", "x-address", "x-host"]) {
    const value = reading.headers[name];
    if (value !== undefined)
      reading.headers[name] = value.replace(door, "DOOR").replace(new URL(door).host, "DOOR");
  }
  return reading;
}
