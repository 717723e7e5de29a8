import { existsSync } from "node:fs";
import { systemClock } from "#firmware/ports/clock.ts";
import { ttyPort } from "#firmware/ports/serial.ts";
import { until } from "#test/bench/offered-lines.ts";
import { serialContract } from "#test/contracts/serial.ts";
import { FarSideVisitor } from "./far-side-visitor.ts";
import { missingSerialPath, serialPath, serialSpeed } from "./wiring.ts";

const port = ttyPort(systemClock());

serialContract("the tty port", async () => {
  const far = await FarSideVisitor.connect();
  await far.perform({ what: "renew-line" });
  await until(() => existsSync(serialPath));
  return {
    port: {
      async open(...asked) {
        const line = await port.open(...asked);
        // The simulator hears of it a moment later; what the far end says before is lost.
        await until(() => far.isListenedTo);
        return line;
      },
    },
    path: serialPath,
    speed: serialSpeed,
    missingPath: missingSerialPath,
    far: {
      send: (bytes) => far.perform({ what: "send", bytes: [...bytes] }),
      received: () => far.heard,
      stall: () => far.perform({ what: "hold-line" }),
      unplug: () => far.perform({ what: "unplug-line" }),
    },
    // What a pseudo-terminal swallows before it is stopped is some 20 kB.
    overload: 100_000,
    until,
    outcome: (work) => work,
    // What was written and never left goes with it.
    released: () => until(() => !far.isListenedTo),
    close: async () => far.leave(),
  };
});
