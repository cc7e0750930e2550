/** Runs that wait: for an effect, a message, a moment. */
import { channel, sleep } from 'perdure';

export declare function seen(what: string): Promise<void>;

export const go = channel<number>('go');

/** Tells when it begins. */
export async function begins(): Promise<void> {
  await seen('begun');
}

/** Tells when a message has come. */
export async function receives(): Promise<void> {
  await go.receive();
  await seen('received');
}

/** Tells when a moment has come: ms since 1970. */
export async function sleeps(until: number): Promise<void> {
  await sleep(new Date(until));
  await seen('woken');
}

/** What the sleepers of other engines are measured with: a customer, an order of three lines, a wait. */
export async function reminds(customer: string, until: number): Promise<string> {
  const order = { customer, lines: [1, 2, 3], total: 42 };
  await sleep(new Date(until));
  return `${order.customer} ${order.total}`;
}
