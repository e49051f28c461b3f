/** `npm run token`: a token that the local stage takes, for trying. */
import { parseArgs } from 'node:util';
import { roles } from '../../core/identity/roles.ts';
import { tenantIdText } from '../../core/tenants/tenant-id.ts';
import { StageDir } from './stage-dir.ts';
import { tokenIssuer } from './token-issuer.ts';

const help = `npm run token -- --tenant <id> [--role <role>]... [--user <name>] [--group <name>]... [--delegate] [--minutes <n>]

Prints a token that only the stage of this clone takes.

  --tenant    whose; needed
  --role      ${roles.join(', ')}; may be repeated; default owner
  --user      the subject; default you
  --group     a group that the user is in; may be repeated
  --delegate  may speak for any user of the tenant
  --minutes   how long it lives, at most 1440; default 60`;

try {
  const { values } = parseArgs({
    options: {
      tenant: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['owner'] },
      user: { type: 'string', default: 'you' },
      group: { type: 'string', multiple: true, default: [] },
      delegate: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
  } else {
    const tenant = tenantIdText.safeParse(values.tenant);
    if (!tenant.success) throw new Error(`--tenant: ${tenant.error.issues[0]?.message}`);
    const unknown = values.role.find((role) => !roles.some((each) => each === role));
    if (unknown !== undefined) throw new Error(`--role: there is no role ${unknown}`);
    const minutes = Number(values.minutes);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1_440) throw new Error('--minutes: 1 to 1440');
    const { path } = new StageDir(process.env.ATRIUM_STAGE_DIR || '.local');
    const token = await tokenIssuer(path).mint({
      tenant: tenant.data,
      roles: values.role,
      user: values.user,
      groups: values.group,
      scopes: values.delegate ? ['delegate'] : [],
      minutes,
    });
    console.log(token);
  }
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${help}`);
  process.exitCode = 2;
}
