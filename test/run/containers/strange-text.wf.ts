export declare function tick<T>(value?: T): Promise<T>;

class Odd {
  ['\u0000field'] = '\ud800';
  ['\udfffmethod']() {
    return '\u0000';
  }
}

const codes = (text: string): string => [...Array(text.length).keys()].map((i) => text.charCodeAt(i).toString(16)).join('.');

export async function main() {
  const error: any = new TypeError('\u0000\ud800', { cause: '\\u0000' });
  error['\u0000'] = '\\';
  const held = { symbol: Symbol.for('\u0000'), regexp: new RegExp('[\u0000\ud800]', 'g'), odd: new Odd(), error, map: new Map([['\u0000', '\ud800']]) };
  const dictionary: any = {};
  for (let i = 0; i < 80; i++) dictionary[`key ${i}`] = i;
  await tick();
  dictionary['\u0000'] = '\u0000';
  held.map.set('\ud800', '\u0000');
  const back = await tick({ '\u0000': ['\ud800', '\\u0000'] });
  delete dictionary['\u0000'];
  dictionary['\\u0000'] = codes(back['\u0000'].join());
  await tick('\u0000');
  console.log(held.symbol === Symbol.for('\u0000'), codes(held.regexp.source), held.regexp.test('\u0000'));
  console.log(codes((held.odd as any)['\u0000field']), codes((held.odd as any)['\udfffmethod']()));
  console.log(codes(error.message), codes(error.cause), codes(error['\u0000']));
  console.log([...held.map].flat().map(codes).join(' '), Object.keys(dictionary).length, '\u0000' in dictionary, dictionary['\\u0000']);
}

// expect: true 5b.0.d800.5d true
// expect: d800 0
// expect: 0.d800 5c.75.30.30.30.30 5c
// expect: 0 d800 d800 0 81 false d800.2c.5c.75.30.30.30.30
// expect: returned undefined
