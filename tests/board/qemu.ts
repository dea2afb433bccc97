/** Starts the emulator of one board; killing it is the power cut. */
import { startDaemon } from "../lab/daemon.ts";
import type { Argv } from "../lab/run.ts";
import type { BoardImage } from "./board_image.ts";

/** What the machine is made of. */
export interface Hardware {
  /** RAM in MiB. */
  readonly memoryMb: number;
  /** Where the clock chip stands at power-on, such as `1970-01-01`. Default: this machine's time. */
  readonly clock?: string;
}

export interface PowerOn extends Hardware {
  readonly image: BoardImage;
  /** Path of the board's own disk, a qcow2 file over the image's. */
  readonly disk: string;
  /** The port of 127.0.0.1 that leads to the board's port 22. */
  readonly sshPort: number;
  /** The public key that may log in as root: a line of authorized_keys. */
  readonly publicKey: string;
  /** A folder of this machine that the board can mount, to read from, as {@linkcode SHARE}. */
  readonly share: string;
  /** Gets what the board writes to its serial console. */
  readonly consolePath: string;
  /** Gets what the emulator itself has to say. */
  readonly logPath: string;
}

/** The tag by which the board mounts the shared folder. */
export const SHARE = "share";

function qemuArgv(options: PowerOn): Argv {
  const { image, disk, share, sshPort, publicKey, memoryMb, consolePath, clock } = options;
  const commandLine = [
    "root=/dev/vda",
    "console=ttyAMA0",
    "quiet",
    // What makes a real processor safe makes an emulated one slow: each change between kernel and program costs a flush.
    ...["mitigations=off", "kpti=0", "nokaslr", "audit=0"],
    // An emulated board on a busy machine is slower than anything that systemd has been made for.
    "systemd.default_timeout_start_sec=900",
    ...["serial-getty@ttyAMA0", "user@0"].map((unit) => `systemd.mask=${unit}.service`),
    `board.key=${btoa(`${publicKey}\n`)}`,
  ];
  return [
    "qemu-system-aarch64",
    ...["-M", "virt", "-cpu", "cortex-a72", "-accel", "tcg,thread=multi"],
    ...["-smp", "2", "-m", `${memoryMb}`],
    ...["-kernel", image.kernel, "-initrd", image.initramfs, "-append", commandLine.join(" ")],
    ...["-drive", `file=${disk},if=virtio,format=qcow2,cache=writeback`],
    ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
    // Without a program of its own for booting from the network, which another package has.
    ...["-device", "virtio-net-pci,netdev=net,romfile="],
    ...["-fsdev", `local,id=share,path=${share},security_model=none,readonly=on`],
    ...["-device", `virtio-9p-pci,fsdev=share,mount_tag=${SHARE}`],
    ...["-device", "virtio-rng-pci", "-display", "none", "-monitor", "none"],
    ...["-serial", `file:${consolePath}`, "-no-reboot"],
    ...(clock === undefined ? [] : ["-rtc", `base=${clock}`]),
  ];
}

/** Gives the emulator's process id. */
export async function powerOn(options: PowerOn): Promise<number> {
  return await startDaemon({ argv: qemuArgv(options), logPath: options.logPath });
}
