import { activities } from "../../estimators/curb/activity.ts";
import { choice, number, table, texts, timeSpan, windowColumns } from "../settings.ts";
import type { Setting } from "../vocabulary.ts";

const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const workdays = everyDay.slice(0, 5);

const uuids = {
  pattern: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
  description: "a UUID in lower case",
};

/** Loading in the morning, pick-up and drop-off at noon, a terrace on Saturday, else paid parking by day. */
function usualPolicy() {
  const rule = (
    days: readonly string[],
    [from, to]: readonly [string, string],
    activity: (typeof activities)[number],
    { userClasses = "", maxStay = 0, rate = 0 } = {},
  ) => ({ days, from, to, spaces: "all", activity, userClasses, maxStay, rate });
  return [
    rule(["sat"], ["11:00", "23:00"], "no stopping"),
    rule([...workdays, "sat"], ["06:00", "10:00"], "loading", { userClasses: "delivery", maxStay: 30 }),
    rule(workdays, ["12:00", "14:00"], "stopping", { maxStay: 10 }),
    rule(workdays, ["10:00", "20:00"], "parking", { maxStay: 120, rate: 200 }),
    rule(everyDay, ["00:00", "24:00"], "parking"),
  ];
}

/** Settings of a kerb of so many spaces. */
export function curbSettings(spaces: number): Readonly<Record<string, Setting>> {
  return {
    policy: table(
      {
        title: "Policies",
        group: "Rules",
        help: "What the kerb is for, by time and space: the first row that applies holds. Without any, nobody may stop.",
      },
      [
        ...windowColumns,
        {
          name: "spaces",
          title: "Spaces",
          scope: true,
          kind: "text",
          pattern: "^(all|\\d{1,2}(-\\d{1,2})?(,\\d{1,2}(-\\d{1,2})?)*)$",
          description: "all, or numbers and ranges such as 1,4-6",
        },
        { name: "activity", title: "Activity", kind: "choice", options: activities },
        {
          name: "userClasses",
          title: "User classes",
          kind: "text",
          pattern: "^([a-z_]+([ ,]+[a-z_]+)*)?$",
          description:
            "CDS user classes such as delivery or permit, all of which a vehicle must have; or nothing",
        },
        {
          name: "maxStay",
          title: "Longest stay, 0 for any",
          kind: "number",
          unit: "min",
          min: 0,
          max: 10_080,
        },
        {
          name: "rate",
          title: "Rate, smallest coin per hour",
          kind: "number",
          unit: "/h",
          min: 0,
          max: 100_000,
        },
      ],
      usualPolicy(),
    ),
    grace: timeSpan(
      {
        title: "Grace",
        group: "Rules",
        help: "How long beyond the longest stay, or into a time without standing, is forgiven.",
      },
      { default: 300, min: 0, max: 3_600 },
    ),
    permits: texts(
      {
        title: "Permit cards",
        group: "Rules",
        help: "Credentials of cards that open a reserved space, and that may stand where a permit is needed. They are kept on the unit and never sent back.",
        isConfidential: true,
      },
      {
        pattern: "^[0-9a-f]{12}$",
        description: "12 hexadecimal digits, as the reader shows them",
        most: 500,
      },
    ),
    chargingCurrent: number(
      { title: "Charging current", group: "Charging", help: "The most that the charging point offers." },
      "A",
      { default: 16, min: 6, max: 32 },
    ),
    energyPrice: number(
      { title: "Price of energy", group: "Charging", help: "Per kWh; 0 is free." },
      "/kWh",
      {
        default: 0.45,
        min: 0,
        max: 10,
      },
    ),
    currency: choice(
      { title: "Currency", group: "Charging", help: "ISO 4217 code of the price of energy.", advanced: true },
      ["EUR", "GBP", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK"],
      "EUR",
    ),
    curbZoneId: texts(
      {
        title: "Curb zone",
        group: "Register of the city",
        help: "The city's CDS curb_zone_id of this kerb.",
        advanced: true,
      },
      { ...uuids, most: 1 },
    ),
    curbSpaceIds: texts(
      {
        title: "Curb spaces",
        group: "Register of the city",
        help: "The city's CDS curb_space_id of each space, in order.",
        advanced: true,
      },
      { ...uuids, most: spaces },
    ),
    curbAreaIds: texts(
      {
        title: "Curb areas",
        group: "Register of the city",
        help: "The city's CDS curb_area_id of each area that this kerb is in.",
        advanced: true,
      },
      { ...uuids, most: 16 },
    ),
    operatorId: texts(
      {
        title: "Operator",
        group: "Register of the city",
        help: "The data_source_operator_id by which CDS knows whoever operates this kerb's sensors.",
        advanced: true,
      },
      { ...uuids, most: 1 },
    ),
    spaceLength: number(
      {
        title: "Length of a space",
        group: "Place and lock",
        help: "From it follows where on the map each space is.",
        advanced: true,
      },
      "m",
      { default: 6, min: 2, max: 20 },
    ),
    bearing: number(
      {
        title: "Bearing",
        group: "Place and lock",
        help: "From the first space to the last, from north over east.",
        advanced: true,
      },
      "°",
      { default: 90, min: 0, max: 360 },
    ),
    groundDistance: number(
      {
        title: "Distance to the ground",
        group: "Place and lock",
        help: "What a lidar reads when its space is empty. The lock does not rise unless it reads this.",
        advanced: true,
      },
      "m",
      { default: 2.3, min: 0.8, max: 8 },
    ),
    travelTime: timeSpan(
      {
        title: "Travel time of the lock",
        group: "Place and lock",
        help: "From one limit switch to the other.",
        advanced: true,
      },
      { default: 6, min: 1, max: 60 },
    ),
    stallCurrent: number(
      {
        title: "Stall current",
        group: "Place and lock",
        help: "The lock's motor stops when it draws this.",
        advanced: true,
      },
      "A",
      { default: 6, min: 0.5, max: 30 },
    ),
  };
}
