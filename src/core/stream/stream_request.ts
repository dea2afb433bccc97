/** What goes on between a client and the inside of a pod on streams: exec, attach and port-forward. */

/** A container by the words of a request's path. */
export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  /** Where the path names one, a pod of another UID is not found. */
  readonly uid?: string;
  readonly container: string;
}

/** Which of a process's streams are wanted. @see CRI ExecRequest, AttachRequest */
export interface StreamChoice {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export type StreamRequest =
  | {
    readonly kind: "exec";
    readonly target: ContainerRef;
    readonly command: readonly string[];
    readonly streams: StreamChoice;
  }
  | { readonly kind: "attach"; readonly target: ContainerRef; readonly streams: StreamChoice }
  | {
    readonly kind: "portForward";
    readonly target: Omit<ContainerRef, "container">;
    /** Of a WebSocket client, which names them beforehand; others name them on the streams. */
    readonly ports?: readonly number[];
  };
