/**
 * Reads a CSV file of any length page by page, checks its rows, adds them up, and stores them in batches, several at
 * a time. The place in the file, the sums and the batches under way are variables; nothing else remembers them.
 */
import { Limit } from './limit.wf.ts';
import { parseLine, Refused, Sale } from './sale.wf.ts';

export interface Page {
  /** Whole lines. */
  text: string;
  /** Where the next page begins, in bytes; null at the end. */
  next: number | null;
}

export interface Report {
  rows: number;
  batches: number;
  /** By region, the largest first. */
  regions: { region: string; sales: number; cents: number }[];
  /** The best-selling product of all. */
  best: string;
  refused: { line: number; why: string }[];
}

export declare function readPage(file: string, offset: number): Promise<Page>;
export declare function storeBatch(number: number, sales: Sale[]): Promise<number>;

const BATCH = 100;
const PARALLEL = 4;

class Totals {
  readonly #regions = new Map<string, { sales: number; cents: number }>();
  readonly #products = new Map<string, number>();

  add({ region, product, count, cents }: Sale): void {
    const sum = this.#regions.get(region) ?? { sales: 0, cents: 0 };
    sum.sales++;
    sum.cents += cents;
    this.#regions.set(region, sum);
    this.#products.set(product, (this.#products.get(product) ?? 0) + count);
  }

  get regions(): Report['regions'] {
    return [...this.#regions].map(([region, sum]) => ({ region, ...sum })).sort((a, b) => b.cents - a.cents);
  }

  get best(): string {
    return [...this.#products].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  }
}

export async function importSales(file: string): Promise<Report> {
  const totals = new Totals();
  const refused: Report['refused'] = [];
  const limit = new Limit(PARALLEL);
  const stored: Promise<number>[] = [];
  let batch: Sale[] = [];

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const sales = batch;
    const number = stored.length + 1;
    batch = [];
    await limit.free(); // reads no further while all hands are full
    stored.push(limit.run(() => storeBatch(number, sales)));
  }

  let line = 0;
  for (let offset: number | null = 0; offset !== null; ) {
    const page: Page = await readPage(file, offset);
    for (const text of page.text.split('\n')) {
      line++;
      if (line === 1 || text === '') continue; // the header
      try {
        const sale = parseLine(text);
        totals.add(sale);
        batch.push(sale);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.push({ line, why: error.message });
      }
      if (batch.length === BATCH) await flush();
    }
    line--; // the page ends with a line's end
    offset = page.next;
  }
  await flush();

  const rows = (await Promise.all(stored)).reduce((sum, count) => sum + count, 0);
  return { rows, batches: stored.length, regions: totals.regions, best: totals.best, refused };
}
