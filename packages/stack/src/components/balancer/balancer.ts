// What both balancer engines offer the supervisor: which servers take requests, and which of them.

import type { Routes } from "../../render/versions.ts";
import type { Component } from "../component.ts";

export interface Balancer extends Component {
  /** Sends requests to a server from now on. */
  admit(server: string): Promise<void>;
  /** Sends it no new requests; those in flight go on. Called before a server is asked to stop. */
  drain(server: string): Promise<void>;
  /** Forgets a server that is gone. */
  close(server: string): Promise<void>;
  /** Which group of servers each version's requests go to from now on; until it is told, all go to the first group. */
  route(routes: Routes): Promise<void>;
}
