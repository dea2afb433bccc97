/** The interface of the default route, from the kernel's tables. */
import assert from "node:assert/strict";
import { defaultInterfaceV4, defaultInterfaceV6 } from "./default_interface.ts";

const head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

Deno.test("IPv4: the default route with the lowest metric", () => {
  const table = head +
    "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n" +
    "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n" +
    "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
  assert.equal(defaultInterfaceV4(table), "eth0");
  assert.equal(defaultInterfaceV4(head), undefined);
});

Deno.test("IPv6: the default route, and not the one of the loopback", () => {
  const zero = "0".repeat(32);
  const lo = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo\n`;
  const eth = `${zero} 00 ${zero} 00 fe80${"0".repeat(28)} 00000400 1 0 00000003     eth0\n`;
  assert.equal(defaultInterfaceV6(lo), undefined);
  assert.equal(defaultInterfaceV6(lo + eth), "eth0");
});
