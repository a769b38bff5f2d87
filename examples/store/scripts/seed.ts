/** Fills an empty store with products and pictures: `node scripts/seed.ts`. Run it as often as you like. */
import { withConnection } from "./database.ts";
import { seedCatalogue } from "./seed/load-catalogue.ts";
import { seedPictures } from "./seed/load-images.ts";

await withConnection(async (client) => {
  await seedCatalogue(client);
  await seedPictures(client);
});
