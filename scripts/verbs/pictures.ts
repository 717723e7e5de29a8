import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import type { Browser, Page } from "playwright-core";
import { seconds } from "#devices/duration.ts";
import { sleep } from "#devices/ports/clock.ts";
import { systemClock } from "#firmware/ports/clock.ts";
import type { Live } from "#sim/live/live.ts";
import { nearestStop } from "#sim/page/app/speed-stops.ts";
import type { Street } from "#sim/street/street.ts";
import { launchBrowser, usualBrowser } from "../browser.ts";
import { exitCodes, exitCodesHelp } from "../exit-codes.ts";
import { root } from "../root.ts";
import { UserError } from "../user-error.ts";
import { live } from "./start.ts";

const folder = join(root, "scripts/pictures");

export function register(program: Command): void {
  program
    .command("pictures")
    .description("Take the README's pictures of a running street")
    .option("--browser <file>", "a Chromium", usualBrowser)
    .option("--port-base <port>", "where the street listens meanwhile", "21880")
    .addHelpText(
      "after",
      `
Writes scripts/pictures/*.png: the street at night, a bench's panel, the street's flow in Node-RED, and the form of a
bench there.

Example:
  plinth pictures
${exitCodesHelp}`,
    )
    .action(pictures);
}

async function pictures({ browser: file, portBase }: { browser: string; portBase: string }): Promise<void> {
  const browser = await launchBrowser(file).catch((error: Error) => {
    const hint = "Install Debian's package chromium, or name another with --browser.";
    throw new UserError(
      `no browser at ${file}: ${error.message.split("\n")[0]}`,
      exitCodes.environment,
      hint,
    );
  });
  try {
    const street = await live({
      portBase,
      host: "127.0.0.1",
      speed: "1",
      workDir: join(tmpdir(), `plinth-${process.pid}`),
    });
    await shoot(browser, street).finally(() => street.close());
  } finally {
    await browser.close();
  }
}

/** How long it may take until the street is worth a picture: of the machine's time, s. */
const patienceS = 240;

/** The street hurries until somebody sits on the first bench and somebody parks, then goes on at its own pace. */
async function lively(page: Page, street: Street): Promise<void> {
  const clock = systemClock();
  const isTrue = (unit: string, name: string) => Number(street.unit(unit).site.truth()[name] ?? 0) > 0;
  const speed = page.getByRole("slider", { name: "Speed" });
  const stop = async (factor: number) => speed.fill(String(nearestStop(factor)));
  await stop(10);
  for (let waitedS = 0; waitedS < patienceS; waitedS++) {
    await sleep(clock, seconds(1));
    if (isTrue("bench-01", "seat.occupied") && isTrue("curb-01", "kerb.occupied")) break;
  }
  await stop(1);
  await speed.blur();
  await sleep(clock, seconds(8));
}

async function shoot(browser: Browser, { urls, street }: Live): Promise<void> {
  const clock = systemClock();
  const save = async (name: string, take: (path: string) => Promise<unknown>) => {
    const path = join(folder, `${name}.png`);
    await take(path);
    console.log(relative(root, path));
  };
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(urls.page);
  await lively(page, street);
  await save("street-night", (path) => page.screenshot({ path }));
  await page.locator("[data-unit=bench-01]").click();
  await sleep(clock, seconds(1));
  await save("bench-panel", (path) => page.screenshot({ path }));
  await page.close();

  const editor = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await editor.goto(urls.nodeRed);
  const tours = editor.locator(".red-ui-tourGuide-popover button, .red-ui-popover button");
  await editor.locator(".red-ui-flow-node").first().waitFor();
  await sleep(clock, seconds(2));
  if (await tours.first().isVisible()) await tours.first().click();
  await save("node-red-street", (path) => editor.screenshot({ path }));
  await editor.locator('[id="plinth-bench-01"]').dblclick();
  await sleep(clock, seconds(2));
  await save("node-red-bench", (path) => editor.screenshot({ path }));
}
