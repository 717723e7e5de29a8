import type { Name } from "./names.ts";
import type { Skeleton } from "./written.ts";

export interface NewKind {
  readonly name: Name;
  readonly title: string;
  readonly summary: string;
}

/** A declaration, what it is held to, and how it stands in the simulated street. */
export const kindSkeletons = (kind: NewKind): readonly Skeleton[] => [
  { path: `devices/furniture/${kind.name.id}.ts`, text: declaration(kind) },
  { path: `devices/furniture/${kind.name.id}.test.ts`, text: test(kind) },
  { path: `sim/kinds/${kind.name.id}/model.ts`, text: model(kind) },
];

/** The catalogue with one more line, in the order of the alphabet. */
export function withLine(catalogue: string, { id, camel }: Name): string {
  const [heading, ...lines] = catalogue.trimEnd().split("\n");
  const exports = [...lines, `export { ${camel} } from "./${id}.ts";`].sort((a, b) =>
    a.localeCompare(b, "en"),
  );
  return `${[heading, ...exports].join("\n")}\n`;
}

const declaration = ({ name, title, summary }: NewKind) => `import { bme280 } from "../chips/bme280.ts";
import { minutes } from "../duration.ts";
import { furniture } from "./vocabulary.ts";

/**
 * A ${title.toLowerCase()}. Everything else follows from this object: what a configuration may say, telemetry, the
 * form in Node-RED, the docs page, the wiring that \`plinth check\` draws. The words are in vocabulary.ts;
 * streetlight.ts uses most of them.
 */
export const ${name.camel} = furniture({
  kind: "${name.id}",
  title: "${title}",
  summary: "${summary}",

  // What it has: a place for each part, at the address or line where the factory puts it. The air is an example.
  roles: {
    climate: {
      title: "Air temperature, humidity, pressure",
      accepts: [bme280],
      place: { kind: "i2c", bus: 1, address: 0x76 },
      sampling: { every: minutes(1) },
    },
  },

  // Pure functions from samples to what they mean: see devices/estimators.
  estimators: [],

  // What it moves or powers, each with the one function that permits it and the state that it fails to.
  actuators: {},

  // What leaves it, and how it is kept when there is no room for all.
  telemetry: {
    temperature: {
      title: "Air temperature",
      source: "climate.temperature",
      recordClass: "series",
      every: minutes(15),
    },
  },

  events: {},

  // What an integrator may set in Node-RED.
  settings: {},

  commands: {},

  // When somebody has to come, and what that person is to do.
  alarms: {},

  shared: {},

  // What it senses of people, a sentence each, with the fields that carry it. All else speaks of the furniture.
  privacy: {
    senses: [],
    ofFurniture: ["temperature"],
    personalData: "none",
    retention: "Nothing about anybody is sensed.",
  },
});
`;

const test = ({ name, title }: NewKind) => `import { describe, expect, it } from "vitest";
import { ${name.camel} } from "./${name.id}.ts";
import { factorySettings, sourcesOf } from "./vocabulary.ts";

const { roles, settings, alarms } = ${name.camel};

/** The declaration checks itself when it is loaded: names that it uses but lacks stop this file. */
describe("the declaration of a ${title.toLowerCase()}", () => {
  it("names the parts that make it one", () => {
    expect(
      Object.keys(roles).filter((role) => role !== "climate"),
      "write what it has beside the example into \`roles\` of devices/furniture/${name.id}.ts; plinth new chip makes a part",
    ).not.toEqual([]);
  });

  it("can be set", () => {
    expect(
      Object.keys(settings),
      "write what differs from street to street into \`settings\`: title, help, unit, range and default (settings.ts)",
    ).not.toEqual([]);
    expect(Object.keys(factorySettings(${name.camel}))).toEqual(Object.keys(settings));
  });

  it("calls somebody when something is wrong", () => {
    expect(
      Object.keys(alarms),
      "write into \`alarms\` when somebody has to come, and what to do there",
    ).not.toEqual([]);
    for (const { advice, source } of Object.values(alarms)) {
      expect(advice.length).toBeGreaterThan(20);
      expect([...sourcesOf(${name.camel}).keys()]).toContain(source);
    }
  });
});
`;

const model = ({ name, title }: NewKind) => `import { ${name.camel} } from "#devices/furniture/${name.id}.ts";
import type { UnitEvent } from "#firmware/journal.ts";
import type { KindModel, Site, Spot, Surroundings, Truth } from "../model.ts";

/**
 * One ${title.toLowerCase()} in the street: what is around its parts, and how well its unit tells it. It judges by
 * the world, never by what the unit says of itself.
 */
class ${name.pascal}Site implements Site {
  readonly #street: Surroundings;
  #worstErrorC = 0;

  constructor(street: Surroundings, { twins }: Spot) {
    const { world } = street;
    this.#street = street;
    const climate = twins.get("climate");
    climate?.set("temperature", (atMs) => world.weather(atMs).temperatureC);
    climate?.set("humidity", (atMs) => world.weather(atMs).relativeHumidityPercent);
    climate?.set("pressure", (atMs) => world.weather(atMs).pressurePa);
  }

  /** Names that are sources of the declaration are shown beside what the unit says of them. */
  truth(): Truth {
    return { "climate.temperature": this.#temperatureC };
  }

  hear(event: UnitEvent): void {
    if (event.type !== "record" || event.body.type !== "measurement") return;
    const { name, value } = event.body;
    if (name === "temperature" && value !== null)
      this.#worstErrorC = Math.max(this.#worstErrorC, Math.abs(value - this.#temperatureC));
  }

  figures(): Readonly<Record<string, number>> {
    return { worstErrorC: this.#worstErrorC };
  }

  get #temperatureC(): number {
    const { loop, world } = this.#street;
    return world.weather(loop.now).temperatureC;
  }
}

export const model: KindModel = {
  kind: ${name.camel}.kind,
  prefix: "${name.id}",
  noun: { one: "${title.toLowerCase()}", many: "${title.toLowerCase()}s" },
  figures: {
    worstErrorC: { title: "air temperature told wrong by at most", unit: "°C", decimals: 2, across: "max" },
  },
  report: (told) => [["air", \`told wrong by \${told("worstErrorC").toFixed(2)} °C at most\`]],
  on: (street) => (spot) => new ${name.pascal}Site(street, spot),
};
`;
