/**
 * A workflow module of any length, of the code that people write: types, effects, classes, sagas with undo, loops over
 * pages with retries, fan-out, approval with timers, pure helpers. The parts are written once and numbered.
 */

const HEADER = `import { channel, sleep } from 'perdure';
`;

/** One part; `n` tells it from the others. */
const part = (n: number): string => `
export interface Line${n} {
  sku: string;
  count: number;
  /** Cents for one. */
  price: number;
}

export interface Order${n} {
  id: string;
  customer: { name: string; email: string };
  lines: Line${n}[];
  tags?: Record<string, string>;
}

export declare function reserve${n}(sku: string, count: number): Promise<string>;
export declare function release${n}(reservation: string): Promise<void>;
export declare function charge${n}(customer: string, cents: number): Promise<{ id: string; ok: boolean }>;
export declare function readPage${n}(file: string, offset: number): Promise<{ rows: string[]; next: number | null }>;

export const cancelled${n} = channel<{ reason: string }>('cancelled${n}');

export class OutOfStock${n} extends Error {
  readonly sku: string;
  constructor(sku: string, readonly missing = 1) {
    super(\`\${sku} is out of stock: \${missing} missing\`);
    this.name = 'OutOfStock${n}';
    this.sku = sku;
  }
}

class Basket${n} {
  #lines = new Map<string, Line${n}>();
  static readonly max = 100 + ${n};

  add(line: Line${n}): this {
    const known = this.#lines.get(line.sku);
    if (known) known.count += line.count;
    else if (this.#lines.size < Basket${n}.max) this.#lines.set(line.sku, { ...line });
    return this;
  }

  get total(): number {
    let cents = 0;
    for (const { count, price } of this.#lines.values()) cents += count * price;
    return cents;
  }

  *[Symbol.iterator]() {
    yield* this.#lines.values();
  }

  async reserve(undo: (() => Promise<void>)[]): Promise<string[]> {
    const out: string[] = [];
    for (const { sku, count } of this.#lines.values()) {
      const reservation = await reserve${n}(sku, count);
      undo.push(() => release${n}(reservation));
      out.push(reservation);
    }
    return out;
  }
}

function discount${n}(order: Order${n}, percent = 10): number {
  const { lines, tags = {} } = order;
  const sum = lines.reduce((cents, { count, price }) => cents + count * price, 0);
  switch (tags.kind) {
    case 'gift':
      return 0;
    case 'staff':
      return Math.round((sum * (percent + 20)) / 100);
    default:
      return sum > 10_000 ? Math.round((sum * percent) / 100) : 0;
  }
}

export async function fulfil${n}(order: Order${n}): Promise<{ id: string; total: number }> {
  const undo: (() => Promise<void>)[] = [];
  const basket = new Basket${n}();
  for (const line of order.lines) basket.add(line);
  try {
    const reservations = await basket.reserve(undo);
    if (reservations.length < order.lines.length) throw new OutOfStock${n}(order.lines[0]!.sku);
    const cancel = await cancelled${n}.receive({ timeout: '2 days' });
    if (cancel) throw new Error(cancel.reason);
    const total = basket.total - discount${n}(order);
    const payment = await charge${n}(order.customer.email, total);
    if (!payment.ok) throw new Error(\`\${order.customer.name} could not pay \${(total / 100).toFixed(2)}\`);
    return { id: payment.id, total };
  } catch (error) {
    while (undo.length > 0) await undo.pop()!();
    throw error;
  } finally {
    console.log('done', order.id, basket.total);
  }
}

export async function importAll${n}(files: string[], parallel = 4): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  const refused: { file: string; row: number; why: string }[] = [];
  async function read(file: string): Promise<number> {
    let row = 0;
    for (let offset: number | null = 0; offset !== null; ) {
      const page: { rows: string[]; next: number | null } = await readPage${n}(file, offset);
      for (const text of page.rows) {
        row++;
        const [name = '', amount] = text.split(',').map((cell) => cell.trim());
        if (name === '' || Number.isNaN(Number(amount))) {
          refused.push({ file, row, why: name === '' ? 'no name' : \`\${amount} is no number\` });
          continue;
        }
        sums.set(name, (sums.get(name) ?? 0) + Number(amount));
      }
      offset = page.next;
    }
    return row;
  }
  for (let i = 0; i < files.length; i += parallel) {
    const rows = await Promise.all(files.slice(i, i + parallel).map((file) => retry${n}(() => read(file))));
    console.log(rows.join(', '), refused.length);
  }
  return sums;
}

async function retry${n}<T>(step: () => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (attempt >= attempts || !(error instanceof Error)) throw error;
      await sleep(1000 * 2 ** attempt);
    }
  }
}
`;

/** A module of at least so many lines. */
export function typicalModule(lines: number): string {
  let text = HEADER;
  for (let n = 1; text.split('\n').length <= lines; n++) text += part(n);
  return text;
}
