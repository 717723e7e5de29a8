import { type OffsetMs, readByIntl, type ZoneReader } from "#devices/estimators/local-time.ts";

/** Area/Location, as the tz database names zones (Theory and pragmatics of the tz code and data, "Timezone identifiers"). */
const areaLocation = /^[A-Z][A-Za-z_]+\/[A-Za-z0-9_+/-]+$/;

/**
 * Puts this process into the first zone that it is asked for, where Date itself tells its time: Intl takes 8 MB of
 * resident memory at its first use, Date one tenth of that. Of every further zone, and of one that is at UTC all
 * year, Intl tells: Date takes a name that it does not know for UTC.
 */
export function processZone(): ZoneReader {
  let own: string | undefined;
  return (timeZone) => {
    if (own === undefined && areaLocation.test(timeZone)) {
      process.env.TZ = timeZone;
      if (isElsewhere()) own = timeZone;
    }
    return timeZone === own ? byDate : readByIntl(timeZone);
  };
}

const byDate: OffsetMs = (wallMs) => -new Date(wallMs).getTimezoneOffset() * 60_000;

const isElsewhere = () => [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)].some((wallMs) => byDate(wallMs) !== 0);
