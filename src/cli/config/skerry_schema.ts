/** The schema of a SkerryConfiguration: what Skerry has and the kubelet has not. */
import * as v from "valibot";
import { text } from "../../core/pod/schema/scalars.ts";
import { acted } from "./marker.ts";

/** `apiVersion` and `kind` are taken off before. */
export const skerrySchema = v.strictObject({
  rootDir: acted(text, "state, volumes and credentials"),
  imagesDir: acted(text, "image archives in it are imported at start"),
  controlSocket: acted(text, "the socket that the other commands talk to, at most 107 bytes long"),
  registryConfig: acted(text, "credentials of registries in Docker's format; need not be there"),
});

export type SkerryFields = v.InferOutput<typeof skerrySchema>;
