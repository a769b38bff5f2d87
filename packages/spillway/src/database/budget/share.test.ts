import { expect, it } from "vitest";
import { shareOf } from "./share.ts";

const settings = { max: 20, budgetReserve: 10, extra: 1 };

it.each([
  [97, 1, 20],
  [97, 4, 20],
  [97, 5, 16],
  [97, 12, 6],
  [97, 40, 1],
  [97, 44, 0],
  [8, 1, -3],
])("of %i connections each of %i pools gets %i", (connections, pools, share) => {
  expect(shareOf({ connections, pools }, settings)).toBe(share);
});

it("never lets the pools together, with their watches, go past the server less its reserve", () => {
  for (let pools = 1; pools <= 43; pools++) {
    const each = shareOf({ connections: 97, pools }, settings);
    expect(pools * (each + settings.extra)).toBeLessThanOrEqual(87);
  }
});
