/** What is remembered of verdicts: a restart of the agent neither makes ready containers unready nor started ones start again. */
import type { PodMemory } from "../pod/memory.ts";
import {
  type ContainerVerdicts,
  initialVerdict,
  type ProbeKind,
  type Verdict,
  type Verdicts,
} from "./verdict.ts";

/** The same memory where nothing has changed. */
export function rememberVerdicts(memory: PodMemory, verdicts: Verdicts): PodMemory {
  const started = succeeded(verdicts, "startup");
  const ready = succeeded(verdicts, "readiness");
  const { probed, ...rest } = memory;
  if (isSame(probed?.started ?? [], started) && isSame(probed?.ready ?? [], ready)) return memory;
  return started.length + ready.length === 0 ? rest : { ...rest, probed: { started, ready } };
}

/** The verdict that a probe of a container begins with. */
export function firstVerdict(
  { probed }: Pick<PodMemory, "probed">,
  { id, kind }: { readonly id: string; readonly kind: ProbeKind },
): Verdict {
  if (kind === "startup" && probed?.started.includes(id)) return "Success";
  if (kind === "readiness" && probed?.ready.includes(id)) return "Success";
  return initialVerdict[kind];
}

function succeeded(verdicts: Verdicts, kind: keyof ContainerVerdicts): readonly string[] {
  return [...verdicts].filter(([, each]) => each[kind] === "Success").map(([id]) => id).sort();
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
