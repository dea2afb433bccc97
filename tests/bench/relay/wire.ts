/** What goes over a cable, as the kernel counts it in a lab's namespace. */
import type { Lab } from "../../lab/lab.ts";

/** Ethernet's header is not of the IP level. */
const ETHERNET_BYTES = 14;

/** Bytes of the IP level in both directions since the interface was made. */
export async function wireBytes(lab: Lab, device: string): Promise<number> {
  const names = ["rx_bytes", "tx_bytes", "rx_packets", "tx_packets"];
  const { stdout } = await lab.exec(["ip", "-s", "-j", "link", "show", device]);
  const [link] = JSON.parse(stdout);
  const { rx, tx } = link.stats64 ?? {};
  const values = [rx?.bytes, tx?.bytes, rx?.packets, tx?.packets].map(Number);
  if (values.some(Number.isNaN)) throw new Error(`${device} has not all of ${names.join(", ")}`);
  const [received = 0, sent = 0, packetsIn = 0, packetsOut = 0] = values;
  return received + sent - ETHERNET_BYTES * (packetsIn + packetsOut);
}
