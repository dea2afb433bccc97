/** What the API server does to objects as they are created, changed and deleted. */
import type { Clock } from "../../../src/ports/clock.ts";
import { child, isList, type JsonObject, objectOf, same, text, without } from "./json.ts";
import { mergePatch } from "./merge_patch.ts";
import { withAddressesInStep } from "./pod_addresses.ts";
import type { Target } from "./request_path.ts";
import { alreadyExists, conflict, notFound, refusal } from "./status.ts";
import { collectionOf, type Place, type Store } from "./store.ts";
import { strategicMerge } from "./strategic_merge.ts";

export interface Writes {
  create(target: Target, object: JsonObject): JsonObject;
  replace(target: Target, object: JsonObject): JsonObject;
  patch(target: Target, patch: { readonly type: string; readonly body: JsonObject }): JsonObject;
  /** The object as it is after, or was at last. */
  remove(target: Target, options: JsonObject): JsonObject;
}

/** Resources whose status is written by a subresource of its own. */
const withStatus = ["pods", "nodes", "namespaces", "services", "certificatesigningrequests"];

/** A node is created with the status that it gives itself. */
const withoutStatusAtFirst = withStatus.filter((plural) => plural !== "nodes");

/** What only the server writes. */
const systemFields = ["uid", "creationTimestamp", "generation", "deletionTimestamp"];

export function createWrites(
  { store, clock }: { readonly store: Store; readonly clock: Pick<Clock, "now"> },
): Writes {
  let created = 0;

  function create(target: Target, object: JsonObject): JsonObject {
    const number = ++created;
    const metadata = named(child(object, "metadata"), { target, number });
    const name = text(metadata, "name") ?? "";
    const place = placeOf({ ...target, name });
    if (store.get(place) !== undefined) throw alreadyExists(target.plural, name);
    return store.put(place, {
      ...object,
      ...(withoutStatusAtFirst.includes(target.plural) && { status: firstStatus(target.plural) }),
      metadata: {
        ...without(metadata, [...systemFields, "deletionGracePeriodSeconds"]),
        uid: `uid-${String(number).padStart(6, "0")}`,
        creationTimestamp: rfc3339(clock.now()),
        ...(object["spec"] !== undefined && { generation: 1 }),
      },
    });
  }

  function change(target: Target, make: (before: JsonObject) => JsonObject): JsonObject {
    const before = found(store, target);
    const wanted = make(before);
    const { plural, name } = target;
    checkPreconditions({ before, wanted: child(wanted, "metadata") }, { plural, name });
    const after = afterChange(before, { wanted, target });
    if (same(before, after)) return before;
    if (isOver(after)) return store.remove(placeOf(target)) ?? after;
    return store.put(placeOf(target), after);
  }

  function afterChange(
    before: JsonObject,
    { wanted, target: { subresource, plural } }: {
      readonly wanted: JsonObject;
      readonly target: Target;
    },
  ): JsonObject {
    switch (subresource) {
      case "":
        return mainChange(before, { wanted, plural });
      case "ephemeralcontainers":
        return mainChange(before, { wanted: withEphemeralOf(before, wanted), plural });
      default:
        return statusChange(before, wanted);
    }
  }

  function mainChange(
    before: JsonObject,
    { wanted, plural }: { readonly wanted: JsonObject; readonly plural: string },
  ): JsonObject {
    const status = before["status"];
    const keepsStatus = withStatus.includes(plural);
    const after = { ...(keepsStatus ? without(wanted, ["status"]) : wanted) };
    const metadata = metadataAfter(before, wanted);
    const bumped = same(before["spec"], after["spec"]) ? metadata : nextGeneration(metadata);
    return { ...after, ...(keepsStatus && status !== undefined && { status }), metadata: bumped };
  }

  function remove(target: Target, options: JsonObject): JsonObject {
    const before = found(store, target);
    const uid = text(child(options, "preconditions"), "uid");
    const actual = text(child(before, "metadata"), "uid");
    if (uid !== undefined && uid !== actual) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${actual}`;
      throw conflict(target.plural, target.name, why);
    }
    const dying = marked(before, { grace: graceOf(before, options), now: clock.now() });
    if (dying === undefined) return store.remove(placeOf(target)) ?? before;
    return same(before, dying) ? before : store.put(placeOf(target), dying);
  }

  return {
    create,
    replace: (target, object) => change(target, () => object),
    patch: (target, { type, body }) =>
      change(target, (before) => {
        const after = patched(before, { type, body });
        checkUid({ before, after }, target);
        return after;
      }),
    remove,
  };
}

/** The UID in a patch is no precondition but a change, which nobody may make. */
function checkUid(
  { before, after }: { readonly before: JsonObject; readonly after: JsonObject },
  { name }: Target,
): void {
  const uid = text(child(after, "metadata"), "uid");
  if (uid === text(child(before, "metadata"), "uid")) return;
  const kind = text(before, "kind") ?? "";
  throw refusal(
    422,
    `${kind} "${name}" is invalid: metadata.uid: Invalid value: "${uid}": field is immutable`,
  );
}

export function placeOf(
  target: Pick<Target, "apiVersion" | "plural" | "namespace" | "name">,
): Place {
  return { collection: collectionOf(target), namespace: target.namespace, name: target.name };
}

function found(store: Store, target: Target): JsonObject {
  const object = store.get(placeOf(target));
  if (object === undefined) throw notFound(target.plural, target.name);
  return object;
}

function named(
  metadata: JsonObject,
  { target, number }: { readonly target: Target; readonly number: number },
): JsonObject {
  const prefix = text(metadata, "generateName");
  const name = text(metadata, "name") ??
    (prefix && `${prefix}${number.toString(36).padStart(5, "0")}`);
  if (name === undefined || name === "") {
    throw refusal(422, `${target.plural} "" is invalid: metadata.name: Required value`);
  }
  const { namespace } = target;
  const own = text(metadata, "namespace") ?? namespace;
  if (own !== namespace) {
    throw refusal(400, "the namespace of the provided object does not match the request");
  }
  return { ...metadata, name, ...(namespace !== "" && { namespace }) };
}

function firstStatus(plural: string): JsonObject {
  if (plural === "pods") return { phase: "Pending" };
  return plural === "namespaces" ? { phase: "Active" } : {};
}

function checkPreconditions(
  { before, wanted }: { readonly before: JsonObject; readonly wanted: JsonObject },
  { plural, name }: { readonly plural: string; readonly name: string },
): void {
  const now = child(before, "metadata");
  const version = text(wanted, "resourceVersion");
  if (version !== undefined && version !== "" && version !== text(now, "resourceVersion")) {
    const why = "the object has been modified; please apply your changes to the latest version " +
      "and try again";
    throw conflict(plural, name, why);
  }
  const uid = text(wanted, "uid");
  if (uid !== undefined && uid !== "" && uid !== text(now, "uid")) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${
      text(now, "uid")
    }`;
    throw conflict(plural, name, why);
  }
}

