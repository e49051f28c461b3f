/**
 * Kinds of facts for the random part of the evaluation. `{n}` is an invented name, `{p}` an invented person,
 * `{c}` an invented place, `{x}` a random number, `{y}` a random year; `none` asks what the text does not give.
 */
export interface FactTemplate {
  readonly says: readonly string[];
  readonly asks: readonly string[];
  readonly none: readonly string[];
}

const fact = (says: string[], asks: string[], none: string[]): FactTemplate => ({ says, asks, none });

export const tunedTemplates: readonly FactTemplate[] = [
  fact(
    ['The {n} pump holds {x} litres of coolant.', 'The coolant volume of the {n} pump is {x} litres.'],
    [
      'How much coolant does the {n} pump hold?',
      'What is the coolant capacity of the {n} pump?',
      'How many litres of coolant go into the {n} pump?',
    ],
    ['Who invented the {n} pump?', 'When was the {n} pump first built?', 'What colour is the {n} pump?'],
  ),
  fact(
    ['The {n} bridge in {c} is {x} metres long.'],
    [
      'How long is the {n} bridge?',
      'What is the length of the {n} bridge in {c}?',
      'How many metres does the {n} bridge measure?',
    ],
    ['Who designed the {n} bridge?', 'How much did the {n} bridge cost?', 'When was the {n} bridge opened?'],
  ),
  fact(
    ['{p} founded the company {n} in {y}.', 'The company {n} was founded by {p} in {y}.'],
    ['Who founded {n}?', 'In what year was {n} founded?', 'Who started the company {n}?'],
    ['How many employees does {n} have?', 'Where is the head office of {n}?', 'What does {n} sell?'],
  ),
  fact(
    ['A ticket for the {n} museum costs {x} dollars.'],
    [
      'How much is a ticket for the {n} museum?',
      'What is the admission price of the {n} museum?',
      'What do I pay to get into the {n} museum?',
    ],
    [
      'When does the {n} museum close?',
      'Who runs the {n} museum?',
      'How many paintings hang in the {n} museum?',
    ],
  ),
  fact(
    ['The {n} battery lasts {x} hours on a full charge.'],
    [
      'How long does the {n} battery last?',
      'For how many hours does the {n} battery run on one charge?',
      'What is the battery life of the {n}?',
    ],
    [
      'How much does the {n} battery weigh?',
      'Who makes the {n} battery?',
      'What is the price of the {n} battery?',
    ],
  ),
  fact(
    ['The laboratory in {c} is led by {p}.', '{p} is the head of the laboratory in {c}.'],
    [
      'Who leads the laboratory in {c}?',
      'Who is in charge of the {c} laboratory?',
      'Who is the head of the laboratory in {c}?',
    ],
    [
      'How many people work in the laboratory in {c}?',
      'When was the laboratory in {c} built?',
      'What is studied at the laboratory in {c}?',
    ],
  ),
  fact(
    ['Order number {x} was shipped to {c} on 14 March {y}.'],
    ['Where was order {x} shipped?', 'When was order number {x} sent?', 'To which town did order {x} go?'],
    ['Who placed order {x}?', 'How much did order {x} cost?', 'What was in order {x}?'],
  ),
  fact(
    ['The {n} engine must be serviced every {x} days.'],
    [
      'How often must the {n} engine be serviced?',
      'What is the service interval of the {n} engine?',
      'After how many days does the {n} engine need maintenance?',
    ],
    ['What fuel does the {n} engine use?', 'Who built the {n} engine?', 'How loud is the {n} engine?'],
  ),
  fact(
    ['Employees at {n} get {x} days of vacation a year.'],
    [
      'How many vacation days do employees at {n} get?',
      'How much annual leave does {n} give its staff?',
      'What is the holiday allowance at {n}?',
    ],
    ['What is the salary of an employee at {n}?', 'Who is the director of {n}?', 'Does {n} pay for lunch?'],
  ),
  fact(
    ['The password of the {n} gateway expires after {x} days.'],
    [
      'When does the password of the {n} gateway expire?',
      'For how long is the {n} gateway password valid?',
      'After how many days must the {n} gateway password be renewed?',
    ],
    [
      'Who knows the password of the {n} gateway?',
      'What is the IP address of the {n} gateway?',
      'Where does the {n} gateway stand?',
    ],
  ),
  fact(
    ['The {n} festival takes place in {c} every June.'],
    [
      'Where does the {n} festival take place?',
      'In which month is the {n} festival?',
      'When is the {n} festival held?',
    ],
    [
      'How many people visit the {n} festival?',
      'Who organises the {n} festival?',
      'What does a ticket for the {n} festival cost?',
    ],
  ),
  fact(
    ['{n} cheese contains {x} grams of fat per serving.'],
    [
      'How much fat is in {n} cheese?',
      'How many grams of fat does a serving of {n} cheese have?',
      'What is the fat content of {n} cheese?',
    ],
    ['Where is {n} cheese made?', 'What does {n} cheese cost?', 'How long must {n} cheese mature?'],
  ),
  fact(
    ['The {n} app was downloaded {x} times in {y}.'],
    [
      'How often was the {n} app downloaded in {y}?',
      'How many downloads did the {n} app have?',
      'How many times did people download {n}?',
    ],
    ['Who programmed the {n} app?', 'What does the {n} app do?', 'What does the {n} app cost?'],
  ),
  fact(
    ['{p} was appointed director of the {n} foundation on 3 October {y}.'],
    [
      'Who was appointed director of the {n} foundation?',
      'When did {p} become director of the {n} foundation?',
      'Who is the director of {n}?',
    ],
    [
      'How old is {p}?',
      'What does the director of the {n} foundation earn?',
      'What is the purpose of the {n} foundation?',
    ],
  ),
  fact(
    ['The {n} sofa costs {x} dollars and can be ordered in green or grey.'],
    [
      'What is the price of the {n} sofa?',
      'In which colours can the {n} sofa be ordered?',
      'How expensive is the {n} sofa?',
    ],
    [
      'How wide is the {n} sofa?',
      'Who designed the {n} sofa?',
      'How long does delivery of the {n} sofa take?',
    ],
  ),
  fact(
    ['The {n} glacier in {c} melts by {x} metres every year.'],
    [
      'How fast does the {n} glacier melt?',
      'How many metres does the {n} glacier lose a year?',
      'Where is the {n} glacier?',
    ],
    ['How old is the {n} glacier?', 'Who first climbed the {n} glacier?', 'How thick is the {n} glacier?'],
  ),
  fact(
    ['The conference room {n} has {x} seats and a projector.'],
    [
      'How many seats does the conference room {n} have?',
      'How many people can sit in the {n} room?',
      'Is there a projector in the room {n}?',
    ],
    [
      'What does it cost to book the room {n}?',
      'On which floor is the conference room {n}?',
      'Who is responsible for the room {n}?',
    ],
  ),
  fact(
    ['Rabies vaccination with {n} must be repeated after {x} months.'],
    [
      'After how many months must vaccination with {n} be repeated?',
      'When is a booster of {n} due?',
      'How long does the protection by {n} last?',
    ],
    ['What are the side effects of {n}?', 'Which company makes {n}?', 'What does a dose of {n} cost?'],
  ),
];

