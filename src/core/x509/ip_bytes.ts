/** IP addresses as bytes: four for IPv4, sixteen for IPv6. */

/** Null where the text is no address. An IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) has four. */
export function ipBytes(address: string): Uint8Array | null {
  const v4 = v4Bytes(address);
  if (v4 !== null) return v4;
  const groups = v6Groups(address);
  if (groups === null) return null;
  const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped ? bytes.slice(12) : bytes;
}

function v4Bytes(address: string): Uint8Array | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return null;
  const bytes = address.split(".").map(Number);
  return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : null;
}

/** The eight groups; the URL parser knows all ways to write them. */
function v6Groups(address: string): readonly number[] | null {
  if (!/^[\da-fA-F:.]*:[\da-fA-F:.]*$/.test(address)) return null;
  const host = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1);
  if (host === undefined) return null;
  const [head = [], tail = []] = host.split("::").map((half) =>
    half.split(":").filter((group) => group !== "").map((group) => parseInt(group, 16))
  );
  const missing = 8 - head.length - tail.length;
  return [...head, ...Array<number>(missing).fill(0), ...tail];
}
