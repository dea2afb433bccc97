/** The machine port on Linux: /proc, /sys, statfs(2) and the network interfaces. */
import { dirname } from "node:path/posix";
import { defaultInterfaceV4, defaultInterfaceV6 } from "../../core/node/default_interface.ts";
import type { FileSystemUse, HostAddresses, ProcessUse } from "../../core/node/machine.ts";
import type { Machine } from "../../ports/machine.ts";
import { portError } from "./errno.ts";
import { fileSystemOf, kindOf, readText, readTextIfThere } from "./kernel_files.ts";
import { machineIdentity } from "./machine_identity.ts";
import { machineSize } from "./machine_size.ts";
import { cgroupMemory, machineMemory, memoryPlace } from "./memory_use.ts";
import { networkMounts } from "./mount_table.ts";
import { readMounts } from "./mounts.ts";
import { cgroupVersion } from "./node_facts.ts";

export function linuxMachine(): Machine {
  const place = () => memoryPlace(readMounts(), cgroupVersion());
  return {
    identity: () => told("the machine's identity", machineIdentity),
    size: () => told("the machine's size", machineSize),
    memory: () => told("the machine's memory", () => machineMemory(place(), hugePages())),
    cgroupMemory: (path) =>
      told(`the memory of ${path}`, () => {
        const where = place();
        return where === null ? null : cgroupMemory(where, path);
      }),
    fileSystem: (path) => told(`the file system of ${path}`, () => fileSystemUse(path)),
    processes: () => told("the machine's processes", processUse),
    addresses: () => told("the machine's addresses", hostAddresses),
    networkMounts: () => told("the machine's mounts", () => networkMounts(readMounts())),
  };
}

/** What the kernel's files give, with what it does not tell as an error of the ports. */
function told<T>(what: string, read: () => T): Promise<T> {
  return Promise.try(read).catch((error) => {
    throw portError(error, what);
  });
}

function hugePages(): { readonly hugePagesBytes: number } {
  const pools = machineSize().hugePages.map(({ pageBytes, count }) => pageBytes * count);
  return { hugePagesBytes: pools.reduce((sum, bytes) => sum + bytes, 0) };
}

function fileSystemUse(path: string): FileSystemUse {
  const { totalBytes, freeBytes, ...rest } = fileSystemOf(existing(path));
  const { usedBytes, inodes, inodesFree } = rest;
  return { capacityBytes: totalBytes, availableBytes: freeBytes, usedBytes, inodes, inodesFree };
}

function existing(path: string): string {
  return path === "/" || kindOf(path) !== null ? path : existing(dirname(path));
}

/** The kernel has two limits, and the lower one holds. */
function processUse(): ProcessUse {
  const limits = ["pid_max", "threads-max"].map((name) =>
    Number(readText(`/proc/sys/kernel/${name}`))
  );
  const running = /\d+\/(\d+)/.exec(readText("/proc/loadavg"))?.[1];
  return { running: Number(running ?? 0), max: Math.min(...limits) };
}

function hostAddresses(): HostAddresses {
  const interfaces = Deno.networkInterfaces();
  const addressOf = (name: string | undefined, family: "IPv4" | "IPv6"): string =>
    interfaces.find((each) =>
      each.name === name && each.family === family && !isLinkLocal(each.address)
    )?.address ?? "";
  return {
    all: interfaces.map(({ address }) => address),
    defaultV4: addressOf(defaultInterfaceV4(readText("/proc/net/route")), "IPv4"),
    defaultV6: addressOf(defaultInterfaceV6(readTextIfThere("/proc/net/ipv6_route") ?? ""), "IPv6"),
  };
}

function isLinkLocal(address: string): boolean {
  return /^(fe80:|169\.254\.)/i.test(address);
}
