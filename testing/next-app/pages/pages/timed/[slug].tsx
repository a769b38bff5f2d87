// Made again when it is older than two seconds.

import type { GetStaticPaths, GetStaticProps } from "next";
import type { ReactNode } from "react";
import { type Rendered, rendered } from "../../lib/rendered.ts";
import { Shown } from "../../lib/shown.tsx";

export const getStaticPaths: GetStaticPaths = async () => ({ paths: [], fallback: "blocking" });

export const getStaticProps: GetStaticProps<Rendered> = async ({ params, locale }) => {
  const props = await rendered(String(params?.["slug"]), locale);
  if (props.version.endsWith("gone")) return { notFound: true, revalidate: 1 };
  return { props, revalidate: 2 };
};

export default function Page(props: Rendered): ReactNode {
  return <Shown {...props} />;
}
