/**
 * The schemas of the volume sources of storage systems: known in shape, so that a pod with one is refused by name.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/#persistent-volumes
 */
import * as v from "valibot";
import { flag, int32, stringMap, text, texts } from "./scalars.ts";
import { optional, supported } from "./support.ts";

/** The name of a Secret or ConfigMap in the pod's namespace. */
export const localReference = v.strictObject({ name: optional(supported(text)) });

const fs = { fsType: optional(text), readOnly: optional(flag) };

export const awsElasticBlockStore = v.strictObject({
  ...fs,
  partition: optional(int32),
  volumeID: text,
});
export const azureDisk = v.strictObject({
  ...fs,
  cachingMode: optional(text),
  diskName: text,
  diskURI: text,
  kind: optional(text),
});
export const azureFile = v.strictObject({
  readOnly: optional(flag),
  secretName: text,
  shareName: text,
});
export const cephfs = v.strictObject({
  monitors: texts,
  path: optional(text),
  readOnly: optional(flag),
  secretFile: optional(text),
  secretRef: optional(localReference),
  user: optional(text),
});
export const cinder = v.strictObject({
  ...fs,
  secretRef: optional(localReference),
  volumeID: text,
});
export const csi = v.strictObject({
  ...fs,
  driver: text,
  nodePublishSecretRef: optional(localReference),
  volumeAttributes: optional(stringMap),
});
export const fc = v.strictObject({
  ...fs,
  lun: optional(int32),
  targetWWNs: optional(texts),
  wwids: optional(texts),
});
export const flexVolume = v.strictObject({
  ...fs,
  driver: text,
  options: optional(stringMap),
  secretRef: optional(localReference),
});
export const flocker = v.strictObject({
  datasetName: optional(text),
  datasetUUID: optional(text),
});
export const gcePersistentDisk = v.strictObject({
  ...fs,
  partition: optional(int32),
  pdName: text,
});
export const gitRepo = v.strictObject({
  directory: optional(text),
  repository: text,
  revision: optional(text),
});
export const glusterfs = v.strictObject({
  endpoints: text,
  path: text,
  readOnly: optional(flag),
});
export const iscsi = v.strictObject({
  ...fs,
  chapAuthDiscovery: optional(flag),
  chapAuthSession: optional(flag),
  initiatorName: optional(text),
  iqn: text,
  iscsiInterface: optional(text),
  lun: int32,
  portals: optional(texts),
  secretRef: optional(localReference),
  targetPortal: text,
});
export const nfs = v.strictObject({ path: text, readOnly: optional(flag), server: text });
export const photonPersistentDisk = v.strictObject({ fsType: optional(text), pdID: text });
export const portworxVolume = v.strictObject({ ...fs, volumeID: text });
export const quobyte = v.strictObject({
  group: optional(text),
  readOnly: optional(flag),
  registry: text,
  tenant: optional(text),
  user: optional(text),
  volume: text,
});
export const rbd = v.strictObject({
  ...fs,
  image: text,
  keyring: optional(text),
  monitors: texts,
  pool: optional(text),
  secretRef: optional(localReference),
  user: optional(text),
});
export const scaleIO = v.strictObject({
  ...fs,
  gateway: text,
  protectionDomain: optional(text),
  secretRef: localReference,
  sslEnabled: optional(flag),
  storageMode: optional(text),
  storagePool: optional(text),
  system: text,
  volumeName: optional(text),
});
export const storageos = v.strictObject({
  ...fs,
  secretRef: optional(localReference),
  volumeName: optional(text),
  volumeNamespace: optional(text),
});
export const vsphereVolume = v.strictObject({
  fsType: optional(text),
  storagePolicyID: optional(text),
  storagePolicyName: optional(text),
  volumePath: text,
});
