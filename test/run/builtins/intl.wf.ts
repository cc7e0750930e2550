// Formatters of Intl kept across waits; locale and time zone are en-US and UTC where the program names none.
export declare function tick<T>(value?: T): Promise<T>;

const money = new Intl.NumberFormat('de-DE', { style: 'currency', currency: 'EUR' });

export async function main() {
  const when = new Date(Date.UTC(2024, 1, 29, 23, 5, 7));
  const numbers = [
    new Intl.NumberFormat(),
    new Intl.NumberFormat('en-IN', { maximumFractionDigits: 1 }),
    new Intl.NumberFormat('en', { notation: 'compact' }),
    new Intl.NumberFormat('en', { style: 'unit', unit: 'liter', unitDisplay: 'long' }),
    new Intl.NumberFormat('en', { style: 'percent', minimumSignificantDigits: 3, signDisplay: 'always' }),
    new Intl.NumberFormat('ar-EG', { useGrouping: false }),
    Intl.NumberFormat(['xx', 'fr']),
  ];
  const dates = [
    new Intl.DateTimeFormat(),
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short' }),
    new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', hour12: false, timeZone: 'America/New_York', timeZoneName: 'short' }),
    new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'short', year: 'numeric', month: 'long', weekday: 'long' }),
    new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', fractionalSecondDigits: 2, dayPeriod: 'short' }),
  ];
  const collator = new Intl.Collator('sv', { numeric: true, sensitivity: 'base' });
  const plural = new Intl.PluralRules('en', { type: 'ordinal' });
  const list = new Intl.ListFormat('en', { type: 'disjunction' });
  const relative = new Intl.RelativeTimeFormat('es', { numeric: 'auto' });
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const names = new Intl.DisplayNames('fr', { type: 'region' });
  const locale = new Intl.Locale('zh-Hans-CN', { calendar: 'gregory' });
  const shown = () =>
    [
      ...numbers.map((f) => f.format(1234567.891)),
      ...dates.map((f) => f.format(when)),
      ['ö', 'z', 'a10', 'a9'].sort(collator.compare).join(),
      [1, 2, 3, 11].map((n) => plural.select(n)).join(),
      list.format(['a', 'b', 'c']),
      relative.format(-1, 'day'),
      [...segmenter.segment('Hello, world')].filter((s) => s.isWordLike).length,
      names.of('DE'),
      locale.toString(),
      money.format(5),
    ].join(' | ');
  const before = shown();
  await tick();
  console.log(shown() === before);
  console.log(shown());
  console.log(numbers[0] instanceof Intl.NumberFormat, numbers[0]!.constructor === Intl.NumberFormat, Object.prototype.toString.call(plural));
  console.log(JSON.stringify(numbers[1]!.resolvedOptions()), dates[0]!.resolvedOptions().timeZone, dates[2]!.resolvedOptions().hourCycle);
  const { format } = money;
  const { compare } = collator;
  await tick();
  console.log([1, 2].map(format).join(), ['b', 'A'].sort(compare).join(), money.formatToParts(1).length, Intl.NumberFormat.supportedLocalesOf(['en', 'xx']).join());

  class Cents extends Intl.NumberFormat {
    #calls = 0;
    constructor() {
      super('en', { style: 'currency', currency: 'USD' });
    }
    cents(n: number) {
      this.#calls++;
      return `${this.format(n / 100)} #${this.#calls}`;
    }
  }
  const cents = new Cents();
  cents.cents(1);
  (cents as any).note = { cents };
  await tick();
  console.log(cents.cents(1050), (cents as any).note.cents === cents);
  try {
    (Intl.PluralRules as any)();
  } catch (error) {
    console.log((error as Error).name);
  }
  try {
    new Intl.NumberFormat('en', { style: 'currency' });
  } catch (error) {
    console.log((error as Error).name, (error as Error).message);
  }

  // Methods.
  console.log((1234.5).toLocaleString(), (1234.5).toLocaleString('de'), 10n.toLocaleString('en', { minimumFractionDigits: 2 }));
  console.log(when.toLocaleString(), '|', when.toLocaleDateString('en-GB'), '|', when.toLocaleTimeString('en', { timeZone: 'Asia/Tokyo' }), '|', when.toLocaleDateString(undefined, { month: 'long' }));
  console.log(['ä', 'a', 'z'].sort((a, b) => a.localeCompare(b)).join(), 'a'.localeCompare('B', 'en'), 'I'.toLocaleLowerCase('tr'), 'i'.toLocaleUpperCase());
  console.log([1234.5, when].toLocaleString(), new Float64Array([1234.5]).toLocaleString(), ({ toLocaleString: () => 'own' }).toLocaleString(), (await tick(when)).toLocaleString('en', await tick({ weekday: 'long' } as const)));
  return 'done';
}

// expect: true
// expect: 1,234,567.891 | 12,34,567.9 | 1.2M | 1,234,567.891 liters | +123,456,789.1% | ١٢٣٤٥٦٧٫٨٩١ | 1 234 567,891 | 2/29/2024 | Thursday, 29 February 2024 at 23:05 | 18:05 EST | 令和6年2月 木曜日 | 23 ├F14: 00┤ | a9,a10,z,ö | one,two,few,other | a, b, or c | ayer | 2 | Allemagne | zh-Hans-CN-u-ca-gregory | 5,00 €
// expect: true true [object Intl.PluralRules]
// expect: {"locale":"en-IN","numberingSystem":"latn","style":"decimal","minimumIntegerDigits":1,"minimumFractionDigits":0,"maximumFractionDigits":1,"useGrouping":"auto","notation":"standard","signDisplay":"auto","roundingMode":"halfExpand","roundingIncrement":1,"trailingZeroDisplay":"auto","roundingPriority":"auto"} UTC h24
// expect: 1,00 €,2,00 € A,b 5 en
// expect: $10.50 #2 true
// expect: TypeError
// expect: TypeError Currency code is required with currency style.
// expect: 1,234.5 1.234,5 10.00
// expect: 2/29/2024, 11:05:07 PM | 29/02/2024 | 8:05:07 AM | February
// expect: a,ä,z -1 ı I
// expect: 1,234.5,2/29/2024, 11:05:07 PM 1,234.5 own Thursday
// expect: returned "done"
