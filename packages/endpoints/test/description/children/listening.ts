/** A program that makes what it is told (`server tcp:80`, …), and says of which class each endpoint is, or what is wrong. */
import { clientFromString, serverFromString } from '@skein/endpoints';
import { reactor } from '@skein/reactor';

for (const told of process.argv.slice(2)) {
  const [side, description = ''] = told.split(' ');
  const fromString = side === 'server' ? serverFromString<string> : clientFromString<string>;
  try {
    console.log(fromString(reactor, description).constructor.name);
  } catch (error) {
    console.log(String(error));
  }
}
