/** A service of systemd's. @see systemctl(1) */
import { Failed, messageOf } from "../../ports/errors.ts";
import type { ServiceControl } from "../../ports/service_control.ts";
import { orNull } from "./or_null.ts";

/** Whether systemd runs this machine. @see sd_booted(3) */
export async function systemdRuns(): Promise<boolean> {
  return await orNull(Deno.lstat("/run/systemd/system")) !== null;
}

/** `unit` is such as `skerry.service`. */
export function systemdService(unit: string): ServiceControl {
  return {
    isEnabled: async () => (await ask(["is-enabled", unit])).trim() === "enabled",
    async state() {
      const state = (await ask(["is-active", unit])).trim();
      return state === "active" || state === "failed" ? state : "other";
    },
    enable: ({ enabled }) => order([enabled ? "enable" : "disable", "--quiet", unit]),
    restart: () => order(["restart", unit]),
    stop: () => order(["stop", unit]),
  };
}

/** The answer, whatever the exit code says of it. */
async function ask(args: readonly string[]): Promise<string> {
  return (await systemctl(args)).stdout;
}

async function order(args: readonly string[]): Promise<void> {
  const { success, stderr } = await systemctl(args);
  if (!success) throw new Failed(`systemctl ${args.join(" ")}: ${stderr.trim()}`);
}

async function systemctl(
  args: readonly string[],
): Promise<{ readonly success: boolean; readonly stdout: string; readonly stderr: string }> {
  try {
    const output = await new Deno.Command("systemctl", { args: [...args] }).output();
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    return { success: output.success, stdout: text(output.stdout), stderr: text(output.stderr) };
  } catch (cause) {
    throw new Failed(`systemctl: ${messageOf(cause)}`, { cause });
  }
}
