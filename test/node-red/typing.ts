import type { Locator } from "playwright-core";
import { expect } from "vitest";

/**
 * Types as a person does: key by key, over what was there, and again where the keys went elsewhere. The tray of
 * Node-RED takes the focus once it has slid in, and a key that is pressed meanwhile is its own.
 */
export async function type(field: Locator, text: string): Promise<void> {
  const typed = async () => {
    await field.selectText();
    await field.press("Delete");
    await field.pressSequentially(text);
    return field.inputValue();
  };
  await expect.poll(typed, { timeout: 20_000, interval: 50 }).toBe(text);
}
