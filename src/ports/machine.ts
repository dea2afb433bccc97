/** The machine that the agent runs on. */
import type {
  FileSystemUse,
  HostAddresses,
  MachineIdentity,
  MachineSize,
  MemoryUse,
  ProcessUse,
} from "../core/node/machine.ts";

/** Everything is read anew with each call. What the kernel does not tell gives Failed that names the file. */
export interface Machine {
  identity(): Promise<MachineIdentity>;
  size(): Promise<MachineSize>;
  memory(): Promise<MemoryUse>;
  /** Of a cgroup, in the form of `CgroupSpec`; null where it is not there or has no limit. */
  cgroupMemory(path: string): Promise<MemoryUse | null>;
  /** Of the file system that a path lies on, which need not be there yet. */
  fileSystem(path: string): Promise<FileSystemUse>;
  processes(): Promise<ProcessUse>;
  addresses(): Promise<HostAddresses>;
  /** Where file systems are mounted that come over the network. */
  networkMounts(): Promise<readonly string[]>;
}
