import { expect, it } from "vitest";
import { EventLoop } from "../loop.ts";
import { VirtualClock } from "../ports/clock.ts";
import { VirtualBroker } from "../ports/link.ts";
import { linkFromOutside } from "./link-from-outside.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

it("brings what a broker of another time says to an instant of the loop", async () => {
  const loop = new EventLoop();
  let realMs = 0;
  const followed = loop.follow(() => realMs);
  const elsewhere = new EventLoop();
  const clock = new VirtualClock(elsewhere);
  const heard: [atMs: number, what: string][] = [];
  const link = linkFromOutside(new VirtualBroker(clock).port({ clock }), loop).open("lamp-01");
  link.onState((connected) => heard.push([loop.now, connected ? "connected" : "cut"]));
  link.subscribe("plinth/turin/#", ({ topic }) => heard.push([loop.now, topic]));
  realMs = 1_500;
  await elsewhere.runUntil(10_000);
  await settled();
  expect(heard.splice(0)).toEqual([
    [0, "cut"],
    [1_500, "connected"],
  ]);
  const published = link.publish("plinth/turin/hello", "").then(() => heard.push([loop.now, "published"]));
  realMs = 2_500;
  await elsewhere.runUntil(20_000);
  await published;
  await settled();
  loop.stop();
  await followed;
  expect(heard).toEqual(
    expect.arrayContaining([
      [2_500, "plinth/turin/hello"],
      [2_500, "published"],
    ]),
  );
});
