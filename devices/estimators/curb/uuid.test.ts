import { describe, expect, it } from "vitest";
import { nameUuid, urlNamespace } from "./uuid.ts";

describe("a name-based UUID", () => {
  it("is that of RFC 9562, appendix A.4", () => {
    const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    expect(nameUuid(dns, "www.example.com")).toBe("2ed6657d-e927-568b-95e1-2665a8aea6a2");
  });

  // Python 3: uuid.uuid5(uuid.NAMESPACE_URL, name)
  it.each([
    ["", "1b4db7eb-4057-5ddf-91e0-36dec72071f5"],
    ["plinth:pier/curb-1/space/12", "0e23cfad-ea15-505a-8f38-8200c80373bc"],
    ["plinth:città/ø", "01dc48ef-98a1-5e1a-bb69-e47d19f5b49d"],
  ])("of %s is what another implementation makes of it", (name, uuid) => {
    expect(nameUuid(urlNamespace, name)).toBe(uuid);
  });
});
