import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { ScriptedStreet } from "#test/e2e/scripted-street.ts";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { applyMergePatch } from "./merge-patch.ts";
import { type Page, startPage } from "./server.ts";
import type { PageState, StreetView } from "./view.ts";

const open: Page[] = [];
afterEach(async () => {
  for (const page of open.splice(0)) await page.close();
});

const newStreet = () => new ScriptedStreet({ at: "2026-11-17T22:41:00+01:00", lamps: 3 });

/** A page whose frames come only when `frame` is called. */
async function serve(view: StreetView, docs?: ReadonlyMap<string, string>) {
  const loop = new EventLoop();
  const page = await startPage({ port: 0, view, clock: new VirtualClock(loop), ...(docs ? { docs } : {}) });
  open.push(page);
  return { page, frame: () => loop.runUntil(loop.now + 100) };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A request with any headers, `Host` and `Origin` among them. */
function send(
  url: string,
  {
    method = "GET",
    headers = {},
    body = "",
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode!, headers: response.headers, body: await text(response) });
    })
      .on("error", reject)
      .end(body);
  });
}

const json = { "Content-Type": "application/json" };
const post = (page: Page, path: string, body: unknown, headers: Record<string, string> = json) =>
  send(`${page.url}${path}`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("the page's files", () => {
  it("are a document, its script and its style, and nothing may come from elsewhere", async () => {
    const { page } = await serve(newStreet());
    const document = await send(page.url);
    expect(document).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    const policy = String(document.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
    const assets = [...document.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(assets).toEqual(expect.arrayContaining(["/app.js", "/style.css"]));
    for (const path of ["app.js", "style.css"]) {
      const { status, body } = await send(`${page.url}${path}`);
      expect(status).toBe(200);
      expect(body).not.toContain("sourceMappingURL");
      expect(body).not.toMatch(/https?:\/\/(?!www\.w3\.org)[a-z]/);
    }
    expect(document.body).not.toMatch(/<script(?![^>]*src=)/);
  });

  it("have the reference beside them, under the same rules", async () => {
    const docs = new Map([
      ["index.html", "<p>reference"],
      ["style.css", "p {}"],
      ["kinds/bench.html", "<p>bench"],
    ]);
    const { page } = await serve(newStreet(), docs);
    for (const [path, body, type] of [
      ["docs/", "<p>reference", "html"],
      ["docs/index.html", "<p>reference", "html"],
      ["docs/kinds/bench.html", "<p>bench", "html"],
      ["docs/style.css", "p {}", "css"],
    ] as const) {
      const answer = await send(`${page.url}${path}`);
      expect(answer).toMatchObject({ status: 200, body });
      expect(answer.headers["content-type"]).toBe(`text/${type}; charset=utf-8`);
      expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    }
    expect((await send(`${page.url}docs/kinds/curb.html`)).status).toBe(404);
  });

  it("are all there is", async () => {
    const { page } = await serve(newStreet());
    for (const path of ["favicon.ico", "main.ts", "app/main.ts", "..%2fpackage.json", "events/1"]) {
      const { status, body } = await send(`${page.url}${path}`);
      expect(status).toBe(404);
      expect(JSON.parse(body)).toEqual({ error: `there is nothing at /${path}` });
    }
    expect(await send(page.url, { method: "POST" })).toMatchObject({
      status: 405,
      headers: { allow: "GET" },
    });
    expect(await send(`${page.url}speed`)).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });
});

describe("a request", () => {
  it.each(["plinth.example", "127.0.0.1", "localhost:1", "127.0.0.1.example:80", "plinth"])(
    "for host %j is refused: a foreign name may lead here",
    async (host) => {
      const { page } = await serve(newStreet());
      for (const path of ["", "events"])
        expect(await send(`${page.url}${path}`, { headers: { Host: host } })).toMatchObject({ status: 421 });
    },
  );

  it("may call this machine localhost", async () => {
    const { page } = await serve(newStreet());
    const { port } = new URL(page.url);
    expect(await send(page.url, { headers: { Host: `localhost:${port}` } })).toMatchObject({ status: 200 });
  });

  it.each(["http://plinth.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"])(
    "from origin %s changes nothing",
    async (origin) => {
      const street = newStreet();
      const { page } = await serve(street);
      const answer = await post(page, "speed", { factor: 60 }, { ...json, Origin: origin });
      expect(answer.status).toBe(403);
      expect(street.asked).toEqual([]);
    },
  );

  it("from the page itself, or from no browser at all, is carried out", async () => {
    const street = newStreet();
    const { page } = await serve(street);
    const origin = page.url.slice(0, -1);
    expect((await post(page, "speed", { factor: 0 }, { ...json, Origin: origin })).status).toBe(204);
    expect((await post(page, "speed", { factor: 3600 })).status).toBe(204);
    expect((await post(page, "fault", { id: "broker", active: true })).status).toBe(204);
    expect(street.asked).toEqual([
      ["speed", 0],
      ["speed", 3600],
      ["fault", "broker", true],
    ]);
  });

  it.each([
    ["speed", "{", 400, "the body is no JSON"],
    ["speed", "[60]", 400, "no JSON object"],
    ["speed", {}, 400, '"factor" is missing'],
    ["speed", { factor: 60, more: 1 }, 400, '"more" is not known: expected factor'],
    ["speed", { factor: "60" }, 400, '"factor" is "60": expected a number from 0 to 3600'],
    ["step", {}, 400, '"ms" is missing'],
    ["step", { ms: 0 }, 400, '"ms" is 0: expected a whole number from 1 to 3600000'],
    ["step", { ms: 1.5 }, 400, '"ms" is 1.5'],
    ["step", { ms: "1" }, 400, '"ms" is "1"'],
    ["open", { scenario: "scripted" }, 400, '"seed" is missing'],
    ["open", { scenario: "nosuch", seed: 1 }, 400, '"scenario" is "nosuch": expected scripted, winter-night'],
    ["open", { scenario: "../street", seed: 1 }, 400, '"scenario" is "../street"'],
    [
      "open",
      { scenario: "scripted", seed: -1 },
      400,
      '"seed" is -1: expected a whole number from 0 to 4294967295',
    ],
    ["open", { scenario: "scripted", seed: 1, startMs: -5 }, 400, '"startMs" is -5'],
    ["open", { scenario: "scripted", seed: 1, startMs: 1000, momentMs: 999 }, 400, '"momentMs" is 999'],
    // 31 days are the most.
    ["open", { scenario: "scripted", seed: 1, startMs: 0, momentMs: 31 * 86_400_000 + 1 }, 400, '"momentMs"'],
    ["open", { scenario: "scripted", seed: 1, at: 5 }, 400, '"at" is not known'],
    ["replay", { seed: 1 }, 400, '"seed" is not known: expected nothing'],
    ["speed", { factor: -1 }, 400, '"factor" is -1'],
    ["speed", { factor: 3601 }, 400, '"factor" is 3601'],
    ["speed", '{"factor":1e999}', 400, '"factor" is null'],
    ["speed", `{"factor":1${" ".repeat(1_024)}}`, 413, "longer than 1024 bytes"],
    ["fault", { id: "nosuch", active: true }, 400, '"id" is "nosuch": expected the id of a fault in /faults'],
    ["fault", { id: "__proto__", active: true }, 400, '"id" is "__proto__"'],
    [
      "fault",
      { id: "bus", active: true, amount: 101 },
      400,
      '"amount" is 101: expected a number from -100 to 100',
    ],
    [
      "fault",
      { id: "ember", active: true, amount: 1.5 },
      400,
      '"amount" is 1.5: expected a whole number from 1 to 9',
    ],
    ["fault", { id: "broker", active: true, amount: 1 }, 400, '"amount" is of no use to "broker"'],
    ["fault", { id: "broker", active: 1 }, 400, '"active" is 1: expected true or false'],
  ] as const)("to %s with %j is answered with %i: %s", async (path, body, status, message) => {
    const street = newStreet();
    const { page } = await serve(street);
    const answer = await post(page, path, body);
    expect(answer.status).toBe(status);
    expect((JSON.parse(answer.body) as { error: string }).error).toContain(message);
    expect(street.asked).toEqual([]);
  });

  it("to step, to break with an amount, to open and to replay is carried out", async () => {
    const street = newStreet();
    const { page } = await serve(street);
    const choice = { scenario: "winter-night", seed: 4, startMs: 1_000, momentMs: 61_000.5 };
    for (const [path, body] of [
      ["step", { ms: 1_000 }],
      ["fault", { id: "bus", active: true, amount: -40 }],
      ["open", choice],
      ["replay", {}],
    ] as const)
      expect((await post(page, path, body)).status).toBe(204);
    expect(street.asked).toEqual([
      ["step", 1_000],
      ["fault", "bus", true, -40],
      ["open", choice],
      ["replay"],
    ]);
  });

  it("that the street itself refuses says why", async () => {
    const { page } = await serve(newStreet());
    const answer = await post(page, "cancel", {});
    expect(answer).toMatchObject({ status: 409, body: '{"error":"the street is not on its way"}' });
  });

  it("for the faults of a unit, the scenarios and the recording is answered", async () => {
    const { page } = await serve(newStreet());
    const told = async (path: string) => JSON.parse((await send(`${page.url}${path}`)).body);
    const ids = async (path: string) => (await told(path)).map(({ id }: { id: string }) => id);
    expect(await ids("faults?unit=lamp-03")).toEqual(["kill"]);
    expect(await ids("faults")).toEqual(["broker", "mains"]);
    expect((await send(`${page.url}faults?unit=__proto__`)).status).toBe(404);
    expect((await told("scenarios")).map(({ name }: { name: string }) => name)).toEqual([
      "scripted",
      "winter-night",
    ]);
    const recording = await send(`${page.url}recording`);
    expect(recording.headers["content-disposition"]).toBe('attachment; filename="recording.yaml"');
    expect(recording.body).toBe("scenario: scripted\n");
  });

  it("must say that it is JSON, which a form of another site cannot", async () => {
    const { page } = await serve(newStreet());
    expect((await post(page, "speed", { factor: 1 }, { "Content-Type": "text/plain" })).status).toBe(415);
  });
});

describe("what is asked of one unit", () => {
  it("is answered with its detail, and with the history of one of its sources", async () => {
    const street = newStreet();
    const { page } = await serve(street);
    const detail = await send(`${page.url}detail?unit=lamp-02`);
    expect(detail).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    });
    expect(JSON.parse(detail.body)).toEqual(street.detail("lamp-02"));
    const history = await send(`${page.url}history?unit=lamp-02&source=meter.activePower&span=night`);
    expect(history.status).toBe(200);
    expect(JSON.parse(history.body)).toEqual(street.history("lamp-02", "meter.activePower", "night"));
  });

  it.each([
    ["detail", '"unit" is missing'],
    ["detail?unit=lamp-09", '"unit" is "lamp-09": expected lamp-01, lamp-02, lamp-03'],
    ["detail?unit=__proto__", '"unit" is "__proto__": expected lamp-01'],
    ["detail?unit=lamp-01&unit=lamp-02", '"unit" is given 2 times'],
    ["detail?unit=lamp-01&more=1", '"more" is not known: expected unit'],
    ["history?unit=lamp-01&source=meter.activePower", '"span" is missing'],
    ["history?unit=lamp-01&source=meter.activePower&span=week", '"span" is "week": expected hour, night'],
    ["history?unit=lamp-01&source=nosuch&span=hour", '"source" is "nosuch": expected lamp.target, '],
    ["history?unit=lamp-09&source=nosuch&span=hour", '"unit" is "lamp-09": expected lamp-01'],
  ])("%s is refused: %s", async (path, message) => {
    const { page } = await serve(newStreet());
    const { status, body } = await send(`${page.url}${path}`);
    expect(status).toBe(400);
    expect((JSON.parse(body) as { error: string }).error).toContain(message);
  });

  it("is only read", async () => {
    const { page } = await serve(newStreet());
    for (const path of ["detail?unit=lamp-01", "history"])
      expect(await post(page, path, {})).toMatchObject({ status: 405, headers: { allow: "GET" } });
  });
});

/** What a stream has said so far, from a socket that reads only when it is told to. */
function listen(page: Page) {
  const { port, host } = new URL(page.url);
  const socket = connect(Number(port), "127.0.0.1");
  let received = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    received += chunk;
  });
  socket.write(`GET /events HTTP/1.0\r\nHost: ${host}\r\n\r\n`);
  const events = () =>
    [...received.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name, data]) => [
      name,
      JSON.parse(data!),
    ]);
  return { socket, events, ended: new Promise((resolve) => socket.on("close", resolve)) };
}

