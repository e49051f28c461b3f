/** For `node --import`: a program that knows nothing of stages ends with the process that started it all the same. */
import { isMainThread } from 'node:worker_threads';
import { endWithParent } from './end-with-parent.ts';

// Worker threads load this, too, and have no standard input.
if (isMainThread) endWithParent();
