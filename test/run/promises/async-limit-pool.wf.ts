export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let running = 0, peak = 0;
  const queue = Array.from({ length: 7 }, (_, i) => i);
  const done: number[] = [];
  const work = async () => {
    for (let n; (n = queue.shift()) !== undefined; ) {
      peak = Math.max(peak, ++running);
      try { await tick(n); if (n === 4) throw new Error('four'); done.push(n); } catch (e) { done.push(-n); } finally { running--; }
    }
  };
  await Promise.all([work(), work(), work()]);
  console.log(done.sort((a, b) => a - b).join(), peak, running, queue.length);
}

// expect: -4,0,1,2,3,5,6 3 0 0
// expect: returned undefined
