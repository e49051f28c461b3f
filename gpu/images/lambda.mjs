/**
 * The handler that `TASK_HANDLER` names, as module and export: `workflows/ingest/embed.task.handler`. AWS's runtime
 * client takes what follows the first dot for the export, and knows no TypeScript.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const name = process.env.TASK_HANDLER ?? '';
const dot = name.lastIndexOf('.');
const module = await import(pathToFileURL(resolve(`${name.slice(0, dot)}.ts`)).href);

/** @type {(event: unknown, context: import('aws-lambda').Context) => Promise<unknown>} */
export const handler = module[name.slice(dot + 1)];
