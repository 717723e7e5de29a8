import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { root } from "#scripts/root.ts";

/**
 * systemd-analyze security rates a unit's exposure from 0.0 to 10.0; at 2.0 and below it is "OK" or better, a service
 * without any hardening is at 9.2 (systemd-analyze(1)).
 */
it.each(["plinth.service", "node-red/plinth-node-red.service"])(
  "runs the process of %s with little to break out with",
  async (service) => {
    const unit = join(root, "deploy", service);
    const analyse = promisify(execFile)("systemd-analyze", [
      "security",
      "--offline=yes",
      "--threshold=20",
      unit,
    ]);
    await expect(analyse).resolves.toMatchObject({ stdout: expect.stringMatching(/Overall exposure level/) });
  },
);
