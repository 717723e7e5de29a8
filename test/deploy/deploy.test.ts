import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { streetlight } from "#devices/furniture/index.ts";
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
  it("opens the buses at which the declaration has its parts", async () => {
    const service = await read("plinth.service");
    for (const { place } of Object.values(streetlight.roles)) {
      if (place.kind === "i2c") expect(service).toContain(`DeviceAllow=/dev/i2c-${place.bus} rw`);
      if (place.kind === "serial") expect(service).toContain(`DeviceAllow=${place.path} rw`);
    }
  });
});
