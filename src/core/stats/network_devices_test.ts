/** Tests of what went over interfaces. */
import assert from "node:assert/strict";
import { parseNetworkDevices } from "./network_devices.ts";

const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 2404543153  553558    0    0    0     0          0         0 2404543153  553558    0    0    0     0       0          0
  eth0: 1128266416   35059    1    2    0     0          0         0  2068860   24212    3    4    0     0       0          0
veth12a:      10       1    0    0    0     0          0         0       10       1    0    0    0     0       0          0
eth0.100:7 1 0 0 0 0 0 0 8 2 0 0 0 0 0 0
`;

Deno.test("interfaces: those that only carry what others carry are left out", () => {
  assert.deepEqual(parseNetworkDevices(text), [
    {
      name: "eth0",
      received: { bytes: 1_128_266_416, packets: 35_059, errors: 1, dropped: 2 },
      sent: { bytes: 2_068_860, packets: 24_212, errors: 3, dropped: 4 },
    },
    {
      name: "eth0.100",
      received: { bytes: 7, packets: 1, errors: 0, dropped: 0 },
      sent: { bytes: 8, packets: 2, errors: 0, dropped: 0 },
    },
  ]);
});

Deno.test("interfaces: none in a network namespace without any", () => {
  assert.deepEqual(parseNetworkDevices(""), []);
});
