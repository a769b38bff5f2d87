// A form of a page as a browser without script sends it.

/** Opens the page, fills in the form that has the field, and sends it. Returns the page that answers. */
export async function sendForm(page: string, name: string, value: string | File): Promise<string> {
  const html = await (await fetch(page)).text();
  const forms = html.match(/<form\b.*?<\/form>/gs) ?? [];
  const form = forms.find((each) => each.includes(` name="${name}"`));
  if (form === undefined) throw new Error(`no field ${name} at ${page}`);
  const body = new FormData();
  for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g))
    body.append(attribute(input, "name"), attribute(input, "value"));
  body.append(name, value);
  // As browsers do: Next.js compares it with the host that the request came to.
  const { origin } = new URL(page);
  return await (await fetch(page, { method: "POST", body, headers: { origin } })).text();
}

function attribute(tag: string, name: string): string {
  const [, text = ""] = new RegExp(` ${name}="([^"]*)"`).exec(tag) ?? [];
  const marks: Record<string, string> = { quot: '"', "#x27": "'", lt: "<", gt: ">", amp: "&" };
  return text.replaceAll(/&(quot|#x27|lt|gt|amp);/g, (_, mark: string) => marks[mark]!);
}