describe("the stream", () => {
  it("tells the whole state once, then what changed", async () => {
    const street = newStreet();
    const { page, frame } = await serve(street);
    const { events, socket } = listen(page);
    await expect.poll(events).toHaveLength(1);
    const [[first, whole]] = events() as [[string, PageState]];
    expect(first).toBe("state");
    expect(whole).toEqual(JSON.parse(JSON.stringify(street.state())));

    street.levels.set("lamp-02", 64);
    await frame();
    await expect.poll(events).toHaveLength(2);
    const [, [second, patch]] = events() as [unknown, [string, unknown]];
    expect(second).toBe("patch");
    expect(Object.keys((patch as PageState).units)).toEqual(["lamp-02"]);
    expect(applyMergePatch(whole, patch)).toEqual(JSON.parse(JSON.stringify(street.state())));
    socket.destroy();
  });

  it("is silent while nothing changes", async () => {
    const street = newStreet();
    const { page, frame } = await serve(street);
    const { events, socket } = listen(page);
    await expect.poll(events).toHaveLength(1);
    for (let count = 0; count < 20; count++) await frame();
    for (const active of [true, false]) {
      street.setFault("kill", active);
      for (let count = 0; count < 5; count++) await frame();
    }
    await expect.poll(events).toHaveLength(3);
    socket.destroy();
  });

  it("piles up nothing for a client that does not read: it gets one patch over all it missed", async () => {
    const street = newStreet();
    // More than the buffers of a loopback connection hold.
    const ballast = "x".repeat(24_000_000);
    const told = street.state.bind(street);
    street.state = () => ({ ...told(), nodeRedUrl: ballast });
    const { page, frame } = await serve(street);
    const slow = listen(page);
    slow.socket.pause();
    const quick = listen(page);
    await expect.poll(quick.events, { timeout: 10_000 }).toHaveLength(1);
    for (let level = 1; level <= 10; level++) {
      street.levels.set("lamp-01", level);
      await frame();
    }
    await expect.poll(quick.events).toHaveLength(11);
    expect(slow.events()).toHaveLength(0);

    slow.socket.resume();
    await expect.poll(slow.events, { timeout: 10_000 }).toHaveLength(1);
    await frame();
    await expect.poll(slow.events).toHaveLength(2);
    const [, [name, patch]] = slow.events() as [unknown, [string, PageState]];
    expect(name).toBe("patch");
    expect(Object.keys(patch.units)).toEqual(["lamp-01"]);
    expect(patch.units["lamp-01"]).toMatchObject({
      truth: { levelPercent: 10, powerW: expect.closeTo(8.7, 6) },
      samples: { "lamp.target": { value: 10 } },
    });
    for (const { socket } of [slow, quick]) socket.destroy();
  });

  it("ends when the page closes, also for a client that does not read", async () => {
    const { page } = await serve(newStreet());
    const reading = listen(page);
    const stalled = listen(page);
    await expect.poll(stalled.events).toHaveLength(1);
    stalled.socket.pause();
    await page.close();
    stalled.socket.resume();
    await Promise.all([reading.ended, stalled.ended]);
    expect(reading.events().map(([name]) => name)).toEqual(["state"]);
  });

  it("is refused to more pages than anybody opens", async () => {
    const { page } = await serve(newStreet());
    const streams = Array.from({ length: 32 }, () => listen(page));
    for (const { events } of streams) await expect.poll(events).toHaveLength(1);
    const answer = await send(`${page.url}events`);
    expect(answer).toMatchObject({ status: 503 });
    for (const { socket } of streams) socket.destroy();
  });
});

it("rejects with the system's error when the port is taken", async () => {
  const { page } = await serve(newStreet());
  const port = Number(new URL(page.url).port);
  await expect(startPage({ port, view: newStreet() })).rejects.toMatchObject({ code: "EADDRINUSE", port });
});
