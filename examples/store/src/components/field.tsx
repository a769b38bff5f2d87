import type { ComponentProps } from "react";

interface FieldProps extends Omit<ComponentProps<"input">, "name"> {
  label: string;
  name: string;
  error?: string | undefined;
  hint?: string;
}

/** A labelled input whose error is tied to it, so that it is read out with it. */
export function Field({ label, name, error, hint, ...input }: FieldProps) {
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={name} className="text-sm font-medium">
        {label}
      </label>
      <input
        {...input}
        id={name}
        name={name}
        className="input"
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${name}-note` : undefined}
      />
      {note && (
        <p id={`${name}-note`} className={`text-xs ${error ? "text-alert" : "text-muted"}`}>
          {note}
        </p>
      )}
    </div>
  );
}
