// A value of a workflow is no instance of a class of the host, also where nothing else asks about the host.
export async function main() {
  const value: unknown = { name: 'a' };
  console.log(value instanceof File, [1].map((x) => (x as unknown) instanceof Blob));
}

// expect: false [ false ]
// expect: returned undefined
