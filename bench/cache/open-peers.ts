// All peers at once.

import { type GetOrSet, peerNames, type PeerName, peers, type Setup } from "./peers.ts";

export interface OpenPeer {
  name: PeerName;
  /** The client that it stands on. */
  client: string;
  getOrSet: GetOrSet;
}

/** They share one Redis: each has to be asked for keys of its own. */
export async function openPeers(setup: Setup): Promise<OpenPeer[]> {
  const open = peerNames.map((name) => {
    const { client, open: openOne } = peers[name];
    return { name, client, getOrSet: openOne(setup) };
  });
  // Connected by then.
  for (const { name, getOrSet } of open) await getOrSet(`${name}:warm`);
  return open;
}
