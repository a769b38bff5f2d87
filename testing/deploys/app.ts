// A stock app of Next.js that is another one with each version: its pages, its chunks and the id of its Server Action.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const testing = fileURLToPath(new URL("../", import.meta.url));
const nextManifest = join(testing, "../node_modules/next/package.json");

/** Inside the repository, for Next looks for its packages from the folder of an app upwards. */
export const appFolder: string = join(testing, `next-app/.spillway/deployed-${process.pid}`);

/** Writes the app as it is in that version. */
export async function writeApp(version: number): Promise<void> {
  for (const [name, text] of Object.entries(sources(version))) {
    const file = join(appFolder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

export async function removeApp(): Promise<void> {
  await rm(appFolder, { recursive: true, force: true });
}

/** What the Server Action of that version answers. */
export const acted = (version: number): string => `acted-${version}`;

function sources(version: number): Record<string, string> {
  const { version: next } = JSON.parse(readFileSync(nextManifest, "utf8")) as { version: string };
  const shown = `<p id="v">{"${version}"}</p>`;
  return {
    "package.json": JSON.stringify({
      name: "deployed",
      private: true,
      type: "module",
      dependencies: { next },
    }),
    "app/layout.jsx": `export default ({ children }) => <html><body>{children}</body></html>;\n`,
    "app/page.jsx": `import { act${version} } from "../lib/actions.js";
import { Button } from "../lib/button.jsx";
export default () => <form action={act${version}}>${shown}<Button /></form>;
`,
    "app/other/page.jsx": `export default () => ${shown};\n`,
    "app/rendered/page.jsx": `import { headers } from "next/headers";
export default async function Page() { await headers(); return ${shown}; }
`,
    "app/api/version/route.js": `export const dynamic = "force-dynamic";
export const GET = () => Response.json({ version: "${version}" });
`,
    "lib/button.jsx": `"use client";\nexport const Button = () => <button onClick={() => alert(${version})}>Go</button>;\n`,
    "lib/actions.js": `"use server";\nexport async function act${version}() { return "${acted(version)}"; }\n`,
  };
}
