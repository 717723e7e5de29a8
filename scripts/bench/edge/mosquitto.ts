import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { exitCodes } from "../../exit-codes.ts";
import { UserError } from "../../user-error.ts";

/** Debian's mosquitto as it comes, on a port that is free. Rejects with UserError where there is none. */
export async function startMosquitto(closers: (() => unknown)[]): Promise<number> {
  const port = await freePort();
  const { PATH = "" } = process.env;
  const broker = spawn("mosquitto", ["-p", String(port)], {
    env: { ...process.env, PATH: `${PATH}:/usr/sbin` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise<string>((resolve) => {
    broker.once("error", ({ message }) => resolve(message));
    broker.once("exit", (code) => resolve(`exit code ${code}`));
  });
  const running = new Promise<undefined>((resolve) => {
    let said = "";
    broker.stderr.on("data", (text) => {
      said += text;
      if (said.includes("running")) resolve(undefined);
    });
  });
  const why = await Promise.race([running, ended]);
  if (why !== undefined)
    throw new UserError(
      `mosquitto does not run: ${why}`,
      exitCodes.environment,
      "On Debian: apt install mosquitto.",
    );
  closers.push(async () => {
    broker.kill();
    await ended;
  });
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
