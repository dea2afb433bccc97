/** An emulated arm64 board from power-on to its end; its disk outlives power cuts, and nothing outlives `dispose`. */
import { endProcess, logTail } from "../lab/daemon.ts";
import { isAlive, signal, waitUntil } from "../lab/processes.ts";
import { run, type RunOptions, type RunResult } from "../lab/run.ts";
import { boardImage } from "./board_image.ts";
import { type Hardware, powerOn, SHARE } from "./qemu.ts";
import { createSsh } from "./ssh.ts";

export interface Board extends AsyncDisposable {
  /** Power on; resolves with the seconds until the board's ssh answered. */
  boot(hardware?: Partial<Hardware>): Promise<number>;
  /** Runs a shell command as root; throws with its words when it fails. */
  run(command: string, options?: RunOptions): Promise<string>;
  tryRun(command: string, options?: RunOptions): Promise<RunResult>;
  /** Copies what is in a folder of this machine into one of the board. */
  copyIn(from: string, to: string): Promise<void>;
  /** Pulls the plug: what the board has not synced is lost. */
  cutPower(): Promise<void>;
  /** `systemctl poweroff`; resolves with the seconds until the board was off. */
  shutDown(): Promise<number>;
}

const BOOT_TIMEOUT_MS = 1_200_000;
const SHUTDOWN_TIMEOUT_MS = 600_000;
const HARDWARE: Hardware = { memoryMb: 2048 };

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Builds the image where it is not cached (minutes), and lays the board's disk down; `boot` starts it. */
export async function createBoard(): Promise<Board> {
  const image = await boardImage();
  const dir = await Deno.makeTempDir({ prefix: "skerry-board-" });
  const [disk, consolePath, logPath] = [`${dir}/disk.qcow2`, `${dir}/console`, `${dir}/qemu.log`];
  const share = `${dir}/share`;
  await Deno.mkdir(share);
  const sshPort = freePort();
  const ssh = await createSsh({ dir, port: sshPort });
  await run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", image.disk, disk]);
  let pid: number | undefined;

  const isOn = () => pid !== undefined && isAlive(pid);
  const lastWords = async () => `${await logTail(logPath)}\n${await logTail(consolePath, 40)}`;

  async function boot(hardware: Partial<Hardware> = {}): Promise<number> {
    if (isOn()) throw new Error("the board is on already");
    const started = performance.now();
    const { publicKey } = ssh;
    const files = { image, disk, share, consolePath, logPath };
    pid = await powerOn({ ...HARDWARE, ...hardware, ...files, sshPort, publicKey });
    const answers = async () => !isOn() || await ssh.connect();
    const inTime = await waitUntil(answers, { timeoutMs: BOOT_TIMEOUT_MS, intervalMs: 500 });
    if (!inTime || !isOn()) throw new Error(`the board did not boot:\n${await lastWords()}`);
    return (performance.now() - started) / 1000;
  }

  async function command(text: string, options?: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await ssh.tryRun(text, options);
    if (code === 0) return stdout;
    throw new Error(`on the board: ${text}: exit code ${code}: ${stderr}${stdout}`);
  }

  /** Through the shared folder: encrypting a hundred megabytes is much for an emulated processor. */
  async function copyIn(from: string, to: string): Promise<void> {
    const name = crypto.randomUUID();
    await run(["cp", "-r", "--preserve=mode", from, `${share}/${name}`]);
    await command(`mountpoint -q /mnt || { modprobe 9pnet_virtio &&
      mount -t 9p -o trans=virtio,ro,msize=524288 ${SHARE} /mnt; }
      mkdir -p '${to}' && cp -r --preserve=mode /mnt/${name}/. '${to}'`);
    await Deno.remove(`${share}/${name}`, { recursive: true });
  }

  async function cutPower(): Promise<void> {
    if (pid !== undefined) await endProcess(pid, { name: "SIGKILL" });
    pid = undefined;
    await ssh.hangUp();
  }

  async function shutDown(): Promise<number> {
    const started = performance.now();
    await ssh.tryRun("systemctl poweroff");
    if (!(await waitUntil(() => !isOn(), { timeoutMs: SHUTDOWN_TIMEOUT_MS, intervalMs: 100 }))) {
      throw new Error(`the board did not turn off:\n${await lastWords()}`);
    }
    pid = undefined;
    await ssh.hangUp();
    return (performance.now() - started) / 1000;
  }

  // A test that is interrupted leaves no emulator behind.
  const onExit = () => pid !== undefined && signal(pid, "SIGKILL");
  globalThis.addEventListener("unload", onExit);

  return {
    boot,
    run: command,
    tryRun: ssh.tryRun,
    copyIn,
    cutPower,
    shutDown,
    async [Symbol.asyncDispose]() {
      await cutPower();
      globalThis.removeEventListener("unload", onExit);
      await Deno.remove(dir, { recursive: true });
    },
  };
}
