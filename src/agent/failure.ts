/** A step of a pod's start that failed in an expected way: what the status and the event will say. */
import { second } from "../core/instant.ts";
import type { Failure } from "../core/pod/memory.ts";

/** Carries a waiting reason of the kubelet (ErrImagePull, CreateContainerError, …) up to the worker. */
export class StartFailure extends Error {
  readonly reason: string;
  readonly delayMs: number;

  constructor({ reason, message, delayMs }: Omit<Failure, "at">) {
    super(message);
    this.reason = reason;
    this.delayMs = delayMs;
  }

  /** What to remember of it. */
  at(now: number): Failure {
    return { reason: this.reason, message: this.message, at: now, delayMs: this.delayMs };
  }
}

/** The pause after a failure that is not backed off otherwise: the kubelet's sync period after an error. */
export const retryDelayMs = 10 * second;
