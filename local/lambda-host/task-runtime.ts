/** The process of a function that no URL leads to: the emulator starts it and talks to it. */
import { serveInvocations } from './serve-invocations.ts';

await serveInvocations();
