// Visitors who stay on a page while versions change: they load a document, and what it then asks for names its version.

import { type Reading, type Sent, open, read } from "../next-table/reading.ts";
import { routerHeaders, routerPath } from "../next-table/client-router.ts";
import { acted } from "./app.ts";

export interface Visits {
  /** Answers by what was asked for. */
  documents: number;
  assets: number;
  data: number;
  actions: number;
  /** Those to requests that name no version. */
  unnamed: number;
  /** Data of another version than the page's: Next.js would load the document anew. */
  reloads: number;
  /** What a visitor would have noticed: no answer, an error, an answer that is not of the page's version. */
  failures: string[];
}

export interface Visiting {
  stop(): Promise<Visits>;
}

/** How often a visitor asks for something before loading the document anew. */
const stepsOfStay = 8;
const pauseMs = 60;
/** Visitors that nobody stops leave by themselves. */
const mostMs = 15 * 60_000;

/** That many visitors, each by one of the doors after the other. */
export function startVisits(doors: readonly string[], visitors: number): Visiting {
  const visits: Visits = {
    documents: 0,
    assets: 0,
    data: 0,
    actions: 0,
    unnamed: 0,
    reloads: 0,
    failures: [],
  };
  const endsAt = Date.now() + mostMs;
  const over = new AbortController();
  let turn = 0;
  const nextDoor = (): string => doors[turn++ % doors.length]!;
  const visit = async (): Promise<void> => {
    while (!over.signal.aborted && Date.now() < endsAt) await stay(nextDoor, visits);
  };
  const all = Promise.all(Array.from({ length: visitors }, visit));
  return {
    async stop() {
      over.abort();
      await all;
      return visits;
    },
  };
}

interface Page {
  version: number;
  deployment: string;
  action: string;
  scripts: readonly string[];
}

async function stay(nextDoor: () => string, visits: Visits): Promise<void> {
  const ask = async (path: string, sent?: Sent): Promise<Reading | undefined> => {
    try {
      return await read(await open(`${nextDoor()}${path}`, sent));
    } catch (error) {
      visits.failures.push(`${path}: ${(error as Error).message}`);
      return undefined;
    }
  };
  const document = await ask("/");
  const page = document && pageOf(document);
  if (page === undefined) {
    visits.failures.push(`/: ${document?.status} ${document?.text.slice(0, 200)}`);
    return await pause();
  }
  visits.documents++;
  for (let step = 0; step < stepsOfStay; step++) {
    const problem = await steps[step % steps.length]!(page, ask, visits);
    if (problem !== undefined) visits.failures.push(`page of version ${page.version}: ${problem}`);
    await pause();
  }
}

type Ask = (path: string, sent?: Sent) => Promise<Reading | undefined>;
type Step = (page: Page, ask: Ask, visits: Visits) => Promise<string | undefined>;

const steps: readonly Step[] = [askData, askAction, askAssets, askUnnamed];

/** A navigation by the client router. */
async function askData(page: Page, ask: Ask, visits: Visits): Promise<string | undefined> {
  const path = visits.data % 2 === 0 ? "/other" : "/rendered";
  const headers = { ...routerHeaders(), "x-deployment-id": page.deployment };
  const answer = await ask(routerPath(path), { headers });
  if (answer === undefined) return undefined;
  visits.data++;
  if (answer.status !== 200) return `data of ${path}: ${answer.status}`;
  if (answer.headers["x-nextjs-deployment-id"] === page.deployment)
    return answer.version === String(page.version)
      ? undefined
      : `data of ${path} of version ${answer.version}`;
  visits.reloads++;
  return undefined;
}

/** A form that a script sends. */
async function askAction(page: Page, ask: Ask, visits: Visits): Promise<string | undefined> {
  const answer = await ask("/", {
    method: "POST",
    headers: {
      accept: "text/x-component",
      "content-type": "text/plain;charset=UTF-8",
      "next-action": page.action,
      "x-deployment-id": page.deployment,
    },
    body: "[]",
  });
  if (answer === undefined) return undefined;
  visits.actions++;
  return answer.status === 200 && answer.text.includes(acted(page.version))
    ? undefined
    : `action: ${answer.status} ${answer.text.slice(0, 100)}`;
}

async function askAssets(page: Page, ask: Ask, visits: Visits): Promise<string | undefined> {
  for (const script of page.scripts) {
    const answer = await ask(script);
    if (answer === undefined) continue;
    visits.assets++;
    if (answer.status !== 200) return `${script}: ${answer.status}`;
  }
  return undefined;
}

async function askUnnamed(_page: Page, ask: Ask, visits: Visits): Promise<string | undefined> {
  const answer = await ask("/api/version");
  if (answer === undefined) return undefined;
  visits.unnamed++;
  return answer.status === 200 ? undefined : `/api/version: ${answer.status}`;
}

function pageOf({ status, text, version }: Reading): Page | undefined {
  const scripts = [...text.matchAll(/ src="(\/_next\/static\/[^"]+)"/g)].map(([, path]) =>
    path!.replaceAll("&amp;", "&"),
  );
  const deployment = /[?&]dpl=([\w-]+)/.exec(scripts[0] ?? "")?.[1];
  const action = /name="\$ACTION_ID_([0-9a-f]+)"/.exec(text)?.[1];
  if (status !== 200 || deployment === undefined || action === undefined) return undefined;
  return { version: Number(version), deployment, action, scripts };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
