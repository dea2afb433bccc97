/** Checks what security contexts of pods and of containers have in common: identifiers and profiles. */
import type { AppArmorProfile } from "../../cri/app_armor.ts";
import type { YamlPath } from "../../yaml_types.ts";
import { stayingPath } from "./names.ts";
import { allInvalid, type FieldProblem, forbidden, invalid, oneOf, required } from "./problem.ts";

const types = ["Localhost", "RuntimeDefault", "Unconfined"];
const maxId = 2 ** 31 - 1;
const maxProfileBytes = 4_095;

/** A seccomp profile or an AppArmor profile; they look the same. */
type Profile = AppArmorProfile | undefined;

/** A user's or a group's number. */
export function idProblems(path: YamlPath, value: number | undefined): readonly FieldProblem[] {
  if (value === undefined || (value >= 0 && value <= maxId)) return [];
  return [invalid(path, { value, detail: `must be between 0 and ${maxId}, inclusive` })];
}

/** The profile is a file below the node's folder of profiles. */
export function seccompProblems(path: YamlPath, profile: Profile): readonly FieldProblem[] {
  if (profile === undefined) return [];
  const { type, localhostProfile: value } = profile;
  const at = [...path, "localhostProfile"];
  if (type !== "Localhost") return otherType(path, { profile, kind: "seccomp" });
  if (value === undefined) {
    return [required(at, "must be set when seccomp type is Localhost")];
  }
  return [
    ...(value.startsWith("/") ? [invalid(at, { value, detail: "must be a relative path" })] : []),
    ...allInvalid(at, { value, details: stayingPath(value) }),
  ];
}

/** The profile is one that the kernel has loaded. */
export function appArmorProblems(path: YamlPath, profile: Profile): readonly FieldProblem[] {
  if (profile === undefined) return [];
  const { type, localhostProfile: value } = profile;
  const at = [...path, "localhostProfile"];
  if (type !== "Localhost") return otherType(path, { profile, kind: "AppArmor" });
  if (value === undefined || value === "") {
    return [required(at, "must be set when AppArmor type is Localhost")];
  }
  const tooLong = { path: at, message: `Too long: may not be more than ${maxProfileBytes} bytes` };
  return [
    ...(value === value.trim()
      ? []
      : [invalid(at, { value, detail: "must not be padded with whitespace" })]),
    ...(value.length > maxProfileBytes ? [tooLong] : []),
  ];
}

function otherType(
  path: YamlPath,
  { profile: { type, localhostProfile: value }, kind }: {
    readonly profile: AppArmorProfile;
    readonly kind: "seccomp" | "AppArmor";
  },
): readonly FieldProblem[] {
  const field = `${kind === "seccomp" ? kind : "appArmor"}Profile`;
  const detail = `can only be set when ${kind} type is Localhost`;
  return [
    ...(type === ""
      ? [required([...path, "type"], `type is required when ${field} is set`)]
      : oneOf([...path, "type"], { value: type, supported: types })),
    ...(value === undefined ? [] : [invalid([...path, "localhostProfile"], { value, detail })]),
  ];
}

export function windowsProblems(
  path: YamlPath,
  options: object | undefined,
): readonly FieldProblem[] {
  return options === undefined
    ? []
    : [forbidden(path, "windows options cannot be set for a linux pod")];
}
