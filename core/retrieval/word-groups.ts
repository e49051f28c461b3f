import { stem } from './words.ts';

/**
 * Words that ask for or state the same thing in everyday documents. Sentence vectors know this too, but weigh it
 * against everything else in the sentence; whether the asked-for property is the stated one has to be told apart.
 */
const groups = `
cost price charge fee fare pay paid expensive cheap cheaper cheapest priced pricing rate tariff admission dollar euro pound worth afford
buy bought purchase order obtain
rent rented let lease rental
sell sold sale offer retail
discount reduce reduced reduction saving save offer deal rebate off half
refund reimburse reimbursed reimbursement money repay claim
weigh weight heavy heavier mass light lighter lightest
long length duration last lasts lasted take lifetime
long lasts keep valid kept stay hold
tall height high elevation
wide width broad
deep depth
big large size dimension dimensions measure bigger
fast speed quick quickly velocity rapid
far distance range reach away
hold capacity volume contain fit fits seat seats room maximum accommodate store
include contain comprise consist made ingredient has
power powerful watt watts kilowatt kilowatts consumption consume draw draws energy electricity powerful use wattage
temperature degree degrees celsius fahrenheit warm cold hot
found founded founder start started establish established set begin began begun
invent invented inventor
design designed designer architect drawn
make made manufacture manufactured manufacturer produce produced producer maker build built
write wrote written author writer
discover discovered discovery found
publish published publisher publication
lead led leads leader head run runs director charge chief manage manages manager boss headed responsible ceo president
own owns owner owned belong belongs
teach taught teacher instructor
build built construct constructed construction erect erected
open opened opening inaugurate inaugurated open
begin start starts begins started commence
close closed closing shut end ends
finish end complete completed finished
date day deadline due
deadline due submit latest until apply application close
send sent ship shipped shipment deliver delivered delivery dispatch
town city place village location
stand stands located lie lies situated stood
vacation holiday leave off annual paid
allowance entitlement entitled allowed get limit quota allows
responsible charge duty
hold held takes place happen happens event
valid expire expires expiry validity renew renewed
top maximum highest
charge recharge charging charged
screen display monitor
silent noise loud quiet decibel
complain complaint complaints
emergency urgent
signal wireless wifi coverage range
network wifi wlan internet
water waterproof rain wet
memory ram storage
invoice bill billing invoices
deposit prepayment down
guarantee warranty cover covers covered
employee staff worker workers employees employed team personnel
people worker workers employees staff employed work
money budget fund funds funded funding
ship ferry boat vessel
ahead advance beforehand before prior
ill sick sickness illness disease
certificate note doctor medical
maternity mother mothers pregnant
father fathers paternity partner
approve approved approves approval authorise sign
remote remotely home telework
probation trial
guarantee warranty guaranteed
repair mend fix fixed fixes service maintenance serviced maintain
broken faulty defective damage damaged fault break breaks
change replace replaced renew renewed swap changed exchange
renew extend extended extension renewal
often interval every frequency regularly times frequently
allow allowed permit permitted may can permission allows
forbid forbidden prohibited ban banned allowed never
limit maximum max most permitted upper
minimum min least lowest
protein carbohydrate carbs
calorie calories kcal energy
fibre fiber roughage
sugar sweet sugars
fat fatty
salt sodium
allergen allergens allergy allergic trace traces
vegan vegans plant animal
gluten wheat coeliac
child children kid kids toddler toddlers under
adult adults grown
guest visitor visitors guests customer customers client
phone telephone call number
contact reach support help email call
reset restore factory
install installed installation installations setup
update updates updated upgrade
password passcode login
cancel cancelled cancellation terminate end stop
subscription plan membership
store stored storage keep kept save saved
park parking
pet pets dog dogs cat
picture pictures photo photos photography photograph
bag luggage locker lockers cloakroom
fine penalty late overdue
borrow loan lend lent
book books booked booking reserve reserved reservation
food meal meals eat
drink beverage alcohol wine beer
car vehicle cars drive driver
train rail railway
plane flight flights fly flying air
hotel room rooms accommodation lodging
doctor physician dentist
appointment appointments visit
wash washed clean cleaned cleaning cleaning laundry
machine device devices computer computers
connect connected connection connects integrate integration work works compatible
language languages speak spoken
age old aged years
engine locomotive locomotives motor
gift donate donated present gave given
light ignite lights lit turn
burn burns burning flammable fire
fuel gas petrol diesel
colour color colours colors
area surface square
rise rises source spring begins
grow grows grown growing cultivated
live lives lived inhabitants population people residents
film films movie movies
show exhibition display displayed
win won winner prize award
yearly annual annually year
monthly month
weekly week
daily day
kind type sort
name called named
job position work profession
money pay paid salary wage
meet meeting meets met
teach course class lesson
sleep sleeps bed beds
people person persons seat seats sleeps
people passenger visitor guest spectator participant inhabitant
sit seat seats sitting chair chairs
vaccination vaccine booster shot dose
vaccination vaccine protection immunity
melt shrink lose recede
repeat repeated due again booster
protection protect protects protected
loud noise sound decibels quiet
earn earns salary wage income paid
study studied studies research researched
purpose aim goal mission
`;

const groupsOf = new Map<string, Set<number>>();
for (const [index, line] of groups.trim().split('\n').entries()) {
  for (const word of line.split(' ')) {
    const key = stem(word);
    const known = groupsOf.get(key) ?? new Set();
    groupsOf.set(key, known.add(index));
  }
}

const none: ReadonlySet<number> = new Set();

/** The groups that a stem belongs to. */
export const wordGroupsOf = (stemmed: string): ReadonlySet<number> => groupsOf.get(stemmed) ?? none;

/** 0 to 1: how surely two stems mean the same: 1 the same word, 0.8 a form of it, 0.7 a word of the same group. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  const groupsA = groupsOf.get(a);
  const groupsB = groupsA && groupsOf.get(b);
  if (groupsA && groupsB) for (const group of groupsA) if (groupsB.has(group)) return 0.7;
  if (a.length < 5 || b.length < 5) return 0;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same += 1;
  return same >= 5 && same >= 0.6 * Math.max(a.length, b.length) ? 0.8 : 0;
}
