/** A fact in a sentence, ways to ask for it, and a question about the same thing that it does not answer. */
export interface Fact {
  readonly sentence: string;
  /** What a right answer must contain. */
  readonly answer: string;
  readonly paraphrases: readonly [string, string, string];
  readonly unanswered: string;
}

const onsets = ['Br', 'Kel', 'Vor', 'Tam', 'Quin', 'Zar', 'Mel', 'Dro', 'Fen', 'Hax', 'Lum', 'Ost'];
const middles = ['a', 'e', 'i', 'o', 'ava', 'ori', 'ele', 'umi'];
const endings = ['dix', 'ven', 'tor', 'lin', 'mak', 'sel', 'ron', 'pell'];

/** Facts that nobody can know: the names are made up and the numbers are drawn. */
export function randomFacts(random: () => number): Fact[] {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const name = () => pick(onsets) + pick(middles) + pick(endings);
  const number = (from: number, to: number) => from + Math.floor(random() * (to - from));
  const makers: (() => Fact)[] = [
    () => {
      const [machine, litres] = [name(), number(11, 98)];
      return {
        sentence: `The ${machine} pump holds ${litres} litres of coolant.`,
        answer: String(litres),
        paraphrases: [
          `How much coolant does the ${machine} pump hold?`,
          `What is the coolant capacity of the ${machine} pump?`,
          `How many litres of coolant go into the ${machine} pump?`,
        ],
        unanswered: `Who designed the ${machine} pump?`,
      };
    },
    () => {
      const [person, town, year] = [name(), name(), number(1950, 2020)];
      return {
        sentence: `The library of ${town} was opened in ${year} by mayor ${person}.`,
        answer: String(year),
        paraphrases: [
          `When was the library of ${town} opened?`,
          `In which year did the ${town} library open?`,
          `What year did mayor ${person} open the library?`,
        ],
        unanswered: `How many books does the library of ${town} have?`,
      };
    },
    () => {
      const [product, months] = [name(), number(13, 59)];
      return {
        sentence: `The warranty of the ${product} lantern lasts ${months} months from the day of purchase.`,
        answer: String(months),
        paraphrases: [
          `How long is the warranty of the ${product} lantern?`,
          `For how many months is the ${product} lantern under warranty?`,
          `What is the guarantee period of the ${product} lantern?`,
        ],
        unanswered: `What colour is the ${product} lantern?`,
      };
    },
    () => {
      const [trail, km] = [name(), number(21, 240)];
      return {
        sentence: `From the valley to the summit hut the ${trail} trail is ${km} kilometres long.`,
        answer: String(km),
        paraphrases: [
          `How long is the ${trail} trail?`,
          `What is the length of the ${trail} trail in kilometres?`,
          `How many kilometres is it on the ${trail} trail to the summit hut?`,
        ],
        unanswered: `Who maintains the ${trail} trail?`,
      };
    },
  ];
  return makers.map((make) => make());
}

/** A document that says the facts, each between sentences about something else. */
export const documentOf = (facts: readonly Fact[]) =>
  facts
    .map(
      ({ sentence }) =>
        `Here is what the notes record. ${sentence} Please keep this page with the other papers.`,
    )
    .join('\n\n');
