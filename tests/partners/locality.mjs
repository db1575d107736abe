// The sample locality on this machine: gateway, three adapters, four partners, certificates for
// each. Everything lies in one folder; starting again begins anew, but keeps the certificates.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FhirSystem } from './fhir_system.mjs';
import { Hl7System } from './hl7_system.mjs';
import { JsonSystem } from './json_system.mjs';
import { organisations as org } from './people.mjs';
import { PageProvider } from './page_provider.mjs';
import { Program } from './processes.mjs';
import { QuietPractice } from './quiet_practice.mjs';

const participants = [...new Set(Object.values(org))];

export class Locality {
  // `root` is the checkout, `folder` where everything lies, `base` the first of 50 ports.
  // `deadlines` shortens some of the rulebook's, in minutes: { OFFER_DEADLINE: 1 }.
  // `quiet`: the other practice has no integration, and is reached over MESH and the practice page.
  // `providerPage`: the provider works on the page of the councils' adapter.
  // `drops`: the council and the provider have a folder each into which they put files.
  // `overHl7`: what is for community nursing goes out over MLLP; somebody else listens for it.
  // `gpConfig`, `councilConfig`: more lines for the practices' and the councils' adapter; a function gets the
  // locality once its folders are there.
  constructor({ root, folder, base = 7400, deadlines = {}, quiet = false, providerPage = false, drops = false, overHl7 = false, gpConfig = [], councilConfig = [] }) {
    Object.assign(this, { root, folder, base, deadlines, quiet, providerPage, drops, overHl7, gpConfig, councilConfig });
    this.certificates = join(folder, 'certificates');
    this.state = join(folder, 'state');
    this.logs = join(folder, 'logs');
    this.faults = join(this.state, 'faults');
    // Each adapter dies at places of its own.
    this.faultsOf = Object.fromEntries(['gp', 'community', 'council'].map((name) => [name, join(this.state, `faults-${name}`)]));
    this.ports = {
      gateway: base, metrics: base + 1, gp: base + 10, mllp: base + 20, communityFhir: base + 21,
      council: base + 30, practiceSystem: base + 40, communitySystem: base + 41,
      otherPracticeSystem: base + 42,
    };
    // Beside the state: what partners put there is in clear, as they have it.
    this.dropOf = (name) => join(folder, 'drops', name);
    this.bin = (name) => join(root, 'build/bin', name);
  }

