/**
 * A way to the database that fails: connections are cut, answers get lost on it, or questions, or both stand still for a while.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Random } from '../support/random.ts';

interface Link {
  client: Socket;
  server: Socket;
  /** What still comes through. */
  asks: boolean;
  answers: boolean;
}

/** How long nothing is heard before a connection is found to be broken. */
const BROKEN_MS = 250;

export class Proxy {
  url = '';
  private readonly links = new Set<Link>();
  private readonly random: Random;
  private server!: Server;

  constructor(random: Random) {
    this.random = random;
  }

  async listen(target: string): Promise<void> {
    const { hostname, port } = new URL(target);
    this.server = createServer((client) => this.link(client, connect(Number(port), hostname)));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    this.url = url.href;
  }

  close(): void {
    this.server.close();
    this.cutAll();
  }

  private link(client: Socket, server: Socket): void {
    const link: Link = { client, server, asks: true, answers: true };
    this.links.add(link);
    client.on('data', (chunk) => link.asks && server.write(chunk));
    server.on('data', (chunk) => link.answers && client.write(chunk));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut(link));
      socket.on('close', () => this.cut(link));
    }
  }

  private cut(link: Link): void {
    if (!this.links.delete(link)) return;
    link.client.destroy();
    link.server.destroy();
  }

  cutAll(): void {
    for (const link of [...this.links]) this.cut(link);
  }

  private pick(): Link | undefined {
    const links = [...this.links];
    return links.length === 0 ? undefined : this.random.pick(links);
  }

  cutOne(): void {
    const link = this.pick();
    if (link) this.cut(link);
  }

  /** What is asked on one arrives, what is answered does not; or the other way round. */
  lose(what: 'asks' | 'answers'): void {
    const link = this.pick();
    if (!link) return;
    link[what] = false;
    setTimeout(() => this.cut(link), this.random.below(BROKEN_MS));
  }

  /** One stands still. */
  stall(ms: number): void {
    const link = this.pick();
    if (!link) return;
    link.client.pause();
    link.server.pause();
    setTimeout(() => {
      link.client.resume();
      link.server.resume();
    }, ms);
  }
}
