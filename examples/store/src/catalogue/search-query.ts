/** From what a person types to what Postgres searches for. */

/** Longer questions are cut: nobody types them, and each word costs a scan. */
const MAX_LENGTH = 100;

interface SearchQuery {
  /** The whole question, for `websearch_to_tsquery`: quotes, `or` and `-` have their meaning. */
  text: string;
  /** All words but the last. */
  before: string;
  /** The last word as a prefix (`kett:*`), so an unfinished word finds something; empty if none. */
  prefix: string;
}

export function parseSearch(input: string): SearchQuery {
  const text = input.replaceAll("\0", "").trim().slice(0, MAX_LENGTH);
  const words = text.split(/\s+/);
  // Only letters and digits may reach `to_tsquery`, which has a syntax of its own.
  const last = (words.pop() ?? "").replaceAll(/[^\p{L}\p{N}]/gu, "");
  return { text, before: words.join(" "), prefix: last.length > 1 ? `${last}:*` : "" };
}
