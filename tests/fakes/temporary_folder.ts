/** A folder on the real disk that goes, with all that is in it, when its test is through. */

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

export function temporaryFolder(): TemporaryFolder {
  const path = Deno.makeTempDirSync({ prefix: "skerry-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
