/** Something whose memory is measured in a process of its own. */
export interface Scenario {
  /** Gets ready all that the caller of the codec holds anyway; what it returns is run twice, first on little to warm up. */
  prepare(settings: ScenarioSettings): Run;
}

/** How a scenario is run. */
export interface ScenarioSettings {
  readonly totalBytes: number;
  /** Octets of the body of one part. */
  readonly partBytes: number;
}

/**
 * Does the work on a message.
 *
 * @param sample to be called again and again, where as much as possible is held; memory is read in it
 * @returns a count of what came out, for the test to check
 */
export type Run = (sample: () => void) => Promise<number>;
