/**
 * JSON Merge Patch (RFC 7396): what changed between two states, as a state with only the changed members in it, and
 * null for a member that is gone. Arrays are replaced whole. The states themselves hold no null.
 */
type Members = Record<string, unknown>;

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The patch that makes `to` of `from`; undefined when they are equal. */
export function mergePatchBetween(from: unknown, to: unknown): unknown {
  if (from === to) return undefined;
  if (!isMembers(from) || !isMembers(to)) return JSON.stringify(from) === JSON.stringify(to) ? undefined : to;
  const patch: Members = {};
  let isEmpty = true;
  const put = (name: string, value: unknown) => {
    Object.defineProperty(patch, name, { value, enumerable: true, configurable: true, writable: true });
    isEmpty = false;
  };
  for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) put(name, null);
  for (const [name, value] of Object.entries(to)) {
    const change = Object.hasOwn(from, name) ? mergePatchBetween(from[name], value) : value;
    if (change !== undefined) put(name, change);
  }
  return isEmpty ? undefined : patch;
}

/** MergePatch(Target, Patch) of RFC 7396, section 2. Neither argument is changed. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMembers(patch)) return patch;
  const members = new Map(isMembers(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch))
    if (value === null) members.delete(name);
    else members.set(name, applyMergePatch(members.get(name), value));
  return Object.fromEntries(members);
}
