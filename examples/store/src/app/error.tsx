"use client";

export interface ErrorPageProps {
  error: Error & { digest?: string };
  retry: () => void;
}

/** Says nothing of the cause, which belongs into the log; the digest finds it there. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  return (
    <div className="page flex flex-col items-center gap-5 py-24 text-center" role="alert">
      <h1 className="title">Something went wrong on our side</h1>
      <p className="max-w-md text-muted">
        Your cart is safe. Please try again in a moment.
        {error.digest && <span className="block pt-2 text-xs">{`Reference ${error.digest}`}</span>}
      </p>
      <button type="button" className="button" onClick={() => retry()}>
        Try again
      </button>
    </div>
  );
}
