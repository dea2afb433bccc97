/** Checks what a probe or a lifecycle hook does: one thing, and that completely. */
import type { HttpGetAction, LifecycleHandler, Probe } from "../../k8s.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { httpHeaderName, portName, portNumber } from "./names.ts";
import { allInvalid, type FieldProblem, forbidden, invalid, oneOf, required } from "./problem.ts";

/** Of both kinds whatever there is. */
export type Handler = Pick<Probe, "exec" | "httpGet" | "tcpSocket" | "grpc"> & LifecycleHandler;

const schemes = ["HTTP", "HTTPS"];
const order = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] as const;

/** The first of several handlers counts, the others are too many. */
export function handlerProblems(
  path: YamlPath,
  handler: Handler,
  { graceSeconds }: { readonly graceSeconds: number },
): readonly FieldProblem[] {
  const [first, ...more] = order.filter((kind) => handler[kind] !== undefined);
  if (first === undefined) return [required(path, "must specify a handler type")];
  return [
    ...oneHandler([...path, first], handler, { graceSeconds, kind: first }),
    ...more.map((kind) => forbidden([...path, kind], "may not specify more than 1 handler type")),
  ];
}

function oneHandler(
  path: YamlPath,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  { kind, graceSeconds }: {
    readonly kind: typeof order[number];
    readonly graceSeconds: number;
  },
): readonly FieldProblem[] {
  switch (kind) {
    case "exec":
      return exec?.command?.length ? [] : [required([...path, "command"])];
    case "httpGet":
      return httpGet === undefined ? [] : httpGetProblems(path, httpGet);
    case "tcpSocket":
      return portProblems([...path, "port"], tcpSocket?.port ?? 0);
    case "grpc":
      return portProblems([...path, "port"], grpc?.port ?? 0);
    case "sleep":
      return sleepProblems(path, { seconds: sleep?.seconds ?? 0, graceSeconds });
  }
}

function httpGetProblems(
  path: YamlPath,
  { path: requestPath, port, scheme, httpHeaders = [] }: HttpGetAction,
): readonly FieldProblem[] {
  return [
    ...(requestPath ? [] : [required([...path, "path"])]),
    ...portProblems([...path, "port"], port),
    ...oneOf([...path, "scheme"], { value: scheme, supported: schemes }),
    ...httpHeaders.flatMap(({ name }) =>
      allInvalid([...path, "httpHeaders"], { value: name, details: httpHeaderName(name) })
    ),
  ];
}

function portProblems(path: YamlPath, port: number | string): readonly FieldProblem[] {
  const details = typeof port === "number" ? portNumber(port) : portName(port);
  return allInvalid(path, { value: port, details });
}

function sleepProblems(
  path: YamlPath,
  { seconds, graceSeconds }: { readonly seconds: number; readonly graceSeconds: number },
): readonly FieldProblem[] {
  if (seconds >= 0 && seconds <= graceSeconds) return [];
  const detail =
    `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  return [invalid(path, { value: seconds, detail })];
}
