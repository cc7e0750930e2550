/** Sorting: quicksort in place, the built-in sort with a comparison, a heap. */
interface Row {
  id: number;
  key: number;
  name: string;
}

export function setup(): { rows: Row[]; numbers: number[] } {
  const rows: Row[] = [];
  const numbers: number[] = [];
  for (let i = 0; i < 1500; i++) {
    rows.push({ id: i, key: 0, name: `row ${(i * 7919) % 1501}` });
    numbers.push(0);
  }
  return { rows, numbers };
}

function quicksort(values: number[], low: number, high: number): void {
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const held = values[i]!;
        values[i++] = values[j]!;
        values[j--] = held;
      }
    }
    quicksort(values, low, j);
    low = i;
  }
}

function heapPush(heap: Row[], row: Row): void {
  heap.push(row);
  let at = heap.length - 1;
  while (at > 0) {
    const up = (at - 1) >> 1;
    if (heap[up]!.key <= heap[at]!.key) return;
    [heap[up], heap[at]] = [heap[at]!, heap[up]!];
    at = up;
  }
}

export function work({ rows, numbers }: { rows: Row[]; numbers: number[] }): number {
  for (let i = 0; i < rows.length; i++) {
    numbers[i] = (i * 48_271) % 65_537;
    rows[i]!.key = (rows[i]!.id * 69_621) % 65_537;
  }
  quicksort(numbers, 0, numbers.length - 1);
  rows.sort((a, b) => a.key - b.key || a.id - b.id);
  const heap: Row[] = [];
  for (const row of rows) heapPush(heap, row);
  const named = rows.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return numbers[700]! + rows[700]!.id + heap[3]!.key + named[5]!.id;
}
