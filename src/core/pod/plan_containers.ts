/** What to start, restart and wait for in a live sandbox: init containers in order, sidecars beside them, then the rest. */
import { annotation } from "../cri/labels.ts";
import { containerHash } from "../cri/container_hash.ts";
import type { ContainerRecord, Sandbox } from "../cri/types.ts";
import type { Instant } from "../instant.ts";
import { type Container, isSidecar, isSidecarOf, type Pod } from "../k8s.ts";
import type { Action } from "./action.ts";
import { type FailedProbe, failedProbe, hasStarted } from "../probe/container_verdict.ts";
import type { ContainerVerdicts } from "../probe/verdict.ts";
import {
  decideReplacement,
  decideRestart,
  endShownUntil,
  errorShownMs,
  isBackingOff,
  isShown,
  nextLook,
} from "./backoff.ts";
import { remainingGrace } from "./grace.ts";
import { hasRun, type PodMemory, rememberContainer } from "./memory.ts";
import { isAlive, latestRun, type Observed, runIn, runsOf } from "./observed.ts";
import type { Plan, WantedInput } from "./plan_input.ts";
import { endsWithProbes, killForProbe, planProbedEnd } from "./plan_probes.ts";
import { initSucceeded, runsAgain } from "./restart.ts";

/** Whether a main container was ever created in this sandbox: then the init containers are history. */
export function isInitialized(pod: Pod, seen: Observed, sandboxId: string): boolean {
  return pod.spec.containers.some(({ name }) => runIn(seen, { sandboxId, name }) !== undefined);
}

/** Plans the containers of a pod whose sandbox is ready. */
export function planContainers(input: WantedInput, sandbox: Sandbox): Plan {
  if (endsWithProbes(input)) return planProbedEnd(input);
  const pass = new Pass(input, sandbox);
  const initialized = pass.planInit();
  if (initialized) { for (const container of input.desired.spec.containers) pass.keep(container); }
  pass.startEphemeral();
  return pass.result(initialized ? "Running" : "Initializing");
}

/** One pass over the containers; it gathers actions and the memory they change. */
class Pass {
  readonly #actions: Action[] = [];
  readonly #input: WantedInput;
  readonly #sandbox: Sandbox;
  #memory: PodMemory;
  #wakeAt = Infinity;

  constructor(input: WantedInput, sandbox: Sandbox) {
    this.#input = input;
    this.#sandbox = sandbox;
    this.#memory = input.memory;
  }

  result(kind: "Initializing" | "Running"): Plan {
    const planned = { state: { kind }, memory: this.#memory, actions: this.#actions };
    return this.#wakeAt === Infinity ? planned : { ...planned, wakeAt: this.#wakeAt };
  }

  /** Goes through the init containers in order; gives whether the main ones may run. */
  planInit(): boolean {
    const { desired, seen } = this.#input;
    const passed = isInitialized(desired, seen, this.#sandbox.id);
    const inits = desired.spec.initContainers ?? [];
    const begun = inits.findLastIndex((container) => this.#runHere(container.name) !== undefined);
    return inits.every((container, index) => {
      if (isSidecar(container)) return this.#keepSidecar(container) || passed || index < begun;
      return passed || index < begun || this.#advanceInit(container);
    });
  }

  /** Gives whether the sidecar has started: who comes after it waits for that. */
  #keepSidecar(container: Container): boolean {
    return this.keep(container) && hasStarted(container, this.#verdictsOn(container.name));
  }

  #verdictsOn(name: string): ContainerVerdicts {
    return this.#input.probes.get(latestRun(this.#input.seen, name)?.id ?? "") ?? {};
  }

  /** Moves an init container on; gives whether it is done. */
  #advanceInit(container: Container): boolean {
    const run = this.#runHere(container.name);
    if (initSucceeded(run)) return true;
    this.keep(container, { isInit: true });
    return false;
  }

  /** Each once, initialized or not; what the pod itself needs comes before them. */
  startEphemeral(): void {
    const { desired, seen } = this.#input;
    for (const { name } of desired.spec.ephemeralContainers ?? []) {
      const run = latestRun(seen, name);
      if (run === undefined) this.#start(name, 0);
      else if (run.state === "Created") this.#startCreated(run);
    }
  }

  /** Sees to it that a container runs, as far as its policy says; gives whether it runs now. */
  keep(container: Container, { isInit } = { isInit: false }): boolean {
    const run = isInit
      ? this.#runHere(container.name)
      : latestRun(this.#input.seen, container.name);
    if (run === undefined) this.#start(container.name, 0);
    else if (isAlive(run)) return this.#leaveOrReplace(container, run, { isInit });
    else if (run.state === "Created") this.#startCreated(run);
    else if (runsAgain({ pod: this.#input.desired, container, exited: run })) this.#restart(run);
    return false;
  }

  #leaveOrReplace(
    container: Container,
    run: ContainerRecord,
    { isInit }: { readonly isInit: boolean },
  ): boolean {
    const isSidecar = isSidecarOf(this.#input.desired.spec, container);
    const reason = replaceReason(container, run, { isInit, isSidecar });
    if (reason !== null) {
      this.#stop(run, { message: reason, wholeSeconds: this.#podSeconds });
      this.#startAfter(run);
      return false;
    }
    const failed = failedProbe(container, this.#input.probes.get(run.id));
    if (failed === undefined) return true;
    this.#replaceFailed(container, run, failed);
    return false;
  }

  get #podSeconds(): number {
    return this.#input.desired.spec.terminationGracePeriodSeconds;
  }

  #stop(
    { id, name }: ContainerRecord,
    { message, wholeSeconds }: { readonly message: string; readonly wholeSeconds: number },
  ): void {
    this.#actions.push({
      kind: "StopContainers",
      targets: [{ id, name, message }],
      later: [],
      graceSeconds: remainingGrace({ wholeSeconds, elapsedMs: 0 }),
    });
  }

  /** However it takes its end, to the pod's policy it has failed: it is started again in one go. */
  #replaceFailed(container: Container, run: ContainerRecord, failed: FailedProbe): void {
    const kill = killForProbe(this.#input.desired.spec, { container, failed });
    this.#stop(run, kill);
    if (kill.restarts) this.#startAfter(run);
  }

  #startAfter(killed: ContainerRecord): void {
    const { seen, now, backoff } = this.#input;
    const known = this.#memory.containers[killed.name];
    const before = runsOf(seen, killed.name).find(({ state }) => state === "Exited");
    const history = { before, crash: known?.crash };
    const decision = decideReplacement(killed, history, { now, policy: backoff });
    if (decision.kind === "Wait" || !this.#start(killed.name, killed.attempt + 1)) return;
    if (decision.crash === undefined) return;
    this.#memory = rememberContainer(this.#memory, killed.name, {
      ...known,
      crash: decision.crash,
    });
  }

