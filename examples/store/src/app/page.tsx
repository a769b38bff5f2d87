import Link from "next/link";
import { departmentAnchor, departments } from "../catalogue/departments.ts";
import { ProductGrid } from "../components/product-grid.tsx";
import { ProductPicture } from "../components/product-picture.tsx";
import { listBestRated, listCategories, listProducts } from "../db/cached-catalogue.ts";

type Category = Awaited<ReturnType<typeof listCategories>>[number];

/** The categories whose pictures make up the hero. */
const heroSlugs = new Set(["teapots", "vases", "chairs", "houseplants"]);

function Hero({ categories }: { categories: readonly Category[] }) {
  const shown = categories.filter(({ slug }) => heroSlugs.has(slug));
  return (
    <section className="border-b border-line bg-panel">
      <div className="page grid items-center gap-10 py-12 md:grid-cols-2 md:py-16">
        <div className="flex flex-col items-start gap-6">
          <p className="eyebrow">Home, table and garden</p>
          <h1 className="font-display text-4xl leading-[1.1] tracking-tight sm:text-5xl">
            Good things, made to be used every day.
          </h1>
          <p className="max-w-md leading-relaxed text-muted">
            Ten thousand pieces from small makers, in forty categories. Chosen slowly, shipped quickly,
            repaired when they need it.
          </p>
          <Link href="#kitchen" className="button">
            Browse categories
          </Link>
        </div>
        <div className="grid grid-cols-2 gap-3 sm:gap-4">
          {shown.map((category) => (
            <div key={category.id} className="overflow-hidden rounded-2xl even:translate-y-6">
              <ProductPicture imageId={category.imageId} alt="" eager />
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

function CategoryTile({ category }: { category: Category }) {
  return (
    <Link href={`/categories/${category.slug}`} prefetch={false} className="group flex flex-col gap-2.5">
      <span className="overflow-hidden rounded-2xl border border-line">
        <span className="block transition-transform duration-500 group-hover:scale-[1.03]">
          <ProductPicture imageId={category.imageId} alt="" />
        </span>
      </span>
      <span className="text-sm font-medium decoration-line decoration-2 underline-offset-4 group-hover:underline">
        {category.name}
      </span>
    </Link>
  );
}

function Department({ name, categories }: { name: string; categories: readonly Category[] }) {
  const anchor = departmentAnchor(name);
  return (
    <section id={anchor} aria-labelledby={`${anchor}-title`} className="scroll-mt-6">
      <h2 id={`${anchor}-title`} className="subtitle">
        {name}
      </h2>
      <ul className="mt-5 grid grid-cols-2 gap-4 sm:grid-cols-3 sm:gap-5 lg:grid-cols-5">
        {categories.map((category) => (
          <li key={category.id}>
            <CategoryTile category={category} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export default async function HomePage() {
  const [categories, loved, newest] = await Promise.all([
    listCategories(),
    listBestRated(4),
    listProducts({ sort: "newest", limit: 4 }),
  ]);
  return (
    <>
      <Hero categories={categories} />
      <div className="page flex flex-col gap-16 pt-16">
        <section aria-labelledby="loved">
          <h2 id="loved" className="subtitle mb-6">
            Loved by customers
          </h2>
          <ProductGrid products={loved} />
        </section>
        {departments.map((name) => (
          <Department
            key={name}
            name={name}
            categories={categories.filter(({ department }) => department === name)}
          />
        ))}
        <section aria-labelledby="newest">
          <h2 id="newest" className="subtitle mb-6">
            Just in
          </h2>
          <ProductGrid products={newest.products} />
        </section>
      </div>
    </>
  );
}
