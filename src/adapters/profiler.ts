/** Profiles by V8's own inspector, in the process. Its modules are loaded by the first request: a board that asks for none pays nothing. */
import type { Session } from "node:inspector";
import type { Clock } from "../ports/clock.ts";
import { Conflict } from "../ports/errors.ts";
import type { ProfileKind, Profiler, ProgramMemory } from "../ports/profiler.ts";

interface Commands {
  readonly enable: string;
  readonly start: string;
  readonly options: object;
  readonly stop: string;
}

/** Also of what is no longer there when the profile ends: otherwise only what has leaked would be seen. */
const allAllocations = {
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
};

/** @see https://chromedevtools.github.io/devtools-protocol/v8/ */
const commands: Readonly<Record<ProfileKind, Commands>> = {
  cpu: { enable: "Profiler.enable", start: "Profiler.start", options: {}, stop: "Profiler.stop" },
  allocations: {
    enable: "HeapProfiler.enable",
    start: "HeapProfiler.startSampling",
    options: allAllocations,
    stop: "HeapProfiler.stopSampling",
  },
};

export function v8Profiler({ clock }: { readonly clock: Pick<Clock, "sleep"> }): Profiler {
  let busy = false;

  return {
    memory: programMemory,
    async profile(kind, { ms, signal }) {
      if (busy) throw new Conflict("a profile is being made already");
      busy = true;
      try {
        return await sampled(commands[kind], () => clock.sleep(ms, signal));
      } finally {
        busy = false;
      }
    },
  };
}

async function programMemory(): Promise<ProgramMemory> {
  const { getHeapSpaceStatistics, getHeapStatistics } = await import("node:v8");
  return {
    process: { ...Deno.memoryUsage() },
    heap: { ...getHeapStatistics() },
    spaces: getHeapSpaceStatistics().map((space) => ({ ...space })),
  };
}

/** The session ends in any case, and with it what it has switched on. */
async function sampled(
  { enable, start, options, stop }: Commands,
  wait: () => Promise<void>,
): Promise<string> {
  const { Session } = await import("node:inspector");
  const session = new Session();
  session.connect();
  try {
    await post(session, enable);
    await post(session, start, options);
    await wait();
    return JSON.stringify(profileOf(await post(session, stop)));
  } finally {
    session.disconnect();
  }
}

function post(session: Session, command: string, options: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(command, options, (error: Error | null, result: unknown) => {
      if (error === null || error === undefined) resolve(result);
      else reject(error);
    });
  });
}

function profileOf(answer: unknown): unknown {
  const isProfile = typeof answer === "object" && answer !== null && "profile" in answer;
  return isProfile ? answer.profile : answer;
}