/** Metadata as the client wants it, but for what is the server's. */
function metadataAfter(before: JsonObject, wanted: JsonObject): JsonObject {
  const old = child(before, "metadata");
  const own = [
    "name",
    "namespace",
    "resourceVersion",
    "deletionGracePeriodSeconds",
    ...systemFields,
  ];
  const kept = own.flatMap((key) => old[key] === undefined ? [] : [[key, old[key]]]);
  return { ...without(child(wanted, "metadata"), own), ...Object.fromEntries(kept) };
}

/** Of all that is wanted only the ephemeral containers. */
function withEphemeralOf(before: JsonObject, wanted: JsonObject): JsonObject {
  const { ephemeralContainers = [] } = child(wanted, "spec");
  return { ...before, spec: { ...child(before, "spec"), ephemeralContainers } };
}

/** A subresource writes the status, labels and annotations; `approval` is a part of a request's status. */
function statusChange(before: JsonObject, wanted: JsonObject): JsonObject {
  const { ownerReferences } = child(before, "metadata");
  const metadata = without(metadataAfter(before, wanted), ["ownerReferences"]);
  return {
    ...before,
    status: text(before, "kind") === "Pod"
      ? withAddressesInStep(child(wanted, "status"))
      : child(wanted, "status"),
    metadata: { ...metadata, ...(ownerReferences !== undefined && { ownerReferences }) },
  };
}

function patched(
  before: JsonObject,
  { type, body }: { readonly type: string; readonly body: JsonObject },
): JsonObject {
  if (type.startsWith("application/merge-patch+json")) return objectOf(mergePatch(before, body));
  if (type.startsWith("application/strategic-merge-patch+json")) {
    return strategicMerge(before, body);
  }
  throw refusal(415, `the body of the request was in an unknown format: ${type}`);
}

function nextGeneration(metadata: JsonObject): JsonObject {
  const generation = metadata["generation"];
  return { ...metadata, generation: (typeof generation === "number" ? generation : 0) + 1 };
}

/** Only pods that a node may still run are deleted gracefully. */
function graceOf(object: JsonObject, options: JsonObject): number {
  if (text(object, "kind") !== "Pod") return 0;
  const phase = text(child(object, "status"), "phase");
  const spec = child(object, "spec");
  if (text(spec, "nodeName") === undefined || phase === "Succeeded" || phase === "Failed") return 0;
  const wanted = options["gracePeriodSeconds"] ?? spec["terminationGracePeriodSeconds"];
  return typeof wanted === "number" ? wanted : 30;
}

/** The object with its end announced; undefined when it goes at once. */
function marked(
  object: JsonObject,
  { grace, now }: { readonly grace: number; readonly now: number },
): JsonObject | undefined {
  const metadata = child(object, "metadata");
  const before = metadata["deletionGracePeriodSeconds"];
  if (grace === 0 && !hasFinalizers(metadata)) return undefined;
  if (typeof before === "number" && before <= grace) return object;
  const end = {
    deletionTimestamp: rfc3339(now + grace * 1_000),
    deletionGracePeriodSeconds: grace,
  };
  const next = metadata["generation"] === undefined ? metadata : nextGeneration(metadata);
  return { ...object, metadata: { ...next, ...end } };
}

function hasFinalizers(metadata: JsonObject): boolean {
  const finalizers = metadata["finalizers"];
  return isList(finalizers) && finalizers.length > 0;
}

/** Told to go, with no grace and no finalizer left. */
function isOver(object: JsonObject): boolean {
  const metadata = child(object, "metadata");
  return metadata["deletionTimestamp"] !== undefined &&
    metadata["deletionGracePeriodSeconds"] === 0 && !hasFinalizers(metadata);
}

/** Kubernetes' times have no fractions. */
export function rfc3339(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}
