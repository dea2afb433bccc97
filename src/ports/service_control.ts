/** The agent as a service of the machine. */

/** Errors: Failed with the service manager's own words. */
export interface ServiceControl {
  isEnabled(): Promise<boolean>;
  /** `failed`: it does not come up. */
  state(): Promise<"active" | "failed" | "other">;
  /** Whether it is started with the machine. */
  enable(wanted: { readonly enabled: boolean }): Promise<void>;
  /** Starts it, or ends it and starts it anew. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
