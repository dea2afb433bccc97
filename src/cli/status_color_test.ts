/** The colour of each kind of pod status. */
import { equal } from "node:assert/strict";
import { statusColor } from "./status_color.ts";

const colors: Readonly<Record<string, string>> = {
  Running: "green",
  Completed: "green",
  ContainerCreating: "yellow",
  "Init:0/2": "yellow",
  Terminating: "yellow",
  CrashLoopBackOff: "red",
  "Init:Error": "red",
  ErrImagePull: "red",
  "ExitCode:3": "red",
  OOMKilled: "red",
};

for (const [status, color] of Object.entries(colors)) {
  Deno.test(`${status} is ${color}`, () => equal(statusColor(status), color));
}
