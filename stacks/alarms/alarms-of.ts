import type { AlarmDefinition, Watched } from './alarm-definition.ts';
import { backgroundAlarms } from './background-alarms.ts';
import { servingAlarms } from './serving-alarms.ts';

/** Every alarm of a stage. */
export const alarmsOf = <Value>(of: Watched<Value>): readonly AlarmDefinition<Value>[] => [
  ...servingAlarms(of),
  ...backgroundAlarms(of),
];
