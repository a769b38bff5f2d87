import { EmptyState } from "../components/empty-state.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <div className="page py-16">
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is nothing here">
        The page may have moved, or the product is no longer sold.
      </EmptyState>
    </div>
  );
}
