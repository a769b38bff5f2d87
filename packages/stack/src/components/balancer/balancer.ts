// What both balancer engines offer the supervisor: which servers take requests.

import type { Component } from "../component.ts";

export interface Balancer extends Component {
  /** Sends requests to a server from now on. */
  admit(server: string): Promise<void>;
  /** Sends it no new requests; those in flight go on. Called before a server is asked to stop. */
  drain(server: string): Promise<void>;
  /** Forgets a server that is gone. */
  close(server: string): Promise<void>;
}
