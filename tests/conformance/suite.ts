/** Runs Kubernetes' own end-to-end suite against the one node of a cluster, bounded in time. */
import type { Cluster } from "../lab/cluster.ts";
import type { ConformancePrograms } from "../lab/conformance_programs.ts";
import type { Lab } from "../lab/lab.ts";
import { type Argv, tryRun } from "../lab/run.ts";
import { parseJunit, type SpecResult, wasCut } from "./junit.ts";

/** The specs that every node must pass, whatever provides its cluster. */
const TAG = String.raw`\[NodeConformance\]`;
/** What disturbs others, takes minutes each, or breaks the node on purpose. */
const SKIP = String.raw`\[Serial\]|\[Slow\]|\[Disruptive\]`;
/** Of the whole suite; the kubelet needs a quarter of an hour on two idle cores. */
const TIMEOUT_MINUTES = 60;
/** For its own end: specs that are cut still clean up. */
const CLEANUP_MINUTES = 10;

export interface SuiteOptions {
  /** A regular expression in Go's words: only specs whose name it meets. */
  readonly focus: string | undefined;
  /** How many specs run side by side. */
  readonly processes: number;
  /** File that takes what the suite says while it runs. */
  readonly logPath: string;
}

/** What decides which specs run, for the key of a cached baseline. */
export const RECIPE = [TAG, SKIP].join(" ");

/** Go's expressions know no lookahead; a spec's tag may stand before or after what is looked for. */
export function focusPattern(focus: string | undefined): string {
  return focus === undefined ? TAG : `${TAG}.*(${focus})|(${focus}).*${TAG}`;
}

/** What a run of the suite showed. */
export interface SuiteRun {
  readonly results: readonly SpecResult[];
  /** Its time was over before all specs had ended. */
  readonly wasCut: boolean;
}

/** Runs it to its end. Throws with the end of its log when it wrote no report. */
export async function runSuite(
  { lab, cluster, programs }: {
    readonly lab: Lab;
    readonly cluster: Cluster;
    readonly programs: ConformancePrograms;
  },
  options: SuiteOptions,
): Promise<SuiteRun> {
  const reportDir = `${lab.workDir}/report`;
  await Deno.mkdir(reportDir, { recursive: true });
  const kubeconfig = await cluster.clientKubeconfig({
    name: "conformance",
    commonName: "conformance",
    organizations: ["system:masters"],
  });
  const argv = suiteArgv({ programs, kubeconfig, reportDir, options });
  const script = 'log=$1; shift; exec "$@" >"$log" 2>&1';
  await tryRun(lab.inside(["sh", "-c", script, "sh", options.logPath, ...argv]), {
    cwd: lab.workDir,
    signal: AbortSignal.timeout((TIMEOUT_MINUTES + CLEANUP_MINUTES) * 60_000),
  });
  try {
    const report = await Deno.readTextFile(`${reportDir}/junit_01.xml`);
    return { results: parseJunit(report), wasCut: wasCut(report) };
  } catch (error) {
    throw new Error(`the suite wrote no report; its log: ${options.logPath}`, { cause: error });
  }
}

function suiteArgv({ programs, kubeconfig, reportDir, options }: {
  readonly programs: ConformancePrograms;
  readonly kubeconfig: string;
  readonly reportDir: string;
  readonly options: SuiteOptions;
}): Argv {
  return [
    programs("ginkgo"),
    `--procs=${options.processes}`,
    `--timeout=${TIMEOUT_MINUTES}m`,
    "--no-color",
    `--focus=${focusPattern(options.focus)}`,
    `--skip=${SKIP}`,
    programs("e2e.test"),
    "--",
    `--kubeconfig=${kubeconfig}`,
    "--num-nodes=1",
    "--allowed-not-ready-nodes=0",
    `--report-dir=${reportDir}`,
  ];
}
