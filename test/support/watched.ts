/** What stand-ins were asked for, as `part.member`, since the list was emptied last. */
export const touched: string[] = [];

/** The part, telling of every use of it. */
export function watched<T extends object>(name: string, part: T): T {
  return new Proxy(part, {
    get(target, property, receiver) {
      touched.push(`${name}.${String(property)}`);
      return Reflect.get(target, property, receiver);
    },
  });
}