  prepare() {
    rmSync(this.state, { recursive: true, force: true });
    rmSync(this.logs, { recursive: true, force: true });
    rmSync(join(this.folder, 'drops'), { recursive: true, force: true });
    for (const folder of [this.folder, this.state, this.logs, this.faults, ...Object.values(this.faultsOf)]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    execFileSync(join(this.root, 'tests/partners/certificates.sh'), [this.certificates, 'QK1-GATEWAY', ...participants]);
    if (this.quiet) this.quietPractice = new QuietPractice(this);
    if (this.providerPage) this.pageProvider = new PageProvider(this);
    this.makePrograms();
    this.makePartners();
  }

  certificate(participant) {
    const at = (kind) => join(this.certificates, kind);
    return `{ certificate: "${at(`${participant}.pem`)}" key: "${at(`${participant}.key`)}" authority: "${at('ca.pem')}" }`;
  }

  adapterConfig(name, participant, lines) {
    const path = join(this.state, `${name}.txtpb`);
    writeFileSync(path, [
      `gateway: "127.0.0.1:${this.ports.gateway}"`,
      `credentials ${this.certificate(participant)}`,
      'locality: "QK1"',
      `outbox: "${join(this.state, `${name}.outbox`)}"`,
      `outbox_key: "${join(this.state, `${name}.key`)}"`,
      ...lines, '',
    ].join('\n'), { mode: 0o600 });
    return path;
  }

  // The sample directory, with the key by which the board signs rulebooks here.
  directory() {
    const made = execFileSync(this.bin('fosse'), ['rulebook', 'key', '--name', org.board, '-o', join(this.state, 'board.key')]);
    const key = made.toString().trim().split('\n').at(-1);
    const path = join(this.state, 'directory.txtpb');
    writeFileSync(path, readFileSync(join(this.root, 'tests/partners/locality/directory.txtpb'), 'utf8')
      .replace(`id: "${org.board}"\n`, (line) => `${line}  publishing_keys: "${key}"\n`));
    return path;
  }

  // The rulebook that is in force from the install: the locality's own, or a copy under a name of its
  // own where a story cannot wait for days.
  rulebook() {
    const stored = join(this.root, 'policy/rulebooks/llr/2022-10-01/rulebook.txtpb');
    if (Object.keys(this.deadlines).length === 0) return stored;
    let text = readFileSync(stored, 'utf8').replace('id: "llr/2022-10-01"', 'id: "llr/2022-10-01-short"');
    for (const [kind, minutes] of Object.entries(this.deadlines)) {
      const line = new RegExp(`(deadlines \\{ kind: TIMER_KIND_${kind}  minutes: )\\d+`);
      if (!line.test(text)) throw new Error(`the rulebook has no deadline ${kind}`);
      text = text.replace(line, `$1${minutes}`);
    }
    const path = join(this.state, 'rulebook.txtpb');
    writeFileSync(path, text);
    return path;
  }

  makePrograms() {
    const door = (kind, port, participant) =>
      `${kind} { listen: "127.0.0.1:${port}" credentials ${this.certificate(participant)} }`;
    const client = (participant) =>
      `clients { certificate_name: "fosse:participant:${participant}" participant: "${participant}" }`;
    const endpoint = (participant, port) =>
      `endpoints { participant: "${participant}" url: "https://127.0.0.1:${port}/$process-message" }`;
    const program = (name, path, args, port) =>
      new Program(name, this.bin(path), args, { log: join(this.logs, `${name}.log`), port });

    this.gateway = program('gateway', 'fosse-gateway', [
      '--listen', `127.0.0.1:${this.ports.gateway}`,
      '--metrics', `127.0.0.1:${this.ports.metrics}`,
      '--locality', 'QK1', '--origin', 'fosse.example/QK1',
      '--database', join(this.state, 'gateway.db'),
      '--keys', join(this.state, 'keys'), '--create-keys',
      '--rulebook', this.rulebook(),
      '--directory', this.directory(),
      '--tls-cert', join(this.certificates, 'QK1-GATEWAY.pem'),
      '--tls-key', join(this.certificates, 'QK1-GATEWAY.key'),
      '--tls-ca', join(this.certificates, 'ca.pem'),
      '--witness-file', join(this.state, 'witnessed-head'),
      '--fault-points', this.faults,
      '--reflection',
    ], this.ports.gateway);

    this.gp = program('gp', 'fosse-gp', ['--config', this.adapterConfig('gp', org.gpAdapter, [
      door('https', this.ports.gp, org.gpAdapter),
      `fault_points: "${this.faultsOf.gp}"`,
      client(org.practice), client(org.strangers),
      `recipients: "${org.practice}"`, `recipients: "${org.otherPractice}"`,
      endpoint(org.practice, this.ports.practiceSystem),
      ...(this.quietPractice?.config() ?? [endpoint(org.otherPractice, this.ports.otherPracticeSystem)]),
      'answer_wait_ms: 4000',
      ...this.gpConfig,
    ])], this.ports.gp);

    this.community = program('community', 'fosse-community', ['--config', this.adapterConfig('community', org.communityAdapter, [
      door('https', this.ports.communityFhir, org.communityAdapter),
      door('mllp', this.ports.mllp, org.communityAdapter),
      `fault_points: "${this.faultsOf.community}"`,
      client(org.community),
      `organisation: "${org.community}"`,
      `recipients: "${org.community}"`,
      this.overHl7
        ? `endpoints { participant: "${org.community}" url: "mllp://localhost:${this.ports.communitySystem}" }`
        : endpoint(org.community, this.ports.communitySystem),
      'events { event: "REF^I12" native_service: "NUR" meaning: "CASELOAD_OPEN" service: "community-nursing" }',
      'events { event: "ADT^A03" native_service: "NUR" meaning: "CASELOAD_DISCHARGE" service: "community-nursing" }',
      'events { event: "ADT^A01" native_service: "INP" meaning: "AWAY_HOSPITAL" }',
      'events { event: "ADT^A03" native_service: "INP" meaning: "BACK" }',
      'events { event: "MDM^T02" native_service: "CN" meaning: "CONCERN" }',
    ])], this.ports.mllp);

    this.council = program('council', 'fosse-council', ['--config', this.adapterConfig('council', org.councilAdapter, [
      door('https', this.ports.council, org.councilAdapter),
      `fault_points: "${this.faultsOf.council}"`,
      client(org.council), client(org.provider), client(org.training), client(org.panel), client(org.commissioner),
      `recipients: "${org.council}"`, `recipients: "${org.provider}"`, `recipients: "${org.training}"`,
      `recipients: "${org.panel}"`, `recipients: "${org.commissioner}"`,
      ...(this.pageProvider?.config() ?? []),
      ...(this.drops ? this.dropLines() : []),
      ...(typeof this.councilConfig === 'function' ? this.councilConfig(this) : this.councilConfig),
    ])], this.ports.council);

    this.programs = [this.gateway, this.gp, this.community, this.council];
  }

  dropLines() {
    mkdirSync(join(this.folder, 'drops'), { recursive: true, mode: 0o700 });
    const map = (name) => join(this.root, 'adapters/council/maps', `${name}.txtpb`);
    return [
      `drops { folder: "${this.dropOf('council')}" participant: "${org.council}" also: "${org.provider}" map: "${map('mosaic-services')}" settle_ms: 300 }`,
      `drops { folder: "${this.dropOf('provider')}" participant: "${org.provider}" map: "${map('provider-template')}" settle_ms: 300 }`,
    ];
  }

  makePartners() {
    const certificates = this.certificates;
    const at = (port) => `https://127.0.0.1:${port}`;
    this.practiceSystem = new FhirSystem({ certificates, participant: org.practice, door: at(this.ports.gp), port: this.ports.practiceSystem });
    this.otherPracticeSystem = new FhirSystem({ certificates, participant: org.otherPractice, door: at(this.ports.gp), port: this.ports.otherPracticeSystem });
    this.communitySystem = new FhirSystem({ certificates, participant: org.community, door: at(this.ports.communityFhir), port: this.ports.communitySystem });
    this.communityHl7 = new Hl7System({ certificates, participant: org.community, port: this.ports.mllp });
    this.provider = new JsonSystem({ certificates, participant: org.provider, door: at(this.ports.council) });
    this.councilSystem = new JsonSystem({ certificates, participant: org.council, door: at(this.ports.council) });
    this.panel = new JsonSystem({ certificates, participant: org.panel, door: at(this.ports.council) });
    this.commissioner = new JsonSystem({ certificates, participant: org.commissioner, door: at(this.ports.council) });
    this.trainingOffice = new JsonSystem({ certificates, participant: org.training, door: at(this.ports.council) });
  }

  async start() {
    await this.practiceSystem.start();
    await this.otherPracticeSystem.start();
    if (!this.overHl7) await this.communitySystem.start();
    await this.quietPractice?.start();
    await this.pageProvider?.start();
    for (const program of this.programs) await program.start();
  }

  async stop() {
    for (const program of [...(this.programs ?? [])].reverse()) await program.stop();
    this.practiceSystem?.stop();
    this.otherPracticeSystem?.stop();
    this.communitySystem?.stop();
    this.quietPractice?.stop();
    this.pageProvider?.stop();
    this.communityHl7?.stop();
  }

  // Runs the command line tool as a participant; gives what it printed.
  fosse(participant, ...args) {
    return execFileSync(this.bin('fosse'), args, {
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      env: { ...process.env, ...this.cliEnvironment(participant) },
    });
  }

  cliEnvironment(participant) {
    return {
      FOSSE_GATEWAY: `127.0.0.1:${this.ports.gateway}`,
      FOSSE_CA: join(this.certificates, 'ca.pem'),
      FOSSE_CERT: join(this.certificates, `${participant}.pem`),
      FOSSE_KEY: join(this.certificates, `${participant}.key`),
    };
  }
}
