/** Makes the codecs of src/adapters/cri/gen/ from the definitions in this folder: `deno task proto`. */
import { protoHash } from "./hash.ts";

const BUF = "npm:@bufbuild/buf@1.74.0";
const TS_PROTO = "npm:ts-proto@2.18.0/protoc-gen-ts_proto";
const OUT = "src/adapters/cri/gen";

/** Codecs only: no JSON, no service stubs, no dates. Nanoseconds need bigint. */
const OPTIONS = [
  "env=both",
  "forceLong=bigint",
  "useDate=false",
  "outputServices=none",
  "outputJsonMethods=false",
  "outputTypeAnnotations=false",
  "useReadonlyTypes=true",
  "useExactTypes=false",
  "unrecognizedEnum=false",
  "annotateFilesWithVersion=false",
  "importSuffix=.ts",
];

async function main(): Promise<void> {
  const root = new URL("..", import.meta.url).pathname;
  await Deno.remove(`${root}${OUT}`, { recursive: true }).catch(ignoreMissing);
  const template = {
    version: "v2",
    plugins: [{ local: ["deno", "run", "-q", "-A", TS_PROTO], out: OUT, opt: OPTIONS }],
  };
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", BUF, "generate", "proto", "--template", JSON.stringify(template)],
    cwd: root,
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("buf generate failed");
  await Deno.writeTextFile(`${root}${OUT}/proto.sha256`, `${await protoHash(`${root}proto`)}\n`);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

await main();
