import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What DynamoDB says to one request; an error is a connection that breaks. */
export type ScriptedAnswer = { status: number; type?: string; body?: object } | Error;

/**
 * The real client of the SDK on a transport that answers from a list; the last answer repeats. What was sent is added to
 * `requests`.
 */
export function scriptedDynamoDb<Request>(answers: readonly ScriptedAnswer[], maxAttempts = 1) {
  const requests: Request[] = [];
  const client = new DynamoDBClient({
    region: 'us-east-1',
    maxAttempts,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      async handle(request: { body: Uint8Array }) {
        requests.push(JSON.parse(Buffer.from(request.body).toString()));
        const answer = answers[Math.min(requests.length, answers.length) - 1];
        if (!answer || answer instanceof Error) throw answer;
        const body = answer.type ? { __type: `com.amazonaws.dynamodb.v20120810#${answer.type}` } : {};
        const text = JSON.stringify({ ...body, ...answer.body });
        const headers = { 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode: answer.status, headers, body: Readable.from([Buffer.from(text)]) } };
      },
    },
  });
  return { documents: DynamoDBDocumentClient.from(client), requests };
}
