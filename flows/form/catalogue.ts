import type { Declaration, Field } from "../node/declaration.ts";
import { type Kind, type Telling, type TellingType, timeToLive } from "../node/vocabulary.ts";

/** English texts of every node that names a unit; `__name__` is filled in by Node-RED. */
const common = {
  form: {
    site: "Site",
    unit: "Unit",
    unitPlaceholder: "lamp-1",
    search: "List the units that are on the broker",
    searching: "Asking the broker…",
    noUnits: "No unit of this kind has described itself on this site yet.",
    noSite: "Choose a site with a broker first.",
    noAnswer: "Node-RED does not answer.",
  },
  status: {
    noSite: "no site chosen",
    noBroker: "no broker",
    badId: "not a name: __id__",
  },
} as const;

/** English texts of the nodes that set a unit. */
const shared = {
  form: {
    ...common.form,
    unitsPlaceholder: "lamp-2, lamp-3",
    advanced: "Advanced",
    from: "From",
    level: "Level",
    add: "Add a point",
    point: "__value__, point __number__ of __count__",
    pointKeys:
      "Drag a point, or Tab to it: arrows move it, with Shift in big steps; Insert and Delete. Double click adds one.",
    week: "Windows over the week",
    weekKeys:
      "Drag a block or its edges, or Tab to them: arrows move, with Shift in big steps; Insert and Delete. A click on an empty place adds a row. Hatched: an earlier row goes first.",
    window: "Row __number__: __label__, __days__ __from__ to __to__",
    windowFrom: "Row __number__, from",
    windowTo: "Row __number__, to",
    expected: "__field__: __problem__, expected __expected__",
    entry: "entry __number__",
    remove: "Remove",
    addRow: "Add a row",
    up: "Move up",
    down: "Move down",
    days: { mon: "Mo", tue: "Tu", wed: "We", thu: "Th", fri: "Fr", sat: "Sa", sun: "Su" },
    timePlaceholder: "22:30, sunset+00:30",
    strip: "Noon to noon, drawn for a sunset at 18:00 and a sunrise at 06:00",
  },
  port: { settings: "settings", report: "report" },
  status: {
    ...common.status,
    noUnit: "no unit chosen",
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

/** Headings of what units tell, and the choice of all of it. */
export const tellingTypes: Readonly<Record<TellingType, string>> = {
  measurement: "Telemetry",
  event: "Events",
  alarm: "Alarms",
  actuator: "Actuators",
  part: "Health of parts",
  status: "Online, offline",
};

const inTexts = {
  form: {
    ...common.form,
    unitPlaceholder: "all of the site",
    kind: "Kind",
    allKinds: "All kinds",
    tells: "What",
    everything: "Everything",
    allOf: "All of",
    types: tellingTypes,
    number: "Number (#)",
    numberPlaceholder: "all",
  },
  port: { told: "what units tell" },
  status: {
    ...common.status,
    listening: "listening",
    units: "__units__ units",
    strange: "__strange__ not understood",
  },
  log: {
    strange:
      "a message on a topic of this site is not what a unit would send: it is ignored, as further ones will be",
  },
} as const;

const commandTexts = {
  form: {
    ...common.form,
    unitPlaceholder: "as msg.unit says",
    kind: "Kind",
    chooseKind: "Choose a kind",
    command: "Command",
    timeToLive: "Time to live",
    timeToLiveRange: `${timeToLive.minimum} to ${timeToLive.maximum} s`,
    timeToLiveHelp: "How long the unit may take it, and its answer is waited for.",
    fromMessage: "message",
    leftOut: "left out",
    wrongKind: "choose a kind and a command",
  },
  port: { command: "arguments", result: "result" },
  status: {
    ...common.status,
    noCommand: "no command chosen",
    badTimeToLive: "time to live is not __expected__",
    ready: "ready",
    online: "__unit__ online",
    offline: "__unit__ offline",
    unknown: "unknown unit __unit__",
    sent: "__command__: sent, __pending__ waiting",
    sentOffline: "__command__: sent, __unit__ offline",
    accepted: "__command__: accepted",
    refused: "refused: __reason__",
    timedOut: "__command__: timed out",
  },
  log: {
    unsent: "could not publish to __topic__: __error__",
    unitExpected: "the name of a unit, in the form or as msg.unit",
    isKind: "is a __kind__",
    connection: "a connection to the broker of __site__",
    noAnswer: "no answer within __seconds__ s",
  },
} as const;

/** Texts of `furniture in`: its own, and the titles of all that each kind tells. */
export const inCatalogue = (kinds: readonly Kind[]) => ({
  ...inTexts,
  kinds: byKind(kinds, ({ title, tellings }) => ({ title, tellings: byType(tellings) })),
});

/** Texts of `furniture command`: its own, and those of each kind's commands. */
export const commandCatalogue = (kinds: readonly Kind[]) => ({
  ...commandTexts,
  kinds: byKind(kinds, ({ title, orders }) => ({
    title,
    orders: Object.fromEntries(
      orders.map(({ name, title, help, args }) => [
        name,
        { title, help, args: Object.fromEntries(args.map((arg) => [arg.name, arg.title])) },
      ]),
    ),
  })),
});

const byKind = <T>(kinds: readonly Kind[], texts: (kind: Kind) => T): Record<string, T> =>
  Object.fromEntries(kinds.map((kind) => [kind.kind, texts(kind)]));

function byType(tellings: readonly Telling[]): Record<string, Record<string, string>> {
  const types = [...new Set(tellings.map(({ type }) => type))];
  const titles = (of: TellingType) =>
    tellings.filter(({ type }) => type === of).map(({ name, title }) => [name, title] as const);
  return Object.fromEntries(types.map((type) => [type, Object.fromEntries(titles(type))]));
}

interface SettingTexts {
  readonly title: string;
  readonly help: string;
  readonly columns?: Readonly<Record<string, string>>;
}

export type Catalogue = typeof shared & {
  readonly form: { readonly groups: Readonly<Record<string, string>> };
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
  const groups = Object.fromEntries(
    groupsOf(fields)
      .filter(Boolean)
      .map((group) => [groupKey(group), group]),
  );
  return { ...shared, form: { ...shared.form, groups }, settings };
}

/** Headings of the form, in their order; the empty one stands for settings without. */
export const groupsOf = (fields: readonly Field[]): readonly string[] => [
  ...new Set(fields.map(({ group }) => group)),
];

/** A heading's key in the catalogue: `Light over the night` is `lightOverTheNight`. */
export const groupKey = (group: string): string =>
  group
    .replace(/^./, (first) => first.toLowerCase())
    .replace(/ (.)/g, (_, next: string) => next.toUpperCase());

const titlesOf = (columns: NonNullable<Field["columns"]>) =>
  Object.fromEntries(columns.map(({ name, title }) => [name, title]));

/** Label of a node without a name. */
export const paletteLabel = ({ title }: Pick<Declaration, "title">): string => title.toLowerCase();
