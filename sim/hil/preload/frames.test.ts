import fc from "fast-check";
import { expect, it } from "vitest";
import { RequestReader } from "./frames.ts";

const operations = ["A", "F", "M", "O", "R", "S", "T", "X"] as const;

/** u32 length of what follows, operation, payload: plinth-preload.c. */
function frame(operation: string, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(5, operation);
  head.writeUInt32LE(1 + payload.length);
  return Buffer.concat([head, payload]);
}

it("finds the requests in a stream, however it is cut", () => {
  const request = fc.tuple(fc.constantFrom(...operations), fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(fc.array(request), fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (requests, cuts) => {
      let rest = Buffer.concat(requests.map(([operation, payload]) => frame(operation, payload)));
      const reader = new RequestReader();
      const read: [string, number[]][] = [];
      while (rest.length > 0) {
        const length = cuts.next().value as number;
        for (const { operation, payload } of reader.read(rest.subarray(0, length)))
          read.push([operation, [...payload]]);
        rest = rest.subarray(length);
      }
      expect(read).toEqual(requests.map(([operation, payload]) => [operation, [...payload]]));
    }),
  );
});

it("refuses what no library sends, rather than to wait for 4 GB", () => {
  expect(() => [...new RequestReader().read(Buffer.from("17\n\xff\n", "latin1"))]).toThrow(RangeError);
});
