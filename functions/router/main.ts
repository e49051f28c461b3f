/** The request router as a service of its own: what the functions do, in a container. */
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { z } from 'zod';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { adminEnvironment, composeAdmin } from '../admin/compose.ts';
import { chatEnvironment, composeChat } from '../chat/compose.ts';
import { createRouterApp } from './app.ts';

/** Longer than any answer may take. */
const maxDrainMs = 120_000;

const env = readEnvironment(
  z.object({
    ...chatEnvironment,
    ...adminEnvironment,
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535),
  }),
);

let draining = false;
const [chat, admin] = await Promise.all([composeChat(env), composeAdmin(env)]);
const app = createRouterApp({ chat, admin, ready: () => !draining });
const server = serve(
  {
    fetch: app.fetch,
    hostname: env.HOST,
    port: env.PORT,
    // A load balancer keeps its connections for a minute and must not send into one that is just closing.
    serverOptions: { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 75_000 },
  },
  ({ port }) => process.stdout.write(`${JSON.stringify({ level: 'info', message: 'listening', port })}\n`),
) as Server;

/** Answers that are streaming are finished; nothing new is taken. */
const drain = () => {
  if (draining) return;
  draining = true;
  setTimeout(() => process.exit(1), maxDrainMs).unref();
  setInterval(() => server.closeIdleConnections(), 100).unref();
  server.close(() => process.exit(0));
};
process.on('SIGTERM', drain);
process.on('SIGINT', drain);
