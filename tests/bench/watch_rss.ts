/** The highest RSS of a process while it is watched. */
import { usage } from "./usage.ts";

const SAMPLE_MS = 500;

/** Gives the highest when it is stopped, in MB. */
export function watchRss(pid: number): { stop(): number } {
  let highest = 0;
  const timer = setInterval(() => {
    highest = Math.max(highest, usage(pid).rssMb);
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return highest;
    },
  };
}
