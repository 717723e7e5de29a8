import { seconds } from "../duration.ts";
import { type Alarm, type Furniture, storageFailing } from "./vocabulary.ts";

/** The alarm that every kind has, beside those that it declares. */
const storage: Alarm = {
  title: "What must outlast a restart cannot be kept",
  severity: "critical",
  advice:
    "Exchange the SD card, or make room on it, before the unit is restarted: counters are not told and session records are held back until then.",
  source: storageFailing,
  when: "is",
  limit: 1,
  for: seconds(0),
};

/** Every alarm that a unit of this kind can raise, by name. */
export const alarmsOf = ({ alarms }: Furniture): Readonly<Record<string, Alarm>> => ({ ...alarms, storage });
