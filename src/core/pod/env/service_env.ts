/**
 * The variables by which containers find the services of their namespace.
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
import type { Service } from "../../k8s.ts";

/** The part of a Service that variables are made from. */
export interface ServiceLink {
  readonly namespace: string;
  readonly name: string;
  readonly clusterIp: string;
  readonly ports: readonly ServicePort[];
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Null for a service without an address of its own. */
export function serviceLink({ metadata, spec }: Service): ServiceLink | null {
  const clusterIp = spec?.clusterIP ?? "";
  if (clusterIp === "" || clusterIp === "None") return null;
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    clusterIp,
    ports: (spec?.ports ?? []).map(({ name = "", port, protocol = "TCP" }) => ({
      name,
      port,
      protocol,
    })),
  };
}

/** Every pod sees the API server, whatever it says about the others. */
const master = { namespace: "default", name: "kubernetes" };

/** Whether pods of one of these namespaces may find the service in their environment. */
export function isVisibleFrom(
  namespaces: ReadonlySet<string>,
  service: Pick<ServiceLink, "namespace" | "name">,
): boolean {
  return isMaster(service) || namespaces.has(service.namespace);
}

function isMaster({ namespace, name }: Pick<ServiceLink, "namespace" | "name">): boolean {
  return namespace === master.namespace && name === master.name;
}

/** The variables for a pod. A service of its own namespace goes before the API server's where both have its name. */
export function serviceEnv(
  services: readonly ServiceLink[],
  { namespace, enableServiceLinks }: {
    readonly namespace: string;
    readonly enableServiceLinks: boolean;
  },
): ReadonlyMap<string, string> {
  const own = services.filter((service) => enableServiceLinks && service.namespace === namespace);
  const visible = new Map(
    [...services.filter(isMaster), ...own].map((service) => [service.name, service]),
  );
  return new Map([...visible.values()].flatMap(variablesOf));
}

type Variable = readonly [name: string, value: string];

function variablesOf({ name, clusterIp, ports }: ServiceLink): readonly Variable[] {
  const prefix = variableName(name);
  const first = ports[0];
  if (first === undefined) return [];
  return [
    [`${prefix}_SERVICE_HOST`, clusterIp],
    [`${prefix}_SERVICE_PORT`, `${first.port}`],
    ...ports.filter((port) => port.name !== "").map((port): Variable => [
      `${prefix}_SERVICE_PORT_${variableName(port.name)}`,
      `${port.port}`,
    ]),
    [`${prefix}_PORT`, address(clusterIp, first)],
    ...ports.flatMap((port) => linkVariables({ prefix, clusterIp, port })),
  ];
}

/** Those that Docker once made for linked containers. */
function linkVariables(
  { prefix, clusterIp, port }: {
    readonly prefix: string;
    readonly clusterIp: string;
    readonly port: ServicePort;
  },
): readonly Variable[] {
  const name = `${prefix}_PORT_${port.port}_${port.protocol.toUpperCase()}`;
  return [
    [name, address(clusterIp, port)],
    [`${name}_PROTO`, port.protocol.toLowerCase()],
    [`${name}_PORT`, `${port.port}`],
    [`${name}_ADDR`, clusterIp],
  ];
}

function address(clusterIp: string, { port, protocol }: ServicePort): string {
  const host = clusterIp.includes(":") ? `[${clusterIp}]` : clusterIp;
  return `${protocol.toLowerCase()}://${host}:${port}`;
}

function variableName(text: string): string {
  return text.replaceAll("-", "_").toUpperCase();
}
