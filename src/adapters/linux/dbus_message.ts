/** The few D-Bus messages that Skerry sends and understands. @see https://dbus.freedesktop.org/doc/dbus-specification.html */
import { concat } from "../../core/bytes.ts";
import { DbusWriter } from "./dbus_writer.ts";

/** A value that carries its own type. */
export type Variant =
  | { readonly type: "s"; readonly value: string }
  | { readonly type: "b"; readonly value: boolean }
  | { readonly type: "t"; readonly value: bigint };

/** A named value: `(sv)`. */
export type Property = readonly [name: string, value: Variant];

/** An argument of a call. `a(sa(sv))` is only ever sent empty. */
export type Argument =
  | Variant
  | { readonly type: "a(sv)"; readonly value: readonly Property[] }
  | { readonly type: "a(sa(sv))" };

/** The destination is a bus name; args are in the order of the method's signature. */
export interface MethodCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly destination: string;
  readonly args: readonly Argument[];
}

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const FIELD = { path: 1, interface: 2, member: 3, error: 4, replySerial: 5, destination: 6 };
const SIGNATURE_FIELD = 8;
const LITTLE_ENDIAN = "l".charCodeAt(0);
const PROTOCOL_VERSION = 1;

export function encodeCall(call: MethodCall, serial: number): Uint8Array<ArrayBuffer> {
  const body = new DbusWriter();
  for (const arg of call.args) writeArgument(body, arg);
  const message = new DbusWriter();
  for (const byte of [LITTLE_ENDIAN, METHOD_CALL, 0, PROTOCOL_VERSION]) message.byte(byte);
  message.uint32(body.length);
  message.uint32(serial);
  message.array(8, () => {
    const fields = [
      [FIELD.path, "o", call.path],
      [FIELD.interface, "s", call.interface],
      [FIELD.member, "s", call.member],
      [FIELD.destination, "s", call.destination],
    ] as const;
    for (const [code, type, value] of fields) {
      message.align(8);
      message.byte(code);
      message.signature(type);
      message.string(value);
    }
    message.align(8);
    message.byte(SIGNATURE_FIELD);
    message.signature("g");
    message.signature(call.args.map(({ type }) => type).join(""));
  });
  message.align(8);
  return new Uint8Array(concat([message.bytes(), body.bytes()]));
}

function writeArgument(to: DbusWriter, arg: Argument): void {
  switch (arg.type) {
    case "s":
      return to.string(arg.value);
    case "b":
      return to.uint32(arg.value ? 1 : 0);
    case "t":
      return to.uint64(arg.value);
    case "a(sa(sv))":
      return to.array(8, () => {});
    case "a(sv)":
      return to.array(8, () => {
        for (const [name, value] of arg.value) {
          to.align(8);
          to.string(name);
          to.signature(value.type);
          writeArgument(to, value);
        }
      });
  }
}

/** The answer to a call; anything else that arrives is `Other`. */
export type Incoming =
  | { readonly kind: "Return"; readonly replyTo: number }
  | {
    readonly kind: "Error";
    readonly replyTo: number;
    readonly name: string;
    readonly message: string;
  }
  | { readonly kind: "Other" };

/** The first bytes of a message say how long it is. */
export const PREFIX_BYTES = 16;

/** The length of the whole message that begins with these bytes. */
export function messageLength(prefix: Uint8Array): number {
  const view = viewOf(prefix);
  return aligned(PREFIX_BYTES + view.getUint32(12, true), 8) + view.getUint32(4, true);
}

/** Understands a whole message. Throws RangeError where it is malformed. */
export function decodeMessage(bytes: Uint8Array): Incoming {
  const view = viewOf(bytes);
  if (bytes[0] !== LITTLE_ENDIAN) throw new RangeError("the message is not little-endian");
  const type = bytes[1];
  const { replyTo, name } = readFields(bytes, PREFIX_BYTES + view.getUint32(12, true));
  if (type === METHOD_RETURN) return { kind: "Return", replyTo };
  if (type !== ERROR) return { kind: "Other" };
  const bodyAt = aligned(PREFIX_BYTES + view.getUint32(12, true), 8);
  const message = bodyAt < bytes.length ? stringAt(bytes, bodyAt) : "";
  return { kind: "Error", replyTo, name, message };
}

/** All fields hold one value of a one-letter type: a number (`u`), a signature (`g`) or a text. */
function readFields(bytes: Uint8Array, end: number): { replyTo: number; name: string } {
  const found = { replyTo: 0, name: "" };
  const view = viewOf(bytes);
  for (let at = PREFIX_BYTES; at < end;) {
    at = aligned(at, 8);
    const code = bytes[at];
    const type = String.fromCharCode(bytes[at + 2] ?? 0);
    at += 4;
    if (code === FIELD.replySerial) found.replyTo = view.getUint32(at, true);
    if (code === FIELD.error) found.name = stringAt(bytes, at);
    if (type === "g") at += 2 + view.getUint8(at);
    else at += type === "u" ? 4 : 5 + view.getUint32(at, true);
  }
  return found;
}

function stringAt(bytes: Uint8Array, at: number): string {
  const length = viewOf(bytes).getUint32(at, true);
  return new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function aligned(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}
