import { streamHandle } from 'hono/aws-lambda';
import { z } from 'zod';
import { readEnvironment } from '../core/environment/read-environment.ts';
import { chatEnvironment, composeChat } from './chat/compose.ts';
import { withReadableEvents } from './http/readable-events.ts';

// Everything that can be done before the first request is done here, at cold start.
const chat = await composeChat(readEnvironment(z.object(chatEnvironment)));

/** The chat function, behind a streaming function URL. */
export const handler = withReadableEvents(streamHandle(chat));
