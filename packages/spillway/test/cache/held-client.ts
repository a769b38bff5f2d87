// A client of a real Redis whose replies can be held back, as a slow network does.

import { createClient } from "@redis/client";
import type { RedisClient } from "../../src/cache/index.ts";

export interface HeldClient {
  client: RedisClient;
  /** From now on replies to commands of that name are held, or to some of them; resolves when one has come. */
  hold(command: string, which?: (args: readonly unknown[]) => boolean): Promise<void>;
  release(): void;
  close(): void;
}

export async function heldClient(url: string): Promise<HeldClient> {
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  let held: ((args: readonly unknown[]) => boolean) | undefined;
  let come = (): void => undefined;
  let release: (() => void)[] = [];
  const send = client.sendCommand.bind(client);
  client.sendCommand = (async (args: string[], options: object) => {
    const reply = await send(args, options);
    if (!held?.(args)) return reply;
    come();
    await new Promise<void>((resolve) => release.push(resolve));
    return reply;
  }) as typeof client.sendCommand;
  return {
    client: client as unknown as RedisClient,
    hold(command, which = () => true) {
      held = (args) => args[0] === command && which(args);
      return new Promise((resolve) => (come = resolve));
    },
    release() {
      held = undefined;
      for (const one of release.splice(0)) one();
      release = [];
    },
    close: () => client.destroy(),
  };
}
