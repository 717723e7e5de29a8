import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveUsb, type UsbDevice } from "./usb-ip.ts";

const controller = "/sys/devices/platform/vhci_hcd.0";
/** USB_SPEED_FULL (Linux, include/uapi/linux/usb/ch9.h): 12 Mbit/s. */
const fullSpeed = 2;

/** Node does not document that a socket has a descriptor, though every one of a POSIX system has. */
interface Descriptor {
  readonly _handle: { readonly fd: number };
}

/**
 * Plugs a device of this process into the kernel's virtual host controller (vhci-hcd, USB/IP), by a socket of which the
 * kernel takes one end: a local one, since the kernel wants a stream and does not ask of which kind.
 * @param port of the controller's root hub, from 0
 * @returns what pulls it out again
 */
export async function plugIn(device: UsbDevice, port: number): Promise<() => Promise<void>> {
  const { ours, kernels } = await socketPair();
  serveUsb(ours, device);
  const { fd } = (kernels as unknown as Descriptor)._handle;
  writeFileSync(join(controller, "attach"), `${port} ${fd} ${port + 1} ${fullSpeed}`);
  // The kernel has a hold on it of its own.
  kernels.destroy();
  const gone = new Promise<void>((resolve) => ours.once("close", () => resolve()));
  ours.on("error", () => ours.destroy());
  return async () => {
    writeFileSync(join(controller, "detach"), String(port));
    await gone;
  };
}

async function socketPair(): Promise<{ readonly ours: Socket; readonly kernels: Socket }> {
  const folder = await mkdtemp(join(tmpdir(), "plinth-usb-"));
  const path = join(folder, "socket");
  const server = createServer();
  try {
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
    const kernels = await new Promise<Socket>((resolve, reject) => {
      const socket = connect(path);
      // Not a byte of it is for this process.
      socket.pause();
      socket.once("connect", () => resolve(socket));
      socket.once("error", reject);
    });
    return { ours: await accepted, kernels };
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
}
