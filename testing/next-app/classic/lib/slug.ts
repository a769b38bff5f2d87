// The one parameter most routes have.

export interface Slug {
  params: Promise<{ slug: string }>;
}

/** As the route was written: parameters of pages come encoded. */
export async function slugOf({ params }: Slug): Promise<string> {
  return decodeURIComponent((await params).slug);
}
