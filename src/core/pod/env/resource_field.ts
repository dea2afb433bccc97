/**
 * The downward API's resource fields: what a container requests and may use.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/#downwardapi-resourceFieldRef
 */
import {
  allContainers,
  type Container,
  type PodSpec,
  type ResourceFieldSelector,
} from "../../k8s.ts";
import { bytes, milliValue, parseQuantity, type Quantity } from "../../quantity.ts";
import { failure, type Result, success } from "../../result.ts";

/** Amounts by resource name, as quantities. */
export type Amounts = Readonly<Record<string, string>>;

/** What stands for a limit that a container does not set. Huge pages are never given beyond a limit. */
const defaultedLimits: readonly string[] = ["cpu", "memory", "ephemeral-storage"];

/**
 * The amount in units of the divisor, rounded up. A limit that is not set is what the node has for pods, or the pod as a
 * whole where it is limited. Fails in the kubelet's words.
 */
export function resourceField(
  { resource, divisor = "0" }: ResourceFieldSelector,
  { container, allocatable }: { readonly container: Container; readonly allocatable: Amounts },
): Result<string> {
  const [, kind, name = ""] = /^(limits|requests)\.(.+)$/.exec(resource) ?? [];
  const isKnown = defaultedLimits.includes(name) || name.startsWith("hugepages-");
  if (!isKnown) return failure(`unsupported container resource : ${resource}`);
  const own = kind === "limits" ? container.resources?.limits : container.resources?.requests;
  const amount = kind === "limits" ? limitOf(name, own, allocatable) : amountIn(own, name);
  return success(inUnits(amount, { divisor: divisorOf(divisor), isCpu: name === "cpu" }));
}

/** The container that a file names; main containers come first. */
export function containerNamed(
  spec: Pick<PodSpec, "containers" | "initContainers">,
  name: string,
): Result<Container> {
  const found = spec.containers.find((container) => container.name === name) ??
    allContainers(spec).find((container) => container.name === name);
  return found === undefined ? failure(`container ${name} not found`) : success(found);
}

/** What a container without limits of its own may use: the node's, or the pod's where the pod as a whole is limited. */
export function podAllocatable(
  { resources }: Pick<PodSpec, "resources">,
  allocatable: Amounts,
): Amounts {
  const limits = Object.entries(resources?.limits ?? {}).filter(([name, amount]) =>
    ["cpu", "memory"].includes(name) && name in allocatable && !isZero(amount)
  );
  return { ...allocatable, ...Object.fromEntries(limits) };
}

function limitOf(name: string, own: Amounts | undefined, allocatable: Amounts): Quantity {
  const amount = amountIn(own, name);
  const isDefaulted = amount.nanos === 0n && defaultedLimits.includes(name);
  return isDefaulted ? amountIn(allocatable, name) : amount;
}

function amountIn(amounts: Amounts | undefined, name: string): Quantity {
  return quantityOf(amounts?.[name] ?? "0");
}

function isZero(amount: string): boolean {
  return quantityOf(amount).nanos === 0n;
}

function quantityOf(text: string): Quantity {
  const parsed = parseQuantity(text);
  return parsed.ok ? parsed.value : { nanos: 0n, format: "DecimalSI" };
}

function divisorOf(text: string): Quantity {
  return isZero(text) ? quantityOf("1") : quantityOf(text);
}

/** As the kubelet rounds: CPU by thousandths, all else by whole units, then the quotient. */
function inUnits(
  amount: Quantity,
  { divisor, isCpu }: { readonly divisor: Quantity; readonly isCpu: boolean },
): string {
  const value = isCpu ? milliValue : bytes;
  return BigInt(Math.ceil(value(amount) / value(divisor))).toString();
}
