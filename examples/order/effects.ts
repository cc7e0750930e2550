/**
 * The effects of the order workflow: calls to the shop's HTTP service.
 */
import { effectContext, type Implementations, type RetryPolicy } from 'perdure/engine';
import * as orders from './order.wf.ts';

/** The service could not answer; another attempt may succeed. */
class Unavailable extends Error {
  override name = 'Unavailable';
}

/** Only an unavailable service is worth another attempt: a declined card stays declined. */
const retry: RetryPolicy = {
  attempts: 8,
  delay: '100ms',
  delayMax: '2 seconds',
  when: (error) => error instanceof Unavailable,
};

export function effectsFor(shop: string): Implementations<typeof orders> {
  async function call(path: string, body: object): Promise<string> {
    const { idempotencyKey, signal } = effectContext();
    const response = await fetch(`${shop}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(body),
      signal,
    });
    const { id, error = '' } = (await response.json()) as { id: string; error?: string };
    switch (response.status) {
      case 200:
        return id;
      case 402:
        throw new orders.CardDeclined(error);
      case 409:
        throw new orders.OutOfStock(error);
      case 503:
        throw new Unavailable(`POST ${path}: ${error}`);
      default:
        throw new Error(`POST ${path} answered ${response.status}: ${error}`);
    }
  }
  const undo = async (path: string, id: string): Promise<void> => void (await call(path, { id }));

  // The service knows the key of a call it has seen and answers as before, so these may be made again.
  const again = { idempotent: true, retry, timeout: '10 seconds' };
  return {
    reserve: { ...again, run: (sku, count) => call('/reservations', { sku, count }) },
    release: { ...again, run: (reservation) => undo('/releases', reservation) },
    charge: { ...again, run: (customer, cents) => call('/charges', { customer, cents }) },
    refund: { ...again, run: (payment) => undo('/refunds', payment) },
    // The courier knows no keys: a second call sends a second parcel. If nobody knows whether the first one
    // arrived, a person decides.
    ship: { retry, run: (order, reservations) => call('/parcels', { order, reservations }) },
  };
}
