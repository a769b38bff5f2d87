/** Full-text search over names and descriptions, names first (PostgreSQL manual, chapter 12). */
import { desc, sql } from "drizzle-orm";
import { parseSearch } from "../catalogue/search-query.ts";
import { card, type ProductCard } from "./catalogue.ts";
import { database } from "./client.ts";
import { products } from "./schema.ts";

interface SearchResult {
  products: ProductCard[];
  /** Whether there are more matches than are returned. */
  more: boolean;
}

/** The best `limit` matches. Ranking reads every match, so there is no second page: refine instead. */
export async function searchProducts(input: string, limit: number): Promise<SearchResult> {
  const { text, before, prefix } = parseSearch(input);
  if (text === "") return { products: [], more: false };
  const query = sql`(websearch_to_tsquery('english', ${text}) || (websearch_to_tsquery('english', ${before}) && to_tsquery('english', ${prefix})))`;
  const rows = await database()
    .select(card)
    .from(products)
    .where(sql`${products.search} @@ ${query}`)
    .orderBy(sql`ts_rank(${products.search}, ${query}) desc`, desc(products.reviewCount), desc(products.id))
    .limit(limit + 1);
  return { products: rows.slice(0, limit), more: rows.length > limit };
}
