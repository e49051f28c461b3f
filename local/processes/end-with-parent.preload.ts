/** For `node --import`: a program that knows nothing of stages ends with the process that started it all the same. */
import { endWithParent } from './end-with-parent.ts';

endWithParent();
// Reading alone must not keep a program alive that has done its work.
process.stdin.unref?.();
