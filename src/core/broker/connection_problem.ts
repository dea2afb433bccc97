/** Why there is no connection to a message broker, in terms by which something can be done about it. */

/** What was being done: files read, the broker's address reached, TLS or a WebSocket agreed upon, the session opened, topics subscribed. */
export type ConnectionStage =
  | "Credentials"
  | "Network"
  | "Tls"
  | "WebSocket"
  | "Session"
  | "Subscription";

/**
 * - `NameUnknown`, `Refused`: of its name, and of its port
 * - `UnknownAuthority`, `WrongTime`, `WrongName`: of the broker's certificate
 * - `CertificateRefused`: ours
 * - `NotAuthorized`, `BadLogin`, `ClientIdRefused`: as MQTT has them
 */
export type ConnectionCause =
  | "NameUnknown"
  | "Refused"
  | "UnknownAuthority"
  | "WrongTime"
  | "WrongName"
  | "CertificateRefused"
  | "NotAuthorized"
  | "BadLogin"
  | "ClientIdRefused"
  | "Other";

/** Why a connection could not be made, or ended. */
export interface ConnectionLoss {
  readonly cause: ConnectionCause;
  /** For people. */
  readonly reason: string;
}

/** Why there is none. */
export interface ConnectionProblem extends ConnectionLoss {
  readonly stage: ConnectionStage;
}
