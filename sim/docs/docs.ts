import { readdir, readFile } from "node:fs/promises";
import * as catalogue from "#devices/furniture/index.ts";
import type { Furniture } from "#devices/furniture/vocabulary.ts";
import type { Part, Place } from "#devices/part.ts";
import { Board } from "../board.ts";
import { twinsOf } from "../chips/index.ts";
import type { Twin, TwinDefinition } from "../chips/twin.ts";
import { EventLoop } from "../loop.ts";
import { chipPage } from "./chip-page.ts";
import { faultsPage } from "./faults-page.ts";
import { html, type Markup, table } from "./html.ts";
import { judgesPage } from "./judges-page.ts";
import { kindPage } from "./kind-page.ts";

/** Every page by its path below the docs' folder: `index.html`, `kinds/bench.html`, `chips/bme280.html`, `style.css`. */
export type Docs = ReadonlyMap<string, string>;

/** The reference of every kind and chip, from declarations, parts and twins: nothing in it is written twice. */
export async function makeDocs(kinds: readonly Furniture[] = Object.values(catalogue)): Promise<Docs> {
  const parts = await allParts(kinds);
  const twins = await twinsOf(parts);
  const pages = new Map<string, string>();
  pages.set("style.css", await readFile(new URL("style.css", import.meta.url), "utf8"));
  pages.set("index.html", page("Reference", "", indexPage(kinds, parts)));
  pages.set("faults.html", page("Faults", "", faultsPage()));
  pages.set("judges.html", page("Second judges", "", judgesPage(parts)));
  for (const kind of kinds) pages.set(`kinds/${kind.kind}.html`, page(kind.title, "../", kindPage(kind)));
  for (const part of parts) {
    const users = kinds.filter(({ roles }) =>
      Object.values(roles).some(({ accepts }) => accepts.includes(part)),
    );
    pages.set(
      `chips/${part.id}.html`,
      page(part.id, "../", chipPage(part, onATable(twins.get(part.id)!), users)),
    );
  }
  return pages;
}

/** The parts that kinds accept, and those that a file of devices/chips bears the name of. */
async function allParts(kinds: readonly Furniture[]): Promise<Part[]> {
  const accepted = kinds.flatMap(({ roles }) => Object.values(roles).flatMap(({ accepts }) => accepts));
  const folder = new URL("../../devices/chips/", import.meta.url);
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"));
  const modules = await Promise.all(
    files.map(async (file) => (await import(new URL(file, folder).pathname)) as Record<string, unknown>),
  );
  const exported = modules.flatMap((module) => Object.values(module)).filter(isPart);
  const byId = new Map([...exported, ...accepted].map((part) => [part.id, part]));
  return [...byId.values()].sort((a, b) => a.id.localeCompare(b.id));
}

const isPart = (value: unknown): value is Part =>
  typeof value === "object" &&
  value !== null &&
  "open" in value &&
  "channels" in value &&
  "datasheet" in value;

/** A twin by itself, to be asked what it models. */
function onATable({ part, create }: TwinDefinition): Twin {
  const loop = new EventLoop();
  return create({ loop, random: () => 0.5, place: factoryPlace(part), wiring: new Board(loop) });
}

function factoryPlace({ connection }: Part): Place {
  switch (connection.kind) {
    case "i2c":
      return { kind: "i2c", bus: 1, address: connection.addresses[0] };
    case "serial":
      return { kind: "serial", path: "/dev/ttyAMA0" };
    case "gpio":
      return { kind: "gpio", chip: "pinctrl-bcm2711", offset: 17 };
  }
}

function indexPage(kinds: readonly Furniture[], parts: readonly Part[]): Markup {
  return html`<h1>Plinth reference</h1>
<p class="summary">Made from the declarations, the parts and their twins.</p>
<h2>Kinds of furniture</h2>
${table(
  ["Kind", "What it does"],
  kinds.map(({ kind, title, summary }) => [html`<a href="kinds/${kind}.html">${title}</a>`, summary]),
)}
<h2>Parts</h2>
${table(
  ["Part", "Maker", "What it is"],
  parts.map(({ id, maker, title }) => [html`<a href="chips/${id}.html">${id}</a>`, maker, title]),
)}
<p><a href="faults.html">What can go wrong in a scenario</a></p>
<p><a href="judges.html">What drivers by others make of the twins</a></p>`;
}

const page = (title: string, up: string, content: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Plinth</title>
<link rel="stylesheet" href="${up}style.css">
</head>
<body>
<nav><a href="${up}index.html">Plinth reference</a></nav>
<main>
${content}</main>
</body>
</html>
`.text;
