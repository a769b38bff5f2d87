// The text of an edge's VCL: one file for each concern, in the order in which they have a say. Varnish runs what is
// said of one step in several places as one, from top to bottom (VCL manual, "Multiple subroutines"). Pure.

import { admission } from "./admission.ts";
import { assets } from "./assets.ts";
import { backends } from "./backends.ts";
import { compression } from "./compression.ts";
import { coherence } from "./coherence.ts";
import { conditional } from "./conditional.ts";
import { credentials } from "./credentials.ts";
import { errors } from "./errors.ts";
import { freshness, storing } from "./freshness.ts";
import type { EdgeInput } from "./input.ts";
import { key } from "./key.ts";
import { routing } from "./routing.ts";
import { staleIfError } from "./stale.ts";
import { spentHeaders, status } from "./status.ts";
import { unsafeMethods } from "./unsafe.ts";

const vmods = ["blob", "header", "purge", "std", "str", "var", "xkey"];

export function edgeVcl(input: EdgeInput): string {
  const parts: [title: string, text: string][] = [
    ["Where requests go", backends(input)],
    ["Following the invalidation log", coherence(input)],
    ["What is believed and what is refused", admission()],
    ["Static files of every version", assets(input)],
    ["What the balancer has left to be compressed", compression()],
    ["What makes two requests the same", key()],
    ["Which tier answers", routing(input)],
    ["Stale only if the app fails (RFC 5861, 4)", staleIfError()],
    ["How long it is kept (RFC 9111, 5861, 9213)", freshness()],
    ["What is for one reader only", credentials()],
    ["What the client has already (RFC 9110, 13.1.2)", conditional()],
    ["Changes end what is stored of their address (RFC 9111, 4.4)", unsafeMethods()],
    ["Kept, or remembered as not to be kept", storing()],
    ["What was meant for the edge alone", spentHeaders()],
    ["When the app does not answer", errors()],
    ["What leaves the edge (RFC 9211)", status()],
  ];
  const imports = vmods.map((name) => `import ${name};`).join("\n");
  const sections = parts.map(([title, text]) => `# ---- ${title} ----\n\n${text}`).join("\n");
  return `# Written by spillway before every start; edits here are lost. Settings: spillway.config.ts, edge.
vcl 4.1;

${imports}

${sections}`;
}
