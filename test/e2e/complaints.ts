import type { Page } from "playwright-core";

/**
 * What a page complains of from now on: errors and warnings on its console, exceptions that nobody caught.
 * @param own of a page that talks to nobody but its own server, the server's URL: each request to another is one too
 */
export function complaintsOf(page: Page, own?: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (own !== undefined && !url.startsWith(own) && !url.startsWith("data:")) complaints.push(url);
  });
  return complaints;
}
