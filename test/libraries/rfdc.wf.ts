// utilities: rfdc@1.4.1
import rfdc from 'rfdc';
export async function main() {
  return rfdc()({ a: 1 });
}
