// utilities: ms@2.1.3
import ms from 'ms';
export async function main() {
  return ms('2 days');
}
