import { expect, it } from "vitest";
import { checkFilter, checkTopic, matches, Subscriptions } from "./topics.ts";

// OASIS mqtt-v3.1.1-os: the examples of §4.7.1.2, §4.7.1.3, §4.7.2 and §4.7.3.
it.each([
  ["sport/tennis/player1/#", "sport/tennis/player1", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/ranking", true],
  ["sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true],
  ["sport/#", "sport", true],
  ["#", "sport/tennis", true],
  ["sport/tennis/+", "sport/tennis/player1", true],
  ["sport/tennis/+", "sport/tennis/player1/ranking", false],
  ["sport/+", "sport", false],
  ["sport/+", "sport/", true],
  ["+/+", "/finance", true],
  ["/+", "/finance", true],
  ["+", "/finance", false],
  ["#", "$SYS/broker", false],
  ["+/monitor/Clients", "$SYS/monitor/Clients", false],
  ["$SYS/#", "$SYS/monitor/Clients", true],
  ["$SYS/monitor/+", "$SYS/monitor/Clients", true],
  ["ACCOUNTS", "Accounts", false],
  ["sport/tennis", "sport", false],
  ["+/tennis/#", "sport/tennis", true],
])("%s matches %s: %s", (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});

// §4.7.1.2 and §4.7.1.3 name these as valid and not valid.
it.each(["#", "sport/tennis/#", "+", "+/tennis/#", "sport/+/player1", "/", "a b"])(
  "takes filter %j",
  (filter) => {
    expect(() => checkFilter(filter)).not.toThrow();
  },
);
it.each(["sport/tennis#", "sport/tennis/#/ranking", "sport+", "", "a\u0000"])(
  "refuses filter %j",
  (filter) => {
    expect(() => checkFilter(filter)).toThrow(RangeError);
  },
);

it("counts bytes, not characters, up to 65 535 (§4.7.3)", () => {
  expect(() => checkTopic("a".repeat(65_535))).not.toThrow();
  expect(() => checkTopic("a".repeat(65_536))).toThrow("at most 65535 bytes, not 65536");
  expect(() => checkTopic("€".repeat(21_845))).not.toThrow();
  expect(() => checkTopic("€".repeat(21_846))).toThrow(RangeError);
});

it("tells when the last listener of a filter went, once", () => {
  const subscriptions = new Subscriptions();
  const last: string[] = [];
  const first = subscriptions.add(
    "a",
    () => {},
    () => last.push("a"),
  );
  const second = subscriptions.add(
    "a",
    () => {},
    () => last.push("a"),
  );
  first();
  first();
  expect([last, subscriptions.filters]).toEqual([[], ["a"]]);
  second();
  second();
  expect([last, subscriptions.filters]).toEqual([["a"], []]);
});

it("lets a listener cancel itself, and others, while a message is delivered", () => {
  const subscriptions = new Subscriptions();
  const heard: string[] = [];
  const cancel = subscriptions.add(
    "a",
    () => {
      heard.push("first");
      cancel();
    },
    () => {},
  );
  subscriptions.add(
    "a",
    () => heard.push("second"),
    () => {},
  );
  const message = { topic: "a", payload: new Uint8Array(), retain: false };
  subscriptions.deliver(message);
  subscriptions.deliver(message);
  expect(heard).toEqual(["first", "second", "second"]);
});
