// The surroundings of a provider without a system: the sign-in service of the page on which its people
// work. Added to the sample locality by the story that needs it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { organisations as org, pageManager } from './people.mjs';
import { SignInService } from './sign_in_service.mjs';

const client = { clientId: 'provider-page', clientSecret: 'development-secret' };

export class PageProvider {
  // `at` is the locality; it has made its certificates.
  constructor(at) {
    this.at = at;
    this.ports = { page: at.base + 31, signIn: at.base + 32 };
    this.origin = `https://127.0.0.1:${this.ports.page}`;
    this.signIn = new SignInService({
      root: at.root, certificates: at.certificates, participant: org.councilAdapter, port: this.ports.signIn, ...client,
      redirect: `${this.origin}/signed-in`,
    });
  }

  // Lines of the councils' adapter's config.
  config() {
    const secret = join(this.at.state, 'provider-page-client-secret');
    writeFileSync(secret, `${client.clientSecret}\n`, { mode: 0o600 });
    const certificate = this.at.certificate(org.councilAdapter);
    return [
      `provider_page { door { listen: "127.0.0.1:${this.ports.page}" credentials ${certificate} } origin: "${this.origin}"`,
      `  issuer: "${this.signIn.issuer}" client_id: "${client.clientId}" client_secret_file: "${secret}"`,
      `  credentials ${certificate}`,
      `  colleagues { subject: "${pageManager.subject}" participant: "${org.provider}" name: "${pageManager.name}" reference: "${pageManager.reference}" }`,
      `  providers { participant: "${org.provider}" name: "Homelight Care" } }`,
    ];
  }

  start() {
    return this.signIn.start();
  }

  stop() {
    this.signIn.stop();
  }
}
