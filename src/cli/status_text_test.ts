/** The agent's status in words. */
import { equal, match } from "node:assert/strict";
import { idleStatus } from "../../tests/fakes/control.ts";
import { minute } from "../core/instant.ts";
import type { StatusView } from "../server/control/control_api.ts";
import { statusText } from "./status_text.ts";

const now = idleStatus.startedAt + 90 * minute;

function text(view: StatusView): string {
  return statusText(view, { now, colors: false });
}

Deno.test("an idle agent's status", () => {
  equal(
    text(idleStatus),
    `Node      pi-1
Agent     skerry 0.1.0, up 90m, process 42
Clock     2026-01-01T01:30:00Z, synchronised
Runtime   containerd 1.6.20 at unix:///run/containerd/containerd.sock, ready
Pods      none
`,
  );
});

Deno.test("a busy agent's status, with all that can be wrong", () => {
  const manifests = "/etc/skerry/manifests";
  const view: StatusView = {
    ...idleStatus,
    runtime: {
      ...idleStatus.runtime,
      conditions: [
        { type: "RuntimeReady", status: true, reason: "", message: "" },
        { type: "NetworkReady", status: false, reason: "NetworkPluginNotReady", message: "no CNI" },
      ],
    },
    sources: [
      {
        name: manifests,
        available: true,
        pods: 1,
        problems: [
          { path: `${manifests}/a.yaml`, line: 3, column: 5, message: "unknown field \x1b[31m" },
          { path: `${manifests}/b.yaml`, line: 0, column: 0, message: "not a text file" },
        ],
      },
      { name: "/mnt/usb", available: false, pods: 2, problems: [] },
    ],
    certificates: [
      { name: "client", expiresAt: now - 3 * 24 * 60 * minute, problem: "nobody to ask" },
      { name: "serving", expiresAt: null, problem: "" },
    ],
    pods: { Running: 2, Pending: 1, Failed: 0 },
    pulls: [
      { image: "docker.io/library/nginx:1", startedAt: now, doneBytes: 12e6, totalBytes: 48e6 },
      { image: "b:2", startedAt: now, doneBytes: 0, totalBytes: 0 },
    ],
  };
  equal(
    text(view),
    `Node      pi-1
Agent     skerry 0.1.0, up 90m, process 42
Clock     2026-01-01T01:30:00Z, synchronised
Runtime   containerd 1.6.20 at unix:///run/containerd/containerd.sock, not ready
            not NetworkReady: NetworkPluginNotReady: no CNI
Sources   /etc/skerry/manifests, 1 pod
            /etc/skerry/manifests/a.yaml:3:5: unknown field \\x1b[31m
            /etc/skerry/manifests/b.yaml: not a text file
          /mnt/usb cannot be read, 2 pods known from before
Certs     client certificate expired 3d ago
            nobody to ask
          no serving certificate yet
Pods      2 Running, 1 Pending
Pulls     Pulling docker.io/library/nginx:1   12.0/48.0 MB   25%
          Pulling b:2                         0.0 MB
`,
  );
});

Deno.test("a certificate that is good, and one that is waited for", () => {
  const certificates = [
    { name: "client" as const, expiresAt: now + 290 * 24 * 60 * minute, problem: "" },
    { name: "serving" as const, expiresAt: null, problem: "waiting for csr-1 to be approved" },
  ];
  equal(
    text({ ...idleStatus, certificates }).split("\n").slice(4, 7).join("\n"),
    `Certs     client certificate expires in 290d
          no serving certificate yet
            waiting for csr-1 to be approved`,
  );
});

Deno.test("a runtime that is away, and its colour", () => {
  const runtime = { ...idleStatus.runtime, reachable: false };
  const line = "unix:///run/containerd/containerd.sock does not answer";
  const shown = statusText({ ...idleStatus, runtime }, { now, colors: true });
  equal(shown.split("\n")[3], `Runtime   \x1b[31m${line}\x1b[39m`);
});

Deno.test("a clock that nobody has set, and one that has lost the time", () => {
  const clock = { ...idleStatus.clock, isSynchronised: false };
  const lost = { ...clock, machine: 75 * minute };
  const shown = (own: StatusView["clock"]): string =>
    text({ ...idleStatus, clock: own }).split("\n").slice(2, -3).join("\n");
  equal(shown(clock), "Clock     2026-01-01T01:30:00Z, not synchronised");
  equal(
    shown(lost),
    `Clock     2026-01-01T01:30:00Z, not synchronised
            the machine's shows 1970-01-01T01:15:00Z, which is earlier than the last time that was known`,
  );
});

Deno.test("deletions that are held are told of", () => {
  const heldDeletions = {
    reason: "OlderData" as const,
    since: now,
    pods: ["default/web"],
    message: "The API server has older data",
  };
  match(text({ ...idleStatus, heldDeletions }), /^Held {6}The API server has older data$/m);
});

Deno.test("what the API server has not been told of, since when, and what became of it", () => {
  const journal = {
    records: 120,
    bytes: 40_000,
    waiting: 0,
    oldestAt: null,
    folded: 0,
    problem: "",
  };
  match(text({ ...idleStatus, journal }), /^Journal {3}the API server has all of it$/m);
  const oldestAt = now - 10 * minute;
  const waiting = { ...journal, waiting: 20, oldestAt, folded: 7, problem: "disk is full" };
  match(
    text({ ...idleStatus, journal: waiting }),
    new RegExp(
      "^Journal   20 records wait, the oldest for 10m\n" +
        " +7 were folded into others for want of room\n +not written: disk is full$",
      "m",
    ),
  );
});
