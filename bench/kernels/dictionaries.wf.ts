/** Dictionaries: words counted in an object, a Map and a Set. */
interface Counts {
  words: string[];
  object: Record<string, number>;
  map: Map<string, number>;
  seen: Set<string>;
}

export function setup(): Counts {
  const words: string[] = [];
  for (let i = 0; i < 3000; i++) words.push(`word${(i * 7919) % 611}`);
  return { words, object: {}, map: new Map(), seen: new Set() };
}

export function work(counts: Counts): number {
  const { words, map, seen } = counts;
  counts.object = {};
  map.clear();
  seen.clear();
  const { object } = counts;
  for (let round = 0; round < 5; round++) {
    for (const word of words) {
      object[word] = (object[word] ?? 0) + 1;
      map.set(word, (map.get(word) ?? 0) + 1);
      if (!seen.has(word)) seen.add(word);
    }
  }
  let total = 0;
  for (const [word, count] of map) total += count * word.length + object[word]!;
  return total + seen.size;
}
