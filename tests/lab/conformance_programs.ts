/** Kubernetes' own conformance suite and what its images are made of, built with Go from the module in tests/cluster/conformance. */
import {
  type GoModule,
  goPrograms,
  kubernetesLinkerFlags,
  requiredVersion,
  requireGoPrograms,
} from "./go_module.ts";

/** `nnp` prints its effective user, for the image of the specs about privileges. */
export type ConformanceProgram = "e2e.test" | "ginkgo" | "agnhost" | "nnp";

/** Gives the path of a program. */
export type ConformancePrograms = (name: ConformanceProgram) => string;

const DIR = new URL("../cluster/conformance", import.meta.url).pathname;

/**
 * Gives the programs, building them first where the cache does not hold those of this module: about eight minutes with
 * nothing compiled yet. Throws `MissingParts` where there is no Go that can.
 */
export async function conformancePrograms(): Promise<ConformancePrograms> {
  const dir = await goPrograms(await conformanceModule());
  return (name) => `${dir}/${name}`;
}

/** Throws `MissingParts` unless the programs are there or there is a Go to build them with. */
export async function requireConformancePrograms(): Promise<void> {
  await requireGoPrograms(await conformanceModule());
}

async function conformanceModule(): Promise<GoModule> {
  const flags = [
    "-ldflags",
    kubernetesLinkerFlags(await requiredVersion(DIR, "k8s.io/kubernetes")),
  ];
  return {
    name: "conformance",
    dir: DIR,
    sources: ["cmd/nnp/main.go"],
    builds: [
      ["build", ...flags, "-o", "{}/", "./cmd/nnp", "tool"],
      ["test", "-c", ...flags, "-o", "{}/e2e.test", "k8s.io/kubernetes/test/e2e"],
    ],
  };
}

if (import.meta.main) await conformancePrograms();
