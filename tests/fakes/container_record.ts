/** A run of a container as a runtime would list it. */
import type { ContainerRecord } from "../../src/core/cri/types.ts";

/** The first run of `main`, which goes on, but for what is given. */
export function containerRecord(fields: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    id: "c",
    sandboxId: "s",
    name: "main",
    attempt: 0,
    state: "Running",
    createdAt: 0,
    labels: {},
    annotations: {},
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: "",
    message: "",
    image: "",
    imageRef: "",
    imageId: "",
    logPath: "",
    ...fields,
  };
}
