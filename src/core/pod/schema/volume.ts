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

const keyToPath = v.strictObject({ key: text, mode: optional(int32), path: text });

const keys = {
  items: optional(v.array(keyToPath)),
  name: optional(text),
  optional: optional(flag),
};

const downwardFile = v.strictObject({
  fieldRef: optional(fieldSelector),
  mode: optional(int32),
  path: text,
  resourceFieldRef: optional(resourceFieldSelector),
});

const projection = v.strictObject({
  clusterTrustBundle: optional(v.strictObject({
    labelSelector: optional(labelSelector),
    name: optional(text),
    optional: optional(flag),
    path: text,
    signerName: optional(text),
  })),
  configMap: optional(v.strictObject(keys)),
  downwardAPI: optional(v.strictObject({ items: optional(v.array(downwardFile)) })),
  podCertificate: optional(v.strictObject({
    certificateChainPath: optional(text),
    credentialBundlePath: optional(text),
    keyPath: optional(text),
    keyType: text,
    maxExpirationSeconds: optional(int32),
    signerName: text,
    userAnnotations: optional(stringMap),
  })),
  secret: optional(v.strictObject(keys)),
  serviceAccountToken: optional(v.strictObject({
    audience: optional(text),
    expirationSeconds: optional(int64),
    path: text,
  })),
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
  configMap: optional(unsupported(v.strictObject({ ...keys, defaultMode: optional(int32) }))),
  secret: optional(unsupported(v.strictObject({
    defaultMode: optional(int32),
    items: keys.items,
    optional: optional(flag),
    secretName: optional(text),
  }))),
  downwardAPI: optional(unsupported(v.strictObject({
    defaultMode: optional(int32),
    items: optional(v.array(downwardFile)),
  }))),
  projected: optional(unsupported(v.strictObject({
    defaultMode: optional(int32),
    sources: optional(v.array(projection)),
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
  image: optional(unsupported(v.strictObject({
    pullPolicy: optional(text),
    reference: optional(text),
  }))),
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
