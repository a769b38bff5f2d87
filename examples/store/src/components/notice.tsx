import type { ReactNode } from "react";

const tones = {
  good: "border-leaf/25 bg-leaf-soft text-leaf-deep",
  bad: "border-alert/25 bg-alert-soft text-alert",
  plain: "border-line bg-panel text-muted",
} as const;

interface NoticeProps {
  tone: keyof typeof tones;
  children: ReactNode;
}

/** Bad news interrupts a screen reader, the rest waits its turn. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={`rounded-xl border px-4 py-3 text-sm ${tones[tone]}`}
    >
      {children}
    </div>
  );
}
