// node-hl7-server over mutual TLS: takes each message and answers CA.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Server } = createRequire(new URL('../../tools/package.json', import.meta.url))('node-hl7-server');
const [certificate, key, authority, port] = process.argv.slice(2);
const server = new Server({
  bindAddress: '127.0.0.1',
  tls: { cert: readFileSync(certificate), key: readFileSync(key), ca: readFileSync(authority), requestCert: true },
});
const inbound = server.createInbound({ port: Number(port) }, async (request, response) => response.sendResponse('CA'));
inbound.once('listen', () => console.log('listening'));
