// The line of a key in a config file. The file is code, so this reads text: each key of the path is looked
// for after the one before it. A key that is computed is not found, and the message then names the file only.

/** The 1-based line on which the key of `path` stands, if it can be told. */
export function lineOfKey(text: string, path: readonly string[]): number | undefined {
  const blanked = blankComments(text);
  let position = 0;
  for (const key of path) {
    const match = new RegExp(`(?<![\\w$.])["'\`]?${escapeRegExp(key)}["'\`]?\\s*:`).exec(
      blanked.slice(position),
    );
    if (match === null) return undefined;
    position += match.index;
  }
  return path.length === 0 ? undefined : blanked.slice(0, position).split("\n").length;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Spaces instead of comments, so that positions stay; `//` inside a quoted string is left alone. */
function blankComments(text: string): string {
  return text.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match, quoted) => (quoted === undefined ? match.replaceAll(/[^\n]/g, " ") : match),
  );
}
