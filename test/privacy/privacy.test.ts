import { describe, expect, it } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { sized } from "#devices/furniture/vocabulary.ts";
import type { WireRecord } from "#devices/wire.ts";
import { VirtualClock } from "#sim/ports/clock.ts";
import { VirtualBroker } from "#sim/ports/link.ts";
import { scheduleCommands } from "#sim/scenario/commands.ts";
import { layOut } from "#sim/scenario/lay-out.ts";
import { readScenario } from "#sim/scenario/scenario.ts";
import type { Street } from "#sim/street/street.ts";
import { untoldFields } from "./leaving.ts";

/** One unit of a kind in a busy street, around noon, when a kerb's policy changes. */
const street = (kind: string, place: string, { start = "11:53", minutes = 10, people = 400 } = {}) => `
scenario: privacy
title: What leaves
seed: 3
start: 2026-04-14 ${start}
duration: ${minutes} min
location: { latitude: 45.07, longitude: 7.69, timeZone: Europe/Rome }
street:
  length: 60
  peoplePerHourPeak: ${people}
  furniture:
    - { kind: ${kind}, at: [30]${place} }
`;

interface Heard {
  readonly atMs: number;
  readonly topic: string;
  readonly text: string;
}

/** Every message that is not to the unit itself. */
const messagesOf = (kind: string, place = "", act: (street: Street) => void = () => {}) =>
  messagesIn(street(kind, place), act);

async function messagesIn(text: string, act: (street: Street) => void = () => {}) {
  const scenario = await readScenario(text, "privacy.yaml");
  const heard: Heard[] = [];
  const city = await layOut(scenario, scenario.seed, { version: "0" }, (loop) => {
    const clock = new VirtualClock(loop);
    clock.setWall(loop.now, "network");
    const broker = new VirtualBroker(clock);
    const link = broker.port({ clock }).open("listener", { topic: "listener", payload: "" });
    link.subscribe("plinth/+/+/#", ({ topic, payload }) =>
      heard.push({
        atMs: loop.now,
        topic: topic.split("/").slice(3).join("/"),
        text: new TextDecoder().decode(payload),
      }),
    );
    return {
      network: {
        link: (unitClock) => broker.port({ clock: unitClock }),
        cut: (clientId) => broker.cut(clientId),
        away: () => broker.stop(),
        back: () => broker.start(),
      },
      cityLink: broker.port({ clock }),
    };
  });
  scheduleCommands(scenario.commands, city);
  act(city);
  void city.start();
  await city.loop.runUntil(scenario.startUnixMs + scenario.durationMs);
  const toUnit = ["receipt", "command", "settings/desired"];
  return { messages: heard.filter(({ topic }) => !toUnit.includes(topic)), units: city.units };
}

describe("what leaves a unit", () => {
  it.each(Object.values(catalogue).map(({ kind }) => [kind] as const))(
    "is named by the privacy line of the %s",
    async (kind) => {
      const declaration = Object.values(catalogue).find((one) => one.kind === kind)!;
      const { messages } = await messagesOf(kind);
      const untold = messages.flatMap(({ topic, text }) =>
        untoldFields(declaration, topic, JSON.parse(text)),
      );
      expect([...new Set(untold)]).toEqual([]);
      // Silence proves nothing.
      expect(messages.filter(({ topic }) => topic.startsWith("record/")).length).toBeGreaterThan(10);
    },
    120_000,
  );

  it("is told when it is not named", () => {
    const { curb } = catalogue;
    const record = (body: object) => ({ device: "a/b", epoch: "0", sequence: 1, time: {}, body });
    const event = (fields: object) => record({ type: "event", name: "curbEvent", fields });
    const told = (topic: string, payload: unknown) => untoldFields(curb, topic, payload);
    expect(told("record/event", event({ event_type: "park_start" }))).toEqual([]);
    expect(told("record/event", event({ vehicle_license_plate: "AB 123" }))).toEqual([
      "curbEvent.vehicle_license_plate",
    ]);
    const measured = { type: "measurement", name: "credential", value: 1, unit: "1", quality: "good" };
    expect(told("record/event", record(measured))).toEqual(["credential"]);
    const occupied = { ...measured, name: "occupied12" };
    expect(told("record/event", record(occupied))).toEqual([]);
    expect(told("record/event", record({ ...occupied, plate: "AB" }))).toEqual(["measurement: plate"]);
    expect(told("record/alarm", record({ type: "alarm", name: "thief" }))).toEqual(["alarm thief"]);
    expect(told("shared/presence", {})).toEqual(["presence"]);
    expect(told("status", { state: "online", imei: "1" })).toEqual(["status: imei"]);
    expect(told("photo", {})).toEqual(["the topic photo"]);
  });

  it("never holds the card that was shown to a curb, nor its number", async () => {
    const uid = Uint8Array.of(0x04, 0xa2, 0x5b, 0x61, 0x90, 0x17, 0x80);
    const { messages, units } = await messagesOf("curb", ", size: 1, with: [card]", ({ loop, units }) => {
      const reader = units[0]!.twins.get("card") as unknown as { lay(uid: Uint8Array): void; lift(): void };
      loop.at(loop.now + 120_000, () => reader.lay(uid));
      loop.at(loop.now + 180_000, () => reader.lift());
    });
    const credential = units[0]!.snapshot!.samples.find(({ source }) => source === "card.credential");
    expect(credential?.quality).toBe("good");
    const texts = messages.map(({ text }) => text.toLowerCase()).join("\n");
    for (const secret of ["04a25b61901780", "04:a2:5b:61", "4,162,91,97"])
      expect(texts).not.toContain(secret);
    const { accepts } = sized(catalogue.curb, 1).roles.card!;
    expect(accepts[0].channels).toHaveProperty("credential");
    expect(texts).not.toMatch(/"credential":\d/);
  }, 120_000);

  it("comes from a floor at the same times on an evening with walkers as on one without", async () => {
    const evening = (people: number) =>
      messagesIn(street("floor", ", size: 4", { start: "21:58", minutes: 18, people }));
    const [alone, walked] = [await evening(1), await evening(150)];
    const counted = walked.units[0]!.snapshot!.samples.find(({ source }) => source === "footfall.steps")!;
    expect(counted.value).toBeGreaterThan(1);
    const outline = ({ messages }: typeof alone) =>
      messages.map(({ atMs, topic, text }) => {
        const { sequence, body } = JSON.parse(text) as WireRecord;
        const of = body ? [sequence, body.type, "name" in body ? body.name : ""] : [];
        return [Math.round(atMs / 1_000), topic, ...of].join(" ");
      });
    expect(outline(walked).length).toBeGreaterThan(20);
    expect(outline(walked)).toEqual(outline(alone));
  }, 120_000);
});
