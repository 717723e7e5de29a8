import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as catalogue from "#devices/furniture/index.ts";
import { type CommandResult, unitTopics } from "#devices/wire.ts";
import { systemClock, systemWallMs } from "#firmware/ports/clock.ts";
import { mqttLinkPort } from "#firmware/ports/mqtt.ts";
import { unpackRecord } from "#firmware/recorder/file.ts";
import { main } from "#scripts/cli.ts";
import { type Broker, startBroker } from "#sim/broker.ts";
import { replay } from "#sim/replay/replay.ts";
import { scenarioOf } from "#sim/replay/scenario-of.ts";
import { type Recorded, recordedStreet } from "./recorded-street.ts";

/** A flight record that the city asks for by a command: from the command to the replay. */
const minutes = 60_000;
const version = "test";
const wait = { timeout: 20_000, interval: 20 };

const kept = async ({ process }: Recorded, file: string) =>
  unpackRecord((await process.store.image(0).mount().read(file))!);
const filesOf = ({ process }: Recorded) => process.store.names().filter((name) => name.startsWith("record-"));

describe.each(Object.values(catalogue).map(({ kind }) => kind))("a %s", (kind) => {
  it("keeps a record when it is told to, and what it then says of that is replayed", async () => {
    const recorded = await recordedStreet(kind, kind === "floor" ? { size: 4 } : {});
    const { street, live, record } = recorded;
    const { unit } = street.units[0]!.config;
    const results: CommandResult[] = [];
    street.listen((_, event) => {
      if (event.type === "command") results.push(event.result);
    });
    /** Packing is work of other threads, in real time: the unit's goes on until it is done. */
    const commanded = async (command: string) => {
      const before = results.length;
      street.command(unit, command, {});
      await expect.poll(() => live(100).then(() => results.length), wait).toBe(before + 1);
      await live(minutes);
    };
    await live(3 * minutes);
    await commanded("saveFlightRecord");
    await commanded("sendFlightRecord");

    const [file] = filesOf(recorded);
    const written = await kept(recorded, file!);
    expect(written.header.why).toBe("request");
    expect((await replay(written, { version })).told).toEqual([]);

    const later = await record();
    const [answer, sent] = results;
    const { length } = (await recorded.process.store.image(0).mount().read(file!))!;
    expect(answer).toMatchObject({ state: "accepted", flight: { file, bytes: length, kept: [file] } });
    const lastsMs = answer!.flight!.until! - answer!.flight!.from!;
    expect(lastsMs).toBeGreaterThan(3 * minutes - 1_000);
    expect(lastsMs).toBeLessThan(3 * minutes + 10_000);
    expect(sent).toMatchObject({ state: "accepted", flight: { kept: [file] } });
    // What it sent of itself is not in it.
    const topics = later.head.filter(({ kind }) => kind === "published").map(({ subject }) => subject);
    expect(topics.filter((topic) => topic.endsWith("/command/result"))).toHaveLength(2);
    expect(topics.filter((topic) => topic.endsWith("/flight"))).toEqual([]);
    expect((await replay(later, { version })).told).toEqual([]);
    expect(scenarioOf(later)).toMatchObject({ leftOut: [] });
    expect(scenarioOf(later).scenario).not.toHaveProperty("commands");
  }, 60_000);
});

