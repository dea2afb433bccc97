/**
 * The messages of the tunnel through which a server reaches this node, as the module remotedialer has them; docs/tunnel.md shows
 * the bytes. One message is one binary message of a WebSocket.
 * @see https://github.com/rancher/remotedialer/blob/main/message.go
 */
import { concat } from "../bytes.ts";
import { failure, type Result, success } from "../result.ts";
import { readVarint, varint } from "./varint.ts";

/** `connection` is the server's number of one connection through the tunnel. */
export type TunnelMessage =
  | { readonly kind: "Data"; readonly connection: bigint; readonly bytes: Uint8Array }
  /** The server wants a connection to `address`, such as `127.0.0.1:10250`, by `protocol`, such as `tcp`. */
  | {
    readonly kind: "Connect";
    readonly connection: bigint;
    readonly protocol: string;
    readonly address: string;
  }
  /** The connection has ended: in order where the text is `endOfFile`. */
  | { readonly kind: "Error"; readonly connection: bigint; readonly text: string }
  /** Among servers that share their clients; nothing for a node. */
  | { readonly kind: "AddClient" | "RemoveClient"; readonly client: string }
  | { readonly kind: "Pause" | "Resume"; readonly connection: bigint }
  /** Those that live at the sender; the receiver ends all others. Ascending: the module compares sorted lists. */
  | { readonly kind: "SyncConnections"; readonly connections: readonly bigint[] }
  /** Of a type that a later version may bring. */
  | { readonly kind: "Other"; readonly type: bigint };

/** What may be sent. */
export type SentMessage = Exclude<TunnelMessage, { readonly kind: "Other" }>;

/** The text of an end in order. */
export const endOfFile = "EOF";

const types = {
  Data: 1n,
  Connect: 2n,
  Error: 3n,
  AddClient: 4n,
  RemoveClient: 5n,
  Pause: 6n,
  Resume: 7n,
  SyncConnections: 8n,
} as const;

type Kind = keyof typeof types;

const kinds: ReadonlyMap<bigint, Kind> = new Map(
  Object.entries(types).map(([kind, type]) => [type, kind as Kind]),
);

/** A deadline in milliseconds that is no longer used; the module still sends it. */
const deadline = varint(15_000n);

const hasDeadline = (kind: Kind): boolean => kind === "Data" || kind === "Connect";

/** What the module reads of an error, an address or a client; further bytes would be lost. */
const longestErrorText = 100;

/** `id` numbers the messages; nobody compares it with anything. */
export function encodeMessage(message: SentMessage, id: bigint): Uint8Array {
  const { kind } = message;
  const connection = "connection" in message ? message.connection : 0n;
  const head = [varint(id), varint(connection), varint(types[kind])];
  return concat([...head, ...(hasDeadline(kind) ? [deadline] : []), bodyOf(message)]);
}

function bodyOf(message: SentMessage): Uint8Array {
  switch (message.kind) {
    case "Data":
      return message.bytes;
    case "Connect":
      return utf8(`${message.protocol}/${message.address}`);
    case "Error":
      return utf8(message.text).subarray(0, longestErrorText);
    case "AddClient":
    case "RemoveClient":
      return utf8(message.client);
    case "Pause":
    case "Resume":
      return new Uint8Array(0);
    case "SyncConnections":
      return connectionList(message.connections);
  }
}

/** `Data` holds a view of the bytes that were given. */
export function decodeMessage(bytes: Uint8Array): Result<TunnelMessage> {
  const id = readVarint(bytes, 0);
  const connection = id && readVarint(bytes, id.end);
  const type = connection && readVarint(bytes, connection.end);
  if (!type) return failure("a message ends in the middle of its head");
  const kind = kinds.get(type.value);
  if (kind === undefined) return success({ kind: "Other", type: type.value });
  const last = hasDeadline(kind) ? readVarint(bytes, type.end) : type;
  if (last === null) return failure("a message ends in the middle of its head");
  return messageOf({ kind, connection: connection.value, body: bytes.subarray(last.end) });
}

function messageOf(
  { kind, connection, body }: {
    readonly kind: Kind;
    readonly connection: bigint;
    readonly body: Uint8Array;
  },
): Result<TunnelMessage> {
  switch (kind) {
    case "Data":
      return success({ kind, connection, bytes: body });
    case "Connect":
      return connectMessage(connection, text(body));
    case "Error":
      return success({ kind, connection, text: text(body) });
    case "AddClient":
    case "RemoveClient":
      return success({ kind, client: text(body) });
    case "Pause":
    case "Resume":
      return success({ kind, connection });
    case "SyncConnections":
      return syncMessage(body);
  }
}

function connectMessage(connection: bigint, target: string): Result<TunnelMessage> {
  const slash = target.indexOf("/");
  if (slash < 0) return failure("the server asks for a connection without naming a protocol");
  const [protocol, address] = [target.slice(0, slash), target.slice(slash + 1)];
  return success({ kind: "Connect", connection, protocol, address });
}

function connectionList(connections: readonly bigint[]): Uint8Array {
  const list = new DataView(new ArrayBuffer(8 * connections.length));
  connections.toSorted((a, b) => a < b ? -1 : 1)
    .forEach((connection, index) => list.setBigInt64(8 * index, connection, true));
  return new Uint8Array(list.buffer);
}

function syncMessage(body: Uint8Array): Result<TunnelMessage> {
  if (body.length % 8 !== 0) return failure("a list of connections ends in the middle of a number");
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const connections = Array.from(
    { length: body.length / 8 },
    (_, index) => view.getBigInt64(8 * index, true),
  );
  return success({ kind: "SyncConnections", connections });
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
