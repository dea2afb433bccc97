/**
 * The schema of ObjectMeta.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
import * as v from "valibot";
import { flag, int64, stringMap, text, texts } from "./scalars.ts";
import { accepted, optional, supported } from "./support.ts";

const byTheServer = "kept by the API server";

const ofTheServer = { note: "said by the API server; a manifest's is not looked at" };

const ownerReference = v.strictObject({
  apiVersion: text,
  blockOwnerDeletion: optional(flag),
  controller: optional(flag),
  kind: text,
  name: text,
  uid: text,
});

const managedFieldsEntry = v.strictObject({
  apiVersion: optional(text),
  fieldsType: optional(text),
  fieldsV1: optional(v.unknown()),
  manager: optional(text),
  operation: optional(text),
  subresource: optional(text),
  time: optional(text),
});

export const objectMeta = v.strictObject({
  annotations: optional(supported(stringMap)),
  creationTimestamp: optional(accepted(text, byTheServer)),
  deletionGracePeriodSeconds: optional(supported(int64, ofTheServer)),
  deletionTimestamp: optional(supported(text, ofTheServer)),
  finalizers: optional(accepted(texts, byTheServer)),
  generateName: optional(supported(text, { note: "a manifest needs a name as well" })),
  generation: optional(accepted(int64, byTheServer)),
  labels: optional(supported(stringMap)),
  managedFields: optional(accepted(v.array(managedFieldsEntry), byTheServer)),
  name: optional(supported(text)),
  namespace: optional(supported(text)),
  ownerReferences: optional(accepted(v.array(ownerReference), byTheServer)),
  resourceVersion: optional(accepted(text, byTheServer)),
  selfLink: optional(accepted(text, byTheServer)),
  uid: optional(supported(text)),
});
