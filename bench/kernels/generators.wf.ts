/** Generators: pipelines of lazy steps, a walk over a tree, delegation, an early end. */
interface Node_ {
  key: number;
  left: Node_ | null;
  right: Node_ | null;
}

function* range(from: number, to: number): Generator<number> {
  for (let i = from; i < to; i++) yield i;
}

function* filter<T>(items: Iterable<T>, test: (item: T) => boolean): Generator<T> {
  for (const item of items) if (test(item)) yield item;
}

function* map<T, U>(items: Iterable<T>, f: (item: T) => U): Generator<U> {
  for (const item of items) yield f(item);
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  if (count <= 0) return;
  for (const item of items) {
    yield item;
    if (--count === 0) return;
  }
}

function* inOrder(node: Node_ | null): Generator<number> {
  if (node === null) return;
  yield* inOrder(node.left);
  yield node.key;
  yield* inOrder(node.right);
}

interface State {
  root: Node_ | null;
  limit: number;
}

const insert = (node: Node_ | null, key: number): Node_ => {
  if (node === null) return { key, left: null, right: null };
  if (key < node.key) node.left = insert(node.left, key);
  else node.right = insert(node.right, key);
  return node;
};

export function setup(): State {
  let root: Node_ | null = null;
  for (let i = 0; i < 300; i++) root = insert(root, (i * 7919) % 1009);
  return { root, limit: 4000 };
}

export function work({ root, limit }: State): number {
  let sum = 0;
  for (const n of take(map(filter(range(0, 1_000_000), (i) => i % 3 === 0), (i) => i * 2), limit)) sum += n & 7;
  for (let i = 0; i < 10; i++) for (const key of inOrder(root)) sum += key;
  for (let i = 0; i < 500; i++) {
    const [first, second] = range(i, i + 10);
    sum += first! + second!;
  }
  return sum % 1_000_003;
}
