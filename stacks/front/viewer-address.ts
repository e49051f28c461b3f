/** Says to the functions who called the front. They believe it, since only the front knows the origin secret. */
export const viewerHeader = 'x-atrium-viewer';

/**
 * The code that CloudFront runs for every request, before anything else of the distribution sees it (CloudFront
 * Functions, JavaScript runtime 2.0). The whole entry is replaced: a header that the viewer sent by that name is gone,
 * also if it was sent more than once. Names of headers are in small letters there, however they were sent.
 */
export const setsViewerAddress = `function handler(event) {
  var request = event.request;
  request.headers['${viewerHeader}'] = { value: event.viewer.ip };
  return request;
}
`;
