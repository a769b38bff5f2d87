/** Lets the type check run before the first `next build` has written `next-env.d.ts`. */
declare module "*.css";
