/** D-Bus messages, byte by byte, and calls to a manager that answers as systemd does. */
import assert from "node:assert/strict";
import { fakeClock } from "../../../tests/fakes/clock.ts";
import { systemClock } from "../clock.ts";
import { decodeMessage, encodeCall, messageLength } from "./dbus_message.ts";
import { sliceProperties } from "./slice_properties.ts";
import { systemdBus } from "./systemd_bus.ts";

const call = {
  path: "/o",
  interface: "i.f",
  member: "M",
  destination: "d.n",
  args: [
    { type: "s", value: "ab" },
    {
      type: "a(sv)",
      value: [["P", { type: "t", value: 258n }], ["Q", { type: "b", value: true }]],
    },
    { type: "a(sa(sv))" },
  ],
} as const;

Deno.test("a call is marshalled as the specification says", () => {
  const expected = [
    // Little-endian, call, no flags, version 1; length of the body, serial, length of the fields.
    "6c010001 40000000 07000000 55000000",
    // Path, interface, member, destination, signature; each begins at a multiple of eight.
    "01016f00 02000000 2f6f0000 00000000",
    "02017300 03000000 692e6600 00000000",
    "03017300 01000000 4d000000 00000000",
    "06017300 03000000 642e6e00 00000000",
    "08016700 0f 736128737629612873612873762929 00 000000",
    // "ab"; the array's length, its elements: "P", type t, 258; "Q", type b, true; the empty array.
    "02000000 61620000 28000000 00000000",
    "01000000 50000174 00000000 00000000 02010000 00000000",
    "01000000 51000162 00000000 01000000",
    "00000000 00000000",
  ].join("").replaceAll(" ", "");
  const bytes = encodeCall(call, 7);
  assert.equal(bytes.toHex(), expected);
  assert.equal(messageLength(bytes), bytes.length);
});

/** A manager on a socket of its own that takes the greeting, then says `answers` to whatever it is asked. */
function manager(answers: readonly string[]): { readonly path: string } & AsyncDisposable {
  const dir = Deno.makeTempDirSync({ prefix: "skerry-bus-" });
  const path = `${dir}/private`;
  const listener = Deno.listen({ transport: "unix", path });
  const served = (async () => {
    for await (const connection of listener) {
      const buffer = new Uint8Array(4096);
      await connection.read(buffer);
      await connection.write(new TextEncoder().encode("OK 0123456789abcdef\r\n"));
      for (let seen = ""; !seen.includes("org.freedesktop.systemd1.Manager");) {
        const count = await connection.read(buffer) ?? 0;
        seen += new TextDecoder().decode(buffer.subarray(0, count));
      }
      for (const hex of answers) {
        await connection.write(Uint8Array.fromHex(hex.replaceAll(" ", "")));
      }
      connection.close();
    }
  })();
  return {
    path,
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
      await Deno.remove(dir, { recursive: true });
    },
  };
}

const signal = "6c040101 00000000 09000000 00000000";
const reply = "6c020101 00000000 02000000 08000000 05017500 01000000";
/** Error `a.NoSuchUnit`, in reply to 1, with the text "gone". */
const noSuchUnit = "6c030101 09000000 02000000 27000000" +
  "04017300 0c000000 612e4e6f 53756368 556e6974 00000000" +
  "05017500 01000000 08016700 01730000 04000000 676f6e65 00";

Deno.test("a reply ends the call; signals before it do not", async () => {
  await using server = manager([signal, reply]);
  const bus = systemdBus({ clock: systemClock(), path: server.path });
  await bus.call({ member: "StopUnit", args: [{ type: "s", value: "x.slice" }] });
});

Deno.test("an unknown unit gives NotFound with systemd's words", async () => {
  assert.deepEqual(decodeMessage(Uint8Array.fromHex(noSuchUnit.replaceAll(" ", ""))), {
    kind: "Error",
    replyTo: 1,
    name: "a.NoSuchUnit",
    message: "gone",
  });
  await using server = manager([noSuchUnit]);
  const bus = systemdBus({ clock: systemClock(), path: server.path });
  await assert.rejects(bus.call({ member: "StopUnit", args: [] }), {
    name: "NotFound",
    message: "systemd: gone",
  });
});

Deno.test("a machine without systemd gives Unavailable, and no timer is left", async () => {
  const clock = fakeClock();
  const bus = systemdBus({ clock, path: "/nowhere/private" });
  await assert.rejects(bus.call({ member: "StopUnit", args: [] }), { name: "Unavailable" });
  assert.equal(clock.pendingTimers, 0);
});

Deno.test("cgroup values become the properties that systemd has for them", () => {
  const infinity = 2n ** 64n - 1n;
  const cases = [
    [{ "cpu.weight": "39" }, { CPUWeight: 39n }],
    [{ "cpu.shares": "1024" }, { CPUShares: 1024n }],
    [{ "cpu.max": "25000 100000" }, { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: 250_000n }],
    [{ "cpu.max": "1234 100000" }, { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: 20_000n }],
    [{ "cpu.max": "max 100000" }, { CPUQuotaPeriodUSec: 100_000n, CPUQuotaPerSecUSec: infinity }],
    [
      { "cpu.cfs_period_us": "50000", "cpu.cfs_quota_us": "-1" },
      { CPUQuotaPeriodUSec: 50_000n, CPUQuotaPerSecUSec: infinity },
    ],
    [{ "memory.max": "67108864" }, { MemoryMax: 67_108_864n }],
    [{ "memory.limit_in_bytes": "67108864" }, { MemoryLimit: 67_108_864n }],
    [{ "pids.max": "max" }, { TasksMax: infinity }],
    [{ "cpuset.cpus": "0-1" }, {}],
  ] as const;
  for (const [values, expected] of cases) {
    const properties = sliceProperties(values as Record<string, string>);
    const found = Object.fromEntries(properties.map(([name, { value }]) => [name, value]));
    assert.deepEqual(found, expected, JSON.stringify(values));
  }
});
