import { expect, it } from "vitest";
import { markdown, number } from "./report.ts";
import { figureOf } from "./statistics.ts";

it.each([
  [0, "0.00"],
  [0.01234, "0.0123"],
  [1.2345, "1.23"],
  [123.4, "123"],
  [12_345.6, "12,346"],
])("writes %d as %s", (value, text) => expect(number(value)).toBe(text));

it("writes median and spread, aims and notes", () => {
  const rows = [
    { subject: "ours", figures: [figureOf([1, 2, 3]), figureOf([7])] },
    { subject: "peer", figures: [figureOf([4, 4]), figureOf([8])] },
  ];
  const aims = [{ text: "less than 3", measured: "2", met: true }];
  expect(markdown({ tables: [{ title: "Time", columns: ["s", "MiB"], rows }], aims, notes: ["quiet"] })).toBe(
    [
      "### Time",
      "",
      "|  | s | MiB |",
      "| --- | ---: | ---: |",
      "| ours | 2.00 (1.00-3.00) | 7.00 |",
      "| peer | 4.00 | 8.00 |",
      "",
      "**met**: less than 3; measured 2",
      "",
      "- quiet",
    ].join("\n"),
  );
});
