import { describe, expect, test } from 'vitest';
import { functionEnv } from './function-env.ts';
import { substitute } from './provision-state-machines.ts';
import { zipOfOne } from './zip.ts';

const settings = {
  AUTH_MODES: 'header',
  RAG_SERVICE_URL: 'http://127.0.0.1:1',
  VLLM_SERVICE_URL: 'http://127.0.0.1:2',
};

describe('the environment of a function', () => {
  test('names the resources as the stage calls them', () => {
    const env = functionEnv('ingest-start', 'http://127.0.0.1:4566', settings);
    expect(env.TABLE_NAME).toBe('atrium-local-main');
    expect(env.INGEST_STATE_MACHINE_ARN).toBe(
      'arn:aws:states:us-east-1:000000000000:stateMachine:atrium-local-ingest',
    );
  });

  test('leaves optional settings out when they are not given', () => {
    const env = functionEnv('chat', 'http://127.0.0.1:4566', settings);
    expect(env).toMatchObject({
      AUTH_MODES: 'header',
      SECRETS_MANAGER_SECRET_NAME: 'multi-tenant-chatbot-secrets',
    });
    expect(env).not.toHaveProperty('VLLM_MODEL');
  });

  test('cannot be made without a setting that is needed', () => {
    expect(() => functionEnv('chat', 'http://x', { ...settings, VLLM_SERVICE_URL: undefined })).toThrow(
      /VLLM_SERVICE_URL/,
    );
  });
});

test('a definition that names an unknown function is refused', () => {
  expect(substitute(`{"a":"\${X}"}`, { X: 'ingest-parse' })).toBe(
    '{"a":"arn:aws:lambda:us-east-1:000000000000:function:atrium-local-ingest-parse"}',
  );
  expect(() => substitute(`\${Y}`, {})).toThrow(/Y/);
});

test('the same script makes the same archive', () => {
  const archive = zipOfOne('bootstrap', Buffer.from('#!/bin/sh\n'));
  expect(archive).toEqual(zipOfOne('bootstrap', Buffer.from('#!/bin/sh\n')));
  expect(archive.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
});
