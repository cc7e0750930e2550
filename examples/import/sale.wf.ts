/**
 * One row of the file.
 */
export class Refused extends Error {
  override name = 'Refused';
}

export class Sale {
  readonly date: Date;
  readonly region: string;
  readonly product: string;
  readonly count: number;
  readonly cents: number;

  constructor(date: Date, region: string, product: string, count: number, cents: number) {
    this.date = date;
    this.region = region;
    this.product = product;
    this.count = count;
    this.cents = cents;
  }
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const PRICE = /^(\d+)\.(\d\d)$/;

/** `2026-03-01,north,"tea, green",3,4.50`. Throws Refused. */
export function parseLine(line: string): Sale {
  const fields = split(line);
  if (fields.length !== 5) throw new Refused(`5 fields expected, ${fields.length} found`);
  const [day, region, product, count, price] = fields as [string, string, string, string, string];
  const date = new Date(`${day}T00:00:00Z`);
  if (!DATE.test(day) || Number.isNaN(date.getTime())) throw new Refused(`'${day}' is no date`);
  if (region === '') throw new Refused('no region');
  const pieces = Number(count);
  if (!Number.isInteger(pieces) || pieces <= 0) throw new Refused(`'${count}' is no count`);
  const match = PRICE.exec(price);
  if (!match) throw new Refused(`'${price}' is no price`);
  return new Sale(date, region, product, pieces, pieces * (Number(match[1]) * 100 + Number(match[2])));
}

/** The fields of a CSV record without line breaks inside (RFC 4180). */
function split(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  do {
    if (line[at] === '"') {
      let field = '';
      for (at++; at < line.length; at++) {
        if (line[at] !== '"') field += line[at];
        else if (line[at + 1] === '"') field += line[++at];
        else break;
      }
      if (at >= line.length) throw new Refused('a quote is not closed');
      fields.push(field);
      at++;
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      fields.push(line.slice(at, end));
      at = end;
    }
  } while (line[at++] === ',');
  return fields;
}
