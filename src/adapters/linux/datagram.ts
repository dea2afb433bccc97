/** Sends datagrams to unix sockets, which Deno has only behind an unstable flag. */
import { checked, cString, libc } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/**
 * Sends one datagram; a path that begins with "@" is a name of the abstract kind. Never waits: throws SystemError where the
 * receiver is gone or its queue is full.
 */
export function sendDatagram(path: string, text: string): void {
  const socket = libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const fd = checked(socket, { call: "socket", path });
  try {
    const data = new TextEncoder().encode(text);
    const address = unixAddress(path);
    const sent = libc().sendto(
      fd,
      data,
      BigInt(data.length),
      MSG_DONTWAIT | MSG_NOSIGNAL,
      address,
      address.length,
    );
    checked(sent, { call: "send to", path });
  } finally {
    libc().close(fd);
  }
}

/** `struct sockaddr_un`: the family, then the path; an abstract name begins with a zero byte and ends without one. */
function unixAddress(path: string): Uint8Array<ArrayBuffer> {
  const name = path.startsWith("@")
    ? new TextEncoder().encode(`\0${path.slice(1)}`)
    : cString(path);
  const address = new Uint8Array(2 + name.length);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(name, 2);
  return address;
}
