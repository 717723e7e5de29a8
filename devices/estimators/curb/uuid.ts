import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** Namespace for names that are URLs (RFC 9562, section 6.6). */
export const urlNamespace = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

/**
 * A UUID of version 5: the same name in the same namespace gives the same identifier, on every unit and in every
 * life of it (RFC 9562, section 5.5).
 */
export function nameUuid(namespace: string, name: string): string {
  const digest = sha1(Uint8Array.of(...hexToBytes(namespace.replaceAll("-", "")), ...utf8ToBytes(name)));
  const bytes = digest.slice(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytesToHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
