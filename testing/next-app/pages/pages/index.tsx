// A page of each language.

import type { GetStaticProps } from "next";
import type { ReactNode } from "react";

interface Greeting {
  locale: string;
}

export const getStaticProps: GetStaticProps<Greeting> = async ({ locale }) => ({
  props: { locale: locale ?? "none" },
});

export default function Page({ locale }: Greeting): ReactNode {
  return <p id="v">{locale}</p>;
}
