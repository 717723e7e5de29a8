import { alarmsOf } from "#devices/furniture/alarms.ts";
import { commandsOf } from "#devices/furniture/commands.ts";
import { type Furniture, type Role, sourcesOf, toldActuators } from "#devices/furniture/vocabulary.ts";
import { wiringOf, wiringText } from "#devices/plan/wiring.ts";
import { unitTopics } from "#devices/wire.ts";
import { busSection, factoryFitted, streamRateText, streamSection } from "./bus-section.ts";
import { html, type Markup, section, table } from "./html.ts";
import { wiringDrawing } from "./wiring-drawing.ts";
import { conditionText, defaultText, placeText, schemaText, spanText, unitText } from "./words.ts";

const code = (text: string) => html`<code>${text}</code>`;

/** All that a declaration says of a kind, for people. */
export function kindPage(declaration: Furniture): Markup {
  const { kind, title, summary, size } = declaration;
  return html`<h1>${title}</h1>
<p class="summary">${summary}</p>
<p>Kind ${code(kind)}${size && html`; comes in sizes: ${code(size.name)} from ${size.min} to ${size.max}, ${size.preset} when nothing is said (shown here)`}.</p>
${parts(declaration)}${streamSection(declaration)}${busSection(declaration)}${drives(declaration)}${settings(declaration)}${commands(declaration)}${alarms(declaration)}${telemetry(declaration)}${events(declaration)}${topics(declaration)}${privacy(declaration)}`;
}

function parts(declaration: Furniture): Markup {
  const wires = wiringOf(factoryFitted(declaration));
  const rows = Object.entries(declaration.roles).map(([role, { title, accepts, place, ...how }]) => [
    code(role),
    html`${title}${how.optional ? " (optional)" : ""}`,
    accepts.map(
      (part, index) => html`${index > 0 ? ", " : ""}<a href="../chips/${part.id}.html">${part.id}</a>`,
    ),
    placeText(place),
    samplingText(how),
  ]);
  return section(
    "parts",
    "What it is made of",
    table(["Role", "What for", "Parts that fit", "Place (factory)", "Sampled"], rows),
    wiringDrawing(wires),
    html`<details><summary>The same as text</summary><pre tabindex="0">${wiringText(wires)}</pre></details>`,
  );
}

function samplingText({ sampling, stream }: Pick<Role, "sampling" | "stream">): string {
  if (stream) return streamRateText(stream);
  if (!sampling) return "";
  const { every, faster } = sampling;
  return `every ${spanText(every)}${faster ? `; ${spanText(faster.every)} while ${faster.while}` : ""}`;
}

function drives({ actuators, deadMan }: Furniture): Markup {
  const rows = Object.entries(actuators).map(([name, actuator]) => {
    const { title, quantity, role, failSafe, timeToLive, permit, untold } = actuator;
    return [
      code(name),
      title,
      role,
      `${`${failSafe.value} ${unitText(quantity.unit)}`.trim()}: ${failSafe.because}`,
      spanText(timeToLive),
      permit.inputs.join(", "),
      deadMan?.guards.includes(name) ? "yes" : "no",
      untold ? `no: ${untold.because}` : "yes",
    ];
  });
  return section(
    "drives",
    "What it drives, and where that goes when in doubt",
    table(
      [
        "Actuator",
        "What",
        "Through",
        "Fail-safe",
        "Stands without a fresh decision for",
        "Its permit looks at",
        "Behind the dead man's switch",
        "Told to the city",
      ],
      rows,
    ),
    deadMan &&
      html`<p>The supply of what is guarded is held closed by ${code(deadMan.role)}, toggled every ${spanText(deadMan.every)} as long as all of it stands where it was told. A process that died toggles nothing.</p>`,
  );
}

function settings({ settings }: Furniture): Markup {
  const rows = Object.entries(settings).map(([name, setting]) => [
    code(name),
    html`<b>${setting.title}</b><br>${setting.help}`,
    schemaText(setting.schema),
    setting.unit ?? "",
    code(defaultText(setting)),
  ]);
  return section("settings", "Settings", table(["Name", "What", "Allowed", "Unit", "Factory value"], rows));
}

function commands(declaration: Furniture): Markup {
  const rows = Object.entries(commandsOf(declaration)).map(([name, { title, help, args }]) => [
    code(name),
    html`<b>${title}</b><br>${help}`,
    Object.entries(args).map(([arg, schema]) => html`${code(arg)} ${schemaText(schema)}<br>`),
  ]);
  return section("commands", "Commands", table(["Name", "What", "Arguments"], rows));
}

function alarms(declaration: Furniture): Markup {
  const rows = Object.entries(alarmsOf(declaration)).map(([name, alarm]) => [
    code(name),
    alarm.title,
    alarm.severity,
    conditionText(alarm),
    alarm.advice,
  ]);
  return section("alarms", "Alarms", table(["Name", "What", "Severity", "Raised when", "What to do"], rows));
}

function telemetry(declaration: Furniture): Markup {
  const sources = sourcesOf(declaration);
  const rows = Object.entries(declaration.telemetry).map(([name, point]) => [
    code(name),
    point.title,
    code(point.source),
    point.words?.map((word, value) => html`${value} ${word}<br>`) ??
      unitText(sources.get(point.source)!.unit),
    point.recordClass,
    [
      point.every ? `every ${spanText(point.every)}` : "",
      point.deadband ? `on a change of ${point.deadband}` : "",
    ]
      .filter((word) => word !== "")
      .join(", "),
  ]);
  return section(
    "telemetry",
    "Telemetry",
    table(["Name", "What", "Source", "Unit, or what it means", "Class", "Told"], rows),
  );
}

function events({ events }: Furniture): Markup {
  const tables = Object.entries(events).map(
    ([name, { title, recordClass, chained, fields }]) => html`<h3>${code(name)} ${title}</h3>
<p>Class ${recordClass}${chained ? "; chained by SHA-256, so that a missing or an altered record shows" : ""}.</p>
${table(
  ["Field", "Holds"],
  Object.entries(fields).map(([field, schema]) => [code(field), schemaText(schema)]),
)}`,
  );
  return tables.length === 0 ? html`` : section("events", "Events", tables);
}

function topics(declaration: Furniture): Markup {
  const { shared, telemetry, events } = declaration;
  const { record, shared: sharedTopic, ...others } = unitTopics("<site>", "<unit>");
  const classes = new Set([
    ...Object.values(telemetry).map(({ recordClass }) => recordClass),
    ...Object.values(events).map(({ recordClass }) => recordClass),
    ...(toldActuators(declaration).length > 0 ? (["state"] as const) : []),
    ...(["alarm", "event"] as const),
  ]);
  const all = [
    ...Object.values(others),
    ...[...classes].map((recordClass) => record(recordClass)),
    ...Object.keys(shared).map((name) => sharedTopic(name)),
  ];
  return section(
    "topics",
    "MQTT topics",
    html`<ul>${all.map((topic) => html`<li>${code(String(topic))}</li>`)}</ul>`,
  );
}

function privacy({ privacy: { senses, ofFurniture, retention } }: Furniture): Markup {
  return section(
    "privacy",
    "Privacy",
    senses.length === 0
      ? html`<p>Nothing is sensed of people.</p>`
      : html`<ul>${senses.map(({ says, fields }) => html`<li>${says} Told by ${fields.map((field, index) => html`${index > 0 ? ", " : ""}${code(field)}`)}.</li>`)}</ul>`,
    html`<p>${retention}</p><p>All other fields speak of the furniture: ${ofFurniture.join(", ")}.</p>`,
  );
}
