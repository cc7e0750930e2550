export declare function tick<T>(value?: T): Promise<T>;

export async function main() {
  const words = 'The quick brown fox'.split(' ');
  await tick();
  const title = words.map((w, i) => (i % 2 ? w.toUpperCase() : w.padEnd(6, '.'))).join('|');
  const n = Number('12.5'), parts = [n.toFixed(2), n.toString(2), (255).toString(16), parseInt('12px'), parseFloat('.5e1'), Number(''), Number(null), Math.round(-0.5), Math.hypot(3, 4), (1e21).toLocaleString === undefined];
  await tick();
  console.log(title, parts.join(), Object.is(parts[7], -0), Number.MAX_SAFE_INTEGER + 2, 0.1 * 3, (25).toString(36), (1234.5678).toPrecision(6), Number.isInteger(5.0), isNaN('x' as any), encodeURIComponent('a b&\u{1f600}'));
  const text = 'ab\u0301c';
  console.log(text.normalize('NFC').length, [...text].length, 'abc'.localeCompare('abd'), 'x'.codePointAt(0), String.fromCodePoint(0x1f600, 65), 'a-b-c'.replaceAll('-', '+'), ' trim '.trim().at(-1), 'abc'.substring(2, 0), 'abc'.slice(-2, -1), String.raw({ raw: ['x', 'y'] }, 1), 'aXbX'.lastIndexOf('X'), 'abc'.concat('d', 1 as any), BigInt.asIntN(8, 255n).toString());
}

// expect: The...|QUICK|brown.|FOX 12.50,1100.1,ff,12,5,0,0,0,5,false true 9007199254740992 0.30000000000000004 p 1234.57 true true a%20b%26%F0%9F%98%80
// expect: 4 4 -1 120 😀A a+b+c m ab b x1y 3 abcd1 -1
// expect: returned undefined
