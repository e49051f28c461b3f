import type { FactTemplate } from './random-facts.templates.ts';

/**
 * Facts beside which something is missing: the shop is known, the thing asked for is not; a part has a price, the
 * whole has none; one kind is told, another asked. `{z}` is a second random number, otherwise as in the other templates.
 */
export const tunedBeside: readonly FactTemplate[] = [
  {
    says: [
      'At the {n} market a crate of apples costs {x} dollars and a crate of pears {z} dollars.',
      'The {n} market sells apples for {x} dollars a crate and pears for {z} dollars.',
    ],
    asks: [
      'What does a crate of apples cost at the {n} market?',
      'How much are pears at the {n} market?',
      'What is the price of apples at {n}?',
    ],
    none: [
      'What do bananas cost at the {n} market?',
      'How much is a crate of plums at {n}?',
      'What does a crate of cherries cost at the {n} market?',
    ],
  },
  {
    says: [
      'A spare filter for the {n} kettle costs {x} dollars.',
      'Spare filters for the {n} kettle are sold for {x} dollars.',
    ],
    asks: [
      'What does a spare filter for the {n} kettle cost?',
      'How much is a filter for the {n} kettle?',
      'What is the price of the spare filter of the {n}?',
    ],
    none: [
      'What does the {n} kettle cost?',
      'What is the price of a lid for the {n} kettle?',
      'How much is the {n} kettle?',
      'How much does the {n} cost?',
    ],
  },
  {
    says: ['The blue tram line of {c} has {x} stops and runs every {h} minutes.'],
    asks: [
      'How many stops does the blue tram line of {c} have?',
      'How often does the blue tram line of {c} run?',
      'How many stops are there on the blue line in {c}?',
    ],
    none: [
      'How many stops does the red tram line of {c} have?',
      'How often does the bus of {c} run?',
      'How many passengers does the blue tram line of {c} have?',
    ],
  },
  {
    says: ['The adult fare on the {n} ferry is {x} crowns.', 'Adults pay {x} crowns on the {n} ferry.'],
    asks: [
      'What do adults pay on the {n} ferry?',
      'How much is the {n} ferry for an adult?',
      'What is the adult fare on the {n} ferry?',
    ],
    none: [
      'What does the {n} ferry cost for dogs?',
      'How much is a car on the {n} ferry?',
      'How many adults fit on the {n} ferry?',
    ],
  },
];

export const heldOutBeside: readonly FactTemplate[] = [
  {
    says: [
      'In the {n} canteen a bowl of barley soup costs {x} euros and a plate of noodles {z} euros.',
      'The {n} canteen offers barley soup for {x} euros and noodles for {z} euros.',
    ],
    asks: [
      'What does the barley soup cost in the {n} canteen?',
      'How much are noodles in the {n} canteen?',
      'What is the price of barley soup at {n}?',
    ],
    none: [
      'What does a hamburger cost in the {n} canteen?',
      'How much are the dumplings in the {n} canteen?',
      'What does tomato soup cost in the {n} canteen?',
    ],
  },
  {
    says: ['The lid of the {n} cooking pot weighs {x} grams.'],
    asks: [
      'How much does the lid of the {n} cooking pot weigh?',
      'What is the weight of the lid of the {n} pot?',
      'How heavy is the {n} cooking pot’s lid?',
    ],
    none: [
      'How much does the {n} cooking pot weigh?',
      'How heavy is the handle of the {n} cooking pot?',
      'What does the lid of the {n} cooking pot cost?',
    ],
  },
  {
    says: ['The night train from {c} to {n} leaves at {h} p.m.'],
    asks: [
      'When does the night train from {c} to {n} leave?',
      'At what time does the night train to {n} depart?',
      'What time does the {c} night train leave?',
    ],
    none: [
      'When does the bus from {c} to {n} leave?',
      'What does the night train from {c} to {n} cost?',
      'When does the morning train from {c} to {n} leave?',
    ],
  },
  {
    says: [
      'A bed in the dormitory of the {n} hostel costs {x} euros.',
      'The {n} hostel charges {x} euros for a bed in the dormitory.',
    ],
    asks: [
      'What does a bed in the dormitory of the {n} hostel cost?',
      'How much is a dormitory bed at the {n} hostel?',
      'What does the {n} hostel charge for a bed?',
    ],
    none: [
      'What does a single room cost at the {n} hostel?',
      'How much is breakfast at the {n} hostel?',
      'How many beds does the {n} hostel have?',
    ],
  },
];
