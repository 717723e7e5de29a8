import { expect, it } from "vitest";
import { unitTopics } from "#devices/wire.ts";
import { inStreetTime } from "./street-time.ts";

const { command, desired } = unitTopics("via-roma", "lamp-1");

/** What a unit gets of a message, on a street whose clock shows 1,000,000 ms. */
function received(speed: number, topic: string, text: string): string {
  const pace = { nowMs: () => 1_000_000, speed: () => speed, realWallMs: () => 5_000 };
  const message = { topic, payload: new TextEncoder().encode(text), retain: false };
  return new TextDecoder().decode(inStreetTime(message, pace).payload);
}

it("puts what is left of a command's time to live on the street's clock", () => {
  const sent = received(1, command, '{"id":7,"expires":35000,"command":"setPort","args":{}}');
  expect(JSON.parse(sent)).toEqual({ id: 7, expires: 1_030_000, command: "setPort", args: {} });
});

it.each([
  [60, 2_800_000],
  [0, 1_030_000],
])(
  "gives as many real seconds at %i times real time, and no fewer where time is slow or stands",
  (speed, expires) => {
    expect(JSON.parse(received(speed, command, '{"expires":35000}'))).toEqual({ expires });
  },
);

it.each([
  [desired, '{"expires":35000}'],
  [command, "no JSON"],
  [command, '{"id":1}'],
  [command, "null"],
])("leaves alone what is no command, and what cannot be read: %s %s", (topic, text) => {
  expect(received(1, topic, text)).toBe(text);
});
