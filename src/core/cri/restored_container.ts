/** What the annotations of a container tell of its spec, for the end of one whose pod nobody knows any more. */
import * as v from "valibot";
import type { Container } from "../k8s.ts";
import { containerPort } from "../pod/schema/container.ts";
import { lifecycleHandler } from "../pod/schema/probe.ts";
import { annotation } from "./labels.ts";
import type { ContainerRecord } from "./types.ts";

/** The container's ports and its preStop hook; what cannot be read is left out. */
export function restoredContainer({ name, annotations }: ContainerRecord): Container {
  const ports = read(annotations[annotation.containerPorts], v.array(containerPort));
  const preStop = read(annotations[annotation.preStopHandler], lifecycleHandler);
  return {
    name,
    ...(ports && { ports }),
    ...(preStop && { lifecycle: { preStop } }),
  };
}

function read<T>(text: string | undefined, schema: v.GenericSchema<unknown, T>): T | undefined {
  const parsed = text === undefined ? undefined : parseJson(text);
  const checked = v.safeParse(schema, parsed);
  return checked.success ? checked.output : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
