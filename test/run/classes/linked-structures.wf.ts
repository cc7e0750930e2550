export declare function tick<T>(value?: T): Promise<T>;

class Node_ { next: Node_ | null = null; prev: Node_ | null = null; v; constructor(v: number) { this.v = v; } }
class List {
  head: Node_ | null = null; tail: Node_ | null = null; size = 0;
  push(v: number) { const n = new Node_(v); if (!this.tail) this.head = this.tail = n; else { n.prev = this.tail; this.tail = this.tail.next = n; } this.size++; return n; }
  remove(n: Node_) { if (n.prev) n.prev.next = n.next; else this.head = n.next; if (n.next) n.next.prev = n.prev; else this.tail = n.prev; this.size--; n.next = n.prev = null; }
  [Symbol.iterator]() { let at = this.head; return { next: () => { const n = at; at = at?.next ?? null; return n ? { value: n, done: false } : { value: undefined, done: true }; } }; }
}
export async function main() {
  const list = new List();
  const kept = [1, 2, 3, 4, 5].map((v) => list.push(v));
  await tick();
  for (const n of list as any as Iterable<Node_>) { await tick(); if (n.v % 2 === 0) { const dead = n; list.remove(dead); break; } }
  list.remove(kept[0]!);
  await tick();
  list.push(6).v *= 10;
  const back: number[] = [];
  for (let n = list.tail; n; n = n.prev) { back.push(n.v); await tick(); }
  console.log(back.join(), list.size, kept[1]!.next, [...(list as any)].length);
}

// expect: 60,5,4,3 4 null 4
// expect: returned undefined
