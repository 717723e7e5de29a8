import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costOf, type Session } from "./port-session.ts";

const sessionOf = (paid: Session["paid"]): Session => ({
  ...{ number: 1, startAtMs: 0, startWallMs: undefined, loadWallMs: undefined, startCounts: 0 },
  ...{ freeCounts: 0, giftCounts: 0, currency: "EUR", isAuthorised: false, paid },
});

describe("what a session costs", () => {
  it("is rounded half up, as its price is written and not as a double has it", () => {
    // 0.5 Wh at 0.30 and 11.5 Wh at 0.10 per kWh are 0.00015 and 0.00115.
    expect(costOf(sessionOf([[0.3, 50]]), 100)).toBe(0.0002);
    expect(costOf(sessionOf([[0.1, 1_150]]), 100)).toBe(0.0012);
  });

  it("is that of whole numbers, for any prices in hundredths", () => {
    const entry = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 1_000_000 }));
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), fc.constantFrom(1, 100), (entries, countsPerWh) => {
        const paid = entries.map(([cents, counts]) => [cents / 100, counts] as const);
        // Hundredths of a cent: price · 100 · counts / (1 000 · countsPerWh).
        const numerator = entries.reduce((sum, [cents, counts]) => sum + BigInt(cents) * BigInt(counts), 0n);
        const denominator = 10n * BigInt(countsPerWh);
        const rounded = (2n * numerator + denominator) / (2n * denominator);
        expect(costOf(sessionOf(paid), countsPerWh)).toBe(Number(rounded) / 10_000);
      }),
      { numRuns: 2_000 },
    );
  });
});
