/** One labelled text, and whether it went as its label says. */
export interface Judged {
  readonly group: string;
  readonly right: boolean;
  readonly text: string;
}
