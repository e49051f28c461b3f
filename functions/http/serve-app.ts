import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AppEnv } from './app.ts';

/** Longer than any answer may take. */
const maxDrainMs = 120_000;

export interface ServeAppOptions {
  readonly app: Hono<AppEnv>;
  readonly host: string;
  readonly port: number;
  /** Told once, when nothing new is taken any more. */
  readonly onDrain?: () => void;
  /** Ends the process. */
  readonly exit?: (code: 0 | 1) => void;
}

/**
 * Runs an app as a service behind a load balancer, until SIGTERM or SIGINT: then nothing new is taken, answers that are
 * streaming are finished, and the process ends. Writes one line to standard output when it listens.
 */
export function serveApp(options: ServeAppOptions): Server {
  const { app, host, port, onDrain, exit = process.exit } = options;
  const server = serve(
    {
      fetch: app.fetch,
      hostname: host,
      port,
      // A load balancer keeps its connections for a minute and must not send into one that is just closing.
      serverOptions: { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 75_000 },
    },
    (address) =>
      process.stdout.write(
        `${JSON.stringify({ level: 'info', message: 'listening', port: address.port })}\n`,
      ),
  ) as Server;

  let draining = false;
  const drain = () => {
    if (draining) return;
    draining = true;
    onDrain?.();
    const late = setTimeout(() => exit(1), maxDrainMs).unref();
    const idle = setInterval(() => server.closeIdleConnections(), 100).unref();
    server.close(() => {
      clearTimeout(late);
      clearInterval(idle);
      exit(0);
    });
  };
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
  server.once('close', () => {
    process.off('SIGTERM', drain);
    process.off('SIGINT', drain);
  });
  return server;
}
