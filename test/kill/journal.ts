/**
 * The outside world of workers that are killed: it lives in the test's process, so no kill touches it. What it has recorded
 * has happened, and nothing else has.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../support/random.ts';

export interface Happening {
  /** The idempotency key: run uid and request number. */
  key: string;
  attempt: number;
  effect: string;
  run: string;
  step: number;
  amount?: number;
  value: number;
}

export class Journal {
  readonly happenings: Happening[] = [];
  private readonly refused = new Set<string>();
  private readonly random: Random;
  private underWay = 0;
  private server!: Server;
  url = '';

  constructor(random: Random) {
    this.random = random;
  }

  async listen(): Promise<void> {
    this.server = createServer((request, response) => void this.respond(request, response));
    // Closed by the server in the moment in which a worker asks, a connection would look like an effect that has failed.
    this.server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Resolves when all that was asked has been recorded. */
  async idle(): Promise<void> {
    do await pause(20);
    while (this.underWay > 0);
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.underWay++;
    try {
      let text = '';
      for await (const chunk of request) text += chunk;
      const asked = JSON.parse(text) as Omit<Happening, 'value'>;
      await pause(this.random.below(12));
      const answer = this.happen(asked);
      await pause(this.random.below(12));
      response.end(JSON.stringify(answer));
    } catch {
      // The worker died while it was asking: nothing has happened.
    } finally {
      this.underWay--;
    }
  }

  private happen(asked: Omit<Happening, 'value'>): { value: number } | { refused: true } {
    if (asked.effect === 'moody' && !this.refused.has(asked.key)) {
      this.refused.add(asked.key);
      return { refused: true };
    }
    const value = asked.effect === 'note' ? asked.step + 1 : asked.amount! * 3;
    this.happenings.push({ ...asked, value });
    return { value };
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
