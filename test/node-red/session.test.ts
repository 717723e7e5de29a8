import { beforeEach, expect, it } from "vitest";
import { type ReportedSettings, unitTopics } from "#devices/wire.ts";
import { desiredSettings } from "#flows/node/revision.ts";
import { Session, settlingTime } from "#flows/node/session.ts";
import type { Standing } from "#flows/node/standing.ts";
import { EventLoop } from "#sim/loop.ts";
import { VirtualClock } from "#sim/ports/clock.ts";

const topics = unitTopics("via-roma", "lamp-1");
const wanted = desiredSettings({ holdTime: 45 });
const bytes = (message: unknown) =>
  new TextEncoder().encode(typeof message === "string" ? message : JSON.stringify(message));

let loop: EventLoop;
let published: { topic: string; message: unknown }[];
let told: Standing[];
let asked: string[];
let session: Session;

beforeEach(() => {
  loop = new EventLoop();
  published = [];
  told = [];
  asked = [];
  session = new Session(
    {
      kind: "streetlight",
      site: "via-roma",
      unit: "lamp-1",
      clock: new VirtualClock(loop),
      publish: (topic, payload) => published.push({ topic, message: JSON.parse(payload) }),
      asked: (revision) => asked.push(revision),
      tell: (standing) => told.push(standing),
    },
    wanted,
  );
});

const state = () => told.at(-1)?.state;
const settle = () => loop.runUntil(loop.now + settlingTime);
const report = (revision: string, more: Partial<ReportedSettings> = {}): ReportedSettings => ({
  revision,
  state: "applied",
  refusals: [],
  inForce: wanted,
  ...more,
});

it("publishes once the broker has had its say, and not before", async () => {
  session.connection(true);
  await loop.runUntil(settlingTime - 1);
  expect(published).toEqual([]);
  expect(state()).toBe("connecting");
  await settle();
  expect(published).toEqual([{ topic: topics.desired, message: wanted }]);
  expect(state()).toBe("waiting");
});

it("keeps quiet when the broker holds the same settings already, in whatever order", async () => {
  session = new Session(
    {
      kind: "streetlight",
      site: "via-roma",
      unit: "lamp-1",
      clock: new VirtualClock(loop),
      publish: (topic, payload) => published.push({ topic, message: JSON.parse(payload) }),
      asked: (revision) => asked.push(revision),
      tell: (standing) => told.push(standing),
    },
    desiredSettings({ a: 1, b: 2 }),
  );
  const { revision } = desiredSettings({ a: 1, b: 2 });
  session.connection(true);
  session.heard(topics.desired, bytes(`{"settings":{"b":2,"a":1},"revision":"${revision}"}`));
  await settle();
  expect(published).toEqual([]);
});

it("publishes anew when the retained revision is right and the settings are not", async () => {
  session.connection(true);
  session.heard(topics.desired, bytes({ revision: wanted.revision, settings: { holdTime: 1 } }));
  await settle();
  expect(published).toHaveLength(1);
});

it("waits with new settings while the broker is away, and sends the newest", async () => {
  session.want(desiredSettings({ holdTime: 50 }));
  session.want(desiredSettings({ holdTime: 60 }));
  expect(published).toEqual([]);
  expect(state()).toBe("disconnected");
  session.connection(true);
  await settle();
  expect(published.map(({ message }) => message)).toEqual([desiredSettings({ holdTime: 60 })]);
});

it("does not hurry when it is asked while the broker still has its say", async () => {
  session.connection(true);
  session.want(desiredSettings({ holdTime: 60 }));
  expect(published).toEqual([]);
  await settle();
  expect(published).toHaveLength(1);
});

it("forgets what a broker said when that one is lost", async () => {
  session.connection(true);
  session.heard(topics.status, bytes({ state: "online" }));
  session.heard(topics.reported, bytes(report(wanted.revision)));
  await settle();
  expect(state()).toBe("applied");
  session.connection(false);
  expect(state()).toBe("disconnected");
  session.connection(true);
  await settle();
  expect(state()).toBe("waiting");
  expect(published).toHaveLength(2);
});

it("does not publish after a connection that broke before it settled", async () => {
  session.connection(true);
  session.connection(false);
  await settle();
  expect(published).toEqual([]);
});

it("takes a report of other settings for no answer", async () => {
  session.connection(true);
  session.heard(topics.status, bytes({ state: "online" }));
  session.heard(topics.reported, bytes(report("000000000000", { state: "refused" })));
  await settle();
  expect(state()).toBe("sent");
  session.heard(topics.reported, bytes(report(wanted.revision)));
  expect(state()).toBe("applied");
});

it("never fights with somebody else over the settings", async () => {
  session.connection(true);
  await settle();
  session.heard(topics.desired, bytes(desiredSettings({ holdTime: 99 })));
  await settle();
  expect(state()).toBe("replaced");
  expect(published).toHaveLength(1);
});

it("leaves what somebody else has published while it was away", async () => {
  session.connection(true);
  await settle();
  session.connection(false);
  session.connection(true);
  session.heard(topics.desired, bytes(desiredSettings({ holdTime: 99 })));
  await settle();
  expect(state()).toBe("replaced");
  expect(published).toHaveLength(1);
  session.want(desiredSettings({ holdTime: 50 }));
  expect(published.map(({ message }) => message)).toEqual([wanted, desiredSettings({ holdTime: 50 })]);
});

it("sends what was asked for while it was away, whatever was published meanwhile", async () => {
  session.connection(true);
  await settle();
  session.connection(false);
  session.want(desiredSettings({ holdTime: 50 }));
  session.connection(true);
  session.heard(topics.desired, bytes(desiredSettings({ holdTime: 99 })));
  await settle();
  expect(published.map(({ message }) => message)).toEqual([wanted, desiredSettings({ holdTime: 50 })]);
});

it("takes what it asked for in a former life for no new wish", async () => {
  const revive = () => {
    const { kind, site, unit } = { kind: "streetlight", site: "via-roma", unit: "lamp-1" };
    const clock = new VirtualClock(loop);
    const publish = (topic: string, payload: string) =>
      published.push({ topic, message: JSON.parse(payload) });
    const tell = (standing: Standing) => told.push(standing);
    return new Session(
      { kind, site, unit, clock, publish, asked: (revision) => asked.push(revision), tell },
      wanted,
      false,
    );
  };
  session.connection(true);
  await settle();
  expect(asked).toEqual([wanted.revision]);

  session = revive();
  session.connection(true);
  session.heard(topics.desired, bytes(desiredSettings({ holdTime: 99 })));
  await settle();
  expect(state()).toBe("replaced");
  expect(published).toHaveLength(1);

  session = revive();
  session.connection(true);
  await settle();
  expect(published).toHaveLength(2);
  expect(asked).toHaveLength(1);
});

it("believes nothing that is no message of a unit", async () => {
  session.connection(true);
  for (const topic of session.filters)
    for (const noise of [
      "",
      "{",
      "null",
      "[]",
      "7",
      '{"revision":5}',
      '{"state":"perhaps"}',
      '{"kind":null}',
    ])
      session.heard(topic, bytes(noise));
  await settle();
  expect(told.at(-1)).toMatchObject({ state: "waiting", known: false, online: false });
  expect(published).toHaveLength(1);
});

it("has nothing left to do once closed", async () => {
  session.connection(true);
  session.close();
  await settle();
  expect(published).toEqual([]);
  expect(loop.pending).toBe(0);
});
