export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  async function f() { try { return await tick(1); } finally { await tick(); return 2; } }
  async function g() { for (;;) { try { return await tick(1); } finally { await tick(); break; } } return 3; }
  async function h() { try { throw new Error('a'); } finally { await tick(); throw new Error('b'); } }
  async function i() { let n = 0; for (;;) { try { n++; if (n < 3) continue; return n; } finally { await tick(); } } }
  console.log(await f(), await g(), await h().catch((e) => e.message), await i());
}

// expect: 2 3 b 3
// expect: returned undefined
