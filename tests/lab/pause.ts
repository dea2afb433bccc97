/**
 * The pause program as bytes: a static ELF file of a few hundred bytes that waits for SIGTERM or SIGINT and exits with 0.
 *
 * Written out here because no C compiler can be counted on, and a shell in its place would cost a megabyte per pod
 * and be slower to stop. In C it would read:
 *
 * ```c
 * struct sigaction ignore = { .sa_handler = SIG_IGN };
 * sigset_t stop = TERM | INT;
 * sigaction(SIGCHLD, &ignore, 0);           // the kernel reaps children of a shared process namespace
 * sigprocmask(SIG_BLOCK, &stop, 0);         // pid 1 is sent only signals that it blocks or handles
 * while (sigtimedwait(&stop, 0, 0) < 0) {}  // EINTR
 * exit_group(0);
 * ```
 */

/** Architectures as Deno names them. */
export type Arch = typeof Deno.build.arch;

interface Machine {
  /** e_machine of the ELF header. */
  readonly elf: number;
  /** Machine code of the program above, position-independent, its two constants at the end. */
  readonly code: string;
}

const SIGNAL_SETS = // sigset_t stop (bits 15-1 and 2-1), then struct sigaction ignore
  "0240000000000000" + "0100000000000000" + "00".repeat(24);

const MACHINES: Readonly<Record<Arch, Machine>> = {
  x86_64: {
    elf: 62,
    code: "b80d000000bf11000000488d354f00000031d241ba080000000f05" + // rt_sigaction
      "b80e00000031ff488d352f00000031d241ba080000000f05" + // rt_sigprocmask
      "b880000000488d3d1900000031f631d241ba080000000f0585c078e4" + // rt_sigtimedwait, again if negative
      "b8e700000031ff0f05" + SIGNAL_SETS, // exit_group
  },
  aarch64: {
    elf: 183,
    code: "c81080d2200280d2c1020010020080d2030180d2010000d4" + // rt_sigaction
      "e81080d2000080d2c1010010020080d2030180d2010000d4" + // rt_sigprocmask
      "281180d220010010010080d2020080d2030180d2010000d440ffffb7" + // rt_sigtimedwait, again if negative
      "c80b80d2000080d2010000d4" + SIGNAL_SETS, // exit_group
  },
};

const LOAD_ADDRESS = 0x400000n;
const HEADERS_SIZE = 64 + 56;

/** The static executable for `arch`. */
export function pauseProgram(arch: Arch): Uint8Array<ArrayBuffer> {
  const machine = MACHINES[arch];
  const code = Uint8Array.fromHex(machine.code);
  const file = new Uint8Array(HEADERS_SIZE + code.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.set(code, HEADERS_SIZE);
  const view = new DataView(file.buffer);
  const put16 = (offset: number, value: number) => view.setUint16(offset, value, true);
  const put32 = (offset: number, value: number) => view.setUint32(offset, value, true);
  const put64 = (offset: number, value: bigint) => view.setBigUint64(offset, value, true);
  put16(16, 2); // e_type: executable
  put16(18, machine.elf);
  put32(20, 1); // e_version
  put64(24, LOAD_ADDRESS + BigInt(HEADERS_SIZE)); // e_entry
  put64(32, 64n); // e_phoff
  put16(52, 64); // e_ehsize
  put16(54, 56); // e_phentsize
  put16(56, 1); // e_phnum
  put32(64, 1); // p_type: load
  put32(68, 5); // p_flags: read, execute
  put64(80, LOAD_ADDRESS); // p_vaddr
  put64(88, LOAD_ADDRESS); // p_paddr
  put64(96, BigInt(file.length)); // p_filesz
  put64(104, BigInt(file.length)); // p_memsz
  put64(112, 0x10000n); // p_align: arm64 kernels may use 64 KiB pages
  return file;
}
