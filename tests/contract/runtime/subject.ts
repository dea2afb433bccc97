/** The runtime under test, and what a test can make it and its containers do. */
import type { Runtime } from "../../../src/ports/runtime.ts";

/** What a test wants a container to do. */
export type Behaviour =
  | { readonly kind: "exits"; readonly code: number }
  | { readonly kind: "runs"; readonly onTerm: "ignored" | { readonly code: number } }
  | { readonly kind: "eatsMemory" }
  | { readonly kind: "cannotStart" };

/** What a command in a container does: it says this, and ends with the code after the time. */
export interface Command {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly afterMs: number;
}

/** The runtime under test, and a way to disturb it from outside. */
export interface RuntimeSubject extends AsyncDisposable {
  readonly runtime: Runtime;
  /** An image that is there. */
  readonly image: string;
  readonly logRoot: string;
  readonly cgroupParent: string;
  /** The command of a container, named by its pod and itself, that behaves so. */
  command(container: string, behaviour: Behaviour): readonly string[];
  /** Waits until a container that `runs` hears signals; it then says so in its log. */
  untilReady(logPath: string): Promise<void>;
  /** Lets a little time pass. */
  pause(): Promise<void>;
  /** The command that does so in a container, named by its pod and itself. */
  execCommand(container: string, does: Partial<Command>): readonly string[];
  /** Runs a command in a container to its end, without the port. */
  exec(containerId: string): Promise<void>;
  /** Lets a running container write a file of this size into its own file system. */
  write(containerId: string, bytes: number): Promise<void>;
  /** Kills the process that holds the sandbox. */
  killSandbox(sandbox: { readonly id: string; readonly podUid: string }): Promise<void>;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
}
