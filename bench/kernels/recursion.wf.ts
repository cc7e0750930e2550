/** Recursion: a search tree grows and is walked, queens are placed, Ackermann climbs. */
interface Tree {
  key: number;
  count: number;
  left: Tree | null;
  right: Tree | null;
}

function insert(tree: Tree | null, key: number): Tree {
  if (!tree) return { key, count: 1, left: null, right: null };
  if (key === tree.key) tree.count++;
  else if (key < tree.key) tree.left = insert(tree.left, key);
  else tree.right = insert(tree.right, key);
  return tree;
}

const depth = (tree: Tree | null): number => (tree ? 1 + Math.max(depth(tree.left), depth(tree.right)) : 0);

function queens(size: number, row: number, columns: number, left: number, right: number): number {
  if (row === size) return 1;
  let found = 0;
  for (let free = ~(columns | left | right) & ((1 << size) - 1); free !== 0; free &= free - 1) {
    const place = free & -free;
    found += queens(size, row + 1, columns | place, (left | place) << 1, (right | place) >> 1);
  }
  return found;
}

const ackermann = (m: number, n: number): number =>
  m === 0 ? n + 1 : n === 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));

export function setup(): { tree: Tree } {
  return { tree: insert(null, 5000) };
}

export function work(state: { tree: Tree }): number {
  let key = 1;
  for (let i = 0; i < 4000; i++) {
    key = (key * 48_271) % 65_537;
    state.tree = insert(state.tree, key % 1000);
  }
  return depth(state.tree) + queens(7, 0, 0, 0, 0) + ackermann(2, 40);
}
