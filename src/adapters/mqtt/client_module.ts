/** The MQTT library, loaded when somebody connects: who has no broker pays nothing for it. */
// A CommonJS module in an ES one: its exports are the default, and the class is the default of these.
import type Module from "mqtt/lib/client";

export type MqttClient = Module.default;
type ClientClass = typeof Module.default;

/** The client alone: the library's own ways to connect, with their dependencies, stay out of the program. */
export async function loadClient(): Promise<ClientClass> {
  const { default: module } = await import("mqtt/lib/client");
  return module.default;
}
