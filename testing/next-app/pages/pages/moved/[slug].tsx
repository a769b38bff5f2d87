// A redirect, cached as a page.

import type { GetStaticPaths, GetStaticProps } from "next";

export const getStaticPaths: GetStaticPaths = async () => ({ paths: [], fallback: "blocking" });

export const getStaticProps: GetStaticProps = async () => ({
  redirect: { destination: "/kept/moved", permanent: false },
});

export default function Page(): null {
  return null;
}
