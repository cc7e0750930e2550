// text: mustache@4.2.0
import Mustache from 'mustache';
export declare function tick<T>(x: T): Promise<T>;
export async function main() {
  await tick(1);
  console.log(Mustache.render('Hi {{name}} {{#xs}}{{.}},{{/xs}}', { name: '<a>', xs: [1, 2] }));
  return 1;
}
