import { number, percent, timeSpan } from "../settings.ts";
import type { Setting } from "../vocabulary.ts";

export const floorSettings: Readonly<Record<string, Setting>> = {
  stepLevel: percent(
    {
      title: "Edge light with steps",
      group: "Edge light",
      help: "While somebody walks on the tiles in the dark.",
    },
    { default: 60 },
  ),
  stepHold: timeSpan(
    { title: "Hold time", group: "Edge light", help: "How long the edge stays bright after the last step." },
    { default: 4, min: 2, max: 60 },
  ),
  idleLevel: percent(
    {
      title: "Edge light without steps",
      group: "Edge light",
      help: "While nobody is on the tiles in the dark.",
    },
    { default: 10 },
  ),
  iceLevel: percent(
    {
      title: "Edge light on ice",
      group: "Edge light",
      help: "Steady, by day too, while the tiles may be icy.",
    },
    { default: 100, min: 10 },
  ),
  lightReserve: percent(
    {
      title: "Reserve of the edge light",
      group: "Edge light",
      help: "Below this charge of the capacitor the edge goes dark, unless the tiles may be icy.",
    },
    { default: 15, max: 90 },
  ),
  tripHeight: number(
    {
      title: "Trip height",
      group: "Hazards",
      help: "A corner that stands off by more is told as a hazard. The ADA Standards allow an edge of 6.4 mm (303.2).",
    },
    "mm",
    { default: 6, min: 2, max: 20 },
  ),
  iceTemperature: number(
    {
      title: "Ice below",
      group: "Hazards",
      help: "Tiles that are wet and no warmer than this may be icy: a little above 0 °C, since they are not equally cold.",
    },
    "°C",
    { default: 1, min: -5, max: 5 },
  ),
  dumpVoltage: number(
    {
      title: "Dump above",
      group: "Capacitor",
      help: "Voltage of the capacitor at which the dump load comes on: below its rated voltage.",
      advanced: true,
    },
    "V",
    { default: 15.5, min: 8, max: 16 },
  ),
  capacitance: number(
    {
      title: "Capacitance",
      group: "Capacitor",
      help: "Of the supercapacitor, as its label says.",
      advanced: true,
    },
    "F",
    { default: 58, min: 1, max: 5_000 },
  ),
};
