/** Calls systemd's manager on its own private socket, which needs no message bus to be installed. */
import { concat } from "../../core/bytes.ts";
import type { Clock } from "../../ports/clock.ts";
import { Failed, messageOf, NotFound, PortError, Unavailable } from "../../ports/errors.ts";
import {
  type Argument,
  decodeMessage,
  encodeCall,
  messageLength,
  PREFIX_BYTES,
} from "./dbus_message.ts";

/** A manager's method and its arguments. @see org.freedesktop.systemd1(5) */
export interface ManagerCall {
  readonly member: string;
  readonly args: readonly Argument[];
}

/** Every call has a deadline. */
export interface SystemdBus {
  /** Throws Failed with systemd's message, NotFound where it knows no such unit, Unavailable where it does not answer. */
  call(request: ManagerCall): Promise<void>;
}

const SERIAL = 1;
const DEADLINE_MS = 10_000;
/** systemd's answers are short; what claims more is something else. */
const LONGEST_MESSAGE = 1 << 20;

/** Connects anew for each call: pods come and go rarely, and nothing has to be kept alive. */
export function systemdBus(
  { clock, path = "/run/systemd/private" }: { readonly clock: Clock; readonly path?: string },
): SystemdBus {
  return {
    call: async (request) => {
      try {
        using connection = await Deno.connect({ transport: "unix", path });
        const deadline = clock.after(DEADLINE_MS, () => connection.close());
        try {
          await authenticate(connection);
          await exchange(connection, request);
        } finally {
          deadline.cancel();
        }
      } catch (error) {
        if (error instanceof PortError) throw error;
        throw new Unavailable(`systemd does not answer on ${path}: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/** The kernel vouches for who we are; the text is our user ID in hexadecimal digits of its characters. */
async function authenticate(connection: Deno.Conn): Promise<void> {
  const user = new TextEncoder().encode(`${Deno.uid() ?? 0}`).toHex();
  await write(connection, new TextEncoder().encode(`\0AUTH EXTERNAL ${user}\r\n`));
  const answer = await readLine(connection);
  if (!answer.startsWith("OK ")) throw new Error(`refused: ${answer}`);
  await write(connection, new TextEncoder().encode("BEGIN\r\n"));
}

async function exchange(connection: Deno.Conn, { member, args }: ManagerCall): Promise<void> {
  const call = {
    path: "/org/freedesktop/systemd1",
    interface: "org.freedesktop.systemd1.Manager",
    destination: "org.freedesktop.systemd1",
    member,
    args,
  };
  await write(connection, encodeCall(call, SERIAL));
  for (;;) {
    const message = decodeMessage(await readMessage(connection));
    if (message.kind === "Other" || message.replyTo !== SERIAL) continue;
    if (message.kind === "Return") return;
    const text = `systemd: ${message.message || message.name}`;
    throw message.name.endsWith(".NoSuchUnit") ? new NotFound(text) : new Failed(text);
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function readExactly(connection: Deno.Conn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await connection.read(bytes.subarray(at));
    if (count === null) throw new Error("the connection was closed");
    at += count;
  }
  return bytes;
}

/** Byte by byte, so that nothing of what follows the line is taken. */
async function readLine(connection: Deno.Conn): Promise<string> {
  let line = "";
  while (!line.endsWith("\r\n") && line.length < 1024) {
    line += new TextDecoder().decode(await readExactly(connection, 1));
  }
  return line.trimEnd();
}

async function readMessage(connection: Deno.Conn): Promise<Uint8Array> {
  const prefix = await readExactly(connection, PREFIX_BYTES);
  const length = messageLength(prefix);
  if (length > LONGEST_MESSAGE) throw new Error(`a message of ${length} bytes`);
  return concat([prefix, await readExactly(connection, length - PREFIX_BYTES)]);
}
