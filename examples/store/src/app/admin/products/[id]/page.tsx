import Link from "next/link";
import { notFound } from "next/navigation";
import { Breadcrumbs } from "../../../../components/breadcrumbs.tsx";
import { PictureForm } from "../../../../components/picture-form.tsx";
import { ProductForm } from "../../../../components/product-form.tsx";
import { ProductPicture } from "../../../../components/product-picture.tsx";
import { findProduct } from "../../../../db/catalogue.ts";
import { parseId } from "../../../../forms/numbers.ts";
import { replacePictureAction, updateProductAction } from "./actions.ts";

export default async function EditProductPage({ params }: { params: Promise<{ id: string }> }) {
  const id = parseId((await params).id);
  const product = id === undefined ? undefined : await findProduct(id);
  if (!product) notFound();
  const { name, priceCents, stock } = product;
  return (
    <>
      <Breadcrumbs crumbs={[{ label: "Products", href: "/admin" }]} />
      <h1 className="title mt-4 mb-8">{name}</h1>
      <div className="grid gap-8 sm:grid-cols-[16rem_1fr]">
        <div className="flex flex-col gap-4">
          <div className="overflow-hidden rounded-2xl border border-line">
            <ProductPicture imageId={product.imageId} alt="" eager />
          </div>
          <Link href={`/products/${product.id}`} prefetch={false} className="link text-sm text-muted">
            See it in the shop
          </Link>
          <PictureForm productId={product.id} action={replacePictureAction} />
        </div>
        <ProductForm product={{ id: product.id, name, priceCents, stock }} action={updateProductAction} />
      </div>
    </>
  );
}
