/**
 * What a group of benchmarks is.
 */
import type { Table } from './table.ts';

export interface Options {
  /** A short run: fewer rounds, smaller sizes. */
  quick: boolean;
}

export interface Group {
  name: string;
  /** What is measured, for the page. */
  about: string;
  run(options: Options): Promise<Table[]>;
}
