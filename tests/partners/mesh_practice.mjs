// A practice's system that speaks nothing but ITK3 over MESH: collects documents and answers them with
// ITK008M. It knows codes and no clinician, as such systems do.

import { randomBytes, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { credentials, send } from './https.mjs';
import { meshHmac } from './mesh_service.mjs';

const value = (xml, path) => new RegExp(`${path}(?:\\s[^>]*)?value="([^"]*)"`).exec(xml)?.[1];

export class MeshPractice {
  constructor({ certificates, participant, service, mailbox, password, sharedKey }) {
    Object.assign(this, { service, mailbox, password, sharedKey });
    this.tls = credentials(certificates, participant);
    this.documents = [];
  }

  async call(method, path, headers = {}, body = undefined) {
    const nonce = randomBytes(16).toString('hex');
    const time = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 12);
    const hmac = meshHmac(this.sharedKey, this.mailbox, nonce, 0, this.password, time);
    return send(this.tls, {
      method, body, url: `${this.service}/messageexchange/${this.mailbox}${path}`,
      headers: { Authorization: `NHSMESH ${this.mailbox}:${nonce}:0:${time}:${hmac}`, ...headers },
    });
  }

  // Takes in what waits, and gives the documents that are new.
  async collect() {
    const fresh = [];
    for (const id of JSON.parse((await this.call('GET', '/inbox')).body).messages) {
      const parts = [];
      for (let n = 1, more = true; more; ++n) {
        const got = await this.call('GET', `/inbox/${id}${n > 1 ? `/${n}` : ''}`);
        parts.push(got.headers['content-encoding'] === 'gzip' ? gunzipSync(got.bytes) : got.bytes);
        more = got.status === 206;
        this.from = got.headers['mex-from'];
        this.workflow = got.headers['mex-workflowid'];
      }
      const xml = Buffer.concat(parts).toString('utf8');
      fresh.push({
        xml, from: this.from, workflow: this.workflow,
        id: value(xml, '<id '), event: value(xml, '<event>.*?<code '), asks: /code value="FA"/.test(xml),
        reference: /<Composition>.*?<identifier>.*?<value value="([^"]*)"/s.exec(xml)?.[1],
      });
      await this.call('PUT', `/inbox/${id}/status/acknowledged`);
    }
    this.documents.push(...fresh);
    return fresh;
  }

  // Answers a document with a code: infrastructure (2xxxx) or business (3xxxx).
  async answer(document, code, verdict = 'ok') {
    const xml = `<Bundle xmlns="http://hl7.org/fhir"><id value="${randomUUID()}"/><type value="message"/>`
      + '<entry><resource><MessageHeader><event><system value="https://fhir.nhs.uk/STU3/CodeSystem/ITK-MessageEvent-2"/><code value="ITK008M"/></event>'
      + `<response><identifier value="${document.id}"/><code value="${verdict}"/></response></MessageHeader></resource></entry>`
      + '<entry><resource><OperationOutcome><issue><severity value="information"/><code value="informational"/><details><coding>'
      + `<system value="https://fhir.nhs.uk/STU3/CodeSystem/ITK-ResponseCodes-1"/><code value="${code}"/></coding></details></issue></OperationOutcome></resource></entry></Bundle>`;
    return this.call('POST', '/outbox', {
      'Content-Type': 'application/octet-stream', 'Content-Encoding': 'gzip', 'mex-From': this.mailbox, 'mex-To': document.from,
      'mex-WorkflowID': `${document.workflow}_ACK`, 'mex-LocalID': randomUUID(), 'mex-MessageType': 'DATA', 'mex-Chunk-Range': '1:1',
    }, gzipSync(xml));
  }
}
