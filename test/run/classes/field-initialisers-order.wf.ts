export declare function tick<T>(value?: T): Promise<T>;

const log: string[] = [];
const say = <T>(x: T): T => { log.push(String(x)); return x; };
class A {
  static s1 = say('s1');
  [say('key') as 'key'] = say('field');
  a = say('a');
  static { say('block ' + this.s1 + typeof this.late); }
  static late = say('late');
  self = () => this;
  constructor() { say('ctor A ' + Object.keys(this).join('/')); this.init(); }
  init() { say('init A'); }
}
class B extends A {
  b = say('b' + this.a);
  constructor() { say('before'); super(); say('after ' + this.b); }
  override init() { say('init B ' + this.b); }
}
export async function main() {
  await tick();
  const b = new B();
  await tick();
  console.log(b.self() === b, Object.keys(b).join(), log.join('|'));
}

// expect: true key,a,self,b key|s1|block s1undefined|late|before|field|a|ctor A key/a/self|init B undefined|ba|after ba
// expect: returned undefined
