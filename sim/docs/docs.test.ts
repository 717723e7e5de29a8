import { posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { alarmsOf } from "#devices/furniture/alarms.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import * as catalogue from "#devices/furniture/index.ts";
import { privacyField, sized } from "#devices/furniture/vocabulary.ts";
import { faultVerbs } from "../scenario/faults.ts";
import { errnos } from "../scenario/kernel-verbs.ts";
import { type Docs, makeDocs } from "./docs.ts";
import { html } from "./html.ts";
import { kindPage } from "./kind-page.ts";

const kinds = Object.values(catalogue);
let docs: Docs;
beforeAll(async () => {
  docs = await makeDocs();
});

it("names every word of a scenario's faults, and every errno that it may say", () => {
  const page = docs.get("faults.html")!;
  for (const verb of Object.keys(faultVerbs)) expect(page).toContain(`<code>${verb}</code>`);
  for (const names of Object.values(errnos)) expect(page).toContain(names.join(", "));
});

describe.each(kinds)("the page of the $kind", (declaration) => {
  const page = () => docs.get(`kinds/${declaration.kind}.html`)!;

  it("names all that is declared", () => {
    const { roles, actuators, settings, telemetry, events } = declaration;
    const derived = [alarmsOf(declaration), commandsOf(declaration)];
    const named = [roles, actuators, settings, telemetry, events, ...derived];
    for (const name of named.flatMap((names) => Object.keys(names)))
      expect(page()).toContain(`<code>${name}</code>`);
  });

  it("says where each actuator goes in doubt, what to do about each alarm, and what is sensed of people", () => {
    const said = [
      ...Object.values(declaration.actuators).map(({ failSafe }) => failSafe.because),
      ...Object.values(declaration.alarms).map(({ advice }) => advice),
      ...declaration.privacy.senses.map(({ says }) => says),
      declaration.privacy.retention,
    ];
    for (const sentence of said) expect(page()).toContain(html`${sentence}`.text);
    for (const { fields } of declaration.privacy.senses)
      for (const field of fields) expect(page()).toContain(`<code>${privacyField(field)}</code>`);
  });

  it("has every section that the declaration has something for", () => {
    const ids = [...page().matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    const { roles, events } = declaration;
    expect(ids).toEqual([
      "parts",
      ...(Object.values(roles).some(({ stream }) => stream) ? ["streams"] : []),
      ...["buses", "drives", "settings", "commands", "alarms", "telemetry"],
      ...(Object.keys(events).length > 0 ? ["events"] : []),
      ...["topics", "privacy"],
    ]);
  });

  it("says what values mean that are no amounts", () => {
    for (const { words = [] } of Object.values(declaration.telemetry))
      for (const [value, word] of words.entries()) expect(page()).toContain(html`${value} ${word}<br>`.text);
  });

  it("draws every part in its wiring", () => {
    const [drawing = ""] = /<svg class="wiring"[\s\S]*?<\/svg>/.exec(page()) ?? [];
    for (const [role, { accepts }] of Object.entries(declaration.roles)) {
      expect(drawing).toContain(role);
      expect(drawing).toContain(accepts[0].id);
    }
  });
});

describe("the page of a kind that comes in sizes", () => {
  it.each([
    ["floor", 2, catalogue.floor],
    ["floor", 8, catalogue.floor],
    ["floor", 16, catalogue.floor],
    ["curb", 1, catalogue.curb],
    ["curb", 12, catalogue.curb],
  ] as const)("can be made of a %s of %d", (_name, count, kind) => {
    const declaration = sized(kind, count);
    const text = kindPage(declaration).text;
    for (const role of Object.keys(declaration.roles)) expect(text).toContain(`<code>${role}</code>`);
  });

  it("tells how often a tile is sampled, what its detector finds, and what that takes of the bus", () => {
    const page = docs.get("kinds/floor.html")!;
    expect(page).toContain("250 a second; 83 a second while nothing moves");
    expect(page).toContain("<code>along</code> distance, m");
    // Four tiles of 2 × 250 conversions a second: three bytes written (38 bits), then one written and two read (48).
    expect(page).toMatch(
      /<td>4<\/td><td><code>i2c-\d<\/code><\/td><td>400 kHz<\/td><td>172000<\/td><td>4000<\/td>/,
    );
  });
});

describe("the reference", () => {
  it("has a page for every part that a kind accepts, with what its twin models and what it does not", () => {
    const parts = new Set(
      kinds.flatMap(({ roles }) =>
        Object.values(roles).flatMap(({ accepts }) => accepts.map(({ id }) => id)),
      ),
    );
    for (const id of parts) expect(docs.get(`chips/${id}.html`)).toContain('<section id="twin">');
    // Of the ADS1115's twin: the comparator is documented (SBAS444, section 8.6.3) and not modelled.
    expect(docs.get("chips/ads1115.html")).toMatch(/not modelled[\s\S]*COMP/);
  });

  it("leads from its index to every page, and by no link nowhere", () => {
    const seen = new Set<string>();
    const visit = (path: string) => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const [, href = ""] of docs.get(path)!.matchAll(/\b(?:href|src)="([^"]*)"/g)) {
        const [file = "", fragment] = href.split("#");
        const target = file === "" ? path : posix.join(posix.dirname(path), file);
        expect(docs.has(target), `${path} links to ${href}`).toBe(true);
        if (fragment !== undefined) expect(docs.get(target), href).toContain(`id="${fragment}"`);
        visit(target);
      }
    };
    visit("index.html");
    expect([...docs.keys()].filter((path) => !seen.has(path))).toEqual([]);
  });

  it("has every section of every part", () => {
    const pages = [...docs].filter(([path]) => path.startsWith("chips/"));
    expect(pages.length).toBeGreaterThanOrEqual(33);
    for (const [path, content] of pages) {
      const ids = [...content.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id!);
      expect(ids, path).toEqual(expect.arrayContaining(["measures", "twin", "users"]));
      expect(content, path).toMatch(/(I2C, 0x|serial, \d|one GPIO line)[^<]*\. Written from \S/);
    }
  });

  it("escapes what it shows", () => {
    expect(html`<p title="${'"'}">${"<b> & co"}</p>`.text).toBe('<p title="&quot;">&lt;b&gt; &amp; co</p>');
  });
});
