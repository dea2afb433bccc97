/** What the containers of the fake runtime do when they are created, started and stopped. */

/** One run of a container; everything left out is the good case, and a program without `exitCode` runs until stopped. */
export interface Program {
  /** Ends by itself with this code, `afterMs` after its start. */
  readonly exitCode?: number;
  /** Default 0: it has ended when startContainer returns. */
  readonly afterMs?: number;
  /** The reason of that end where it is not Completed or Error: "OOMKilled" also gives the OutOfMemory event. */
  readonly reason?: string;
  /** On SIGTERM it ends with `exitCode` (default 0) after `afterMs` (default 0); "ignored": only SIGKILL ends it (137). */
  readonly onStop?: "ignored" | { readonly exitCode?: number; readonly afterMs?: number };
  /** createContainer fails with this message. */
  readonly createError?: string;
  /** startContainer fails with this message, and the container is Exited with code 128 and reason StartError. */
  readonly startError?: string;
}

/** The runs of containers by name: the n-th run of a container takes the n-th program, later ones the last. */
export interface Programs {
  /** `name` is a container's name, or `POD/CONTAINER` where two pods differ. */
  set(name: string, runs: readonly Program[]): void;
  of(container: { readonly pod: string; readonly name: string; readonly attempt: number }): Program;
}

const runsForever: Program = {};

export function createPrograms(): Programs {
  const programs = new Map<string, readonly Program[]>();
  return {
    set: (name, runs) => void programs.set(name, runs),
    of({ pod, name, attempt }) {
      const runs = programs.get(`${pod}/${name}`) ?? programs.get(name) ?? [];
      return runs[attempt] ?? runs.at(-1) ?? runsForever;
    },
  };
}
