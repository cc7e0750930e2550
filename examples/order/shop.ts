/**
 * The shop's service, as an HTTP server on loopback: stock, payments, and a courier. Flaky on purpose.
 *
 * Of the calls, one in four is refused with 503, and one in four is carried out but its answer is lost (503 as
 * well). Calls with an idempotency key that was seen before get the first answer; the courier looks at no keys, so
 * none of its answers is lost here.
 *
 *     node --import tsx examples/order/shop.ts [port]
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';

export interface ShopState {
  stock: Record<string, number>;
  reservations: Record<string, { sku: string; count: number }>;
  charges: Record<string, { customer: string; cents: number }>;
  parcels: Record<string, { order: string }>;
  /** Calls that were begun, answered or not. */
  begun: Record<string, number>;
}

interface Answer {
  status: number;
  body: object;
}

export interface ShopOptions {
  /** How long a payment and a courier take. */
  slowMs?: number;
}

export class Shop {
  readonly state: ShopState = {
    stock: { tea: 100, cup: 100, pot: 3 },
    reservations: {},
    charges: {},
    parcels: {},
    begun: {},
  };
  private readonly answers = new Map<string, Answer>();
  private readonly slowMs: number;
  private calls = 0;
  private ids = 0;

  constructor({ slowMs = 0 }: ShopOptions = {}) {
    this.slowMs = slowMs;
  }

  async answer(path: string, key: string | undefined, body: Record<string, unknown>): Promise<Answer> {
    this.state.begun[path] = (this.state.begun[path] ?? 0) + 1;
    const luck = this.calls++ % 4;
    if (luck === 1) return { status: 503, body: { error: 'try again later' } };
    if (path === '/parcels') return this.handle(path, body);
    const known = key === undefined ? undefined : this.answers.get(key);
    const answer = known ?? (await this.handle(path, body));
    if (key !== undefined) this.answers.set(key, answer);
    return luck === 3 ? { status: 503, body: { error: 'the answer was lost' } } : answer;
  }

  private async handle(path: string, body: Record<string, unknown>): Promise<Answer> {
    const { stock, reservations, charges, parcels } = this.state;
    switch (path) {
      case '/reservations': {
        const { sku, count } = body as { sku: string; count: number };
        if ((stock[sku] ?? 0) < count) return { status: 409, body: { error: sku } };
        stock[sku]! -= count;
        return this.record(reservations, 'res', { sku, count });
      }
      case '/releases': {
        const { sku, count } = reservations[body.id as string]!;
        stock[sku]! += count;
        delete reservations[body.id as string];
        return { status: 200, body: {} };
      }
      case '/charges': {
        const { customer, cents } = body as { customer: string; cents: number };
        if (customer === 'mallory') return { status: 402, body: { error: 'the card is stolen' } };
        const answer = this.record(charges, 'pay', { customer, cents });
        await this.slowly();
        return answer;
      }
      case '/refunds':
        delete charges[body.id as string];
        return { status: 200, body: {} };
      case '/parcels': {
        const answer = this.record(parcels, 'parcel', { order: body.order as string });
        await this.slowly();
        return answer;
      }
      default:
        return { status: 404, body: { error: 'no such thing' } };
    }
  }

  private record<T>(table: Record<string, T>, prefix: string, row: T): Answer {
    const id = `${prefix}-${++this.ids}`;
    table[id] = row;
    return { status: 200, body: { id } };
  }

  private slowly(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.slowMs));
  }
}

/** Serves the shop on 127.0.0.1. `GET /` tells its state. */
export async function serve(shop: Shop, port = 0): Promise<{ url: string; server: Server }> {
  const server = createServer((request, response) => void respond(shop, request, response));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

async function respond(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { status, body } =
    request.method === 'GET'
      ? { status: 200, body: shop.state }
      : await shop.answer(request.url ?? '/', request.headers['idempotency-key'] as string | undefined, JSON.parse(text));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { url } = await serve(new Shop({ slowMs: Number(process.env.SHOP_SLOW_MS ?? 0) }), Number(process.argv[2] ?? 8080));
  console.log(url);
}
