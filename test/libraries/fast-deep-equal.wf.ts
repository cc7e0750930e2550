// utilities: fast-deep-equal@3.1.3
import equal from 'fast-deep-equal';
export async function main() {
  return equal({ a: 1 }, { a: 1 });
}
