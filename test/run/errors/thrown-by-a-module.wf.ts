// not in store: it is thrown when the app imports the module
export declare function tick<T>(value?: T): Promise<T>;

let handler: any = 1;
function handle() { handler(); }
handle();

/** The module throws when it is evaluated; the message names what stands in the source. */
export async function main() {
  handler = await tick(handle);
}

// expect: threw TypeError: handler is not a function
