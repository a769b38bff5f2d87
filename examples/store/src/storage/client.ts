/** Object storage, where the pictures lie. */
import { createStorage, type Storage } from "spillway/storage";
import { once } from "../once.ts";

/** Made at the first use, so a build needs no bucket. The environment says which one, and how to reach it. */
export const storage: () => Storage = once("storage", () => createStorage());
