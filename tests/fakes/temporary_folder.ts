/** A folder on the real disk that goes, with all that is in it, when its test is through. */

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** In `dir`, or where temporary files are. */
export function temporaryFolder(where: { readonly dir?: string } = {}): TemporaryFolder {
  const path = Deno.makeTempDirSync({ prefix: "skerry-test-", ...where });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
