/** A value that cannot be state. The path to it is found when the fault is reported. */
export class Unstorable extends Error {
  readonly value: unknown;
  /** The code of the fault. */
  readonly code: 'unstorable' | 'code_from_text';

  constructor(value: unknown, reason: string, code: Unstorable['code'] = 'unstorable') {
    super(reason);
    this.value = value;
    this.code = code;
  }
}
