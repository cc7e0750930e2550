export declare function tick<T>(value?: T): Promise<T>;

class Model {
  static table = 'models';
  static rows: any[] = [];
  static count = 0;
  static create<T extends typeof Model>(this: T, data: object) { this.count++; const m = Object.assign(new this(), data); this.rows.push(m); return m; }
  static async find(n: number) { await tick(); return this.rows[n]; }
  static get describe() { return `${this.table}:${this.count}`; }
}
class User extends Model { static override table = 'users'; static override rows: any[] = []; hi() { return 'hi ' + (this as any).name; } }
export async function main() {
  Model.create({ id: 1 });
  await tick();
  User.create({ name: 'ann' });
  User.create({ name: 'bob' });
  await tick();
  console.log(Model.describe, User.describe, Object.hasOwn(User, 'count'), Model.count, User.count, (await User.find(1)).hi(), (await Model.find(0)).id);
  User.table = 'people';
  delete (User as any).count;
  await tick();
  console.log(User.describe, Model.describe, Object.getPrototypeOf(User) === Model);
}

// expect: models:1 users:3 true 1 3 hi bob 1
// expect: people:1 models:1 true
// expect: returned undefined
