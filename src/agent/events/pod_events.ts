/** Events about one pod, in the kubelet's words. */
import { type Container, type Pod, podKey } from "../../core/k8s.ts";
import { containerKind } from "../../core/pod/container_kind.ts";
import type { Log } from "../../ports/log.ts";
import type { EventRecorder } from "./event_recorder.ts";

/** What an event is about. */
export interface EventSubject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
}

export interface PodEvents {
  normal(about: EventSubject, what: EventText): void;
  warning(about: EventSubject, what: EventText): void;
}

export interface EventText {
  /** One word in CamelCase, the kubelet's where it has one. */
  readonly reason: string;
  readonly message: string;
  /** See `fieldPathOf`; left out for the pod itself. */
  readonly fieldPath?: string;
}

/**
 * Records events and logs them, so that journald tells the same story. What is said again and again, such as that a probe fails,
 * does not go to the log each time.
 */
export function createPodEvents(
  { recorder, log }: { readonly recorder: EventRecorder; readonly log: Log },
): PodEvents {
  function record(type: "Normal" | "Warning", about: EventSubject, what: EventText): void {
    const { namespace, name, uid, resourceVersion } = about;
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    const object = { namespace, name, uid, ...version };
    const count = recorder.record({ type, fieldPath: "", ...what, ...object });
    const fields = { pod: podKey({ metadata: about }), reason: what.reason, detail: what.message };
    if (count > 1) log.debug("Event, once more", { ...fields, count });
    else if (type === "Warning") log.warn("Event", fields);
    else log.info("Event", fields);
  }
  return {
    normal: (about, what) => record("Normal", about, what),
    warning: (about, what) => record("Warning", about, what),
  };
}

/** `spec.containers{NAME}`, or with `initContainers` or `ephemeralContainers`. */
export function fieldPathOf({ spec }: Pod, container: Pick<Container, "name">): string {
  return `spec.${listNames[containerKind(spec, container)]}{${container.name}}`;
}

const listNames = {
  Main: "containers",
  Init: "initContainers",
  Ephemeral: "ephemeralContainers",
} as const;
