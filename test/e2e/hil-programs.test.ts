import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as realPause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { twin as ina226 } from "#sim/chips/ina226.ts";
import { twin as mlx90614 } from "#sim/chips/mlx90614.ts";
import type { OfferedBoard } from "#sim/hil/offer.ts";
import { KernelBench } from "#test/kernel/kernel-bench.ts";
import { type Memory, wireUp } from "#test/kernel/wiring.ts";

/** What follows a command's column of output, without the blanks that vary. */
const lines = (text: string) => text.split("\n").map((line) => line.trimEnd());

describe("programs by others on simulated device nodes", () => {
  const bench = new KernelBench();
  const folder = mkdtempSync(join(tmpdir(), "plinth-programs-"));
  let offered: OfferedBoard;
  let memory: Memory;

  beforeAll(async () => {
    memory = wireUp(bench.board, bench.loop).memory;
    for (const [twin, address] of [
      [ina226, 0x40],
      [mlx90614, 0x5a],
    ] as const) {
      const place = { kind: "i2c", bus: 1, address } as const;
      const part = twin.create({ loop: bench.loop, random: () => 0.5, place, wiring: bench.board });
      if (address === 0x40) part.set("busVoltage", 12);
      else part.set("objectTemperature", 37);
    }
    offered = await bench.offer();
    // The thermometer's first result comes after 250 ms (3901090614, "POR").
    await realPause(300);
  });
  afterAll(async () => {
    await bench.close();
    rmSync(folder, { recursive: true });
  });

  const said = async (program: string, ...args: string[]) => {
    const { code, stdout, stderr } = await bench.run(program, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout;
  };
  const python = async (...statements: string[]) => {
    const program = ["import smbus", "bus = smbus.SMBus(1)", ...statements].join("\n");
    return (await said("/usr/bin/python3", "-c", program)).trim();
  };

  describe("Debian's i2c-tools", () => {
    const tool = (name: string, ...args: string[]) => said(`/usr/sbin/${name}`, "-y", "1", ...args);

    it("find every part that is soldered, and none beside", async () => {
      const found = [...(await tool("i2cdetect")).matchAll(/ ([0-9a-f]{2})(?= )/g)].map(([, hex]) => hex);
      // The first row of the table names the columns.
      expect(found.filter((hex) => hex!.length === 2 && Number.parseInt(hex!, 16) > 0x0f)).toEqual([
        "40",
        "50",
        "5a",
        "70",
      ]);
    });

    it("list the bus, and what its adapter can do", async () => {
      expect(await said("/usr/sbin/i2cdetect", "-l")).toMatch(/^i2c-1\s+i2c\s+bcm2835/m);
      const functions = await said("/usr/sbin/i2cdetect", "-F", "1");
      expect(functions).toMatch(/^I2C +yes$/m);
      expect(functions).toMatch(/^SMBus Quick Command +yes$/m);
      expect(functions).toMatch(/^SMBus PEC +yes$/m);
    });

    it("see an address that a kernel driver holds as taken", async () => {
      bench.board.kernel.node("/dev/i2c-1").bindDriver(0x50);
      const found = await tool("i2cdetect");
      bench.board.kernel.mend();
      expect(lines(found)[6]).toMatch(/^50: UU /);
    });

    // SBOS547 (INA226) table 3 and section 7.6.3: 0x5449 and 0x2260; 1.25 mV per count of the bus voltage. Words
    // come high byte first, which SMBus has the other way round.
    it.each([
      ["0xfe", 0x5449],
      ["0xff", 0x2260],
      ["0x02", 12 / 1.25e-3],
    ])("read register %s of a power monitor", async (register, value) => {
      const word = Number(await tool("i2cget", "0x40", register, "w"));
      expect(((word & 0xff) << 8) | (word >> 8)).toBe(value);
    });

    // 3901090614 (MLX90614), section 8.7: 20 mK per count; the part sends a PEC that the kernel checks.
    it("read an object's temperature with a packet error code", async () => {
      const word = Number(await tool("i2cget", "0x5a", "0x07", "wp"));
      expect(word * 0.02 - 273.15).toBeCloseTo(37, 1);
      const { code, stderr } = await bench.run("/usr/sbin/i2cget", "-y", "1", "0x40", "0x02", "wp");
      expect({ code, stderr }).toEqual({ code: 2, stderr: "Error: Read failed\n" });
    });

    it("write, and dump what they wrote", async () => {
      await tool("i2cset", "0x50", "0x20", "0x77");
      await tool("i2cset", "0x50", "0x21", "0x1234", "w");
      await tool("i2cset", "0x50", "0x24", "0xca", "0xfe", "i");
      await tool("i2cset", "0x50", "0x28", "0xba", "0xbe", "s");
      const row = [0x77, 0x34, 0x12, 0, 0xca, 0xfe, 0, 0, 2, 0xba, 0xbe];
      expect([...memory.cells.subarray(0x20, 0x2b)]).toEqual(row);
      const dump = lines(await tool("i2cdump", "0x50", "b"))[3];
      expect(dump).toMatch(/^20: 77 34 12 00 ca fe 00 00 02 ba be 00/);
      expect((await tool("i2cget", "0x50", "0x28", "s")).trim()).toBe("0xba 0xbe");
    });

    it("transfer messages of any length with a repeated START", async () => {
      memory.cells.set(
        Array.from({ length: 64 }, (_, index) => index + 1),
        0x80,
      );
      const read = await tool("i2ctransfer", "w1@0x50", "0x80", "r64");
      expect(read.trim().split(" ").map(Number)).toEqual([...memory.cells.subarray(0x80, 0xc0)]);
      expect((await tool("i2ctransfer", "w3@0x50", "0x90", "7", "8", "r1")).trim()).toBe("0x13");
    });

    it("are told where nobody acknowledges", async () => {
      const { code, stderr } = await bench.run("/usr/sbin/i2cget", "-y", "1", "0x51", "0x00");
      expect({ code, stderr }).toEqual({ code: 2, stderr: "Error: Read failed\n" });
      const { stderr: transfer } = await bench.run("/usr/sbin/i2ctransfer", "-y", "1", "r1@0x51");
      expect(transfer).toBe("Error: Sending messages failed: Remote I/O error\n");
    });
  });

  describe("Python with smbus", () => {
    it("reads and writes as every tutorial has it", async () => {
      memory.cells.fill(0);
      const out = await python(
        "bus.write_byte_data(0x50, 0x10, 0x42)",
        "bus.write_i2c_block_data(0x50, 0x11, [1, 2, 3])",
        "bus.write_byte(0x50, 0x10)",
        "print([bus.read_byte(0x50), bus.read_byte(0x50)], bus.read_i2c_block_data(0x50, 0x10, 4))",
        "bus.process_call(0x50, 0x20, 0xbeef)",
        "print(hex(bus.read_word_data(0x40, 0xfe)))",
      );
      expect(out).toBe("[66, 1] [66, 1, 2, 3]\n0x4954");
      expect([...memory.cells.subarray(0x20, 0x22)]).toEqual([0xef, 0xbe]);
    });

    it("raises the errors of the kernel", async () => {
      const errno = (call: string) => [`try: ${call}`, "except OSError as error: print(error.errno)"];
      // EREMOTEIO, EBADMSG and EBUSY (asm-generic/errno.h, errno-base.h).
      expect(await python(...errno("bus.read_byte(0x51)"))).toBe("121");
      expect(await python("bus.pec = 1", ...errno("bus.read_byte_data(0x50, 1)"))).toBe("74");
      bench.board.kernel.node("/dev/i2c-1").bindDriver(0x50);
      expect(await python(...errno("bus.read_byte(0x50)"))).toBe("16");
      bench.board.kernel.mend();
    });

    it("shares a descriptor with forks and threads", async () => {
      memory.cells.set(Array.from({ length: 128 }, (_, index) => index));
      const out = await python(
        `
import os, subprocess, threading
def wrong(first): return sum(bus.read_byte_data(0x50, first + n % 32) != first + n % 32 for n in range(60))
children = []
for number in range(3):
    child = os.fork()
    if child == 0: os._exit(wrong(32 * number))
    children.append(child)
own = wrong(96)
print(own, [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
heard = []
threads = [threading.Thread(target=lambda n=n: heard.append(wrong(32 * n))) for n in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(heard)
# By vfork, and all descriptors closed before exec.
print(subprocess.run(["/bin/echo", "done"], capture_output=True).stdout, wrong(0))
`,
      );
      expect(lines(out)).toEqual(["0 [0, 0, 0]", "[0, 0, 0, 0]", "b'done\\n' 0"]);
    });

    it("waits for an edge by epoll and select too", async () => {
      const out = await said(
        "/usr/bin/python3",
        "-c",
        `
import select
def write(path, text):
    with open("/sys/class/gpio/" + path, "w") as file: file.write(text)
for line in ["529", "539"]: write("export", line)
write("gpio529/direction", "out"); write("gpio539/edge", "both")
value = open("/sys/class/gpio/gpio539/value"); value.read()
epoll = select.epoll(); epoll.register(value, select.EPOLLPRI)
def clear(): value.seek(0); return value.read()
print(epoll.poll(0.02), select.select([], [], [value], 0.02)[2])
write("gpio529/value", "1")
print([event for _, event in epoll.poll(1)] == [select.EPOLLPRI | select.EPOLLERR])
print(select.select([], [], [value], 1)[2] == [value], select.select([value], [], [], 1)[0] == [value])
print(repr(clear()), epoll.poll(0.02), select.select([], [], [value], 0.02)[2])
print([len(found) for found in select.select([value], [value], [value], 1)])
for line in ["529", "539"]: write("unexport", line)
`,
      );
      expect(lines(out)).toEqual(["[] []", "True", "True True", "'1\\n' [] []", "[1, 1, 0]", ""]);
    });

    it("waits for an edge by poll, as for the kernel", async () => {
      const out = await said(
        "/usr/bin/python3",
        "-c",
        `
import select
def write(path, text):
    with open("/sys/class/gpio/" + path, "w") as file: file.write(text)
for line in ["529", "539"]: write("export", line)
write("gpio529/direction", "out"); write("gpio539/edge", "rising")
value = open("/sys/class/gpio/gpio539/value")
poll = select.poll(); poll.register(value, select.POLLPRI | select.POLLERR)
print(poll.poll(1000) != [], repr(value.read()), poll.poll(20))
write("gpio529/value", "1")
print([event for _, event in poll.poll(1000)] == [select.POLLPRI | select.POLLERR])
value.seek(0); print(repr(value.read()), poll.poll(20))
write("gpio529/value", "0"); print(poll.poll(20))
for line in ["529", "539"]: write("unexport", line)
`,
      );
      // The first poll of an open value returns at once; reading it clears that (kernfs_generic_poll).
      expect(lines(out)).toEqual(["True '0\\n' []", "True", "'1\\n' []", "[]", ""]);
    });
  });

  describe("a shell", () => {
    const shell = async (script: string) => (await bench.run("bash", "-c", script)).stdout.split("\n");

    it.each(["bash", "dash"])("works the GPIO tree by echo and cat: %s", async (program) => {
      const { stdout, stderr } = await bench.run(
        program,
        "-c",
        `cd /sys/class/gpio && echo 529 > export && echo high > gpio529/direction
         cat gpio529/value gpio529/direction; echo 1 > gpio529/active_low; cat < gpio529/value
         /bin/echo 1 > gpio529/value; cat gpio529/value; ls -d gpio*; pwd
         echo 529 > export; echo $?; echo 529 > unexport; echo 529 > unexport; echo $?; ls -d gpio*`,
      );
      const [value, direction, inverted, written, ...rest] = stdout.trim().split("\n");
      expect([value, direction, inverted, written]).toEqual(["1", "out", "0", "1"]);
      expect(rest).toEqual(["gpio529", "gpiochip512", "/sys/class/gpio", "1", "1", "gpiochip512"]);
      expect(stderr).toMatch(/[Bb]usy|I\/O error[\s\S]*Invalid argument|I\/O error/);
    });

    it("hands lines on to programs: through exec, as one file, by their own streams", async () => {
      const [first, again, rest, read, ...more] = await shell(
        `cd /sys/class/gpio; echo 529 > export; echo 530 > export; echo high > gpio530/direction
         exec 5<gpio530/value 6<&5; cat <&5; read x <&6; echo "x=$x"; exec 5<&- 6<&-
         while read line; do echo "line=$line"; done < gpio530/direction; echo "$(<gpio530/value)"
         echo out > gpio529/direction; cat < gpio530/value > gpio529/value; sort gpio529/value
         awk '{print}' < gpio529/edge; echo in | tee gpio529/direction
         cp gpio530/value ${folder}/copy; cat ${folder}/copy; find . -name 'gpio53*'
         perl -e 'open(F, ">gpio530/value"); print F 0; close(F); open(F, "gpio530/value"); print <F>'
         test -c /dev/i2c-1 -a -w export && echo writable; stat -c %i gpio530/value ./gpio530/../gpio530/value - <gpio530/value | uniq | wc -l
         echo 529 > unexport; echo 530 > unexport`,
      );
      expect([first, again, rest, read]).toEqual(["1", "x=1", "line=out", "1"]);
      expect(more).toEqual(["1", "none", "in", "1", "./gpio530", "0", "writable", "1", ""]);
    });

    it("sees device files that look like the kernel's", async () => {
      const [device, attribute, link] = await shell(
        "stat -c '%F %t %T' /dev/i2c-1; stat -c '%F %s' /sys/class/gpio/export; realpath /dev/i2c-1",
      );
      // Character device, major 89 (Linux, Documentation/admin-guide/devices.txt).
      expect(device).toBe("character special file 59 1");
      expect([attribute, link]).toEqual(["regular file 4096", "/dev/i2c-1"]);
      expect(await shell("ls /dev | grep -cx -e i2c-1 -e null -e tty")).toEqual(["3", ""]);
    });

    it("finds the machine's own files beside the board's, from wherever it begins", async () => {
      const names = "grep -cx -e i2c-1 -e null -e tty";
      expect(
        await shell(`cd /dev; ls | ${names}; echo gone > null; test -c null -a -c i2c-1 && echo devices
          find . -maxdepth 1 -printf '%f %y\\n' | grep -cx -e 'i2c-1 c' -e 'null c' -e 'tty c'
          find /sys/class -maxdepth 1 | grep -cx -e /sys/class/gpio -e /sys/class/net
          cd /sys/class; cd net && pwd; cd ../gpio && pwd; realpath . ../net`),
      ).toEqual([
        "3",
        "devices",
        "3",
        "2",
        "/sys/class/net",
        "/sys/class/gpio",
        "/sys/class/gpio",
        "/sys/class/net",
        "",
      ]);
      expect(existsSync(join(offered.folder, "dev/null"))).toBe(false);
    });
  });

  it("lets Node open a bus as often as it likes", async () => {
    const script = `
      const fs = require("node:fs");
      const open = () => fs.readdirSync("/proc/self/fd").length;
      fs.closeSync(fs.openSync("/dev/i2c-1", "r+"));
      const before = open();
      for (let count = 0; count < 600; count++) fs.closeSync(fs.openSync("/dev/i2c-1", "r+"));
      console.log(open() - before);`;
    expect(await said(process.execPath, "-e", script)).toBe("0\n");
  });

  it("gives a C program combined messages, and refuses what a Raspberry Pi's adapter cannot", async () => {
    const source = join(folder, "combined.c");
    const program = join(folder, "combined");
    writeFileSync(source, combined);
    await said("cc", "-D_FORTIFY_SOURCE=2", "-O2", "-Wall", "-Werror", "-o", program, source);
    memory.cells.set([0x11, 0x22, 0x33, 0x44], 0x60);
    expect(lines(await said(program))).toEqual([
      "3 11 22 33 54 49",
      "ten-bit select EOPNOTSUPP, message EOPNOTSUPP",
      "address EINVAL, no messages EINVAL, 43 messages EINVAL",
      "1 22 33",
      "stdio 1",
      "",
    ]);
  });
});

/**
 * One combined transfer to two parts; then calls that must fail; plain write and read, after a child that shares the
 * memory but not the descriptors closed its own; a stream on an attribute.
 */
const combined = `
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *outcome(int result) {
  return result >= 0 ? "ok" : errno == EINVAL ? "EINVAL" : errno == EOPNOTSUPP ? "EOPNOTSUPP" : "other";
}

int main(void) {
  int fd = open("/dev/i2c-1", O_RDWR);
  unsigned char at[] = {0x60}, id[] = {0xfe}, in[5];
  struct i2c_msg messages[43] = {{0x50, 0, 1, at}, {0x50, I2C_M_RD, 3, in}, {0x40, 0, 1, id}};
  struct i2c_rdwr_ioctl_data work = {messages, 3};
  int done = ioctl(fd, I2C_RDWR, &work);
  struct i2c_msg word = {0x40, I2C_M_RD, 2, in + 3};
  struct i2c_rdwr_ioctl_data second = {&word, 1};
  ioctl(fd, I2C_RDWR, &second);
  printf("%d %02x %02x %02x %02x %02x\\n", done, in[0], in[1], in[2], in[3], in[4]);
  const char *selected = outcome(ioctl(fd, I2C_TENBIT, 1));
  word.flags |= I2C_M_TEN;
  printf("ten-bit select %s, message %s\\n", selected, outcome(ioctl(fd, I2C_RDWR, &second)));
  const char *address = outcome(ioctl(fd, I2C_SLAVE, 0x80));
  second.nmsgs = 0;
  const char *none = outcome(ioctl(fd, I2C_RDWR, &second));
  work.nmsgs = 43;
  printf("address %s, no messages %s, 43 messages %s\\n", address, none, outcome(ioctl(fd, I2C_RDWR, &work)));
  ioctl(fd, I2C_SLAVE, 0x50);
  if (vfork() == 0) {
    close(fd);
    _exit(0);
  }
  at[0] = 0x61;
  printf("%zd ", write(fd, at, 1));
  if (read(fd, in, 2) == 2) printf("%02x %02x\\n", in[0], in[1]);
  FILE *export = fopen("/sys/class/gpio/export", "w");
  fprintf(export, "530");
  fclose(export);
  FILE *direction = fopen("/sys/class/gpio/gpio530/direction", "r+");
  fputs("high", direction);
  fclose(direction);
  FILE *value = fopen("/sys/class/gpio/gpio530/value", "r");
  printf("stdio %c\\n", fgetc(value));
  return 0;
}
`;
