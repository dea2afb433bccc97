/** Whether the wall clock can be believed. */

export interface TimeSync {
  /** Whether a time source has set the machine's clock. Cheap, and never throws: what cannot be told counts as no. */
  isSynchronised(): boolean;
}
