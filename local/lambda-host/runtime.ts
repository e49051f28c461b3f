/** The process of a function behind a URL: the Lambda host starts it, talks to it and takes it along when it ends. */
import { endWithParent } from '../processes/end-with-parent.ts';
import { serveInvocations } from './serve-invocations.ts';

endWithParent();
await serveInvocations();
