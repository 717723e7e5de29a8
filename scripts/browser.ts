import { type Browser, chromium } from "playwright-core";

/** Debian's, which no npm package brings. */
export const usualBrowser = "/usr/bin/chromium";

/** Chromium without a window, which talks to nobody but whom it is told to. Rejects when there is none. */
export function launchBrowser(executablePath = usualBrowser): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
