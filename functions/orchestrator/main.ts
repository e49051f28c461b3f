/** The orchestrator as a service of its own: what runs at `ORCHESTRATOR_URL`. */
import { z } from 'zod';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { serveApp } from '../http/serve-app.ts';
import { composeOrchestrator, orchestratorEnvironment } from './compose.ts';

const env = readEnvironment(
  z.object({
    ...orchestratorEnvironment,
    HOST: z.string().default('127.0.0.1'),
    PORT: z.coerce.number().int().min(0).max(65_535),
  }),
);

const { app } = await composeOrchestrator(env);
serveApp({ app, host: env.HOST, port: env.PORT });
