/** What tells this machine, its system and its kernel apart from others. */
import type { MachineIdentity } from "../../core/node/machine.ts";
import { readText, readTextIfThere } from "./kernel_files.ts";
import { kernelVersion } from "./node_facts.ts";

/** Throws SystemError. */
export function machineIdentity(): MachineIdentity {
  return {
    machineId: firstOf(["/etc/machine-id", "/var/lib/dbus/machine-id"]),
    // Of a PC's firmware, of a Power system's, of a virtual machine's on one; other boards have none.
    systemUuid: firstOf([
      "/sys/class/dmi/id/product_uuid",
      "/proc/device-tree/system-id",
      "/proc/device-tree/vm,uuid",
      "/etc/machine-id",
    ]),
    bootId: readText("/proc/sys/kernel/random/boot_id").trim(),
    kernelVersion: kernelVersion(),
    osImage: osImage(),
    architecture: Deno.build.arch === "aarch64" ? "arm64" : "amd64",
    inUserNamespace: inUserNamespace(),
  };
}

function firstOf(paths: readonly string[]): string {
  for (const path of paths) {
    const text = readTextIfThere(path);
    if (text !== null) return text.replace(/\0.*$/, "").trim();
  }
  return "";
}

/** @see os-release(5) */
function osImage(): string {
  const text = firstOf(["/etc/os-release", "/usr/lib/os-release"]);
  if (text === "") return "Unknown";
  const name = /^PRETTY_NAME=(.*)$/m.exec(text)?.[1] ?? "Linux";
  return name.replace(/^["']|["']$/g, "");
}

/** Outside of user namespaces every ID is itself. @see user_namespaces(7) */
function inUserNamespace(): boolean {
  const [first = "", ...more] = (readTextIfThere("/proc/self/uid_map") ?? "").trim().split("\n");
  const isWhole = more.length === 0 && /^\s*0\s+0\s+4294967295$/.test(first);
  return first !== "" && !isWhole;
}
