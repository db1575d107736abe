// @medplum/hl7 behind TLS, as it knows plain TCP alone: takes each message and answers AA.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:tls';

const { Hl7Connection } = createRequire(new URL('../../tools/package.json', import.meta.url))('@medplum/hl7');
const [certificate, key, authority, port] = process.argv.slice(2);
createServer({ cert: readFileSync(certificate), key: readFileSync(key), ca: readFileSync(authority), requestCert: true }, (socket) => {
  socket.setNoDelay(true);
  const connection = new Hl7Connection(socket);
  connection.addEventListener('message', (event) => connection.send(event.message.buildAck()));
}).listen(Number(port), '127.0.0.1', () => console.log('listening'));
