/** The specs that the kubelet passes in the lab and Skerry does not, with the reason; docs/compatibility.md is made from it. */

export interface ConformanceException {
  /** The spec's full text, as the suite prints it. */
  readonly name: string;
  readonly reason: string;
}

export const CONFORMANCE_EXCEPTIONS: readonly ConformanceException[] = [];
