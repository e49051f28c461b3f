import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTerraform, pluginsVariable } from './find-terraform.ts';

const arch = process.arch === 'x64' ? 'amd64' : process.arch;
const platform = `${process.platform}_${arch}`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-terraform-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const addFile = (...path: string[]) => {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
};
const addProvider = (place: string, of = platform) =>
  addFile(place, 'registry.terraform.io/hashicorp/aws/6.0.0', of, 'terraform-provider-aws_v6');

const find = (environment: Record<string, string> = {}) =>
  findTerraform({ PATH: join(folder, 'bin'), ...environment }, join(folder, 'home'), join(folder, 'opt'));

describe('Terraform on this machine', () => {
  it('is missing where no program is on the PATH', () => {
    addProvider('opt/plugins');
    expect(find()).toEqual({ missing: expect.stringContaining('neither terraform nor tofu') });
  });

  it('is missing where no folder holds the provider for this machine', () => {
    addFile('bin/terraform');
    addProvider('opt/plugins', 'plan9_mips');
    expect(find()).toEqual({ missing: expect.stringContaining(pluginsVariable) });
  });

  it.each(['home/.terraform.d/plugins', 'home/.local/share/terraform/plugins', 'opt/any-name'])(
    'finds the provider in %s',
    (place) => {
      const command = addFile('bin/tofu');
      addProvider(place);
      expect(find()).toEqual({ command, plugins: join(folder, place) });
    },
  );

  it('finds the provider as the archive that it comes in', () => {
    const command = addFile('bin/terraform');
    const name = `terraform-provider-aws_6.0.0_${platform}.zip`;
    addFile('opt/mirror/registry.terraform.io/hashicorp/aws', name);
    expect(find()).toEqual({ command, plugins: join(folder, 'opt/mirror') });
  });

  it('prefers the named folder, then the cache of plugins, and terraform', () => {
    addFile('bin/tofu');
    const command = addFile('bin/terraform');
    for (const place of ['opt/a', 'cache', 'named']) addProvider(place);
    const cached = { TF_PLUGIN_CACHE_DIR: join(folder, 'cache') };
    expect(find(cached)).toEqual({ command, plugins: join(folder, 'cache') });
    expect(find({ ...cached, [pluginsVariable]: join(folder, 'named') })).toEqual({
      command,
      plugins: join(folder, 'named'),
    });
  });
});
