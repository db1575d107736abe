// A sign-in service for development: oidc-provider, with a page that lets anybody be anybody. Never for
// real use. What the practice page needs of it is plain OpenID Connect.

import { createServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { credentials } from './https.mjs';

export class SignInService {
  constructor({ root, certificates, participant, port, clientId, clientSecret, redirect }) {
    Object.assign(this, { root, port, clientId, clientSecret, redirect });
    this.tls = credentials(certificates, participant);
    this.issuer = `https://127.0.0.1:${port}`;
  }

  async start() {
    const path = join(this.root, 'tools/node_modules/oidc-provider/lib/index.js');
    const { Provider } = await import(pathToFileURL(path));
    const said = { warn: console.warn, info: console.info };
    console.warn = console.info = () => {};  // It warns at length that it is set up for development.
    const provider = new Provider(this.issuer, {
      clients: [{ client_id: this.clientId, client_secret: this.clientSecret, redirect_uris: [this.redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
      findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      pkce: { required: () => true },
      ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 600, IdToken: 600 },
      cookies: { keys: ['development'] },
    });
    Object.assign(console, said);
    this.server = createServer({ cert: this.tls.cert, key: this.tls.key }, provider.callback());
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  stop() {
    this.server?.closeAllConnections?.();
    this.server?.close();
  }
}
