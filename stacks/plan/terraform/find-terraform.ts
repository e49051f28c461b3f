import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The program and the local folder of providers that a validation runs with. */
export interface Terraform {
  /** Path of `terraform` or `tofu`. */
  readonly command: string;
  /** Folder that holds `registry.terraform.io/hashicorp/aws/...`, for `init -plugin-dir`. */
  readonly plugins: string;
}

/** Names the folder of providers where it lies in none of the usual places. */
export const pluginsVariable = 'ATRIUM_TERRAFORM_PLUGINS';

/** Terraform's name of the provider, wherever it comes from. */
export const awsProvider = 'registry.terraform.io/hashicorp/aws';

type Environment = Readonly<Record<string, string | undefined>>;

const subfolders = (folder: string): string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};

/** Terraform's name of this machine, such as `linux_amd64`. */
const platform = () => {
  const os: Readonly<Record<string, string>> = { win32: 'windows' };
  const arch: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `${os[process.platform] ?? process.platform}_${arch[process.arch] ?? process.arch}`;
};

/** Whether the folder holds the AWS provider for this machine, unpacked or as the archive it comes in. */
function holdsProvider(folder: string): boolean {
  const versions = subfolders(join(folder, awsProvider));
  return versions.some(
    (version) => existsSync(join(version, platform())) || version.endsWith(`_${platform()}.zip`),
  );
}

/** Where providers may lie, in the order of preference: named, Terraform's own places, then unusual ones. */
function pluginFolders(environment: Environment, home: string, opt: string): string[] {
  const named = [environment[pluginsVariable]];
  const usual = [
    join(home, '.terraform.d/plugins'),
    join(home, '.local/share/terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    environment.TF_PLUGIN_CACHE_DIR,
  ];
  return [...named, ...usual, ...subfolders(opt)].filter(
    (folder) => folder !== undefined && folder !== '',
  ) as string[];
}

/**
 * Looks for Terraform (or OpenTofu) and for the AWS provider on this machine; fetches nothing.
 *
 * @returns where both are, or what is missing and how to get it, as one line.
 */
export function findTerraform(
  environment: Environment = process.env,
  home: string = homedir(),
  opt = '/opt',
): Terraform | { readonly missing: string } {
  const programs = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  const command = ['terraform', 'tofu']
    .flatMap((name) => programs.flatMap((folder) => endings.map((ending) => join(folder, name + ending))))
    .find((path) => existsSync(path));
  if (!command) {
    return {
      missing:
        'neither terraform nor tofu is on the PATH (https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install)',
    };
  }
  const plugins = pluginFolders(environment, home, opt).find(holdsProvider);
  if (!plugins) {
    return {
      missing: `no local folder holds ${awsProvider} for ${platform()}: run "terraform providers mirror FOLDER" beside a configuration that requires hashicorp/aws, and set ${pluginsVariable}=FOLDER`,
    };
  }
  return { command, plugins };
}
