import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { systemPath } from './paths.mjs';

const probeTimeoutMs = 10_000;

/**
 * What the machine itself has to have.
 * @typedef {object} Tool
 * @property {string} what for the reader
 * @property {string[]} packages of Debian, which bring it; empty when they cannot
 * @property {() => boolean} isPresent
 */

/** @param {string} command */
export function onPath(command) {
  return systemPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, command), constants.X_OK);
        return folder !== '';
      } catch {
        return false;
      }
    });
}

/** @param {string} command @param {string[]} args */
function succeeds(command, args) {
  const { status } = spawnSync(command, args, {
    env: { ...process.env, PATH: systemPath() },
    stdio: 'ignore',
    timeout: probeTimeoutMs,
  });
  return status === 0;
}

/** @satisfies {Record<string, Tool>} */
export const tools = {
  npm: { what: 'npm', packages: ['npm'], isPresent: () => onPath('npm') },
  compiler: { what: 'a C++17 compiler (g++)', packages: ['g++'], isPresent: () => onPath('g++') },
  faiss: {
    what: 'the FAISS library',
    packages: ['libfaiss-dev'],
    isPresent: () => existsSync('/usr/include/faiss/Index.h'),
  },
  openblas: {
    what: 'the OpenBLAS library',
    packages: ['libopenblas-dev'],
    isPresent: () =>
      ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'].some((at) =>
        existsSync(join(at, 'libopenblas.so')),
      ),
  },
  python: {
    what: 'Python 3.11 or newer with venv',
    packages: ['python3', 'python3-venv'],
    isPresent: () =>
      succeeds('python3', [
        '-c',
        'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 11) else 1)',
      ]),
  },
  java: { what: 'Java 17 or newer', packages: ['default-jdk-headless'], isPresent: () => onPath('java') },
  jdk: {
    what: 'a JDK 17 or newer (javac)',
    packages: ['default-jdk-headless'],
    isPresent: () => onPath('javac') && succeeds('javac', ['--release', '17', '--help']),
  },
  maven: { what: 'Maven (mvn)', packages: ['maven'], isPresent: () => onPath('mvn') },
};

/** @typedef {keyof typeof tools} ToolName */

/** @param {Iterable<ToolName>} names @returns {Tool[]} */
export function absent(names) {
  return [...new Set(names)].map((name) => tools[name]).filter((tool) => !tool.isPresent());
}
