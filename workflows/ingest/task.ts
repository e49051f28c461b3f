import middy from '@middy/core';
import { type IngestInput, type IngestPayload, readInput } from './input.ts';

/** A task of the state machine: guards its input, does its step, and hands the same small payload on. */
export const task = (step: (input: IngestInput) => Promise<void>) =>
  middy<unknown, IngestPayload>().handler(async (event) => {
    const input = readInput(event);
    await step(input);
    return input.payload;
  });
