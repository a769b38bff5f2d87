// Rendered at each request.

import type { GetServerSideProps } from "next";
import type { ReactNode } from "react";
import { type Rendered, rendered } from "../../lib/rendered.ts";
import { Shown } from "../../lib/shown.tsx";

export const getServerSideProps: GetServerSideProps<Rendered> = async ({ params, locale }) => ({
  props: await rendered(String(params?.["slug"]), locale),
});

export default function Page(props: Rendered): ReactNode {
  return <Shown {...props} />;
}
