import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { plannedRegion, root } from '../plan.ts';
import { awsProvider, type Terraform } from './find-terraform.ts';
import type { ProviderSchemas, ResourceSchemas } from './provider-schema.ts';

/** One finding of `terraform validate -json`, as far as it is read here. */
export interface TerraformDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail?: string;
  /** The resource that it is about, such as `aws_lb.main`. */
  readonly address?: string;
  /** The property's text in the configuration, where the finding is about one. */
  readonly snippet?: { readonly context?: string; readonly code: string };
}

/** A folder in which Terraform has the AWS provider at hand. */
export interface TerraformWorkspace {
  /** Version of the provider that Terraform chose, such as `5.100.0`. */
  readonly providerVersion: string;
  /** The provider's resources; from a file after the first time. */
  schemas(): Promise<ResourceSchemas>;
  /** What Terraform says of these resources. */
  validate(resource: unknown): Promise<TerraformDiagnostic[]>;
}

const cache = join(root, '.cache', 'terraform');

/** The caller's own settings of Terraform (flags, data folders, workspaces) must not change what a validation says. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TF_'));
  return { ...Object.fromEntries(own), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
}

/** Standard output; `validate` exits with 1 where it finds something, and has printed what. */
function terraformOutput(
  command: string,
  cwd: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...plainEnvironment(), ...environment };
  const options = { cwd, env, maxBuffer: 256 * 2 ** 20, timeout: 240_000 };
  return new Promise((resolve, reject) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const found = args[0] === 'validate' && error?.code === 1;
      if (!error || found) resolve(stdout);
      else reject(new Error(`terraform ${args.join(' ')}: ${stderr || stdout || error.message}`));
    });
  });
}

/** Written with line breaks, so that a finding quotes the line that it is about. */
function configuration(resource: unknown): string {
  const terraform = { required_providers: { aws: { source: awsProvider } } };
  const provider = { aws: { region: plannedRegion } };
  return JSON.stringify({ terraform, provider, resource }, null, 1);
}

/** Runs `init` in a new folder of `.cache/terraform/`, and keeps there what Terraform chose. */
async function makeWorkspace({ command, plugins }: Terraform): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'new-'));
  writeFileSync(join(folder, 'main.tf.json'), configuration(undefined));
  await terraformOutput(command, folder, [
    'init',
    `-plugin-dir=${plugins}`,
    '-backend=false',
    '-input=false',
    '-no-color',
  ]);
  writeFileSync(join(folder, 'version.json'), await terraformOutput(command, folder, ['version', '-json']));
  return folder;
}

/** Puts a finished folder in its place; where another process was faster, its folder is as good. */
function keepWorkspace(made: string, place: string): void {
  try {
    renameSync(made, place);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

/**
 * Takes the workspace of these programs under `.cache/terraform/`, or makes it (about 3 s). Several processes may
 * use it at the same time.
 *
 * @throws Error with Terraform's words where it cannot work there.
 */
export async function openTerraformWorkspace(terraform: Terraform): Promise<TerraformWorkspace> {
  const { command, plugins } = terraform;
  const programs = [command, plugins, ...readdirSync(join(plugins, awsProvider))].join('\n');
  const place = join(cache, createHash('sha256').update(programs).digest('hex').slice(0, 12));
  if (!existsSync(place)) keepWorkspace(await makeWorkspace(terraform), place);
  const versions = JSON.parse(readFileSync(join(place, 'version.json'), 'utf8')).provider_selections;

  return {
    providerVersion: String(versions[awsProvider]),
    async schemas() {
      const kept = join(place, 'resource-schemas.json');
      if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
      const printed: ProviderSchemas = JSON.parse(
        await terraformOutput(command, place, ['providers', 'schema', '-json']),
      );
      const schemas = printed.provider_schemas[awsProvider]?.resource_schemas;
      if (!schemas) throw new Error(`terraform providers schema says nothing of ${awsProvider}`);
      writeFileSync(`${kept}.${process.pid}`, JSON.stringify(schemas));
      renameSync(`${kept}.${process.pid}`, kept);
      return schemas;
    },
    async validate(resource) {
      const folder = mkdtempSync(join(cache, 'run-'));
      try {
        copyFileSync(join(place, '.terraform.lock.hcl'), join(folder, '.terraform.lock.hcl'));
        writeFileSync(join(folder, 'main.tf.json'), configuration(resource));
        const data = { TF_DATA_DIR: join(place, '.terraform') };
        return JSON.parse(await terraformOutput(command, folder, ['validate', '-json'], data)).diagnostics;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
