/** Sees to it that a container's image is there, by its pull policy. */
import { second } from "../../core/instant.ts";
import type { AgentMetrics } from "../../core/metrics/agent_metrics.ts";
import { imageSizeLabel } from "../../core/metrics/image_size.ts";
import { formatDuration } from "../../core/duration.ts";
import type { Image } from "../../core/cri/types.ts";
import type { Container, Pod } from "../../core/k8s.ts";
import { imageBackoff, nextDelay } from "../../core/pod/backoff.ts";
import type { Failure } from "../../core/pod/memory.ts";
import { parseImageReference } from "../../core/registry/image_reference.ts";
import type { Clock } from "../../ports/clock.ts";
import { messageOf, Unavailable } from "../../ports/errors.ts";
import type { Images } from "../../ports/images.ts";
import { retryDelayMs, StartFailure } from "../failure.ts";
import type { ImagePuller, PullTimes } from "./image_puller.ts";
import { RegistryOutOfReach } from "./registry_outages.ts";
import { fieldPathOf } from "../events/pod_events.ts";
import type { PodStarts } from "../pod_starts.ts";
import { podCredentials, type PullSecretsDeps } from "./pull_secrets.ts";

export interface EnsureImageDeps extends PullSecretsDeps {
  readonly images: Images;
  readonly puller: ImagePuller;
  readonly clock: Clock;
  readonly metrics: Pick<AgentMetrics, "pods">;
  readonly starts: Pick<PodStarts, "pulled">;
}

export interface EnsureImageRequest {
  readonly pod: Pod;
  readonly container: Container;
  /** The container's last failure: pulls back off from it. */
  readonly failure: Failure | undefined;
  readonly signal: AbortSignal;
}

/**
 * Gives the image. Throws StartFailure with InvalidImageName, ImageInspectError, ErrImageNeverPull or ErrImagePull.
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy
 */
export async function ensureImage(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
): Promise<Image> {
  const reference = checkedReference(request, deps);
  const policy = request.container.imagePullPolicy ?? "IfNotPresent";
  const present = await inspect(request, deps, reference);
  if (present === null && policy === "Never") throw neverPull(request, deps, reference);
  if (present === null) return await pullImage(request, deps, reference);
  if (policy === "Always") return await renewImage(request, deps, { reference, present });
  say(request, deps, {
    reason: "Pulled",
    message: `Container image "${reference}" already present on machine and can be accessed by ` +
      "the pod",
  });
  return present;
}

function checkedReference({ pod, container }: EnsureImageRequest, deps: EnsureImageDeps): string {
  const reference = container.image ?? "";
  const parsed = parseImageReference(reference);
  if (parsed.ok) return reference;
  const message = `Failed to apply default image tag "${reference}": couldn't parse image name ` +
    `"${reference}": ${parsed.error}`;
  warn({ pod, container }, deps, { reason: "InspectFailed", message });
  throw new StartFailure({ reason: "InvalidImageName", message, delayMs: retryDelayMs });
}

async function inspect(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  reference: string,
): Promise<Image | null> {
  try {
    return await deps.images.status(reference);
  } catch (err) {
    if (err instanceof Unavailable) throw err;
    const message = `Failed to inspect image "${reference}": ${messageOf(err)}`;
    warn(request, deps, { reason: "InspectFailed", message });
    throw new StartFailure({ reason: "ImageInspectError", message, delayMs: retryDelayMs });
  }
}

function neverPull(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  reference: string,
): StartFailure {
  const message = `Container image "${reference}" is not present with pull policy of Never`;
  warn(request, deps, { reason: "ErrImageNeverPull", message });
  return new StartFailure({ reason: "ErrImageNeverPull", message, delayMs: retryDelayMs });
}

async function pullImage(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  reference: string,
): Promise<Image> {
  try {
    return await pulled(request, deps, { reference, pull: deps.puller.pull });
  } catch (err) {
    throw pullFailed(request, deps, { reference, err });
  }
}

/** Without its registry the image that is there is the newest there is. */
async function renewImage(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  { reference, present }: { readonly reference: string; readonly present: Image },
): Promise<Image> {
  try {
    return await pulled(request, deps, { reference, pull: deps.puller.renew });
  } catch (err) {
    if (!(err instanceof RegistryOutOfReach)) throw pullFailed(request, deps, { reference, err });
    const message = `Using the image "${reference}" that is present on machine, its registry is ` +
      `out of reach: ${err.message}`;
    warn(request, deps, { reason: "RegistryOutOfReach", message });
    return present;
  }
}

async function pulled(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  { reference, pull }: { readonly reference: string; readonly pull: ImagePuller["pull"] },
): Promise<Image> {
  say(request, deps, { reason: "Pulling", message: `Pulling image "${reference}"` });
  const from = deps.clock.now();
  try {
    const auths = await podCredentials({ pod: request.pod, image: reference }, deps);
    const times = await pull(reference, { signal: request.signal, auths });
    const image = await deps.images.status(reference);
    if (image === null) throw new Error(`image "${reference}" is gone right after its pull`);
    tellPulled(request, deps, { reference, image, times });
    return image;
  } finally {
    deps.starts.pulled(request.pod.metadata.uid, { from, to: deps.clock.now() });
  }
}

function tellPulled(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  { reference, image: { sizeBytes }, times }: {
    readonly reference: string;
    readonly image: Image;
    readonly times: PullTimes;
  },
): void {
  deps.metrics.pods.imagePullDuration.observe(
    { image_size_in_bytes: imageSizeLabel(sizeBytes) },
    times.pullMs / second,
  );
  const [pull, total] = [times.pullMs, times.totalMs].map((ms) => formatDuration(Math.round(ms)));
  const message = `Successfully pulled image "${reference}" in ${pull} ` +
    `(${total} including waiting). Image size: ${sizeBytes} bytes.`;
  say(request, deps, { reason: "Pulled", message });
}

/** What to throw where a pull did: that the pod is not wanted any more, or that the runtime is away, is not the image's fault. */
function pullFailed(
  request: EnsureImageRequest,
  deps: EnsureImageDeps,
  { reference, err }: { readonly reference: string; readonly err: unknown },
): unknown {
  request.signal.throwIfAborted();
  if (err instanceof Unavailable) return err;
  const message = messageOf(err);
  warn(request, deps, {
    reason: "Failed",
    message: `Failed to pull image "${reference}": ${message}`,
  });
  const before = request.failure?.reason === "ErrImagePull" ? request.failure.delayMs : undefined;
  return new StartFailure({
    reason: "ErrImagePull",
    message,
    delayMs: nextDelay(before, imageBackoff),
  });
}

type About = Pick<EnsureImageRequest, "pod" | "container">;
type Text = { readonly reason: string; readonly message: string };

function say({ pod, container }: About, { events }: EnsureImageDeps, text: Text): void {
  events.normal(pod.metadata, { ...text, fieldPath: fieldPathOf(pod, container) });
}

function warn({ pod, container }: About, { events }: EnsureImageDeps, text: Text): void {
  events.warning(pod.metadata, { ...text, fieldPath: fieldPathOf(pod, container) });
}
