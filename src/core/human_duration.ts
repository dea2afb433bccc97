/** Ages as kubectl prints them: "42s", "5m12s", "3h", "2d4h". */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** A unit pair, used while the duration is shorter than `below` seconds; without `minor` only the major one is told. */
interface Step {
  readonly below: number;
  readonly major: readonly [seconds: number, suffix: string];
  readonly minor?: readonly [seconds: number, suffix: string];
}

const STEPS: readonly Step[] = [
  { below: 2 * MINUTE, major: [1, "s"] },
  { below: 10 * MINUTE, major: [MINUTE, "m"], minor: [1, "s"] },
  { below: 3 * HOUR, major: [MINUTE, "m"] },
  { below: 8 * HOUR, major: [HOUR, "h"], minor: [MINUTE, "m"] },
  { below: 2 * DAY, major: [HOUR, "h"] },
  { below: 8 * DAY, major: [DAY, "d"], minor: [HOUR, "h"] },
  { below: 2 * YEAR, major: [DAY, "d"] },
  { below: 8 * YEAR, major: [YEAR, "y"], minor: [DAY, "d"] },
  { below: Infinity, major: [YEAR, "y"] },
];

/**
 * Words a duration in milliseconds as kubectl words ages. Up to two seconds below zero count as now, for clocks that
 * differ a little; less is "<invalid>".
 * @see https://pkg.go.dev/k8s.io/apimachinery/pkg/util/duration#HumanDuration
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1_000);
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  const step = STEPS.find(({ below }) => seconds < below);
  if (step === undefined) return "<invalid>";
  return words(seconds, step);
}

function words(seconds: number, { major, minor }: Step): string {
  const whole = `${Math.floor(seconds / major[0])}${major[1]}`;
  if (minor === undefined) return whole;
  const rest = Math.floor((seconds % major[0]) / minor[0]);
  return rest === 0 ? whole : `${whole}${rest}${minor[1]}`;
}
