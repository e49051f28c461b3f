import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type IngestInput, type IngestPayload, readInput } from './input.ts';

/** A task of the state machine: guards its input, does its step, and hands the same small payload on. */
export const task = (step: (input: IngestInput, context: Context) => Promise<void>) =>
  middy<unknown, IngestPayload>().handler(async (event, context) => {
    const input = readInput(event);
    await step(input, context);
    return input.payload;
  });
