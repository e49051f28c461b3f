import type { FactTemplate } from './random-facts.templates.ts';

const fact = (says: string[], asks: string[], none: string[]): FactTemplate => ({ says, asks, none });

/** More kinds of facts for the tuned part, in everyday forms of asking. */
export const tunedMore: readonly FactTemplate[] = [
  fact(
    ['The {n} camera takes pictures of {x} megapixels.', 'Pictures of the {n} camera have {x} megapixels.'],
    [
      'How many megapixels does the {n} camera have?',
      'What is the resolution of the {n} camera?',
      'How high is the resolution of the {n}?',
    ],
    ['What does the {n} camera cost?', 'How heavy is the {n} camera?', 'Who makes the {n} camera?'],
  ),
  fact(
    ['The {n} marathon starts at {h} a.m. in front of the town hall of {c}.'],
    [
      'What time does the {n} marathon start?',
      'Where does the {n} marathon begin?',
      'At what time do the runners of the {n} marathon set off?',
    ],
    [
      'How many runners take part in the {n} marathon?',
      'Who won the {n} marathon?',
      'What is the entry fee of the {n} marathon?',
    ],
  ),
  fact(
    ['The satellite {n} was launched in {y} and orbits the earth every {x} minutes.'],
    [
      'When was the satellite {n} launched?',
      'How long does {n} take to orbit the earth?',
      'In which year did {n} go into space?',
    ],
    ['Who built the satellite {n}?', 'How heavy is the satellite {n}?', 'What does the satellite {n} do?'],
  ),
  fact(
    ['{p} painted the picture {n} in {c}.', 'The picture {n} was painted in {c} by {p}.'],
    ['Who painted {n}?', 'Where was {n} painted?', 'Who is the painter of the picture {n}?'],
    ['When was {n} painted?', 'What is the picture {n} worth?', 'How large is the picture {n}?'],
  ),
  fact(
    ['The {n} policy covers damage of up to {x} euros.'],
    [
      'Up to what amount does the {n} policy cover damage?',
      'What is the maximum that the {n} policy pays?',
      'How much damage does the {n} policy cover?',
    ],
    ['What does the {n} policy cost?', 'When does the {n} policy end?', 'Who sells the {n} policy?'],
  ),
  fact(
    ['Lake {n} is {x} metres deep and lies north of {c}.'],
    ['How deep is Lake {n}?', 'What is the depth of Lake {n}?', 'Where is Lake {n}?'],
    ['How warm is Lake {n}?', 'How long is Lake {n}?', 'Who owns Lake {n}?'],
  ),
  fact(
    ['The flat in {c} has {x} square metres and is let for {z} euros a month.'],
    [
      'How big is the flat in {c}?',
      'What is the rent of the flat in {c}?',
      'How much a month is the flat in {c}?',
    ],
    [
      'How many rooms does the flat in {c} have?',
      'Who owns the flat in {c}?',
      'When was the flat in {c} built?',
    ],
  ),
  fact(
    ['Every tablet of {n} contains {x} milligrams of zinc.'],
    [
      'How much zinc is in a tablet of {n}?',
      'What is the zinc content of {n}?',
      'How many milligrams of zinc does {n} contain?',
    ],
    [
      'How much iron is in a tablet of {n}?',
      'What does a pack of {n} cost?',
      'How many tablets of {n} may I take?',
    ],
  ),
  fact(
    ['The {n} printer prints {x} pages a minute.'],
    [
      'How fast does the {n} printer print?',
      'How many pages a minute does the {n} printer manage?',
      'What is the printing speed of the {n}?',
    ],
    [
      'What does a cartridge for the {n} printer cost?',
      'How heavy is the {n} printer?',
      'How many pages fit into the tray of the {n} printer?',
    ],
  ),
  fact(
    ['The {n} course is taught by {p} on Thursday evenings.'],
    [
      'Who teaches the {n} course?',
      'When is the {n} course?',
      'On which day does the {n} course take place?',
    ],
    [
      'What does the {n} course cost?',
      'Where does the {n} course take place?',
      'How many students are in the {n} course?',
    ],
  ),
  fact(
    ['Bread from {n} keeps for {x} days if it is wrapped in cloth.'],
    [
      'How long does bread from {n} stay fresh?',
      'How long can I keep bread from {n}?',
      'For how many days does the bread from {n} keep?',
    ],
    ['What does bread from {n} cost?', 'Who bakes the bread from {n}?', 'How heavy is a loaf from {n}?'],
  ),
  fact(
    ['The {n} cable car carries {x} passengers an hour to the top of Mount {c}.'],
    [
      'How many people can the {n} cable car transport in an hour?',
      'Where does the {n} cable car go?',
      'What is the hourly capacity of the {n} cable car?',
    ],
    [
      'What is the fare of the {n} cable car?',
      'When does the last {n} cable car go down?',
      'When was the {n} cable car built?',
    ],
  ),
  fact(
    ['The {n} grill must stand at least {x} centimetres away from walls.'],
    [
      'How far from the wall must the {n} grill be?',
      'What distance must the {n} grill keep from walls?',
      'How close to a wall may I put the {n} grill?',
    ],
    ['How hot does the {n} grill get?', 'What gas does the {n} grill use?', 'How do I clean the {n} grill?'],
  ),
  fact(
    ['Returns to {n} are free within {x} days if the label is still on.'],
    [
      'How long can I return something to {n}?',
      'Within how many days do I have to send things back to {n}?',
      'Until when are returns to {n} free?',
    ],
    [
      'What is the address of {n}?',
      'How long does delivery by {n} take?',
      'Does {n} have a shop in the town?',
    ],
  ),
];
