import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployBuildspec } from './deploy-buildspec.ts';

const spec = parse(
  deployBuildspec({ source: 's3://some/manifests.zip', clusterName: 'some-cluster', region: 'eu-west-1' }),
) as { phases: Record<'install' | 'build', { 'on-failure': string; commands: string[] }> };
const { install, build } = spec.phases;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buildspec-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('kubectl is not run before its checksum is right', () => {
  const [, check = ''] = install.commands;
  writeFileSync(join(folder, 'kubectl'), 'something else');
  const run = (text: string) =>
    spawnSync('bash', ['-c', text.replaceAll('/usr/local/bin/kubectl', 'kubectl')], { cwd: folder }).status;
  expect(run(check)).not.toBe(0);
  expect(install.commands.findIndex((each) => each.includes('chmod'))).toBe(2);
  expect(install['on-failure']).toBe('ABORT');
});

/** Waits for two workloads with a kubectl that says of `broken` that it never runs. */
function waitFor(workloads: readonly string[]) {
  writeFileSync(join(folder, 'workloads'), workloads.map((each) => `${each} atrium\n`).join(''));
  writeFileSync(
    join(folder, 'kubectl'),
    '#!/bin/sh\necho "$@" >> calls\ncase "$*" in *broken*) exit 1;; esac\n',
  );
  chmodSync(join(folder, 'kubectl'), 0o755);
  return spawnSync('bash', ['-c', `${build.commands.at(-1)}\ncat calls`], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${folder}:${process.env.PATH}` },
  });
}

test('a roll-out that fails fails the build', () => {
  expect(waitFor(['Deployment/broken', 'Deployment/fine']).status).toBe(1);
});

test('every workload is waited for', () => {
  const { status, stdout } = waitFor(['Deployment/fine', 'DaemonSet/other']);
  expect(status).toBe(0);
  expect(stdout.match(/rollout status \S+/g)).toEqual([
    'rollout status Deployment/fine',
    'rollout status DaemonSet/other',
  ]);
});
