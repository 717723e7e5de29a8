import * as Type from "@sinclair/typebox";
import { seconds } from "#devices/duration.ts";
import {
  choice,
  number,
  order,
  percent,
  profile,
  table,
  texts,
  timeSpan,
  units,
  windowColumns,
} from "#devices/furniture/settings.ts";
import { furniture, type Setting } from "#devices/furniture/vocabulary.ts";

/** A kind that is not in the catalogue, with every editor, and with text that would break careless markup. */
export const planter = furniture({
  kind: "planter",
  title: 'Planter <b>"Flora"</b>',
  roles: {},
  estimators: [],
  actuators: {},
  telemetry: {
    watered: { title: "Watered </script>", source: "command.water", recordClass: "event", deadband: 1 },
  },
  events: {},
  shared: {},
  commands: {
    water: {
      title: "Water </script> <b>now</b>",
      help: "For a while & no longer.",
      args: { duration: Type.Number({ minimum: 1, maximum: 600, description: "s" }) },
      effect: { kind: "timed" },
    },
  },
  alarms: {
    dry: {
      title: "Dry <roots>",
      severity: "notice",
      advice: 'Fill the "tank".',
      source: "command.water",
      when: "is",
      limit: 1,
      for: seconds(0),
    },
  },
  summary: "Waters & drains; </script><script>alert(1)</script> is only text.",
  settings: {
    schedule: profile({ title: "Light for the plants", help: "Over the night." }, [
      { from: "sunset", level: 30 },
    ]),
    moisture: percent({ title: "Moisture <at least>", help: "Below it's watered." }, { default: 40, min: 5 }),
    pause: timeSpan(
      { title: "Pause", help: "Between two waterings." },
      { default: 3_600, min: 60, max: 86_400 },
    ),
    flow: number({ title: "Flow", help: "At most.", advanced: true }, "l/min", {
      default: 2.5,
      min: 0.5,
      max: 6,
    }),
    soil: choice(
      { title: "Soil", help: "What was filled in." },
      ["loam", 'sand "0/2"', "</script><b>"],
      "loam",
    ),
    partners: units({ title: "Partners", help: "Planters on the same pipe." }),
    watering: table(
      { title: "Watering", help: "When, how much and with what." },
      [
        ...windowColumns,
        { name: "water", title: "Water", kind: "number", unit: "l", min: 0, max: 40 },
        { name: "source", title: "Source", kind: "choice", options: ["mains", "rain"] },
        { name: "note", title: "Note", kind: "text", pattern: "^[a-z ]{0,20}$", description: "20 letters" },
      ],
      [{ days: ["mon", "thu"], from: "06:00", to: "06:30", water: 12, source: "rain", note: "" }],
    ),
    thirst: order({ title: "Thirst", help: "Who drinks first." }, ["rose", "sage", "thyme"]),
    gardeners: texts(
      { title: "Gardeners", help: "Who may open the tap." },
      { pattern: "^[0-9a-f]{12}$", description: "12 hexadecimal digits", most: 8 },
    ),
    frost: {
      title: "Drain at frost",
      help: "Empties the pipe.",
      editor: "switch",
      advanced: true,
      schema: Type.Boolean({ default: true }) as Setting["schema"],
    },
  },
  privacy: {
    senses: [{ says: "Nothing about people.", fields: [] }],
    ofFurniture: ["watered"],
    personalData: "none",
    retention: "Nothing is kept.",
  },
});
