#!/usr/bin/env node
// The only JavaScript here: lets Node run TypeScript, then hands over.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Plinth needs Node 20.19 or newer, not ${process.version}`);

const { register } = await import("tsx/esm/api").catch(() =>
  fail("Plinth's packages are not installed: run `npm install` in its folder first"),
);
register();

const { main } = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));

function fail(message) {
  console.error(message);
  process.exit(3);
}
