/**
 * What a run is doing, from its stored state alone: tasks with their stacks in source terms, the variables of every
 * frame, what it waits for, what has arrived. At its last cycle or at any before.
 */
import type { StateDocument, Json, RequestDocument } from '../codec/format.ts';
import { text as textOf } from '../codec/parts.ts';
import { CorruptState, PerdureError } from '../errors.ts';
import type { LoadedRun } from '../store/log.ts';
import type { StoredRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import type { Artifact } from './artifact.ts';
import { RUN } from '../machine/scope.ts';
import { foldHistory } from './history.ts';
import { attemptsOf, type ShownAttempts } from './inspect-attempts.ts';
import { showDocument } from './show-document.ts';
import { localsOf, showValue, type ShowLimits } from './show-value.ts';

export interface ShownFrame {
  /** The function's name for people, and where it waits. */
  name: string;
  file: string;
  line: number;
  column: number;
  /** The source line it waits in. */
  source: string | null;
  locals: { name: string; value: string }[];
}

export interface ShownTask {
  /** Innermost first. */
  frames: ShownFrame[];
  /** The request it waits for. */
  waitsFor: number;
}

export interface ShownRequest extends ShownAttempts {
  number: number;
  kind: 'effect' | 'sleep' | 'receive' | 'start' | 'tell' | 'child' | 'cancellation' | 'timeout';
  /** `src/order.wf.ts#charge`, the channel's name, the id of a child. */
  name: string;
  args: string | null;
  /** ms since 1970. */
  since: number;
  due: number | null;
  /** It was told to stop. */
  cancelled: boolean;
  /** The scope it belongs to; null: the run itself. */
  scope: number | null;
}

export interface ShownScope {
  number: number;
  /** The scope around; null: the run itself. */
  in: number | null;
  /** Tasks and scopes in it that are under way. */
  open: number;
  cancelled: { reason: string | null } | null;
}

export interface Inspection {
  seq: number;
  scopes: ShownScope[];
  /** It was cancelled; with the reason, if there was one. */
  cancelled: { reason: string | null } | null;
  tasks: ShownTask[];
  requests: ShownRequest[];
  /** What was sent and is not yet taken in, as it is stored; none at a past cycle. */
  inbox: LoadedRun['inbox'];
  channels: { name: string; messages: string[] }[];
  /** Variables of the modules' top level. */
  modules: { id: string; locals: { name: string; value: string }[] }[];
}

type Record_ = Record<string, Json>;

export interface InspectOptions {
  /** A past cycle. Default: the last. */
  at?: number;
  limits?: Partial<ShowLimits>;
}

export async function inspectRun(store: Store, run: StoredRun, options: InspectOptions = {}): Promise<Inspection> {
  const { image, log, inbox } = options.at === undefined ? await store.log.load(run.uid) : { ...(await store.log.loadAt(run.uid, options.at)), inbox: [] };
  const { state, seq } = foldHistory(image, log);
  if (options.at !== undefined && seq !== options.at) {
    throw new PerdureError('no_such_cycle', `The run '${run.id}' has no cycle ${options.at}; its last is ${seq}.`);
  }
  const content = await store.artifacts.load(run.artifact);
  const artifact = content === null ? null : (JSON.parse(content) as Artifact);
  const claims = options.at === undefined ? await store.claims.of(run.uid) : [];
  const errands = options.at === undefined ? await store.errands.ofRun(run.uid) : [];
  const view = new View(state, artifact, options.limits ?? {});
  return {
    seq,
    cancelled: view.cancelled(RUN),
    scopes: view.scopes(),
    tasks: view.tasks(),
    requests: await Promise.all(
      Object.entries(state.requests).map(async ([n, document]) => {
        const own = claims.filter((claim) => claim.request === Number(n));
        const errand = errands.find(({ request }) => request === Number(n)) ?? null;
        const begun = 'effect' in document && (errand === null || errand.worker !== null) ? 1 : 0;
        return { ...view.request(Number(n), document), ...(await attemptsOf(own, errand, begun, store, options.limits)) };
      }),
    ),
    inbox,
    channels: view.channels(),
    modules: view.modules(),
  };
}

class View {
  private readonly state: StateDocument;
  private readonly artifact: Artifact | null;
  private readonly limits: Partial<ShowLimits>;

  constructor(state: StateDocument, artifact: Artifact | null, limits: Partial<ShowLimits>) {
    this.state = state;
    this.artifact = artifact;
    this.limits = limits;
  }

  private show(value: Json | undefined): string {
    return showValue(value, this.state.heap, this.limits);
  }

  scopes(): ShownScope[] {
    return Object.entries(this.state.scopes).flatMap(([key, { in: around, open }]) => {
      const number = Number(key);
      return number === RUN ? [] : [{ number, in: around ?? null, open: open ?? 0, cancelled: this.cancelled(number) }];
    });
  }

  cancelled(number: number): Inspection['cancelled'] {
    let cancel = this.state.scopes[number]?.cancel;
    if (cancel && 'by' in cancel) cancel = this.state.scopes[cancel.by]?.cancel;
    return cancel && !('by' in cancel) ? { reason: cancel.reason === undefined ? null : textOf(cancel.reason, 'reason') } : null;
  }

  tasks(): ShownTask[] {
    return Object.entries(this.state.requests).flatMap(([n, { to }]) => (to === null ? [] : [{ waitsFor: Number(n), frames: this.stack({ '@': to }) }]));
  }

  /** The frames from whoever gets an outcome up to the workflow. */
  private stack(to: Json): ShownFrame[] {
    const frames: ShownFrame[] = [];
    const seen = new Set<string>();
    let next: Json | undefined = to;
    while (next !== undefined && frames.length < 1000) {
      const id = String((next as { '@'?: number } | null)?.['@'] ?? '');
      const record = this.state.heap[id] as Record_ | undefined;
      if (!record || seen.has(id)) break;
      seen.add(id);
      if ('frame' in record) {
        frames.push(this.frame(record, `heap.${id}`));
        next = record.up;
      } else {
        next = this.listener(record);
      }
    }
    return frames;
  }

  /** Who listens to a promise: the frame that awaits it, through combinators, handlers and async generators. */
  private listener(record: Record_): Json | undefined {
    if (Array.isArray(record.then)) {
      for (const reaction of record.then as Record_[]) {
        const next = reaction.frame ?? reaction.forward ?? reaction.element ?? reaction.to ?? this.state.scopes[String(reaction.body)]?.to;
        if (next !== undefined) return next;
      }
    }
    if ('all' in record) return record.to;
    // The frame of an async generator answers whoever asked first.
    return Array.isArray(record.queue) ? (record.queue[0] as Record_ | undefined)?.to : undefined;
  }

  private frame(record: Record_, path: string): ShownFrame {
    if (typeof record.frame !== 'string') throw new CorruptState(`${path}.frame`, 'a string was expected');
    const [file = '', name = ''] = record.frame.split('#', 2) as [string, string];
    const module = this.artifact?.modules.find((m) => m.id === file);
    const label = module?.manifest.functions[record.frame]?.labels?.find((l) => l.name === record.at);
    const line = label?.line ?? 0;
    return {
      name: record.frame.slice(file.length + 1) || name,
      file,
      line,
      column: label?.column ?? 0,
      source: module?.map?.sourcesContent?.[0]?.split('\n')[line - 1]?.trim() ?? null,
      locals: localsOf((record.slots ?? {}) as Record_, this.state.heap).map((local) => ({ name: local.name, value: this.show(local.value) })),
    };
  }

  request(number: number, document: RequestDocument): Omit<ShownRequest, keyof ShownAttempts> {
    const since = document.at;
    const cancelled = 'cancelled' in document && document.cancelled !== undefined;
    const scope = 'in' in document ? (document.in ?? null) : null;
    if ('effect' in document) {
      return { number, kind: 'effect', name: document.effect, args: showDocument(document.args, this.limits), since, due: null, cancelled, scope };
    }
    if ('sleep' in document) return { number, kind: 'sleep', name: 'sleep', args: null, since, due: document.sleep, cancelled, scope };
    if ('cancelling' in document) return { number, kind: 'cancellation', name: 'cancellation', args: null, since, due: document.until, cancelled, scope };
    if ('start' in document) {
      return { number, kind: 'start', name: document.start, args: showDocument(document.args, this.limits), since, due: null, cancelled, scope };
    }
    if ('tell' in document) {
      const what = 'channel' in document.entry ? `message ${document.entry.channel}` : 'cancel';
      return { number, kind: 'tell', name: what, args: null, since, due: null, cancelled, scope };
    }
    if ('result' in document) return { number, kind: 'child', name: this.childName(document.result), args: null, since, due: null, cancelled, scope };
    if ('cancels' in document) return { number, kind: 'timeout', name: 'timeout', args: null, since, due: document.until, cancelled, scope: document.cancels };
    return { number, kind: 'receive', name: document.receive, args: null, since, due: document.until ?? null, cancelled, scope };
  }

  private childName(number: number): string {
    const child = this.state.children[number];
    return child ? textOf(child.id, 'child') : `#${number}`;
  }

  channels(): Inspection['channels'] {
    return Object.entries(this.state.channels).map(([name, reference]) => {
      const record = this.state.heap[String((reference as { '@': number })['@'])] as { a?: Json[] } | undefined;
      return { name, messages: (record?.a ?? []).map((message) => this.show(message)) };
    });
  }

  modules(): Inspection['modules'] {
    return Object.entries(this.state.modules).map(([id, reference]) => ({
      id,
      locals: localsOf({ $env: reference }, this.state.heap).map((local) => ({ name: local.name, value: this.show(local.value) })),
    }));
  }
}
