import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Sends back what it is sent. */
const program = `const echo = require("node:net")
  .createServer((socket) => socket.on("data", (bytes) => socket.write(bytes)))
  .listen(process.argv[1], () => console.log("listens"));
process.stdin.resume().on("end", () => echo.close());`;

export interface Echo {
  /** A byte there and back. */
  roundTrip(): Promise<unknown>;
  close(): Promise<void>;
}

/** Another process of Node, which ends with this one, at the far end of a Unix socket. */
export async function roundTrips(): Promise<Echo> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-echo-"));
  const path = join(folder, "socket");
  const far = spawn(process.execPath, ["-e", program, path], { stdio: ["pipe", "pipe", "inherit"] });
  await once(far.stdout, "data");
  const socket = connect(path);
  await once(socket, "connect");
  const byte = Uint8Array.of(1);
  return {
    roundTrip() {
      const back = once(socket, "data");
      socket.write(byte);
      return back;
    },
    async close() {
      socket.destroy();
      far.stdin.end();
      await once(far, "exit");
      await rm(folder, { recursive: true });
    },
  };
}
