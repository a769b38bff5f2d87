// The global under which the handler files in an app find what they call.

/** Its version changes with what is under it. */
export const offerSymbol = "spillway.next.v1";
