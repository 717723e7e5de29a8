import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { streetlight } from "#devices/furniture/index.ts";
import { sized } from "#devices/furniture/vocabulary.ts";
import { readUnitConfig } from "#firmware/config.ts";
import { root } from "#scripts/root.ts";

const read = (file: string) => readFile(join(root, "deploy", file), "utf8");

describe("deploy/unit.yaml", () => {
  it("is a configuration that the bundle takes, and changes what it says", async () => {
    const config = readUnitConfig(await read("unit.yaml"), "unit.yaml", streetlight);
    expect(config.parts.climate?.place).toEqual({ kind: "i2c", bus: 1, address: 0x77 });
    expect(config.parts.meter?.place).toEqual({ kind: "serial", path: "/dev/ttyUSB0" });
    expect(config.settings.holdTime).toBe(60);
    expect(config.receipts).toBe("end-to-end");
  });
});

describe("deploy/plinth.service", () => {
  it.each(Object.values(catalogue))(
    "opens the buses at which a $kind of any size has its parts",
    async (kind) => {
      const service = await read("plinth.service");
      for (const { place } of Object.values(sized(kind, kind.size?.max).roles)) {
        if (place.kind === "i2c") expect(service).toContain(`DeviceAllow=/dev/i2c-${place.bus} rw`);
        if (place.kind !== "serial") continue;
        const [, group] = /^\/dev\/(ttySC)\d+$/.exec(place.path) ?? [];
        expect(service).toContain(`DeviceAllow=${group ? `char-${group}` : place.path} rw`);
      }
    },
  );
});
