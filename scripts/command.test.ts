import { expect, it } from "vitest";
import { plinthCommand } from "./command.ts";

it.each([
  ["in its checkout", "/home/a/plinth", "/home/a/plinth", "npx plinth"],
  ["below it", "/home/a/plinth/sim", "/home/a/plinth", "npx plinth"],
  ["in a project that installed it", "/home/a/street", "/home/a/street/node_modules/plinth", "npx plinth"],
  [
    "in a project that holds its checkout",
    "/home/a/street",
    "/home/a/street/plinth",
    "node plinth/scripts/plinth.mjs",
  ],
  ["in a project beside it", "/home/a/street", "/home/a/plinth", "node ../plinth/scripts/plinth.mjs"],
  ["in a folder with a like name", "/home/a/plinth-2", "/home/a/plinth", "node ../plinth/scripts/plinth.mjs"],
  ["where a path has a space", "/home/a", "/home/a/my plinth", "node 'my plinth/scripts/plinth.mjs'"],
])("is called %s as one would there", (_where, folder, home, command) => {
  expect(plinthCommand(folder, home)).toBe(command);
});
