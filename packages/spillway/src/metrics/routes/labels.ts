// Route labels that are no template.

/** Every request that no route has answered: scanners ask for thousands of paths. */
export const notFoundRoute = "not_found";

/** Files of Next's `public` folder. */
export const publicFileRoute = "public";
