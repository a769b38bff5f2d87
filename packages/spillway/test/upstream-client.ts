// A client that treats its upstreams as nginx does: keep-alive connections of its own,
// closed after two idle seconds; a refused connection sends the request to the next
// server; any other failure is a failed request.

import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** nginx: `keepalive_timeout 2s` in the upstream block. */
const idleMs = 2000;

interface Idle {
  socket: Socket;
  timer: NodeJS.Timeout;
}

interface Reply {
  status: number;
  keepAlive: boolean;
}

export class UpstreamClient {
  readonly counts = { sent: 0, answered: 0, refused: 0, reused: 0 };
  readonly failures: string[] = [];
  readonly #idle = new Map<number, Idle[]>();
  readonly #ports: number[];

  constructor(ports: number[]) {
    this.#ports = ports;
  }

  /** One request, to the first server that does not refuse. */
  async send(method: "GET" | "POST", path: string): Promise<void> {
    this.counts.sent++;
    for (const port of this.#ports) {
      const socket = await this.#connection(port);
      if (socket === undefined) continue;
      await this.#exchange(socket, port, requestText(method, path));
      return;
    }
    this.failures.push(`${method} ${path}: every server refused`);
  }

  close(): void {
    for (const { socket, timer } of [...this.#idle.values()].flat()) {
      clearTimeout(timer);
      socket.destroy();
    }
  }

  async #connection(port: number): Promise<Socket | undefined> {
    const pool = this.#idle.get(port) ?? [];
    // Any of them rather than the youngest: old ones are where the races are.
    const [idle] = pool.splice(Math.floor(Math.random() * pool.length), 1);
    if (idle !== undefined) {
      clearTimeout(idle.timer);
      idle.socket.removeAllListeners();
      this.counts.reused++;
      return idle.socket;
    }
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      this.counts.refused++;
      return undefined;
    }
  }

  async #exchange(socket: Socket, port: number, text: string): Promise<void> {
    try {
      const { status, keepAlive } = await exchange(socket, text);
      if (status === 200) this.counts.answered++;
      else this.failures.push(`status ${status}`);
      if (keepAlive) this.#keep(socket, port);
      else socket.destroy();
    } catch (cause) {
      this.failures.push(`${text.slice(0, 20)}: ${String(cause)}`);
      socket.destroy();
    }
  }

  #keep(socket: Socket, port: number): void {
    const pool = this.#idle.get(port) ?? [];
    this.#idle.set(port, pool);
    const drop = () => {
      clearTimeout(idle.timer);
      const index = pool.indexOf(idle);
      if (index >= 0) pool.splice(index, 1);
      socket.destroy();
    };
    const idle: Idle = { socket, timer: setTimeout(drop, idleMs) };
    socket.removeAllListeners();
    socket.once("end", drop).once("error", drop).once("close", drop);
    pool.push(idle);
  }
}

function requestText(method: string, path: string): string {
  const body = method === "POST" ? "x".repeat(1000) : "";
  const length = method === "POST" ? `content-length: ${body.length}\r\n` : "";
  return `${method} ${path} HTTP/1.1\r\nhost: app\r\n${length}\r\n${body}`;
}

function exchange(socket: Socket, text: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      const reply = wholeReply(received);
      if (reply !== undefined) resolve(reply);
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`closed after ${received.length} bytes`)));
    socket.write(text);
  });
}

function wholeReply(received: string): Reply | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.slice(0, end).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length === undefined) throw new Error(`no content-length in ${head}`);
  if (received.length < end + 4 + Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), keepAlive: !head.includes("\r\nconnection: close") };
}
