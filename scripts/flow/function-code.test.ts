import { describe, expect, it } from "vitest";
import { blockingCode } from "./function-code.ts";

const troubles = (code: string) => blockingCode(code, "func").map(({ found }) => found);

describe("code of a function node", () => {
  it.each([
    ["while (true) { count += 1; }", "line 1 of its code: a loop that never ends"],
    ["for (;;) {}\nreturn msg;", "line 1 of its code: a loop that never ends"],
    ["msg.a = 1;\ndo { x(); } while (1);", "line 2 of its code: a loop that never ends"],
    [
      "const end = Date.now() + 5000;\nwhile (Date.now() < end) {}\nreturn msg;",
      "line 2 of its code: a loop that waits for time to pass",
    ],
    ["while (new Date() < until) { n++; }", "line 1 of its code: a loop that waits for time to pass"],
    ["while (true) { later(() => { return 1; }); }", "line 1 of its code: a loop that never ends"],
    ['fs.readFileSync("/tmp/a");', "line 1 of its code: readFileSync() waits, and every other flow with it"],
    ['execSync("sleep 9")', "line 1 of its code: execSync() waits, and every other flow with it"],
    ["Atomics.wait(a, 0, 0);", "line 1 of its code: wait() waits, and every other flow with it"],
  ])("tells %j", (code, found) => {
    expect(troubles(code)).toEqual([found]);
  });

  it.each([
    "while (true) { if (done()) break; }",
    "while (true) { await pause(10); }",
    "for (let i = 0; i < 10; i++) { node.send({ payload: i }); }",
    "for (const item of msg.payload) total += item;",
    "const sync = msg.payload; return { payload: sync };",
    "return await context.wait;",
    "setTimeout(() => { while (queue.length) queue.pop(); }, 100);",
  ])("takes %j", (code) => {
    expect(troubles(code)).toEqual([]);
  });

  it("says why code cannot be read", () => {
    expect(blockingCode("return msg; }", "finalize")).toMatchObject([
      { severity: "error", rule: "blocking", field: "finalize", found: expect.stringContaining("(1:12)") },
    ]);
  });
});
