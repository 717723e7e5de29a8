import type { Declaration, Field } from "../node/declaration.ts";

/** English texts that every kind's form and node share; `__name__` is filled in by Node-RED. */
const shared = {
  form: {
    site: "Site",
    unit: "Unit",
    unitPlaceholder: "lamp-1",
    search: "List the units that are on the broker",
    unitsPlaceholder: "lamp-2, lamp-3",
    advanced: "Advanced",
    from: "From",
    level: "Level",
    add: "Add a point",
    remove: "Remove",
    addRow: "Add a row",
    up: "Move up",
    down: "Move down",
    days: { mon: "Mo", tue: "Tu", wed: "We", thu: "Th", fri: "Fr", sat: "Sa", sun: "Su" },
    timePlaceholder: "22:30, sunset+00:30",
    strip: "Noon to noon, drawn for a sunset at 18:00 and a sunrise at 06:00",
    searching: "Asking the broker…",
    noUnits: "No unit of this kind has described itself on this site yet.",
    noSite: "Choose a site with a broker first.",
    noAnswer: "Node-RED does not answer.",
  },
  port: { settings: "settings", report: "report" },
  status: {
    noSite: "no site chosen",
    noBroker: "no broker",
    noUnit: "no unit chosen",
    badId: "not a name: __id__",
    taken: "another node sets __unit__",
    disconnected: "no broker",
    connecting: "connecting",
    mismatch: "this unit is a __found__",
    replaced: "replaced by __found__",
    refused: "refused: __field__: __problem__",
    applied: "applied __revision__",
    appliedOffline: "applied __revision__, offline",
    waiting: "waiting: unit offline",
    unknown: "waiting: unknown unit",
    sent: "sent __revision__",
  },
  log: {
    taken: "__unit__ has its settings from another node",
    noObject: "expected an object of settings as payload, such as {holdTime: 60}",
    refused: "__field__ __problem__, expected __expected__",
    unsent: "could not publish to __topic__: __error__",
    mismatch: "__unit__ is a __found__, not a __kind__: nothing was sent to it",
    unknown: "nobody has heard of __unit__ on this broker: its settings wait there for it",
    replaced: "somebody else has sent settings to __unit__: deploy to send these again",
  },
} as const;

/** Texts of the site's configuration node. */
export const siteCatalogue = {
  form: {
    broker: "Broker",
    site: "Site",
    sitePlaceholder: "via-roma",
    search: "List the sites that are on the broker",
    searching: "Asking the broker…",
    noBroker: "Choose a broker first.",
    noSites: "No unit has described itself on this broker yet.",
    noAnswer: "Node-RED does not answer.",
    units: "units",
    online: "online",
  },
  units: {
    notDeployed: "Deploy once, so that Node-RED knows this broker.",
    noConnection: "The broker cannot be reached.",
  },
} as const;

interface SettingTexts {
  readonly title: string;
  readonly help: string;
  readonly columns?: Readonly<Record<string, string>>;
}

export type Catalogue = typeof shared & {
  readonly settings: Readonly<Record<string, SettingTexts>>;
};

/** The message catalogue of one node set: what the editor and the node look texts up in. */
export function catalogue(fields: readonly Field[]): Catalogue {
  const settings = Object.fromEntries(
    fields.map(({ name, title, help, columns }) => [
      name,
      { title, help, ...(columns ? { columns: titlesOf(columns) } : {}) },
    ]),
  );
  return { ...shared, settings };
}

const titlesOf = (columns: NonNullable<Field["columns"]>) =>
  Object.fromEntries(columns.map(({ name, title }) => [name, title]));

/** Label of a node without a name. */
export const paletteLabel = ({ title }: Pick<Declaration, "title">): string => title.toLowerCase();
