import type { Status, WireRecord } from "../../devices/wire.ts";
import type { Message } from "./red.ts";
import { type Kind, numberIn, type Telling, tellingOf } from "./vocabulary.ts";

/** Who said something. */
export interface Speaker {
  readonly site: string;
  readonly unit: string;
  /** Undefined while the unit has not described itself. */
  readonly kind: string | undefined;
}

/** What a `furniture in` node sends for a record. @param late whether a newer one of this unit came before */
export function recordMessage(
  { site, unit, kind }: Speaker,
  words: Kind | undefined,
  { epoch, sequence, time, body }: WireRecord,
  late: boolean,
): Message {
  const name = body.type === "part" ? body.role : body.name;
  const telling = tellingOf(words, body.type, name);
  return {
    topic: `${site}/${unit}/${name}`,
    ...said(body, telling),
    type: body.type,
    name,
    title: titleOf(telling, name),
    ...{ site, unit, kind },
    time: time.wall,
    clock: time.clock,
    late,
    record: { epoch, sequence, boot: time.boot, uptime: time.uptime },
  };
}

/** What a `furniture in` node sends when a unit comes or goes. */
export const statusMessage = ({ site, unit, kind }: Speaker, { state, since = null }: Status): Message => ({
  topic: `${site}/${unit}/status`,
  payload: state,
  type: "status",
  name: "status",
  title: "",
  ...{ site, unit, kind },
  time: state === "online" ? since : null,
});

function said(body: WireRecord["body"], telling: Telling | undefined): Message {
  switch (body.type) {
    case "measurement": {
      const { value, unit, quality } = body;
      return { payload: value, unitOfMeasure: unit, quantity: telling?.quantity, quality };
    }
    case "event":
      return { payload: body.fields };
    case "alarm": {
      const { state, severity, value, name } = body;
      return { payload: state, severity, value, advice: numbered(telling?.advice, telling, name) };
    }
    case "actuator":
      return { payload: body.value, unitOfMeasure: body.unit, code: body.code, reason: body.text };
    case "part":
      return { payload: body.state, fault: body.fault };
  }
}

const titleOf = (telling: Telling | undefined, name: string) =>
  numbered(telling?.title, telling, name) ?? name;

/** A text of a telling with the number of the tile or space that is meant. */
const numbered = (text: string | undefined, telling: Telling | undefined, name: string) =>
  text?.replace("#", numberIn(telling?.name ?? "", name) ?? "#");
