import { cardChoices } from "../../estimators/charging/port-rules.ts";
import {
  choice,
  number,
  order,
  percent,
  table,
  texts,
  timeSpan,
  toggle,
  windowColumns,
} from "../settings.ts";
import type { Column, Setting } from "../vocabulary.ts";
import { portNames } from "./ports.ts";

export const lastLoads = ["modem", "safetyLight"] as const;

const portColumn = {
  name: "port",
  title: "Port",
  scope: true,
  kind: "choice",
  options: ["all", ...portNames],
} as const satisfies Column;
const amount = (name: string, title: string, unit: string, max: number): Column => ({
  name,
  title,
  kind: "number",
  unit,
  min: 0,
  max,
});
const everyDay = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

export const charging: Readonly<Record<string, Setting>> = {
  hours: table(
    {
      title: "Charging hours",
      group: "Opening",
      help: "When each port gives power, for nothing up to its free quota; by local time. A port without a row is always open.",
    },
    [portColumn, ...windowColumns],
    [{ port: "outlet", days: everyDay, from: "07:00", to: "22:00" }],
  ),
  quotas: table(
    {
      title: "Free quota",
      group: "Quota and tariff",
      help: "What a session, and a port in a day, may take for nothing. A port without a row gives without limit.",
    },
    [portColumn, amount("session", "Per session", "Wh", 10_000), amount("day", "Per day", "Wh", 100_000)],
    [{ port: "outlet", session: 60, day: 400 }],
  ),
  quotaRest: timeSpan(
    {
      title: "Rest after the quota",
      group: "Quota and tariff",
      help: "How long a port stays off when a session used its quota.",
    },
    { default: 600, min: 0, max: 86_400 },
  ),
  tariff: table(
    {
      title: "Tariff",
      group: "Quota and tariff",
      help: "What a kilowatt-hour beyond the free quota costs, by local time. Where no row applies, the port goes off.",
    },
    [...windowColumns, amount("price", "Price", "/kWh", 100)],
    [],
  ),
  currency: choice(
    { title: "Currency", group: "Quota and tariff", help: "Of the tariff.", advanced: true },
    ["EUR", "CHF", "GBP", "USD", "SEK", "NOK", "DKK", "PLN", "CZK"],
    "EUR",
  ),
  cardNeeded: choice(
    {
      title: "Card needed",
      group: "Opening",
      help: "never: anybody may charge. paid: beyond the free quota only with a permitted card. always: only with one.",
    },
    cardChoices,
    "never",
  ),
  cards: texts(
    {
      title: "Permitted cards",
      group: "Opening",
      help: "The numbers that the reader makes of them, not those printed on them. They are kept on the unit and never sent back.",
      isConfidential: true,
    },
    { pattern: "^[0-9a-f]{12}$", description: "12 hexadecimal digits", most: 500 },
  ),
  chargeInFrost: toggle(
    {
      title: "Ports open in frost",
      group: "Opening",
      help: "Leaves it to what is plugged in not to charge below 0 °C. The bench's own battery is never charged then.",
      advanced: true,
    },
    false,
  ),
};

export const battery: Readonly<Record<string, Setting>> = {
  shedOrder: order(
    { title: "Ports that go first", group: "Battery", help: "In this order, as the battery falls." },
    ["outlet", "pad", "usb2", "usb1"],
  ),
  lastOrder: order(
    {
      title: "What goes last",
      group: "Battery",
      help: "Lives on the reserve, and goes in this order before the battery is harmed.",
    },
    lastLoads,
  ),
  shedFrom: percent(
    {
      title: "First port off below",
      group: "Battery",
      help: "State of charge at which the first port goes; the others follow evenly.",
    },
    { default: 45, min: 10, max: 95 },
  ),
  reserve: percent(
    {
      title: "Reserve",
      group: "Battery",
      help: "State of charge at which the last port is off: what is left is for safety light and modem.",
    },
    { default: 30, min: 5, max: 90 },
  ),
  deepDischarge: percent(
    {
      title: "Everything off below",
      group: "Battery",
      help: "State of charge at which even the last one goes.",
      advanced: true,
    },
    { default: 5, min: 1, max: 50 },
  ),
  shedHysteresis: percent(
    {
      title: "Back on above",
      group: "Battery",
      help: "So far above its level each comes back.",
      advanced: true,
    },
    { default: 5, min: 1, max: 30 },
  ),
  batteryCapacity: number(
    { title: "Battery", group: "Battery", help: "What it holds when it is full.", advanced: true },
    "Wh",
    {
      default: 1_280,
      min: 50,
      max: 100_000,
    },
  ),
  panelPower: number(
    { title: "Solar panel", group: "Battery", help: "Its rated power.", advanced: true },
    "W",
    {
      default: 200,
      min: 5,
      max: 10_000,
    },
  ),
  dailyConsumption: number(
    {
      title: "Consumption of a day",
      group: "Battery",
      help: "Expected until a whole day was seen.",
      advanced: true,
    },
    "Wh",
    { default: 250, min: 1, max: 100_000 },
  ),
};

export const comfort: Readonly<Record<string, Setting>> = {
  assumedWindSpeed: number(
    {
      title: "Wind",
      group: "Climate",
      help: "What usually blows at the bench, at 10 m above ground: for the felt temperature.",
      advanced: true,
    },
    "m/s",
    { default: 1.5, min: 0.5, max: 17 },
  ),
};
