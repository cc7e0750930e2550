export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  let out = '';
  let n = 0;
  loop: while (true) {
    switch (await tick(n++)) {
      case 0: continue;
      case 1: out += 'one'; break;
      case 2: try { continue loop; } finally { out += 'f'; await tick(); }
      case 3: for (const x of 'ab') { if (x === 'b') continue loop; out += x; await tick(); }
      case 4: do { out += n; await tick(); break; } while (true);
      case 5: break loop;
    }
    out += ';';
  }
  console.log(out, n);
}

// expect: one;fa5 5
// expect: returned undefined
