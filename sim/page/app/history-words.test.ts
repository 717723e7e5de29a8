import { describe, expect, it } from "vitest";
import type { HistoryState } from "../unit-detail.ts";
import { historyWords } from "./history-words.ts";

const startMs = Date.parse("2025-12-21T22:00:00+01:00");

const history = (measured: HistoryState["measured"], more: Partial<HistoryState> = {}): HistoryState => ({
  unit: "lamp-01",
  source: "climate.temperature",
  span: "hour",
  title: "Air temperature",
  measure: { unit: "°C", decimals: 2 },
  startMs,
  stepMs: 60_000,
  measured,
  ...more,
});

const words = (...told: Parameters<typeof history>) => historyWords(history(...told), "Europe/Rome");

describe("what a chart shows, in words", () => {
  it("is the lowest, the highest and the last, each in its unit, the first two with their time", () => {
    expect(words({ min: [2, -1.5, 0], max: [2, 3, 4.25], last: 1 })).toBe(
      "Measured: lowest −1.50 °C at 22:01, highest 4.25 °C at 22:02, last 1.00 °C.",
    );
  });

  it("says what is true beside it, and for how long nothing good was measured", () => {
    expect(
      words(
        { min: [2, null, null, 2], max: [2, null, null, 2], last: 2 },
        { truth: { min: [1, 1, 1, 1], max: [1, 5, 1, 1], last: 1 } },
      ),
    ).toBe(
      "Measured: 2.00 °C throughout, last 2.00 °C. No good value for 2 min of it. " +
        "True: lowest 1.00 °C at 22:00, highest 5.00 °C at 22:01, last 1.00 °C.",
    );
  });

  it("says that there is nothing, or nothing any more", () => {
    expect(words({ min: [null], max: [null] })).toBe("Nothing good was measured.");
    expect(words({ min: [2, null], max: [3, null] })).toBe(
      "Measured: lowest 2.00 °C at 22:00, highest 3.00 °C at 22:00, no value now. No good value for 1 min of it.",
    );
  });

  it("uses the words that values have", () => {
    const measure = { unit: "1", decimals: 0, words: ["nobody", "someone"] };
    expect(words({ min: [0, 0], max: [0, 1], last: 1 }, { measure })).toBe(
      "Measured: lowest nobody at 22:00, highest someone at 22:01, last someone.",
    );
  });
});
