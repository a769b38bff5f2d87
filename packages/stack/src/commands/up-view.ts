// What `up` and `deploy` show of the events: one timed line per tier, then at most six facts.

import type { Resolved } from "../config/resolve.ts";
import type { Event } from "../supervisor/events.ts";
import { line, paint, seconds } from "./output.ts";

const barWidth = 24;

export class UpView {
  readonly #resolved: Resolved;
  #barShown = false;

  constructor(resolved: Resolved) {
    this.#resolved = resolved;
  }

  begin(note?: string): void {
    const { app, settings, file } = this.#resolved;
    const origin = file === undefined ? "no config file, all defaults" : file.split("/").at(-1)!;
    line(`${paint("bold", settings.name)} · ${app.title} · ${origin}`);
    if (note !== undefined) line(paint("dim", `  ${note}`));
    line();
  }

  show(event: Event): void {
    this.#clearBar();
    switch (event.type) {
      case "note":
        line(paint("dim", `  ${event.text}`));
        break;
      case "tier":
        line(
          `  ${paint("green", "✓")} ${event.tier.padEnd(12)} ${event.detail.padEnd(34)} ${seconds(event.tookMs).padStart(8)}`,
        );
        break;
      case "progress":
        this.#bar(event.label, event.percent);
        break;
      case "ready":
        this.#facts(event);
        break;
      case "state":
        this.#state(event);
        break;
      case "deployed":
        line();
        line(
          `  deployed${event.deployment === undefined ? "" : ` ${event.deployment}`} in ${paint("bold", seconds(event.tookMs))}`,
        );
        break;
      case "stopping":
        line(paint("dim", "stopping"));
        break;
      case "stopped":
        line(`stopped in ${seconds(event.tookMs)}; data is kept`);
        break;
      default:
    }
  }

  #facts({ tookMs, facts }: Extract<Event, { type: "ready" }>): void {
    line();
    line(`  ready in ${paint("bold", seconds(tookMs))}`);
    line();
    const width = Math.max(...facts.map(([label]) => label.length));
    for (const [label, value] of facts) line(`  ${paint("dim", label.padEnd(width))}  ${value}`);
    line();
  }

  #state({ component, state, reason }: Extract<Event, { type: "state" }>): void {
    const mark = state === "ready" ? paint("green", "✓") : paint("yellow", "!");
    line(`  ${mark} ${component.padEnd(12)} ${state}${reason === "" ? "" : `: ${reason.split("\n")[0]}`}`);
  }

  #bar(label: string, percent: number): void {
    if (!process.stdout.isTTY) return;
    const filled = Math.round((percent / 100) * barWidth);
    process.stdout.write(
      `  ${label.padEnd(12)} ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${percent} %`,
    );
    this.#barShown = true;
  }

  #clearBar(): void {
    if (this.#barShown) process.stdout.write("\r\u001B[K");
    this.#barShown = false;
  }
}
