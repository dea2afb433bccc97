/** A machine as a test wants it: a board with 2 processors, 1 GiB of memory and a card of 16 GB. */
import type {
  FileSystemUse,
  HostAddresses,
  MachineIdentity,
  MachineSize,
  MemoryUse,
  ProcessUse,
} from "../../src/core/node/machine.ts";
import { Failed } from "../../src/ports/errors.ts";
import type { Machine } from "../../src/ports/machine.ts";

/** What the machine tells; a test may change any of it. */
export interface MachineState {
  identity: MachineIdentity;
  size: MachineSize;
  memory: MemoryUse;
  processes: ProcessUse;
  addresses: HostAddresses;
  /** By path; what is not here lies on the one at `/`. */
  readonly fileSystems: Map<string, FileSystemUse>;
  readonly cgroups: Map<string, MemoryUse>;
  networkMounts: readonly string[];
  /** Set to make every call fail with this message. */
  failure: string | undefined;
}

export interface FakeMachine extends Machine {
  readonly state: MachineState;
}

const gibibyte = 1024 ** 3;

export function fakeMachine(): FakeMachine {
  const state = initialState();
  const told = <T>(value: () => T): Promise<T> =>
    state.failure === undefined ? Promise.try(value) : Promise.reject(new Failed(state.failure));
  return {
    state,
    identity: () => told(() => state.identity),
    size: () => told(() => state.size),
    memory: () => told(() => state.memory),
    cgroupMemory: (path) => told(() => state.cgroups.get(path) ?? null),
    fileSystem: (path) => told(() => fileSystemAt(state, path)),
    processes: () => told(() => state.processes),
    addresses: () => told(() => state.addresses),
    networkMounts: () => told(() => state.networkMounts),
  };
}

function initialState(): MachineState {
  return {
    identity: {
      machineId: "3d1219c7c4c5404aaa1f6d2a48adfda4",
      systemUuid: "",
      bootId: "952cd7ef-e213-4609-8584-259635996ade",
      kernelVersion: "6.1.0-13-arm64",
      osImage: "Debian GNU/Linux 12 (bookworm)",
      architecture: "arm64",
      inUserNamespace: false,
    },
    size: { cpus: 2, memoryBytes: gibibyte, swapBytes: 0, hugePages: [] },
    memory: { capacityBytes: gibibyte, workingSetBytes: gibibyte / 4 },
    processes: { running: 200, max: 32_768 },
    addresses: {
      all: ["127.0.0.1", "192.0.2.1", "::1"],
      defaultV4: "192.0.2.1",
      defaultV6: "",
    },
    fileSystems: new Map([["/", {
      capacityBytes: 16_000_000_000,
      availableBytes: 12_000_000_000,
      usedBytes: 3_000_000_000,
      inodes: 1_000_000,
      inodesFree: 900_000,
    }]]),
    cgroups: new Map(),
    networkMounts: [],
    failure: undefined,
  };
}

function fileSystemAt({ fileSystems }: MachineState, path: string): FileSystemUse {
  const found = fileSystems.get(path) ?? fileSystems.get("/");
  if (found === undefined) throw new Failed(`${path}: no such file or directory`);
  return found;
}
