/** The container runtime, its image store and the cgroups with a count and a clock on every call. */
import type { RuntimeMetrics } from "../../core/metrics/runtime_metrics.ts";
import type { Cgroups } from "../../ports/cgroups.ts";
import type { Clock } from "../../ports/clock.ts";
import { RuntimeAway } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import type { Runtime } from "../../ports/runtime.ts";
import { stopwatch } from "../../ports/stopwatch.ts";

export interface MeasuredDeps {
  readonly metrics: RuntimeMetrics;
  readonly clock: Pick<Clock, "monotonic">;
}

type Call<A extends unknown[], T> = (...args: A) => Promise<T>;

/** Gives a call that is counted and timed under the kubelet's name for the operation. */
function measuring({ metrics, clock }: MeasuredDeps) {
  return <A extends unknown[], T>(operation_type: string, call: Call<A, T>): Call<A, T> =>
  async (...args) => {
    const seconds = stopwatch(clock);
    try {
      const answer = await call(...args);
      metrics.reachable.set({}, 1);
      return answer;
    } catch (err) {
      metrics.reachable.set({}, err instanceof RuntimeAway ? 0 : 1);
      metrics.operationErrors.inc({ operation_type });
      throw err;
    } finally {
      metrics.operations.inc({ operation_type });
      metrics.operationDuration.observe({ operation_type }, seconds());
    }
  };
}

/** The names of operations are those of the kubelet's instrumented services. */
export function measuredRuntime(runtime: Runtime, deps: MeasuredDeps): Runtime {
  const { metrics, clock } = deps;
  const measured = measuring(deps);
  const runSandbox = measured("run_podsandbox", runtime.runSandbox);
  return {
    ...runtime,
    version: measured("version", runtime.version),
    status: measured("status", runtime.status),
    cgroupDriver: measured("runtime_config", runtime.cgroupDriver),
    async runSandbox(config, options) {
      const runtime_handler = options?.handler ?? "";
      const seconds = stopwatch(clock);
      try {
        return await runSandbox(config, options);
      } catch (err) {
        metrics.sandboxErrors.inc({ runtime_handler });
        throw err;
      } finally {
        metrics.sandboxDuration.observe(
          { runtime_handler },
          seconds(),
        );
      }
    },
    stopSandbox: measured("stop_podsandbox", runtime.stopSandbox),
    removeSandbox: measured("remove_podsandbox", runtime.removeSandbox),
    sandbox: measured("podsandbox_status", runtime.sandbox),
    listSandboxes: measured("list_podsandbox", runtime.listSandboxes),
    createContainer: measured("create_container", runtime.createContainer),
    startContainer: measured("start_container", runtime.startContainer),
    stopContainer: measured("stop_container", runtime.stopContainer),
    removeContainer: measured("remove_container", runtime.removeContainer),
    container: measured("container_status", runtime.container),
    listContainers: measured("list_containers", runtime.listContainers),
    writtenBytes: measured("list_container_stats", runtime.writtenBytes),
    reopenLog: measured("reopen_container_log", runtime.reopenLog),
    execSync: measured("exec_sync", runtime.execSync),
    usage: measured("list_container_stats", runtime.usage),
    execUrl: measured("exec", runtime.execUrl),
    attachUrl: measured("attach", runtime.attachUrl),
    portForwardUrl: measured("port_forward", runtime.portForwardUrl),
  };
}

/** An import is no call of CRI, and is not counted. */
export function measuredImages(images: Images, deps: MeasuredDeps): Images {
  const measured = measuring(deps);
  return {
    ...images,
    status: measured("image_status", images.status),
    list: measured("list_images", images.list),
    fileSystem: measured("image_fs_info", images.fileSystem),
    pull: measured("pull_image", images.pull),
    remove: measured("remove_image", images.remove),
  };
}

/** The kubelet knows `create` apart from `update`; here one call does what is missing. */
export function measuredCgroups(cgroups: Cgroups, { metrics, clock }: MeasuredDeps): Cgroups {
  const timed = async (operation_type: string, work: () => Promise<void>): Promise<void> => {
    const seconds = stopwatch(clock);
    try {
      await work();
    } finally {
      metrics.cgroupDuration.observe({ operation_type }, seconds());
    }
  };
  return {
    ...cgroups,
    ensure: (spec) => timed("update", () => cgroups.ensure(spec)),
    remove: (path) => timed("destroy", () => cgroups.remove(path)),
  };
}
