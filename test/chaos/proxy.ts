/**
 * A way to the database that fails: connections are cut, answers get lost on it, or questions, or both stand still for a while.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pause } from '../kill/journal.ts';
import type { Random } from '../support/random.ts';

interface Link {
  client: Socket;
  server: Socket;
  /** What still comes through. */
  asks: boolean;
  answers: boolean;
  /** What has not come through was something. */
  hasLost: boolean;
}

/** How long nothing is heard before a connection is found to be broken. */
const BROKEN_MS = 250;

export class Proxy {
  url = '';
  private readonly links = new Set<Link>();
  private readonly random: Random;
  private target!: URL;
  private server!: Server;

  constructor(random: Random) {
    this.random = random;
  }

  async listen(target: string): Promise<void> {
    this.lead(target);
    this.server = createServer((client) => this.link(client, connect(Number(this.target.port), this.target.hostname)));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    this.url = url.href;
  }

  /** From now on it leads there. */
  lead(target: string): void {
    this.target = new URL(target);
  }

  close(): void {
    this.server.close();
    this.cutAll();
  }

  private link(client: Socket, server: Socket): void {
    const link: Link = { client, server, asks: true, answers: true, hasLost: false };
    this.links.add(link);
    const carry = (what: 'asks' | 'answers', to: Socket) => (chunk: Buffer): void => {
      if (link[what]) to.write(chunk);
      else link.hasLost = true;
    };
    client.on('data', carry('asks', server));
    server.on('data', carry('answers', client));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.cut(link));
      socket.on('close', () => this.cut(link));
    }
  }

  private cut(link: Link): boolean {
    if (!this.links.delete(link)) return false;
    link.client.destroy();
    link.server.destroy();
    return true;
  }

  private pick(): Link | null {
    const links = [...this.links];
    return links.length === 0 ? null : this.random.pick(links);
  }

  // ——— What goes wrong; each returns whether it has ———

  cutAll(): boolean {
    return [...this.links].map((link) => this.cut(link)).includes(true);
  }

  cutOne(): boolean {
    const link = this.pick();
    return link !== null && this.cut(link);
  }

  /** What is asked on one arrives, what is answered does not; or the other way round. */
  async lose(what: 'asks' | 'answers'): Promise<boolean> {
    const link = this.pick();
    if (!link) return false;
    link[what] = false;
    await pause(this.random.below(BROKEN_MS));
    this.cut(link);
    return link.hasLost;
  }

  /** One stands still. */
  async stall(ms: number): Promise<boolean> {
    const link = this.pick();
    if (!link) return false;
    link.client.pause();
    link.server.pause();
    await pause(ms);
    link.client.resume();
    link.server.resume();
    return this.links.has(link);
  }
}
