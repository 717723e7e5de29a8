interface Node<T> {
  readonly children: Map<string, Node<T>>;
  value: T | undefined;
}

const node = <T>(): Node<T> => ({ children: new Map(), value: undefined });

/**
 * Values by MQTT topic or filter, one level of the path per level of the tree, so that routing costs the depth of
 * a topic and not the number of clients. Matching as in OASIS mqtt-v3.1.1-os §4.7.
 */
export class TopicTree<T> {
  readonly #root = node<T>();

  get(path: string): T | undefined {
    let at: Node<T> | undefined = this.#root;
    for (const level of path.split("/")) {
      at = at.children.get(level);
      if (at === undefined) return undefined;
    }
    return at.value;
  }

  set(path: string, value: T): void {
    let at = this.#root;
    for (const level of path.split("/")) {
      let child = at.children.get(level);
      if (child === undefined) {
        child = node();
        at.children.set(level, child);
      }
      at = child;
    }
    at.value = value;
  }

  delete(path: string): void {
    remove(this.#root, path.split("/"), 0);
  }

  /** The values whose path is a filter that `topic` matches. */
  matching(topic: string): T[] {
    const found: T[] = [];
    collectFilters(this.#root, topic.split("/"), 0, topic.startsWith("$"), found);
    return found;
  }

  /** The values whose path is a topic that matches `filter`. */
  selectedBy(filter: string): T[] {
    const found: T[] = [];
    collectTopics(this.#root, filter.split("/"), 0, found);
    return found;
  }
}

function collectFilters<T>(at: Node<T>, levels: string[], depth: number, system: boolean, found: T[]): void {
  const wild = !(system && depth === 0);
  const rest = wild ? at.children.get("#")?.value : undefined;
  if (rest !== undefined) found.push(rest);
  const level = levels[depth];
  if (level === undefined) {
    if (at.value !== undefined) found.push(at.value);
    return;
  }
  const exact = at.children.get(level);
  if (exact !== undefined) collectFilters(exact, levels, depth + 1, system, found);
  const any = wild ? at.children.get("+") : undefined;
  if (any !== undefined) collectFilters(any, levels, depth + 1, system, found);
}

function collectTopics<T>(at: Node<T>, levels: string[], depth: number, found: T[]): void {
  const level = levels[depth];
  if (level === undefined || level === "#") {
    if (at.value !== undefined) found.push(at.value);
    if (level === undefined) return;
  }
  if (level === "+" || level === "#") {
    for (const [name, child] of at.children) {
      if (depth === 0 && name.startsWith("$")) continue;
      collectTopics(child, levels, level === "#" ? depth : depth + 1, found);
    }
    return;
  }
  const child = at.children.get(level!);
  if (child !== undefined) collectTopics(child, levels, depth + 1, found);
}

/** @returns whether `at` is of no use any more. */
function remove<T>(at: Node<T>, levels: string[], depth: number): boolean {
  const level = levels[depth];
  if (level === undefined) at.value = undefined;
  else {
    const child = at.children.get(level);
    if (child !== undefined && remove(child, levels, depth + 1)) at.children.delete(level);
  }
  return at.value === undefined && at.children.size === 0;
}
