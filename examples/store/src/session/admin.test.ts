import { afterEach, expect, test, vi } from "vitest";
import { isAdmin, isAdminOpen } from "./admin.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

afterEach(() => vi.unstubAllEnvs());

test("without a password set, the gate is open and says so", () => {
  vi.stubEnv("ADMIN_PASSWORD", undefined);
  expect([isAdminOpen(), isAdmin(null)]).toEqual([true, true]);
});

test("with a password set, only the password opens the gate", () => {
  vi.stubEnv("ADMIN_PASSWORD", "open:sesame");
  expect(isAdminOpen()).toBe(false);
  expect(isAdmin(basic("anyone:open:sesame"))).toBe(true);
  for (const wrong of [null, "", "Bearer x", basic("anyone:open"), basic("open:sesame:"), "Basic !"]) {
    expect(isAdmin(wrong)).toBe(false);
  }
});
