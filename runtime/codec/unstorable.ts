/** A value that cannot be state. The path to it is found when the fault is reported. */
export class Unstorable extends Error {
  readonly value: unknown;

  constructor(value: unknown, reason: string) {
    super(reason);
    this.value = value;
  }
}