export const heldOutTemplates: readonly FactTemplate[] = [
  fact(
    ['The {n} tank has a capacity of {x} gallons.', 'Up to {x} gallons fit into the {n} tank.'],
    [
      'How many gallons does the {n} tank hold?',
      'What is the capacity of the {n} tank?',
      'How much fits into the {n} tank?',
    ],
    ['Who invented the {n} tank?', 'What is the {n} tank made of?', 'When was the {n} tank installed?'],
  ),
  fact(
    ['The {n} tower is {x} feet tall and stands in {c}.'],
    [
      'How tall is the {n} tower?',
      'What is the height of the {n} tower?',
      'In which city does the {n} tower stand?',
    ],
    [
      'Who was the architect of the {n} tower?',
      'When was the {n} tower completed?',
      'How many windows does the {n} tower have?',
    ],
  ),
  fact(
    ['{p} wrote the novel {n} in {y}.', 'The novel {n} was written by {p} and published in {y}.'],
    ['Who wrote {n}?', 'Who is the author of the novel {n}?', 'When was {n} written?'],
    ['How many pages does {n} have?', 'How many copies of {n} were sold?', 'Which publisher printed {n}?'],
  ),
  fact(
    ['The maximum speed of the {n} train is {x} kilometres per hour.'],
    [
      'How fast is the {n} train?',
      'What is the top speed of the {n} train?',
      'How fast can the {n} train go?',
    ],
    ['Who drives the {n} train?', 'How many seats are in the {n} train?', 'What does the {n} train weigh?'],
  ),
  fact(
    ['Dr. {p} discovered the mineral {n} near {c} in {y}.'],
    ['Who discovered {n}?', 'Where was the mineral {n} found?', 'When was {n} discovered?'],
    ['How hard is the mineral {n}?', 'What colour is {n}?', 'What is {n} used for?'],
  ),
  fact(
    ['The {n} heater draws {x} watts and is fitted with a thermostat.'],
    [
      'How many watts does the {n} heater use?',
      'What is the power consumption of the {n} heater?',
      'How much power does the {n} heater need?',
    ],
    [
      'How long is the warranty on the {n} heater?',
      'Who manufactures the {n} heater?',
      'What is the price of the {n} heater?',
    ],
  ),
  fact(
    ['The deadline for applications to the {n} programme is 12 May {y}.'],
    [
      'What is the application deadline for the {n} programme?',
      'By when do I have to apply to the {n} programme?',
      'When do applications for {n} close?',
    ],
    [
      'Who funds the {n} programme?',
      'How many places does the {n} programme have?',
      'How much is the grant of the {n} programme?',
    ],
  ),
  fact(
    ['The warehouse in {c} stores {x} pallets of {n} cement.'],
    [
      'How many pallets of {n} cement are in the {c} warehouse?',
      'What is stored in the warehouse in {c}?',
      'Where is the {n} cement stored?',
    ],
    [
      'Who owns the warehouse in {c}?',
      'What does a bag of {n} cement cost?',
      'When was the warehouse in {c} built?',
    ],
  ),
  fact(
    ['The {n} licence allows {x} installations per customer.'],
    [
      'How many installations does the {n} licence allow?',
      'On how many machines may I install {n} with one licence?',
      'What is the installation limit of the {n} licence?',
    ],
    ['What does the {n} licence cost?', 'When does the {n} licence expire?', 'Who sells the {n} licence?'],
  ),
  fact(
    ['Guests of the hotel {n} must check out by {h} a.m.'],
    [
      'When is check-out at the hotel {n}?',
      'By what time do I have to leave my room at the {n}?',
      'What is the check-out time of the hotel {n}?',
    ],
    [
      'How many rooms does the hotel {n} have?',
      'Does the hotel {n} have a swimming pool?',
      'Who manages the hotel {n}?',
    ],
  ),
  fact(
    ['The {n} river rises in the hills of {c} and is {x} miles long.'],
    ['How long is the {n} river?', 'Where does the {n} river rise?', 'Where is the source of the {n} river?'],
    ['How deep is the {n} river?', 'Who first mapped the {n} river?', 'Which fish live in the {n} river?'],
  ),
  fact(
    ['A bottle of {n} costs €{x} and is sold only in {c}.'],
    ['What is the price of a bottle of {n}?', 'How much do I have to pay for {n}?', 'Where can I buy {n}?'],
    ['Who produces {n}?', 'How much alcohol does {n} contain?', 'How long does {n} keep after opening?'],
  ),
];
