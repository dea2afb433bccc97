/**
 * The schema of volumes, and of the sources that nodes of any kind have.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume/
 */
import * as v from "valibot";
import { labelSelector } from "./affinity.ts";
import { fieldSelector, resourceFieldSelector } from "./env.ts";
import { objectMeta } from "./metadata.ts";
import { flag, int32, int64, quantities, quantity, stringMap, text, texts } from "./scalars.ts";
import { optional, supported, unsupported } from "./support.ts";
import * as storage from "./storage.ts";

export const emptyDir = v.strictObject({
  medium: optional(unsupported(text, {
    note: 'the node\'s disk ("") and `Memory` are supported',
    harmless: (value) => value === "" || value === "Memory",
  })),
  sizeLimit: optional(supported(quantity)),
});

export const hostPath = v.strictObject({
  path: supported(text),
  type: optional(supported(text)),
});

const inClusters = { note: "not in manifests" };

const keyToPath = v.strictObject({
  key: supported(text),
  mode: optional(supported(int32)),
  path: supported(text),
});

const keys = {
  items: optional(supported(v.array(keyToPath))),
  name: optional(supported(text)),
  optional: optional(supported(flag)),
};

const mode = { defaultMode: optional(supported(int32)) };

const downwardFile = v.strictObject({
  fieldRef: optional(supported(fieldSelector)),
  mode: optional(supported(int32)),
  path: supported(text),
  resourceFieldRef: optional(supported(resourceFieldSelector)),
});

const downward = { items: optional(supported(v.array(downwardFile))) };

const clusterTrustBundle = v.strictObject({
  labelSelector: optional(labelSelector),
  name: optional(text),
  optional: optional(flag),
  path: text,
  signerName: optional(text),
});

const podCertificate = v.strictObject({
  certificateChainPath: optional(text),
  credentialBundlePath: optional(text),
  keyPath: optional(text),
  keyType: text,
  maxExpirationSeconds: optional(int32),
  signerName: text,
  userAnnotations: optional(stringMap),
});

const serviceAccountToken = v.strictObject({
  audience: optional(supported(text)),
  expirationSeconds: optional(supported(int64)),
  path: supported(text),
});

const projection = v.strictObject({
  clusterTrustBundle: optional(unsupported(clusterTrustBundle)),
  configMap: optional(supported(v.strictObject(keys), inClusters)),
  downwardAPI: optional(supported(v.strictObject(downward))),
  podCertificate: optional(unsupported(podCertificate)),
  secret: optional(supported(v.strictObject(keys), inClusters)),
  serviceAccountToken: optional(supported(serviceAccountToken, inClusters)),
});

const secret = v.strictObject({
  ...mode,
  items: keys.items,
  optional: keys.optional,
  secretName: optional(supported(text)),
});

const typedReference = { apiGroup: optional(text), kind: text, name: text };

const claimSpec = v.strictObject({
  accessModes: optional(texts),
  dataSource: optional(v.strictObject(typedReference)),
  dataSourceRef: optional(v.strictObject({ ...typedReference, namespace: optional(text) })),
  resources: optional(v.strictObject({
    limits: optional(quantities),
    requests: optional(quantities),
  })),
  selector: optional(labelSelector),
  storageClassName: optional(text),
  volumeAttributesClassName: optional(text),
  volumeMode: optional(text),
  volumeName: optional(text),
});

export const volume = v.strictObject({
  name: supported(text),
  emptyDir: optional(supported(emptyDir)),
  hostPath: optional(supported(hostPath)),
  configMap: optional(supported(v.strictObject({ ...keys, ...mode }), inClusters)),
  secret: optional(supported(secret, inClusters)),
  downwardAPI: optional(supported(v.strictObject({ ...downward, ...mode }))),
  projected: optional(supported(v.strictObject({
    ...mode,
    sources: optional(supported(v.array(projection))),
  }))),
  persistentVolumeClaim: optional(unsupported(v.strictObject({
    claimName: text,
    readOnly: optional(flag),
  }))),
  ephemeral: optional(unsupported(v.strictObject({
    volumeClaimTemplate: optional(v.strictObject({
      metadata: optional(objectMeta),
      spec: claimSpec,
    })),
  }))),
  image: optional(unsupported(
    v.strictObject({ pullPolicy: optional(text), reference: optional(text) }),
    { note: "an init container of the image can copy what is needed into an `emptyDir`" },
  )),
  awsElasticBlockStore: optional(unsupported(storage.awsElasticBlockStore)),
  azureDisk: optional(unsupported(storage.azureDisk)),
  azureFile: optional(unsupported(storage.azureFile)),
  cephfs: optional(unsupported(storage.cephfs)),
  cinder: optional(unsupported(storage.cinder)),
  csi: optional(unsupported(storage.csi)),
  fc: optional(unsupported(storage.fc)),
  flexVolume: optional(unsupported(storage.flexVolume)),
  flocker: optional(unsupported(storage.flocker)),
  gcePersistentDisk: optional(unsupported(storage.gcePersistentDisk)),
  gitRepo: optional(unsupported(storage.gitRepo)),
  glusterfs: optional(unsupported(storage.glusterfs)),
  iscsi: optional(unsupported(storage.iscsi)),
  nfs: optional(unsupported(storage.nfs)),
  photonPersistentDisk: optional(unsupported(storage.photonPersistentDisk)),
  portworxVolume: optional(unsupported(storage.portworxVolume)),
  quobyte: optional(unsupported(storage.quobyte)),
  rbd: optional(unsupported(storage.rbd)),
  scaleIO: optional(unsupported(storage.scaleIO)),
  storageos: optional(unsupported(storage.storageos)),
  vsphereVolume: optional(unsupported(storage.vsphereVolume)),
});
