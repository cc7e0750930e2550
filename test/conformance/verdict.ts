/** What became of a test. */
export type Verdict =
  | { kind: 'passed' }
  /** A diagnostic, or a fault of the documented dynamic exclusions. */
  | { kind: 'rejected'; code: string }
  | { kind: 'wrong'; reason: string; stack?: string | undefined }
  /** Plain Node fails too, under the same injection. */
  | { kind: 'skipped'; reason: string };

export interface Judged {
  path: string;
  verdict: Verdict;
  /** It has changed the built-ins of its process, and nothing has said so. */
  soiled?: boolean;
}
