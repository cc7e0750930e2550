/**
 * Virtual time, and the one queue of everything that will happen. An event belongs to a process or to the world; of a
 * dead process nothing happens any more, and what a paused one would have done it does when it goes on.
 *
 * An event is delivered alone: before the next one, all promises are settled that it settles. So between two events
 * exactly one process has run, and that is whose host functions answer.
 */
import type { Timer } from '../../runtime/host.ts';

/** Whom an event belongs to. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** Until when it does nothing. */
  pausedUntil: number;
}

interface Event {
  at: number;
  order: number;
  owner: Owner | null;
  what: string;
  run: (() => void) | null;
}

export class Scheduler {
  /** ms since the beginning. */
  now = 0;
  /** Events that have happened. */
  steps = 0;
  private readonly heap: Event[] = [];
  private order = 0;
  private readonly deliver: (owner: Owner | null, run: () => void, what: string) => void;

  /** `deliver` runs an event in the name of its owner. */
  constructor(deliver: (owner: Owner | null, run: () => void, what: string) => void) {
    this.deliver = deliver;
  }

  after(ms: number, owner: Owner | null, what: string, run: () => void): Timer {
    const event: Event = { at: this.now + Math.max(0, ms), order: ++this.order, owner, what, run };
    this.push(event);
    return { cancel: () => (event.run = null) };
  }

  /** Delivers the next event. Returns false if there is none. */
  step(): boolean {
    for (let event = this.pop(); event; event = this.pop()) {
      const { owner, run } = event;
      if (run === null || owner?.alive === false) continue;
      if (owner && owner.pausedUntil > event.at) {
        // It keeps its place among what the process has missed.
        event.at = owner.pausedUntil;
        this.push(event);
        continue;
      }
      this.now = Math.max(this.now, event.at);
      this.steps++;
      event.run = null;
      this.deliver(owner, run, event.what);
      return true;
    }
    return false;
  }

  /** What is still to happen to an owner. */
  pending(owner: Owner): string[] {
    return this.heap.filter((event) => event.owner === owner && event.run !== null).map(({ what }) => what);
  }

  private push(event: Event): void {
    const { heap } = this;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  private pop(): Event | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}

const isBefore = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
