// The surroundings of a practice without an integration: its mailbox on MESH, and the sign-in service
// of the page on which its clinicians answer. Added to the sample locality by the stories that need it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MeshPractice } from './mesh_practice.mjs';
import { MeshService } from './mesh_service.mjs';
import { organisations as org, pageGp } from './people.mjs';
import { SignInService } from './sign_in_service.mjs';

const mailbox = 'X26FOSSE';
const practiceMailbox = 'X26LARCH';
const passwords = { [mailbox]: 'fosse-development', [practiceMailbox]: 'larch-development' };
const sharedKey = 'development';
const client = { clientId: 'practice-page', clientSecret: 'development-secret' };

export class QuietPractice {
  // `at` is the locality; it has made its certificates.
  constructor(at) {
    this.at = at;
    const { certificates, root } = at;
    const port = (n) => at.base + n;
    this.origin = `https://127.0.0.1:${port(12)}`;
    this.ports = { page: port(12), mesh: port(13), signIn: port(14) };
    this.mesh = new MeshService({ certificates, participant: org.gpAdapter, port: this.ports.mesh, sharedKey, mailboxes: passwords });
    this.system = new MeshPractice({
      certificates, participant: org.otherPractice, service: `https://127.0.0.1:${this.ports.mesh}`, mailbox: practiceMailbox,
      password: passwords[practiceMailbox], sharedKey,
    });
    this.signIn = new SignInService({
      root, certificates, participant: org.gpAdapter, port: this.ports.signIn, ...client, redirect: `${this.origin}/signed-in`,
    });
  }

  // Lines of the practices' adapter's config.
  config() {
    const secret = (name, text) => {
      const path = join(this.at.state, name);
      writeFileSync(path, `${text}\n`, { mode: 0o600 });
      return path;
    };
    const certificate = this.at.certificate(org.gpAdapter);
    return [
      `mesh { url: "https://127.0.0.1:${this.ports.mesh}" mailbox: "${mailbox}" poll_ms: 200 credentials ${certificate}`,
      `  password_file: "${secret('mesh-password', passwords[mailbox])}" shared_key_file: "${secret('mesh-shared-key', sharedKey)}" }`,
      `mesh_routes { participant: "${org.otherPractice}" mailbox: "${practiceMailbox}" }`,
      `page { door { listen: "127.0.0.1:${this.ports.page}" credentials ${certificate} } origin: "${this.origin}"`,
      `  issuer: "${this.signIn.issuer}" client_id: "${client.clientId}" client_secret_file: "${secret('page-client-secret', client.clientSecret)}"`,
      `  credentials ${certificate}`,
      `  clinicians { subject: "${pageGp.subject}" participant: "${org.otherPractice}" name: "${pageGp.name}" gmc_number: "${pageGp.number}" role: "${pageGp.role}" register_checked_on: "${pageGp.checkedOn}" }`,
      `  practices { participant: "${org.otherPractice}" name: "Larch Road Surgery"`,
      '    in_hours_name: "Larch Road duty doctor" in_hours_telephone: "0116 496 0120"',
      '    out_of_hours_name: "Out-of-hours doctors" out_of_hours_telephone: "0116 496 0111" } }',
    ];
  }

  async start() {
    await this.mesh.start();
    await this.signIn.start();
  }

  stop() {
    this.mesh.stop();
    this.signIn.stop();
  }
}
