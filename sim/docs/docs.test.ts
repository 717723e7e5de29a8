import { posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { alarmsOf } from "#devices/furniture/alarms.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import * as catalogue from "#devices/furniture/index.ts";
import { privacyField } from "#devices/furniture/vocabulary.ts";
import { type Docs, makeDocs } from "./docs.ts";
import { html } from "./html.ts";

const kinds = Object.values(catalogue);
let docs: Docs;
beforeAll(async () => {
  docs = await makeDocs();
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

  it("draws every part in its wiring", () => {
    const [drawing = ""] = /<svg class="wiring"[\s\S]*?<\/svg>/.exec(page()) ?? [];
    for (const [role, { accepts }] of Object.entries(declaration.roles)) {
      expect(drawing).toContain(role);
      expect(drawing).toContain(accepts[0].id);
    }
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

  it("has no link that leads nowhere", () => {
    for (const [path, content] of docs)
      for (const [, href] of content.matchAll(/(?:href)="([^"#]+)"/g))
        expect(docs.has(posix.join(posix.dirname(path), href!)), `${path} links to ${href}`).toBe(true);
  });

  it("escapes what it shows", () => {
    expect(html`<p title="${'"'}">${"<b> & co"}</p>`.text).toBe('<p title="&quot;">&lt;b&gt; &amp; co</p>');
  });
});
