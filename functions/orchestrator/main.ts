/** The orchestrator as a service of its own: what runs at `ORCHESTRATOR_URL`. */
import { serve } from '@hono/node-server';
import { z } from 'zod';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { composeOrchestrator, orchestratorEnvironment } from './compose.ts';

const env = readEnvironment(
  z.object({
    ...orchestratorEnvironment,
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535),
  }),
);

const { app } = await composeOrchestrator(env);
const server = serve({ fetch: app.fetch, hostname: env.HOST, port: env.PORT }, ({ port }) =>
  process.stdout.write(`${JSON.stringify({ level: 'info', message: 'listening', port })}\n`),
);

// Answers that are streaming are finished; nothing new is taken.
const drain = () => server.close(() => process.exit(0));
process.once('SIGTERM', drain);
process.once('SIGINT', drain);
