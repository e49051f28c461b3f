#!/bin/sh
# One image in two shapes: a function where Lambda hands out the work, with its handler as the command
# (`workflows/ingest/embed.task.handler`), and the RAG service otherwise.
set -eu
cd /app
if [ -n "${AWS_LAMBDA_RUNTIME_API:-}" ]; then
  export TASK_HANDLER="${1:?the handler of the function is missing}"
  export LAMBDA_TASK_ROOT=/app _HANDLER=gpu/images/lambda.handler
  exec node node_modules/aws-lambda-ric/index.mjs
fi
exec node gpu/rag/main.ts
