/** What the network answers to a probe or a hook. */

export type HttpAnswer =
  | {
    readonly kind: "Answered";
    readonly status: number;
    /** No more of it than 10 KiB. */
    readonly body: string;
  }
  /** Nobody answered, not in time, or not as HTTP has it. */
  | { readonly kind: "Failed"; readonly message: string }
  /** What was asked over TLS does not speak TLS. */
  | { readonly kind: "PlainHttp"; readonly message: string }
  /** The answer began, and its body did not come to its end. */
  | { readonly kind: "CutOff"; readonly message: string };

export type ConnectAnswer =
  | { readonly kind: "Connected" }
  | { readonly kind: "Failed"; readonly message: string };

/** @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export type HealthAnswer =
  /** SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN; any other is a number. */
  | { readonly kind: "Answered"; readonly status: string }
  | { readonly kind: "NotConnected" }
  | { readonly kind: "TimedOut" }
  | { readonly kind: "Unimplemented"; readonly message: string }
  | { readonly kind: "Failed"; readonly message: string };
