import type { ViewRequest } from '../../core/retrieval/search-engine.ts';
import { createSearchViews } from '../../core/retrieval/search-views.ts';
import { answerCalls } from './thread.ts';

const views = createSearchViews();

answerCalls({
  open: (view: ViewRequest) => views.open(view),
  search: (call: {
    viewId: string;
    query: string;
    vector: Float32Array;
    k: number;
    groups: readonly string[];
  }) => views.search(call.viewId, call.query, call.vector, call.k, call.groups),
  drop: (viewId: string) => views.drop(viewId),
});
