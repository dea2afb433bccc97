/** Makes the board's root tree from Debian's packages, and unpacks its kernel beside it. */
import { run } from "../lab/run.ts";
import { emulateArm64 } from "./emulation.ts";
import { EXCLUDED, FILES, LINKS, PACKAGES, SUITE } from "./recipe.ts";

/** What was made, in folders of the caller's. */
export interface RootTree {
  readonly root: string;
  /** The unpacked kernel package: `boot` and `lib/modules`. */
  readonly kernel: string;
  readonly kernelVersion: string;
}

const KERNEL = "linux-image-arm64";
/** Run by mmdebstrap, with its own apt: the kernel is not installed, since making its initramfs takes the emulator many minutes. */
const FETCH_KERNEL = 'export APT_CONFIG="$MMDEBSTRAP_APT_CONFIG"; ' +
  `apt-get download $(apt-cache depends ${KERNEL} | sed -n 's/.*Depends: //p')`;

/** Takes some minutes: the packages' scripts run under emulation. */
export async function buildRootTree(dir: string): Promise<RootTree> {
  const [root, kernel] = [`${dir}/root`, `${dir}/kernel`];
  await emulateArm64();
  await Deno.mkdir(kernel);
  await run([
    "mmdebstrap",
    "--arch=arm64",
    "--variant=minbase",
    `--include=${PACKAGES.join(",")}`,
    ...EXCLUDED.map((glob) => `--dpkgopt=path-exclude=${glob}`),
    `--customize-hook=cd '${kernel}' && ${FETCH_KERNEL}`,
    SUITE,
    root,
  ]);
  await run(["sh", "-c", 'dpkg -x "$0"/*.deb "$0"', kernel]);
  const kernelVersion = await onlyEntry(`${kernel}/lib/modules`);
  await addModules({ root, kernel, kernelVersion });
  await addFiles(root);
  return { root, kernel, kernelVersion };
}

async function onlyEntry(dir: string): Promise<string> {
  const [entry, ...more] = await Array.fromAsync(Deno.readDir(dir));
  if (entry === undefined || more.length > 0) throw new Error(`${dir} does not hold one entry`);
  return entry.name;
}

async function addModules({ root, kernel, kernelVersion }: RootTree): Promise<void> {
  await run(["cp", "-a", `${kernel}/lib/modules`, `${root}/usr/lib/`]);
  for (const base of [root, kernel]) await run(["depmod", "-b", base, kernelVersion]);
}

async function addFiles(root: string): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  for (const [path, target] of Object.entries(LINKS)) {
    await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await run(["ln", "-sf", target, `${root}/${path}`]);
  }
}
