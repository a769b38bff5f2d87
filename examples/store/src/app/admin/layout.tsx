import type { ReactNode } from "react";
import { Notice } from "../../components/notice.tsx";
import { isAdminOpen } from "../../session/admin.ts";

export const metadata = { title: "Admin", robots: { index: false } };

export default function AdminLayout({ children }: { children: ReactNode }) {
  return (
    <div className="page max-w-4xl py-10">
      {isAdminOpen() && (
        <div className="mb-8">
          <Notice tone="plain">
            This is a demonstration, so anybody may edit products here. Set <code>ADMIN_PASSWORD</code> to ask
            for a password.
          </Notice>
        </div>
      )}
      {children}
    </div>
  );
}
