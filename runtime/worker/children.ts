/**
 * What runs ask of the outside for their children: to start them, to tell them something. Each is done until it is done, and
 * does no harm when it is done twice: by a worker that takes the run over, it is.
 */
import type { InboxEntry } from '../engine/inbox.ts';
import type { StartRequest, TellRequest } from '../codec/format.ts';
import { errorDocument } from '../codec/outcome.ts';
import { CANCEL_WAIT_MS, cancelRun, sendMessage } from '../control.ts';
import { startChild, type Parent } from '../control/child.ts';
import { endChild, endOrphans } from '../control/terminate.ts';
import type { Child } from '../engine/children.ts';
import { CorruptState, PerdureError } from '../errors.ts';
import { host } from '../host.ts';
import { hostProgram } from '../publish.ts';
import { StoreError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import { Pauses } from './pauses.ts';

/** What comes of it, as it arrives at the run that asked. */
export type FamilyNews = Extract<InboxEntry, { kind: 'started' | 'told' | 'result' | 'failure' }>;

/** Runs that one look takes care of. */
const OWING_MAX = 100;

export class Children {
  private readonly store: Store;
  private readonly arrive: (uid: string, news: FamilyNews) => void;
  /** How much is under way for each run. */
  private readonly busy = new Map<string, number>();
  private readonly pauses = new Pauses();

  constructor(store: Store, arrive: (uid: string, news: FamilyNews) => void) {
    this.store = store;
    this.arrive = arrive;
  }

  isBusy(uid: string): boolean {
    return this.busy.has(uid);
  }

  stop(): void {
    this.pauses.endAll();
  }

  start(parent: Parent, request: number, document: StartRequest): void {
    void this.perform(parent.uid, request, async () => {
      const { id, uid } = await startChild(this.store, parent, request, document);
      return { kind: 'started', request, id, uid };
    });
  }

  tell(parent: string, request: number, { tell: uid, entry }: TellRequest): void {
    void this.perform(parent, request, async () => {
      if ('cancel' in entry) await cancelRun(this.store, { uid }, { reason: entry.cancel.reason, graceMs: CANCEL_WAIT_MS });
      else await sendMessage(this.store, { uid }, { channel: entry.channel, value: entry.value, key: `${parent}:${request}` });
      return { kind: 'result', request, value: { $: 'undefined' } };
    });
  }

  /** Tells a child to stop, because its parent ends or no longer wants it. One that has ended need not be told. */
  end(parent: string, { number, uid, stopping }: Child): void {
    void this.perform(parent, number, async () => {
      await endChild(this.store, uid, stopping!, 'its parent has ended it');
      return { kind: 'told', request: number };
    });
  }

  /** Puts the end of a child into its parent's inbox. If that fails, a look does it. */
  async tellParent(uid: string): Promise<void> {
    if (await this.store.families.tellParent(uid)) this.store.sql.announce();
  }

  /** Tells parents and children what nobody has told them. */
  async look(): Promise<void> {
    for (const uid of await this.store.families.owing(OWING_MAX)) await this.tellParent(uid);
    for (const uid of await this.store.families.orphaned(OWING_MAX)) await this.endOrphans(uid);
  }

  private async endOrphans(uid: string): Promise<void> {
    try {
      await endOrphans(this.store, uid);
    } catch (error) {
      if (!(error instanceof CorruptState)) throw error;
      host.warn(`perdure: what becomes of the children of run ${uid}, which was terminated, cannot be read; they are left: ${error.message}`);
      await this.store.families.orphansTold(uid);
    }
  }

  private async perform(uid: string, request: number, body: () => Promise<FamilyNews>): Promise<void> {
    this.busy.set(uid, (this.busy.get(uid) ?? 0) + 1);
    const news = await this.pauses.keepTrying(() => body().catch((error: unknown) => finalNews(request, error)));
    const left = this.busy.get(uid)! - 1;
    if (left > 0) this.busy.set(uid, left);
    else this.busy.delete(uid);
    if (news) this.arrive(uid, news);
  }
}

/** What the run hears of an error that another try would not mend; as the program sees it, nothing of its own code has thrown it. */
function finalNews(request: number, error: unknown): FamilyNews {
  if (!(error instanceof PerdureError) || (error instanceof StoreError && error.kind !== 'refused')) throw error;
  error.stack = String(error);
  return { kind: 'failure', request, error: errorDocument(error, hostProgram) };
}

