// HTTPS with mutual TLS, as partners' systems speak it: a client and a server of a few lines.

import { readFileSync } from 'node:fs';
import { request as httpsRequest, createServer } from 'node:https';

export const credentials = (folder, participant) => ({
  cert: readFileSync(`${folder}/${participant}.pem`),
  key: readFileSync(`${folder}/${participant}.key`),
  ca: readFileSync(`${folder}/ca.pem`),
});

// Sends one request; resolves with { status, headers, body } or rejects when no answer comes.
export function send(tls, { method = 'POST', url, headers = {}, body, timeoutMs = 20000 }) {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(url, { method, headers, ...tls, agent: false, timeout: timeoutMs },
      (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
          bytes: Buffer.concat(parts),
        }));
      });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.end(body);
  });
}

// Serves with client certificates required; `handle(request, body, bytes)` gives { status, headers, body }.
export function serve(tls, port, handle) {
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', async () => {
        const bytes = Buffer.concat(parts);
        const answer = await handle(request, bytes.toString('utf8'), bytes);
        response.writeHead(answer.status, answer.headers ?? {});
        response.end(answer.body ?? '');
      });
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
