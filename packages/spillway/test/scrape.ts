// Reads the Prometheus text as a scraper does.

import type { AppProcess } from "./app-process.ts";

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export async function scrape(app: Pick<AppProcess, "privateUrl">): Promise<Sample[]> {
  const response = await fetch(`${app.privateUrl}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return parse(await response.text());
}

export function parse(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map(parseLine);
}

function parseLine(line: string): Sample {
  const match = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line);
  if (match === null) throw new Error(`no Prometheus sample: ${line}`);
  const [, name = "", labels = "", value] = match;
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])),
    value: Number(value),
  };
}

/** Sum of the samples of `name` that carry all of `labels`. */
export function total(samples: Sample[], name: string, labels: Record<string, string> = {}): number {
  return samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, text]) => sample.labels[key] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

export function routesOf(samples: Sample[]): string[] {
  const routes = samples
    .filter(({ name }) => name === "http_requests_total")
    .map(({ labels }) => labels["route"] ?? "");
  return [...new Set(routes)].toSorted();
}
