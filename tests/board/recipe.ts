/** What the board's disk consists of: Debian bookworm for arm64 as a user would have it, and the files that make it a test's. */
import { sha256 } from "../lab/image_archive.ts";

export const SUITE = "bookworm";

/** What a user of Debian or Raspberry Pi OS has, and what install.sh would install there; the board itself has no mirror. */
export const PACKAGES: readonly string[] = [
  "busybox-static",
  "ca-certificates",
  "containerd",
  "containernetworking-plugins",
  "dbus",
  "iproute2",
  "iptables",
  "kmod",
  "libpam-systemd",
  "openssh-server",
  "runc",
  "systemd",
  "systemd-sysv",
  "udev",
];

/** Manual pages and the like are not unpacked. */
export const EXCLUDED: readonly string[] = [
  "/usr/share/doc/*",
  "/usr/share/locale/*",
  "/usr/share/man/*",
];

/** The disk is sparse: only what is written takes room. */
export const DISK_SIZE = "4G";

/** What the first file system needs before the kernel finds its modules there. */
export const BOOT_MODULES: readonly string[] = ["virtio_pci", "virtio_blk", "virtio_net", "ext4"];

/** The name of the sandbox image, as containerd's configuration has it. */
export const PAUSE_IMAGE = "skerry.test/pause:1";

/** Debian's configuration of containerd, with the cgroup driver that Kubernetes asks for under systemd. */
const CONTAINERD_CONFIG = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true
`;

const NETWORK = "[Match]\nName=e*\n[Network]\nDHCP=ipv4\n";

/** Text files laid over the packages', by path. */
export const FILES: Readonly<Record<string, string>> = {
  "etc/containerd/config.toml": CONTAINERD_CONFIG,
  "etc/fstab": "/dev/vda / ext4 defaults 0 0\n",
  "etc/hostname": "board\n",
  // Without one systemd takes the first boot for that of a factory-new system, and looks at every unit there is.
  "etc/machine-id": `${"5ce44".repeat(6)}42\n`,
  "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 board\n",
  "etc/systemd/network/20-board.network": NETWORK,
};

/** Links likewise: what `systemctl enable` would make. */
export const LINKS: Readonly<Record<string, string>> = {
  "etc/systemd/system/multi-user.target.wants/systemd-networkd.service":
    "/lib/systemd/system/systemd-networkd.service",
};

/**
 * The first program: loads what reads the disk, lets the test's key in, and becomes the disk's own init. The key comes with the kernel's
 * command line, in base64, so that one disk serves all tests.
 */
export const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /dev /disk /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
mount -t proc proc /proc
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order
tries=0
until mount -t ext4 /dev/vda /disk; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || exec sh
  sleep 0.1
done
for word in $(cat /proc/cmdline); do
  case $word in board.key=*)
    mkdir -p -m 700 /disk/root/.ssh
    echo "\${word#board.key=}" | base64 -d > /disk/root/.ssh/authorized_keys ;;
  esac
done
umount /proc
exec switch_root /disk /sbin/init
`;

/** Names the cached disk: what was built from something else is not used. */
export async function recipeKey(): Promise<string> {
  const all = [SUITE, PACKAGES, EXCLUDED, DISK_SIZE, BOOT_MODULES, FILES, LINKS, INIT];
  return (await sha256(new TextEncoder().encode(JSON.stringify(all)))).slice(0, 16);
}
