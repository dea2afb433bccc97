/** A service of the machine in memory. */
import type { Failed } from "../../src/ports/errors.ts";
import type { ServiceControl } from "../../src/ports/service_control.ts";

/** The port and the hands of the test on it. */
export interface FakeService extends ServiceControl {
  enabled: boolean;
  current: "active" | "failed" | "other";
  /** What was ordered, in order. */
  readonly orders: readonly string[];
  /** A restart fails with this. */
  failure: Failed | null;
  /** What the service does once it is started. */
  onStart: () => Promise<void>;
}

export function fakeService(): FakeService {
  const orders: string[] = [];
  const service: FakeService = {
    enabled: false,
    current: "other",
    orders,
    failure: null,
    onStart: () => Promise.resolve(),
    isEnabled: () => Promise.resolve(service.enabled),
    state: () => Promise.resolve(service.current),
    enable({ enabled }) {
      orders.push(enabled ? "enable" : "disable");
      service.enabled = enabled;
      return Promise.resolve();
    },
    async restart() {
      orders.push("restart");
      if (service.failure !== null) throw service.failure;
      service.current = "active";
      await service.onStart();
    },
    stop() {
      orders.push("stop");
      service.current = "other";
      return Promise.resolve();
    },
  };
  return service;
}
