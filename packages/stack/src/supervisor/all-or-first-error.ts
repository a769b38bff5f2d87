// Work side by side of which the first failure counts.

/** Like Promise.all, but what is still under way when one fails is waited for by `down`, not left unhandled. */
export async function allOrFirstError(work: Promise<void>[]): Promise<void> {
  for (const one of work) one.catch(() => undefined);
  await Promise.all(work);
}
