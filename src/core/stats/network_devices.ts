/** Reads what went over the interfaces of a network namespace. @see proc_pid_net(5) */

export interface InterfaceUse {
  readonly name: string;
  readonly received: Traffic;
  readonly sent: Traffic;
}

export interface Traffic {
  readonly bytes: number;
  readonly packets: number;
  readonly errors: number;
  readonly dropped: number;
}

/** Those that cAdvisor leaves out: they only carry what other interfaces carry as well. */
const ignored = /^(lo|veth|docker|nerdctl)/i;

/** The text of `/proc/PID/net/dev`. */
export function parseNetworkDevices(text: string): readonly InterfaceUse[] {
  return text.split("\n").flatMap((line) => {
    const [, name, numbers] = /^\s*([^:\s]+):\s*(.+)$/.exec(line) ?? [];
    if (name === undefined || numbers === undefined || ignored.test(name)) return [];
    const values = numbers.trim().split(/\s+/).map(Number);
    return [{ name, received: trafficAt(values, 0), sent: trafficAt(values, 8) }];
  });
}

function trafficAt(values: readonly number[], start: number): Traffic {
  const [bytes = 0, packets = 0, errors = 0, dropped = 0] = values.slice(start);
  return { bytes, packets, errors, dropped };
}