  #startCreated(run: ContainerRecord): void {
    if (run.sandboxId !== this.#sandbox.id) this.#start(run.name, run.attempt + 1);
    else if (!this.#mustWait(run.name)) {
      this.#actions.push({ kind: "StartCreated", name: run.name, id: run.id });
    }
  }

  #restart(run: ContainerRecord): void {
    const { now, backoff } = this.#input;
    const known = this.#memory.containers[run.name];
    const decision = decideRestart(run, known?.crash, { now, policy: backoff });
    if (decision.kind === "Wait") return this.#waitForBackoff(run, decision.until);
    if (!this.#start(run.name, run.attempt + 1)) return;
    const { crash } = decision;
    if (crash !== undefined) {
      this.#memory = rememberContainer(this.#memory, run.name, { ...known, crash });
    }
  }

  /** The next look is due where the status changes, and at the latest when the wait is over. */
  #waitForBackoff(run: ContainerRecord, until: Instant): void {
    const { now } = this.#input;
    const failure = this.#memory.containers[run.name]?.failure;
    if (failure !== undefined && isShown(failure, now)) this.#wake(failure.at + errorShownMs);
    this.#wake(endShownUntil(run, now) ?? until);
  }

  #start(name: string, attempt: number): boolean {
    if (this.#mustWait(name)) return false;
    for (const { id, attempt } of this.#cutOffStarts(name)) {
      this.#actions.push({ kind: "RemoveContainer", id, name, attempt });
    }
    const highest = Math.max(attempt, (latestRun(this.#input.seen, name)?.attempt ?? -1) + 1);
    this.#actions.push({
      kind: "StartContainer",
      name,
      attempt: highest,
      sandboxId: this.#sandbox.id,
    });
    return true;
  }

  #cutOffStarts(name: string): readonly ContainerRecord[] {
    return (this.#input.seen.cutOff ?? []).filter((run) => run.name === name);
  }

  #mustWait(name: string): boolean {
    const failure = this.#memory.containers[name]?.failure;
    if (failure === undefined || !isBackingOff(failure, this.#input.now)) return false;
    // A container that was created and could not be run has exited: its crash back-off paces the next try.
    const exited = latestRun(this.#input.seen, name)?.state === "Exited";
    if (exited && hasRun(failure)) return false;
    this.#wake(nextLook(failure, this.#input.now));
    return true;
  }

  #wake(at: Instant): void {
    this.#wakeAt = Math.min(this.#wakeAt, at);
  }

  #runHere(name: string): ContainerRecord | undefined {
    return runIn(this.#input.seen, { sandboxId: this.#sandbox.id, name });
  }
}

/** Why a live container must be made anew, or null. A plain init container that runs is let run. The texts are the kubelet's. */
function replaceReason(
  container: Container,
  run: ContainerRecord,
  { isInit, isSidecar }: { readonly isInit: boolean; readonly isSidecar: boolean },
): string | null {
  const subject = isInit || isSidecar ? "Init container" : "Container";
  if (run.state === "Unknown") {
    return `${subject} is in "unknown" state, try killing it before restart`;
  }
  const hash = run.annotations[annotation.containerHash];
  if (isInit || hash === undefined || hash === containerHash(container)) return null;
  const changed = `${subject} ${run.name} definition changed`;
  return isSidecar ? changed : `${changed}, will be restarted`;
}
