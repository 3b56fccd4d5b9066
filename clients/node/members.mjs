#!/usr/bin/env node
// Is a peer called NAME, and prints who is there after each change. Node 18 or newer, and no package:
//   ./pharos agent &    then    node clients/node/members.mjs [NAME]     (PHAROS_AT, PHAROS_HTTP_TOKEN: which agent)
import { setTimeout as sleep } from 'node:timers/promises';

const name = process.argv[2] ?? 'node';
const at = (process.env.PHAROS_AT ?? 'http://127.0.0.1:8670').replace(/\/$/, '');
const token = process.env.PHAROS_HTTP_TOKEN;
const authorization = token ? { Authorization: `Bearer ${token}` } : {};
const program = `/v1/programs/${encodeURIComponent(name)}`;

async function ask(method, path, body) {
  const headers = { ...authorization, ...(body && { 'Content-Type': 'application/json' }) };
  const signal = AbortSignal.timeout(10_000);
  const answer = await fetch(at + path, { method, headers, signal, body: body && JSON.stringify(body) });
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) {
    throw new Error(`${answer.status}: ${said.detail}`);
  }
  return said;
}

// Once is registering, again is renewing. Who answers something at a port says so in `offers`.
let lease;
async function register() {
  const body = { service: 'Example', offers: [], ttl: '15s', ...(lease && { lease }) };
  lease = (await ask('PUT', program, body)).lease;
}

const complain = (e) => console.error(`${name}: ${at}: ${e.cause?.message ?? e.message}`);

// Each event as it happens, with everybody as the first; ends when the agent does.
async function* events() {
  const answer = await fetch(`${at}/v1/events`, { headers: authorization });
  if (!answer.ok) {
    throw new Error(`${answer.status}: ${(await answer.json()).detail}`);
  }
  let read = '';
  for await (const some of answer.body.pipeThrough(new TextDecoderStream())) {
    const whole = (read + some).split('\n\n');
    read = whole.pop();
    for (const event of whole) {
      const data = /^data: (.*)$/m.exec(event);
      if (data) {
        yield JSON.parse(data[1]);
      }
    }
  }
}

async function follow() {
  await register();
  const renewing = setInterval(() => register().catch(complain), 5_000);
  try {
    for await (const { event, reason, peer } of events()) {
      if (event === 'GONE') {
        console.log(`gone: ${peer.name} (${reason})`);
      }
      const { members } = await ask('GET', '/v1/members');
      console.log(`members: ${members.map((it) => it.name).join(', ')}`);
    }
  } finally {
    clearInterval(renewing);
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    if (lease) {
      await ask('DELETE', `${program}?lease=${lease}`).catch(complain);
    }
    process.exit(0);
  });
}

for (;;) {
  await follow().catch(complain);
  await sleep(1_000); // the agent may be starting again
}