describe("through a real broker", () => {
  let broker: Broker;
  let recorded: Recorded;
  let pacing: Promise<void>;
  let folder: string;
  let said: string[];
  /** Topics of what the unit said, of those that have to do with this. */
  const heard: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plinth-fetch-"));
    broker = await startBroker({ port: 0 });
    const clock = systemClock();
    recorded = await recordedStreet("streetlight", {
      startMs: systemWallMs() - minutes,
      link: () => mqttLinkPort({ url: broker.url, clock }),
    });
    // Its modem has told it the time by then.
    await recorded.live(minutes);
    const { loop } = recorded.street;
    pacing = loop.pace(
      () => 1,
      () => clock.now(),
    );
    broker.hear(({ topic }) => heard.push(topic));
    await vi.waitUntil(() => recorded.street.units[0]!.snapshot?.connected, wait);
  });
  afterAll(async () => {
    await recorded.street.units[0]!.stop();
    recorded.street.loop.stop();
    await pacing;
    await broker.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    said = [];
    for (const stream of ["log", "error"] as const)
      vi.spyOn(console, stream).mockImplementation((...words) => void said.push(words.join(" ")));
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const address = () => {
    const { site, unit } = recorded.street.units[0]!.config;
    return `${site}/${unit}`;
  };
  const fetchRecord = (...more: string[]) =>
    main(["fetch-record", address(), "--broker", broker.url, ...more]);

  it("comes whole, is told of, and replays without a difference; nothing is written on the unit", async () => {
    const out = join(folder, "now.flight");
    expect([await fetchRecord("--out", out), said.join()]).toEqual([0, expect.stringContaining(out)]);
    const { length } = await readFile(out);
    expect(said.join("\n")).toMatch(
      new RegExp(
        `^${out}: ${length} bytes, \\S+Z to \\S+Z\\nkept on the unit: none\\n.*plinth.* replay ${out}$`,
      ),
    );
    expect(filesOf(recorded)).toEqual([]);
    const record = await unpackRecord(await readFile(out));
    expect(record.head.length).toBeGreaterThan(100);
    expect((await replay(record, { version })).told).toEqual([]);
    said = [];
    expect([await main(["replay", out]), said.join("\n")]).toEqual([
      0,
      expect.stringContaining("no difference"),
    ]);
    const { site, unit } = recorded.street.units[0]!.config;
    expect(heard).toContain(unitTopics(site, unit).flight);
  });

  it("is kept on the unit, and fetched by its name", async () => {
    expect([await fetchRecord("--keep", "--json"), said.length]).toEqual([0, 1]);
    const { file, bytes } = JSON.parse(said[0]!);
    expect(filesOf(recorded)).toEqual([file]);
    const out = join(folder, "kept.flight");
    expect(await fetchRecord("--file", file, "-o", out)).toBe(0);
    const fetched = await readFile(out);
    expect(fetched.length).toBe(bytes);
    expect(new Uint8Array(fetched)).toEqual(await recorded.process.store.image(0).mount().read(file));
    // It is of the same life as the one that was sent before: that is not in it, and its answer is.
    const record = await unpackRecord(fetched);
    expect(record.head.filter(({ kind }) => kind === "flight")).toHaveLength(1);
    expect(record.head.filter(({ subject }) => subject.endsWith("/flight"))).toEqual([]);
    expect((await replay(record, { version })).told).toEqual([]);
  });

  it("is refused with those that there are when another one is asked for", async () => {
    expect(await fetchRecord("--file", "record-000099-0001.flight")).toBe(1);
    expect(said.join()).toBe(
      `error: refused: args/file is "record-000099-0001.flight"; expected one of ${filesOf(recorded)[0]}`,
    );
  });

  it("is asked for in vain where nobody is, and where no broker is", async () => {
    const nowhere = ["--broker", "mqtt://127.0.0.1:1"];
    expect(await main(["fetch-record", address(), ...nowhere])).toBe(3);
    expect(said.join()).toContain("refuses the connection");
    for (const wrong of ["lamp-01", "a/b/c", "a/+", "#/b"])
      expect([wrong, await main(["fetch-record", wrong, ...nowhere])]).toEqual([wrong, 2]);
    for (const wrong of [
      ["--file", "settings"],
      ["--keep", "-o", "x"],
      ["--ca", "/none"],
    ])
      expect([wrong, await main(["fetch-record", address(), ...nowhere, ...wrong])]).toEqual([wrong, 2]);
  });
});
