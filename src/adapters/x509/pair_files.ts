/** A certificate in one file and its key in another. */
import { dirname } from "node:path/posix";
import type { CertificateStore } from "../../ports/certificate_store.ts";
import { writeDurably } from "../linux/durable_file.ts";
import { orNull } from "../linux/or_null.ts";
import { pairOf } from "./pair_text.ts";
import { guarded } from "../linux/guarded.ts";

export interface PairPaths {
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** A power cut between the two leaves halves that do not belong together, which `load` refuses. */
export function pairFiles({ certificatePath, keyPath }: PairPaths): CertificateStore {
  return {
    path: certificatePath,
    load: () =>
      guarded(`read ${certificatePath}`, async () => {
        const certificateText = await orNull(Deno.readTextFile(certificatePath));
        const keyText = await orNull(Deno.readTextFile(keyPath));
        if (certificateText === null || keyText === null) return null;
        return pairOf({ certificateText, keyText, from: `${certificatePath} and ${keyPath}` });
      }),
    save: ({ certificate, key }) =>
      guarded(`write ${certificatePath}`, async () => {
        await Deno.mkdir(dirname(certificatePath), { recursive: true, mode: 0o700 });
        await Deno.mkdir(dirname(keyPath), { recursive: true, mode: 0o700 });
        await writeDurably(keyPath, { content: key, mode: 0o600 });
        await writeDurably(certificatePath, { content: certificate, mode: 0o644 });
      }),
  };
}
