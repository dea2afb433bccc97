/** What a machine tells of itself, as plain data. */

/** What stays the same while the agent runs. */
export interface MachineIdentity {
  /** The system's own, of /etc/machine-id; "" where there is none. */
  readonly machineId: string;
  /** The board's own, where its firmware has one; else the system's. */
  readonly systemUuid: string;
  /** Another one with each start of the kernel. */
  readonly bootId: string;
  /** As `uname -r` prints it. */
  readonly kernelVersion: string;
  /** Such as `Debian GNU/Linux 12 (bookworm)`. */
  readonly osImage: string;
  /** Go's name, such as `arm64`. */
  readonly architecture: string;
  /** Whether the agent's root is not the machine's. */
  readonly inUserNamespace: boolean;
}

/** Pages of one size, taken or free. */
export interface HugePages {
  readonly pageBytes: number;
  readonly count: number;
}

/** How large the machine is. */
export interface MachineSize {
  /** Processors that are switched on. */
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly hugePages: readonly HugePages[];
}

export interface FileSystemUse {
  readonly capacityBytes: number;
  /** What programs without privileges may still use. */
  readonly availableBytes: number;
  /** More than what is missing from the available where some is kept for the privileged. */
  readonly usedBytes: number;
  /** 0 on file systems that make them as needed. */
  readonly inodes: number;
  readonly inodesFree: number;
}

/** Memory as the kubelet counts it: what could be given up at once does not count as used. */
export interface MemoryUse {
  readonly capacityBytes: number;
  readonly workingSetBytes: number;
}

export interface ProcessUse {
  /** Threads are counted as well, as the kernel's limit does. */
  readonly running: number;
  readonly max: number;
}

/** The machine's network addresses as text. */
export interface HostAddresses {
  /** Those of all interfaces. */
  readonly all: readonly string[];
  /** Of the interface that the default route goes through; "" where there is none. */
  readonly defaultV4: string;
  readonly defaultV6: string;
}
