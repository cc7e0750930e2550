/** Destructuring: parameters with defaults, rests, swaps, nested patterns, spreads of arrays and objects. */
interface Point {
  x: number;
  y: number;
  label?: string;
}

interface State {
  points: Point[];
  pairs: [number, number][];
}

export function setup(): State {
  const points: Point[] = [];
  const pairs: [number, number][] = [];
  for (let i = 0; i < 500; i++) {
    points.push(i % 3 === 0 ? { x: i, y: i * 2, label: `p${i % 7}` } : { x: i, y: i * 2 });
    pairs.push([i, (i * 31) % 500]);
  }
  return { points, pairs };
}

const scaled = ({ x, y, label = 'none' }: Point, { by = 2, shift: [dx, dy] = [1, 1] }: { by?: number; shift?: [number, number] } = {}): Point => ({
  x: x * by + dx,
  y: y * by + dy,
  label,
});

const total = (first: number, second: number, ...rest: number[]): number => rest.reduce((sum, n) => sum + n, first - second);

export function work({ points, pairs }: State): number {
  let sum = 0;
  for (let round = 0; round < 20; round++) {
    for (const point of points) {
      const { x, label, ...others } = scaled(point, round % 2 ? { by: 3 } : undefined);
      sum += x + label!.length + others.y;
    }
    for (let [a, b] of pairs) {
      if (a > b) [a, b] = [b, a];
      const [low, high, ...none] = [a, b];
      sum += total(high, low, a, b, ...none);
    }
    const copies = points.slice(0, 50).map((point) => ({ ...point, round }));
    const [{ x: first }, , { y: third, label: missing = 'x' }] = copies as unknown as [Point, Point, Point];
    sum += first + third + missing.length + Math.max(...copies.map(({ x }) => x));
  }
  return sum % 1_000_003;
}
