/** Makes a terminal pass everything as it is, for a program elsewhere that wants to have it. */
import { checked, libc } from "./libc.ts";

/** `struct termios` has 60 bytes on the machines that there are. */
const TERMIOS_BYTES = 128;
const TCSADRAIN = 1;

/**
 * Each key comes at once and unseen, and what is printed is not changed: Deno's own raw mode goes on to turn line feeds into new
 * lines, which moves the cursor of programs that draw. Disposing of it brings back what was before. Throws SystemError.
 * @param fd of an open terminal
 */
export function makeTerminalRaw(fd: number): Disposable {
  const path = `terminal ${fd}`;
  const before = new Uint8Array(TERMIOS_BYTES);
  checked(libc().tcgetattr(fd, before), { call: "tcgetattr", path });
  const raw = before.slice();
  libc().cfmakeraw(raw);
  checked(libc().tcsetattr(fd, TCSADRAIN, raw), { call: "tcsetattr", path });
  return { [Symbol.dispose]: () => void libc().tcsetattr(fd, TCSADRAIN, before) };
}
