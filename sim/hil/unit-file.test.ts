import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { sized } from "#devices/furniture/vocabulary.ts";
import { readUnitConfig, type UnitConfig } from "#firmware/config.ts";
import { readScenario } from "../scenario/scenario.ts";
import { unitFile } from "./unit-file.ts";

const location = { latitude: 45.07, longitude: 7.69, timeZone: "Europe/Rome" };

const scenarioOf = (kind: string) => `
scenario: one
title: One of a kind
seed: 1
start: 2025-12-21 17:00
duration: 1 h
location: ${JSON.stringify(location)}
street: { furniture: [{ kind: ${kind}, units: 1, spacing: 60 }] }
`;

describe.each(Object.values(catalogue))("the file of a $kind", (declaration) => {
  const read = (config: UnitConfig) => {
    const ofSize = sized(declaration, config.size);
    return readUnitConfig(unitFile(config, ofSize), "unit.yaml", declaration);
  };

  it("says what the scenario says of it", async () => {
    const { units } = await readScenario(scenarioOf(declaration.kind), "one.yaml");
    expect(read(units[0]!.config)).toEqual(units[0]!.config);
  });

  it("says where a part was moved to, and which it is", async () => {
    const text = `
unit: moved-01
site: here
kind: ${declaration.kind}
location: ${JSON.stringify(location)}
broker: { url: "mqtts://broker.example:8883", username: moved-01, passwordFile: /etc/plinth/password }
receipts: puback
parts: { ${Object.keys(declaration.roles)[0]}: ${movedTo(Object.values(declaration.roles)[0]!.place.kind)} }
`;
    const config = readUnitConfig(text, "unit.yaml", declaration);
    expect(read(config)).toEqual(config);
  });
});

const movedTo = (kind: "i2c" | "serial" | "gpio") =>
  ({ i2c: "{ bus: 7 }", serial: "{ path: /dev/ttyUSB9 }", gpio: "{ offset: 27 }" })[kind];
