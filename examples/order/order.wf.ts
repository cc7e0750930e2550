/**
 * A saga in ordinary code: reserve, wait, charge, ship, and if something fails undo what was done, in reverse.
 */
import { channel } from 'perdure';

export interface Line {
  sku: string;
  count: number;
  /** Cents for one. */
  price: number;
}

export interface Order {
  id: string;
  customer: string;
  lines: Line[];
  /** How long the customer may still call it off, such as '30 minutes'. */
  grace: string;
}

export interface Receipt {
  order: string;
  lines: string[];
  /** Cents. */
  total: number;
  payment: string;
  tracking: string;
}

// What the outside world does. The app implements these; see effects.ts.
export declare function reserve(sku: string, count: number): Promise<string>;
export declare function release(reservation: string): Promise<void>;
export declare function charge(customer: string, cents: number): Promise<string>;
export declare function refund(payment: string): Promise<void>;
export declare function ship(order: string, reservations: string[]): Promise<string>;

/** The customer may call the order off, with a reason. */
export const cancellation = channel<string>('cancellation');

export class OutOfStock extends Error {
  readonly sku: string;
  constructor(sku: string) {
    super(`${sku} is out of stock`);
    this.name = 'OutOfStock';
    this.sku = sku;
  }
}

export class CardDeclined extends Error {
  override name = 'CardDeclined';
}

export class Cancelled extends Error {
  override name = 'Cancelled';
}

class Invoice {
  #lines = new Map<string, { count: number; price: number }>();

  add({ sku, count, price }: Line): void {
    const known = this.#lines.get(sku);
    if (known) known.count += count;
    else this.#lines.set(sku, { count, price });
  }

  get total(): number {
    let cents = 0;
    for (const { count, price } of this.#lines.values()) cents += count * price;
    return cents;
  }

  print(): string[] {
    return [...this.#lines].map(([sku, { count, price }]) => `${count} × ${sku} at ${(price / 100).toFixed(2)}`);
  }
}

export async function fulfil(order: Order): Promise<Receipt> {
  const undo: (() => Promise<void>)[] = [];
  const invoice = new Invoice();
  for (const line of order.lines) invoice.add(line);
  try {
    const reservations = await reserveAll(order.lines, undo);

    const reason = await cancellation.receive({ timeout: order.grace });
    if (reason !== undefined) throw new Cancelled(reason);

    const payment = await charge(order.customer, invoice.total);
    undo.push(() => refund(payment));

    const tracking = await ship(order.id, reservations);
    return { order: order.id, lines: invoice.print(), total: invoice.total, payment, tracking };
  } catch (error) {
    console.log(`${order.id} failed (${error}); undoing ${undo.length} steps`);
    while (undo.length > 0) await undo.pop()!();
    throw error;
  }
}

/** All at once. Waits for every one before it fails: a reservation that came later would never be released. */
async function reserveAll(lines: Line[], undo: (() => Promise<void>)[]): Promise<string[]> {
  const settled = await Promise.allSettled(
    lines.map(async ({ sku, count }) => {
      const reservation = await reserve(sku, count);
      undo.push(() => release(reservation));
      return reservation;
    }),
  );
  return settled.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
