/** The calls that the agent makes: their paths and codecs. */
import type { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { Method } from "./channel.ts";
import * as content from "./gen/containerd/services/content/v1/content.ts";
import * as containerdEvents from "./gen/containerd/services/events/v1/events.ts";
import * as leases from "./gen/containerd/services/leases/v1/leases.ts";
import * as container from "./gen/runtime/v1/container.ts";
import * as event from "./gen/runtime/v1/event.ts";
import * as exec from "./gen/runtime/v1/exec.ts";
import * as image from "./gen/runtime/v1/image.ts";
import * as stats from "./gen/runtime/v1/stats.ts";
import * as version from "./gen/runtime/v1/runtime.ts";
import * as sandbox from "./gen/runtime/v1/sandbox.ts";

interface Codec<T> {
  encode(message: T): BinaryWriter;
  decode(bytes: Uint8Array): T;
}

function method<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response>,
): Method<Request, Response> {
  return {
    path,
    encode: (message) => request.encode(message).finish(),
    decode: (bytes) => response.decode(bytes),
  };
}

const runtimeService = "/runtime.v1.RuntimeService";
const leasesService = "/containerd.services.leases.v1.Leases";
const imageService = "/runtime.v1.ImageService";

/** @see https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto */
export const runtimeMethods = {
  version: method(
    `${runtimeService}/Version`,
    version.VersionRequest,
    version.VersionResponse,
  ),
  status: method(`${runtimeService}/Status`, version.StatusRequest, version.StatusResponse),
  runtimeConfig: method(
    `${runtimeService}/RuntimeConfig`,
    version.RuntimeConfigRequest,
    version.RuntimeConfigResponse,
  ),
  runPodSandbox: method(
    `${runtimeService}/RunPodSandbox`,
    sandbox.RunPodSandboxRequest,
    sandbox.RunPodSandboxResponse,
  ),
  stopPodSandbox: method(
    `${runtimeService}/StopPodSandbox`,
    sandbox.StopPodSandboxRequest,
    sandbox.StopPodSandboxResponse,
  ),
  removePodSandbox: method(
    `${runtimeService}/RemovePodSandbox`,
    sandbox.RemovePodSandboxRequest,
    sandbox.RemovePodSandboxResponse,
  ),
  podSandboxStatus: method(
    `${runtimeService}/PodSandboxStatus`,
    sandbox.PodSandboxStatusRequest,
    sandbox.PodSandboxStatusResponse,
  ),
  listPodSandbox: method(
    `${runtimeService}/ListPodSandbox`,
    sandbox.ListPodSandboxRequest,
    sandbox.ListPodSandboxResponse,
  ),
  createContainer: method(
    `${runtimeService}/CreateContainer`,
    container.CreateContainerRequest,
    container.CreateContainerResponse,
  ),
  startContainer: method(
    `${runtimeService}/StartContainer`,
    container.StartContainerRequest,
    container.StartContainerResponse,
  ),
  stopContainer: method(
    `${runtimeService}/StopContainer`,
    container.StopContainerRequest,
    container.StopContainerResponse,
  ),
  removeContainer: method(
    `${runtimeService}/RemoveContainer`,
    container.RemoveContainerRequest,
    container.RemoveContainerResponse,
  ),
  containerStatus: method(
    `${runtimeService}/ContainerStatus`,
    container.ContainerStatusRequest,
    container.ContainerStatusResponse,
  ),
  listContainers: method(
    `${runtimeService}/ListContainers`,
    container.ListContainersRequest,
    container.ListContainersResponse,
  ),
  listContainerStats: method(
    `${runtimeService}/ListContainerStats`,
    stats.ListContainerStatsRequest,
    stats.ListContainerStatsResponse,
  ),
  reopenContainerLog: method(
    `${runtimeService}/ReopenContainerLog`,
    container.ReopenContainerLogRequest,
    container.ReopenContainerLogResponse,
  ),
  execSync: method(`${runtimeService}/ExecSync`, exec.ExecSyncRequest, exec.ExecSyncResponse),
  exec: method(`${runtimeService}/Exec`, exec.ExecRequest, exec.ExecResponse),
  attach: method(`${runtimeService}/Attach`, exec.AttachRequest, exec.AttachResponse),
  portForward: method(
    `${runtimeService}/PortForward`,
    exec.PortForwardRequest,
    exec.PortForwardResponse,
  ),
  getContainerEvents: method(
    `${runtimeService}/GetContainerEvents`,
    event.GetEventsRequest,
    event.ContainerEventResponse,
  ),
} as const;

/** What the kubelet calls its own version in VersionRequest. */
export const kubeletApiVersion = "0.1.0";

/** @see https://github.com/kubernetes/cri-api/blob/master/pkg/apis/runtime/v1/api.proto */
export const imageMethods = {
  listImages: method(
    `${imageService}/ListImages`,
    image.ListImagesRequest,
    image.ListImagesResponse,
  ),
  imageStatus: method(
    `${imageService}/ImageStatus`,
    image.ImageStatusRequest,
    image.ImageStatusResponse,
  ),
  imageFsInfo: method(
    `${imageService}/ImageFsInfo`,
    image.ImageFsInfoRequest,
    image.ImageFsInfoResponse,
  ),
  pullImage: method(`${imageService}/PullImage`, image.PullImageRequest, image.PullImageResponse),
  removeImage: method(
    `${imageService}/RemoveImage`,
    image.RemoveImageRequest,
    image.RemoveImageResponse,
  ),
} as const;

/** containerd's own services on the same socket. */
export const containerdMethods = {
  subscribe: method(
    "/containerd.services.events.v1.Events/Subscribe",
    containerdEvents.SubscribeRequest,
    containerdEvents.Envelope,
  ),
  listStatuses: method(
    "/containerd.services.content.v1.Content/ListStatuses",
    content.ListStatusesRequest,
    content.ListStatusesResponse,
  ),
  createLease: method(
    `${leasesService}/Create`,
    leases.CreateRequest,
    leases.CreateResponse,
  ),
  addResource: method(`${leasesService}/AddResource`, leases.AddResourceRequest, leases.Nothing),
  deleteLease: method(`${leasesService}/Delete`, leases.DeleteRequest, leases.Nothing),
} as const;

/** containerd's namespace of Kubernetes; its own services need to be told. */
export const containerdNamespace = "k8s.io";

/** The headers for it. */
export const containerdHeaders = { "containerd-namespace": containerdNamespace } as const;
