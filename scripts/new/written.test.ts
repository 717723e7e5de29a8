import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exitCodes } from "../exit-codes.ts";
import { writeAll } from "./written.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plinth-written-"));
  writeFileSync(join(folder, "index.ts"), "before\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = "export const   one = 1";
const change = { path: "index.ts", text: "after\n" };

describe("writeAll", () => {
  it("writes files in new folders, formatted, and changes what is there", () => {
    writeAll(folder, [{ path: "kinds/a.ts", text }], [change]);
    expect(readFileSync(join(folder, "kinds/a.ts"), "utf8")).toBe("export const one = 1;\n");
    expect(readFileSync(join(folder, "index.ts"), "utf8")).toBe("after\n");
  });

  it("takes back what it began when it cannot end", () => {
    // Below a file there is no folder: the second write fails.
    const skeletons = [
      { path: "kinds/a.ts", text },
      { path: "kinds/a.ts/b.ts", text },
    ];
    expect(() => writeAll(folder, skeletons, [change])).toThrow(
      expect.objectContaining({ message: "nothing was written (ENOTDIR)", exitCode: exitCodes.environment }),
    );
    expect(readdirSync(folder)).toEqual(["index.ts"]);
    expect(readFileSync(join(folder, "index.ts"), "utf8")).toBe("before\n");
  });

  it("writes nothing when one of them is there", () => {
    const skeletons = [
      { path: "a.ts", text },
      { path: "index.ts", text },
    ];
    expect(() => writeAll(folder, skeletons)).toThrow("index.ts is there already");
    expect(readdirSync(folder)).toEqual(["index.ts"]);
  });
});
