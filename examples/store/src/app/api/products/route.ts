import { cachePolicy } from "spillway/cdn";
import { createProduct } from "../../../db/admin.ts";
import { findCategory, listProducts } from "../../../db/cached-catalogue.ts";
import type { ProductCard } from "../../../db/catalogue.ts";
import { parseNewProduct } from "../../../forms/product.ts";
import { readJson } from "../../../http/body.ts";
import { answering, json, jsonError } from "../../../http/json.ts";
import { parseListing } from "../../../http/listing.ts";
import { isAdmin } from "../../../session/admin.ts";
import { imageUrl } from "../../../storage/image-key.ts";

/** The same for every visitor, and over with the next change of a product. */
const kept = cachePolicy({ edge: 3600, public: true, tags: ["products"] });

function publicProduct(product: ProductCard) {
  return {
    id: product.id,
    name: product.name,
    priceCents: product.priceCents,
    stock: product.stock,
    rating: product.reviewCount === 0 ? null : product.ratingTenths / 10,
    reviewCount: product.reviewCount,
    imageUrl: imageUrl(product.imageId),
    createdAt: product.createdAt.toISOString(),
  };
}

/** `GET /api/products?category=slug&cursor=…&limit=24`: newest first. */
export const GET = answering(async function listing(request) {
  const query = parseListing(new URL(request.url).searchParams);
  if (!query.ok) {
    return jsonError({
      status: 400,
      code: "bad_query",
      message: "The query is not valid.",
      fields: query.errors,
    });
  }
  const { category: slug, cursor, limit } = query.value;
  const category = slug === undefined ? undefined : await findCategory(slug);
  if (slug !== undefined && category === undefined) {
    return jsonError({
      status: 404,
      code: "no_category",
      message: `There is no category "${slug}".`,
    });
  }
  const page = await listProducts({
    ...(category ? { categoryId: category.id } : {}),
    sort: "newest",
    cursor,
    limit,
  });
  return json(
    { products: page.products.map(publicProduct), nextCursor: page.next },
    { headers: kept.headers() },
  );
});

/** `POST /api/products` with `name`, `description`, `category` (slug), `priceCents` and `stock`. */
export const POST = answering(async function create(request) {
  if (!isAdmin(request.headers.get("authorization"))) {
    return jsonError({ status: 401, code: "no_password", message: "Send the admin password." });
  }
  const read = await readJson(request);
  if (read instanceof Response) return read;
  const parsed = parseNewProduct(read.body);
  const refuse = (fields: Readonly<Record<string, string>>) =>
    jsonError({
      status: 400,
      code: "bad_product",
      message: "The product is not valid. See the fields.",
      fields,
    });
  if (!parsed.ok) return refuse(parsed.errors);
  const id = await createProduct(parsed.value);
  if (id === undefined) {
    return refuse({ category: `There is no category "${parsed.value.category}".` });
  }
  const { category: _category, ...product } = parsed.value;
  return json({ id, ...product }, { status: 201, headers: { Location: `/products/${id}` } });
});
